"""The decks: slides from a section's page, one deck each and one of the whole lecture.

Imports `core` and `site`. Start at `decks.py`, the steps in which decks are made.
"""
