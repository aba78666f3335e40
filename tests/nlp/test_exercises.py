"""The solutions that the exercises of section 2 print are run, on the offline Hub."""

import runpy
from pathlib import Path

SOLUTIONS = Path(__file__).parents[2] / "docs" / "nlp" / "solutions"


def solution(name: str) -> dict:
    return runpy.run_path(str(SOLUTIONS / f"{name}.py"))


# ---- exercise 1: text_classification

# ---- exercise 2: translation

# ---- exercise 3: ner

# ---- exercise 4: zero_shot

# ---- exercise 5: text_generation

# ---- exercise 6: lora
