"""Turns sources into pages: includes, notebook pages, navigation, tools, and the theme's templates.

Imports `core`. Start at `../mkdocs.py`, which lists the steps in order, and `expand.py`.
"""
