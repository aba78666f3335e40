"""The speech recognizer of the offline Hub: a small Wav2Vec2 that knows ten words."""
