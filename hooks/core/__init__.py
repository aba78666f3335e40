"""What every room may use: the list of demos, the registry, licenses, pins, files and paths.

Imports no other room. Start at `course.py`, the one list of sections and demos.
"""
