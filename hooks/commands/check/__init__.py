"""The quick check of one demo: all that is missing or wrong, in one go."""
