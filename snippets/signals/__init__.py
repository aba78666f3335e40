"""Snippets of section 5, audio and time series."""
