"""How the stand-in image_search was trained: its recipe, and its data."""
