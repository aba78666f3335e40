"""Snippets of section 6, graphs."""
