"""Trains the stand-ins' weights: a recipe and its data in one folder each, and what recipes share.

Imports `core`, `worlds` and `hub`. Start at `frame.py`, then `sentiment/recipe.py`.
"""
