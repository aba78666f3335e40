"""How the stand-in captioning was trained: its recipe, and its data."""
