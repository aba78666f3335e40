"""How the stand-in tabular was trained: its recipe, and its data."""
