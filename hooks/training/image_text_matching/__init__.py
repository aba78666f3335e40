"""How the stand-in image_text_matching was trained: its recipe, and its data."""
