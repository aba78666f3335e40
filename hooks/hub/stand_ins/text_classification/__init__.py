"""Tiny stand-in for the three-way sentiment classifier: MiniLM plus a LoRA adapter."""
