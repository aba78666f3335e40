"""Write the tokenizer's pieces anew: `python -m hooks.training.code_generation.pieces` (seconds).

Needed before the recipe when the shop, the questions or the functions have changed.
"""

from hooks.hub.stand_ins.code_generation.vocabulary import write_pieces

if __name__ == "__main__":
    write_pieces()
