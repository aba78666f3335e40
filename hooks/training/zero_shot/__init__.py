"""How the stand-in zero_shot was trained: its recipe, and its data."""
