"""How the stand-in translation was trained: its recipe, and its data."""
