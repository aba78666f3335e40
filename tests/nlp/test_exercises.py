"""The solutions that the exercises of section 2 print are run, on the offline Hub."""

import runpy
from pathlib import Path

import pytest

SOLUTIONS = Path(__file__).parents[2] / "docs" / "nlp" / "solutions"


def solution(name: str) -> dict:
    return runpy.run_path(str(SOLUTIONS / f"{name}.py"))


# ---- exercise 1: text_classification

# ---- exercise 2: translation

# ---- exercise 3: ner

# ---- exercise 4: zero_shot


@pytest.mark.parametrize("multi_label", [False, True])
def test_one_more_label_shrinks_all_scores_alike_or_none(multi_label):
    from snippets.nlp.zero_shot import load_classifier

    found = solution("one_more_label")
    text = "My parcel should have been here on Friday."
    labels = ["delivery", "billing", "praise"]
    pairs = found["before_and_after"](text, labels, "weather", load_classifier(), multi_label)
    assert sorted(pairs) == sorted(labels)
    factors = [after / before for before, after in pairs.values()]
    assert factors == pytest.approx([factors[0]] * 3, rel=1e-3)  # fp32, padded to another length
    assert factors[0] == pytest.approx(1, rel=1e-3) if multi_label else factors[0] < 1
    assert found["passes"](1000, 7) == 7000


# ---- exercise 5: text_generation

# ---- exercise 6: lora
