"""Snippets of section 4, multimodal models."""
