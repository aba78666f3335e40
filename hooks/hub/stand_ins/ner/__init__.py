"""Tiny stand-in for the entity tagger of Demo 3: MiniLM plus a LoRA adapter."""
