"""Snippets of section 2, graph."""
