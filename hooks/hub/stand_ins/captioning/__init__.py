"""A small captioner of painted scenes that stands in for BLIP-2 and BLIP base."""
