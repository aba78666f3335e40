"""Measured figures go into a model card, and nothing else of it changes."""

import re
from pathlib import Path

import pytest

from hooks.core.paths import ROOT, STAND_INS
from hooks.training.card import END, START, VALUE, fill, rows

CARD = f"""---
metrics:
- type: f1
  value: 0.1
- type: recall
  value: 0.2
---

# Model

Before.
{START}
old
{END}
After.
"""


@pytest.fixture
def card(tmp_path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(CARD, encoding="utf-8")
    return path


def test_the_measured_part_and_the_values_change_and_nothing_else(card):
    fill(card, "\n| new | 1 |\n", "0.7", "0.8")
    wanted = CARD.replace("old", "| new | 1 |").replace("0.1", "0.7").replace("0.2", "0.8")
    assert card.read_text(encoding="utf-8") == wanted
    fill(card, "old", "0.1", "0.2")
    assert card.read_text(encoding="utf-8") == CARD


def test_a_backslash_is_a_backslash(card):
    fill(card, r"\1 \g<2>", r"\1", "0")
    assert r"\1 \g<2>" in card.read_text(encoding="utf-8")


def test_rows_of_a_table():
    found = rows({"this model": [99.96, 2], "chance": [5.0]}, "{:.1f} %")
    assert found == "| this model | 100.0 % | 2.0 % |\n| chance | 5.0 % |"


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        (CARD.replace(END, ""), ("0", "0"), "no measured part"),
        (CARD, ("0",), "2 fields 'value:' for 1 values"),
        (CARD, (), "2 fields 'value:' for 0 values"),
    ],
)
def test_a_card_that_does_not_fit_is_named_and_stays(card, text, values, message):
    card.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(str(card)) + ".*" + message):
        fill(card, "new", *values)
    assert card.read_text(encoding="utf-8") == text


RECIPES = sorted(path.parent.name for path in (ROOT / "hooks" / "training").glob("*/recipe.py"))


@pytest.mark.parametrize("name", RECIPES)
def test_every_card_that_a_recipe_fills_can_be_filled(name, tmp_path):
    path = tmp_path / "README.md"
    text = (STAND_INS / name / "README.md").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    measured = text[text.index(START) + len(START) : text.index(END)]
    fill(path, measured, *(found.split()[-1] for found in re.findall(r"(?m)^\s+value:.*$", text)))
    assert path.read_text(encoding="utf-8") == text
    assert len(VALUE.findall(text)) > 0 or name == "cora"
