"""The offline Hub: tiny checkpoints served under the real repository ids.

Imports `core` and `worlds`. Start at `__main__.py`, `python -m hooks.hub`; a stand-in is a folder
of `stand_ins/` with what builds it, its weights and its card.
"""
