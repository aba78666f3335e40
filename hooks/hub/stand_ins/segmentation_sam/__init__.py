"""Tiny stand-in for facebook/sam2.1-hiera-tiny: a click on a thing of an emoji scene, its mask."""
