"""The solutions that the exercises of section 2 print are run, on the offline Hub."""

import runpy
from pathlib import Path

import pytest

from snippets.nlp import lora

SOLUTIONS = Path(__file__).parents[2] / "docs" / "nlp" / "solutions"


def solution(name: str) -> dict:
    return runpy.run_path(str(SOLUTIONS / f"{name}.py"))


# ---- exercise 1: text_classification

# ---- exercise 2: translation

# ---- exercise 3: ner

# ---- exercise 4: zero_shot

# ---- exercise 5: text_generation

# ---- exercise 6: lora


def test_two_adapters_share_one_base(tmp_path):
    found = solution("two_adapters")
    texts = ["Where is my parcel?", "You charged me twice.", "It never came.", "Wrong amount."]
    teams = {"shop": ["delivery", "billing"] * 2, "utility": ["billing", "delivery"] * 2}
    folders, alone = {}, {}
    for domain, labels in teams.items():
        model = lora.Classifier(labels)
        lora.fit_head(model, texts, labels)
        model = lora.add_lora(model)
        lora.train(model, texts, labels, epochs=1)
        alone[domain] = lora.classify(model, texts)
        folders[domain] = tmp_path / domain
        model.save_pretrained(folders[domain])
    assert alone["shop"] != alone["utility"]
    mounted = found["mount"](["billing", "delivery"], folders)
    for domain in ("utility", "shop", "utility"):
        assert found["classify_for"](mounted, domain, texts) == alone[domain]
    _, added = found["weights"](mounted)
    assert added == 2 * (73_728 + 384 * 2 + 2)
    with pytest.raises(ValueError, match="mounted: shop, utility"):
        found["classify_for"](mounted, "clinic", texts)
