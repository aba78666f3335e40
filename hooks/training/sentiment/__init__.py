"""How the stand-in sentiment was trained: its recipe, and its data."""
