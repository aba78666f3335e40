"""The course as one PDF: `python -m hooks.book` turns the built site into a book.

Imports `core` and `site`. Start at `combine.py`, which puts the pages together.
"""
