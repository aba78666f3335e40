"""How the stand-in code_generation was trained: its recipe, and its data."""
