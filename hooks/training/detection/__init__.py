"""How the stand-in detection was trained: its recipe, and its data."""
