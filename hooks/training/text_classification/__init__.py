"""How the stand-in text_classification was trained: its recipe, and its data."""
