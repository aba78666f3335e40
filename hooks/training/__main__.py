"""`python -m hooks.training NAME`: trains a stand-in, scores it, writes its weights and card."""

import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

RECIPES = sorted(path.parent.name for path in Path(__file__).parent.glob("*/recipe.py"))

if __name__ == "__main__":
    name = sys.argv.pop(1) if sys.argv[1:] else ""
    if name not in RECIPES:
        near = get_close_matches(name, RECIPES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(RECIPES)}"
        sys.exit(f"hooks.training: no recipe {name!r}; {hint}")
    import_module(f"hooks.training.{name}.recipe").RECIPE.main()
