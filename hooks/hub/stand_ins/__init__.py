"""One folder per tiny checkpoint: recipe, weights, model card, and `build.py` for the Hub."""
