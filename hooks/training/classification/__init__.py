"""How the stand-in classification was trained: its recipe, and its data."""
