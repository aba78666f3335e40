"""Tiny stand-in for the entity tagger: MiniLM plus a LoRA adapter."""
