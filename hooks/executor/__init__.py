"""Runs the demos' stories and writes their notebooks: what `python -m hooks.execute` is made of.

Imports `core` and `hub`. Start at `command.py`, then `plan.py` and `session.py`.
"""
