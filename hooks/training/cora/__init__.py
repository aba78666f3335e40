"""How the stand-in cora was trained: its recipe, and its data."""
