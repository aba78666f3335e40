"""Snippets of section 9, licenses."""
