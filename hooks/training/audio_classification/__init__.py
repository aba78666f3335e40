"""How the stand-in audio_classification was trained: its recipe, and its data."""
