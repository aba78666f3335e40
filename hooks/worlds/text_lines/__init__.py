"""Draws lines of printed text with known truth; only recipes and tests use it."""
