"""How the stand-in ner was trained: its recipe, and its data."""
