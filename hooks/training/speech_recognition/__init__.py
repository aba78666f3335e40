"""How the stand-in speech_recognition was trained: its recipe, and its data."""
