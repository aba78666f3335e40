"""Tiny stand-in for openai/clip-vit-base-patch32: emoji scenes and what is said of them."""
