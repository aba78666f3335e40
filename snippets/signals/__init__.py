"""Snippets of section 3, computer vision."""
