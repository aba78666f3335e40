"""The real all-MiniLM-L6-v2, served from its PyPI package."""
