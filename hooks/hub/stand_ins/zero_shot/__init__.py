"""Tiny stand-in for the zero-shot classifier: MiniLM plus a LoRA adapter."""
