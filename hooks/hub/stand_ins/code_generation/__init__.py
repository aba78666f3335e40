"""The small Qwen2 that answers for Qwen2.5-Coder-0.5B-Instruct, and the shop that it knows."""
