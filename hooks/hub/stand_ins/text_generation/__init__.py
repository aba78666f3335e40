"""Tiny stand-in for flan-t5-small: a small T5 trained on four prefixed tasks of a small world."""
