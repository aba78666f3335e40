"""Tiny stand-in for the sentiment classifier of Demo 1: MiniLM plus a LoRA adapter."""
