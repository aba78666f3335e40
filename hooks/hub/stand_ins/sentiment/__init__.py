"""Tiny stand-in for the sentiment classifier: MiniLM plus a LoRA adapter."""
