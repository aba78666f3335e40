"""Snippets of section 1, Introduction."""
