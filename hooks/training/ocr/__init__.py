"""How the stand-in ocr was trained: its recipe, and its data."""
