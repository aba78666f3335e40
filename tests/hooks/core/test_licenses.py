"""The rules as hooks read them, and section 9's tables, which follow the registry."""

import re
from dataclasses import replace

import pytest

from hooks.core import licenses
from hooks.core.registry import RegistryError, load
from hooks.site.license_families import table
from hooks.site.tools import license_checker, model_checklist
from tests.hooks.core.conftest import ENTRY

REGISTRY = load()
GPT2 = REGISTRY["openai-community/gpt2"]


TAGS = [
    ("MIT", "mit"),
    ("BigScience RAIL 1.0", "bigscience-bloom-rail-1.0"),
    ("none stated", None),
    ("SAM License", "other"),
    ("llama4", "other"),  # never read, so no rule names it
]


@pytest.mark.parametrize(("license", "tag"), TAGS)
def test_a_license_has_the_tag_of_the_hub(license, tag):
    assert licenses.tag(replace(GPT2, license=license)) == tag


def test_a_card_says_what_the_registry_says_and_no_more():
    entry = replace(GPT2, license="qwen", license_name="qwen-research", datasets=("conll2003",))
    assert licenses.card(entry) == {
        "license": "other",
        "license_name": "qwen-research",
        "license_link": GPT2.license_url,
        "datasets": ["conll2003"],
        "pipeline_tag": "text-generation",
    }
    assert licenses.card(replace(GPT2, license="none stated")) == {"pipeline_tag": GPT2.task}


def test_the_strictest_of_the_chain_answers_and_a_circle_ends():
    base = replace(GPT2, id="a/base", license="CC-BY-NC-4.0", base_model=("a/top",))
    top = replace(GPT2, id="a/top", base_model=("a/base",))
    assert licenses.answer({"a/top": top, "a/base": base}, "a/top") == "no"
    assert licenses.answer({"a/top": top}, "a/top") == "deny"  # the base is not known
    assert licenses.answer({}, "a/top") == "deny"


def test_a_constant_that_is_not_there_is_named(tmp_path):
    snippet = tmp_path / "license_check.py"
    snippet.write_text("RULES = {}\n")
    assert licenses.constant("RULES", snippet) == {}
    with pytest.raises(ValueError, match=r"license_check\.py has no constant BASES"):
        licenses.constant("BASES", snippet)


def test_a_model_that_changes_its_terms_changes_its_row():
    before = table(REGISTRY, "yes")
    assert "opus-mt-tc-big-en-fr" in before and "twitter-roberta" in before
    opus = REGISTRY["Helsinki-NLP/opus-mt-tc-big-en-fr"]
    changed = REGISTRY | {opus.id: replace(opus, license="CC-BY-NC-4.0", commercial="no")}
    assert "opus-mt-tc-big-en-fr" not in table(changed, "yes")
    assert "opus-mt-tc-big-en-fr" in table(changed, "no").split("CC-BY-NC-4.0")[1]


def test_the_three_tables_hold_every_model_once_and_every_rule():
    text = "\n".join(table(REGISTRY, use) for use in ("yes", "conditions", "no"))
    rows = [line.strip("| ").split(" | ")[-1] for line in text.splitlines()]
    more = re.findall(r"(?m) and (\d+) more \|$", text)
    counted = sum(models.count("`") // 2 for models in rows) + sum(map(int, more))
    assert counted == sum(entry.kind == "model" for entry in REGISTRY.values())
    on_the_hub = [tag for tag in licenses.constant("RULES") if tag != "agpl-3.0"]
    assert [tag for tag in on_the_hub if f"`{tag}`" not in text] == []


def test_the_table_of_all_has_a_row_for_each_model_and_no_stray_column():
    lines = license_checker.table(REGISTRY).splitlines()
    assert len(lines) == 2 + sum(entry.kind == "model" for entry in REGISTRY.values())
    assert {line.replace("\\|", "").count("|") for line in lines} == {6}


def test_a_base_that_is_not_registered_is_a_fault(tmp_path):
    path = tmp_path / "checkpoints.toml"
    model = ENTRY.replace("org/name", "a")
    other = ENTRY.replace("org/name", "b")
    path.write_text(model + 'base_model = ["b"]\n')
    with pytest.raises(RegistryError, match="a: base_model = 'b', which is no model of this file"):
        load(path)
    path.write_text(model + 'base_model = ["b"]\n' + other)
    assert load(path)["a"].base_model == ("b",)
    path.write_text(model + 'datasets = ["b"]\n' + other)
    with pytest.raises(RegistryError, match="a: datasets = 'b', which is no dataset"):
        load(path)


def test_every_answer_of_the_checklist_leads_on_or_ends():
    for step in model_checklist.STEPS:
        assert set(step.stop) < set(step.answers)
        assert step.question in model_checklist.table()
    fine_tuning = next(step for step in model_checklist.STEPS if step.name == "fine_tuning")
    assert set(model_checklist.USE) | set(fine_tuning.stop) == set(fine_tuning.answers)
