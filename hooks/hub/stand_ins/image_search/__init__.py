"""Tiny stand-in for facebook/dinov2-small: pictures of the emoji world as vectors."""
