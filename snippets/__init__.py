"""The code that readers copy: one file a demo, each runs alone with the real model."""
