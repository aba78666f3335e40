"""Tiny stand-in for the three-way sentiment classifier of Demo 2: MiniLM plus a LoRA adapter."""
