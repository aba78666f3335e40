"""How the stand-in text_generation was trained: its recipe, and its data."""
