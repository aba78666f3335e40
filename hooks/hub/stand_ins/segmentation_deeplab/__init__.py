"""Tiny stand-in for apple/deeplabv3-mobilevit-small: names for the pixels of emoji scenes."""
