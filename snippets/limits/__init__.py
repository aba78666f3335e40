"""Snippets of section 8, limits."""
