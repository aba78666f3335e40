"""Tiny stand-in for the zero-shot classifier of Demo 5: MiniLM plus a LoRA adapter."""
