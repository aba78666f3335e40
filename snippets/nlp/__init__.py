"""Snippets of section 2, NLP."""
