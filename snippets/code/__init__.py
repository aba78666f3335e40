"""Snippets of section 7, code."""
