"""Commands around the course: rehearse, measure, publish, zip, and draw what `docs/` holds.

Imports every other room; nothing imports it. Start at `doctor/__main__.py`, the check on the
evening before.
"""
