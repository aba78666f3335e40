"""One folder per tiny checkpoint: weights, model card, and `build.py` for the Hub.

`build(folder, source)` writes a complete repository to `folder`, with the weights in `source`: the
stand-in's own folder, unless a recipe names another. It raises ValueError if they do not fit.
"""
