"""A small Marian that stands in for an English-French translator."""
