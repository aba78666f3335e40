"""The snippet against the registry on the offline Hub, and against odd cards."""

import json

import pytest
from huggingface_hub import HfApi, ModelInfo
from huggingface_hub.errors import RepositoryNotFoundError

from hooks.core import licenses
from hooks.core.paths import ROOT
from hooks.core.registry import load
from snippets.licenses import license_check as snippet
from snippets.licenses.license_check import STRICTEST_FIRST, Finding, license_check, report

REGISTRY = load()
ON_THE_HUB = [
    one.id for one in REGISTRY.values() if (one.kind, one.host) == ("model", "huggingface")
]


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    """Every registered model of the Hub, asked once, under the registered revision."""
    pins = {one: REGISTRY[one].revision if REGISTRY[one].pinned else "main" for one in ON_THE_HUB}
    return {one: license_check(one, revision=pins[one]) for one in ON_THE_HUB}


CASES = {
    "bigscience/bloom": ("bigscience-bloom-rail-1.0", "conditions", "conditions", False),
    "bigscience/bloom-560m": ("bigscience-bloom-rail-1.0", "conditions", "conditions", False),
    "openai-community/gpt2": ("mit", "yes", "yes", False),
    "Salesforce/codet5-base-multi-sum": ("bsd-3-clause", "yes", "yes", False),
    "facebook/nllb-200-distilled-600M": ("cc-by-nc-4.0", "no", "no", False),
    "openai/clip-vit-base-patch32": ("none", "deny", "deny", False),
    "microsoft/trocr-base-printed": ("none", "deny", "deny", False),
    "Salesforce/blip2-opt-2.7b": ("mit", "yes", "deny", False),
    "bigcode/starcoder": ("bigcode-openrail-m", "conditions", "conditions", True),
    "Prior-Labs/TabPFN-v2-clf": ("other (priorlabs-1-1)", "deny", "deny", False),
    "Prior-Labs/tabpfn_2_6": ("other (tabpfn-2.6-license-v1.0)", "deny", "deny", True),
}


@pytest.mark.parametrize(("id", "said"), CASES.items())
def test_the_cases_of_section_9(findings, id, said):
    found = findings[id]
    assert (found.license, found.own, found.commercial, found.gated) == said


def test_the_program_never_allows_more_than_the_person_who_filled_the_registry(findings):
    order = {"deny": 0, "no": 0, "conditions": 1, "yes": 2}
    for id, found in findings.items():
        assert order[found.commercial] <= order[REGISTRY[id].commercial], id


def test_the_tables_and_the_browser_say_what_the_snippet_says(findings):
    said = {id: found.commercial for id, found in findings.items()}
    assert said == {id: licenses.answer(REGISTRY, id) for id in ON_THE_HUB}


def test_the_commit_is_the_pin(findings):
    found = findings["openai-community/gpt2"]
    assert found.commit == REGISTRY[found.id].revision


def test_a_base_is_walked_to_and_named(findings):
    found = findings["Salesforce/blip2-opt-2.7b"]
    assert [base.id for base in found.bases] == ["facebook/opt-2.7b"]
    lines = report(found).splitlines()
    assert lines[0::3][:2] == ["Salesforce/blip2-opt-2.7b: mit", "    facebook/opt-2.7b: other"]
    assert lines[-1] == "Commercial use: deny"
    assert sum(line.startswith("Commercial") for line in lines) == 1


def test_datasets_are_reported_and_do_not_decide(findings):
    found = findings["dslim/bert-base-NER"]
    assert found.datasets == {"conll2003": "other"}
    assert found.commercial == "yes"
    assert findings["facebook/wav2vec2-base-960h"].datasets == {"librispeech_asr": "cc-by-4.0"}


def test_rules_are_complete_and_short():
    for tag, (commercial, terms) in snippet.RULES.items():
        assert tag == tag.lower() and tag not in ("other", "unknown", "none")
        assert commercial in ("yes", "conditions", "no")
        assert 10 < len(terms) < 80 and terms.endswith(".")
    assert {id for bases in snippet.ALSO_BUILT_ON.values() for id in bases} <= REGISTRY.keys()


@pytest.mark.parametrize("first", STRICTEST_FIRST)
@pytest.mark.parametrize("second", STRICTEST_FIRST)
def test_a_base_never_makes_the_answer_milder(first, second):
    base = Finding("b", "", "x", "", second, False, (), {})
    whole = Finding("a", "", "x", "", first, False, (base,), {})
    assert whole.commercial == min(first, second, key=STRICTEST_FIRST.index)


# ---- cards as strangers write them: the library's own ModelInfo, from JSON as the Hub sends it


@pytest.fixture
def hub(monkeypatch):
    """A Hub with a few odd cards. What is not in it is asked of the offline Hub."""
    cards: dict[str, dict | None] = {}
    ask = HfApi.model_info

    def model_info(self, id, **options):
        if id not in cards:
            return ask(self, id, **options)
        return ModelInfo(id=id, sha="0" * 40, gated=False, tags=[], cardData=cards[id])

    monkeypatch.setattr(HfApi, "model_info", model_info)
    return cards


CARDS = [
    (None, "none", "deny"),
    ({}, "none", "deny"),
    ({"license": None}, "none", "deny"),
    ({"license": ""}, "none", "deny"),
    ({"license": "unknown"}, "unknown", "deny"),
    ({"license": "other"}, "other", "deny"),
    ({"license": "other", "license_name": "mit"}, "other (mit)", "deny"),
    ({"license": "MIT License"}, "MIT License", "deny"),
    ({"license": ["mit"]}, "mit", "yes"),
    ({"license": ["mit", "cc-by-nc-4.0"]}, "mit + cc-by-nc-4.0", "deny"),
    ({"license": "mit", "base_model": "openai-community/gpt2"}, "mit", "yes"),
    ({"license": "mit", "base_model": ["bigscience/bloom"]}, "mit", "conditions"),
    ({"license": "mit", "base_model": "./checkpoint-500"}, "mit", "deny"),
    ({"license": "mit", "base_model": "nobody/removed"}, "mit", "deny"),
    ({"license": "cc-by-nc-4.0", "base_model": "nobody/removed"}, "cc-by-nc-4.0", "no"),
]


@pytest.mark.parametrize(("card", "license", "commercial"), CARDS)
def test_odd_cards(hub, card, license, commercial):
    hub["you/model"] = card
    found = license_check("you/model")
    assert (found.license, found.commercial) == (license, commercial)


def test_a_circle_of_bases_ends(hub):
    hub["you/a"] = {"license": "mit", "base_model": "you/b"}
    hub["you/b"] = {"license": "apache-2.0", "base_model": ["you/a", "you/b", "you/c"]}
    hub["you/c"] = {"license": "cc-by-nc-4.0"}
    found = license_check("you/a")
    assert found.commercial == "no"
    assert [base.id for base in found.bases[0].bases] == ["you/c"]


def test_a_dataset_that_is_not_on_the_hub_is_said(hub):
    hub["you/model"] = {"license": "mit", "datasets": ["my own notes", "nobody/gone"]}
    found = license_check("you/model")
    assert set(found.datasets.values()) == {"not on the Hub"}


@pytest.mark.parametrize(
    ("id", "revision", "message"),
    [
        ("nobody/nothing", "main", "no public model 'nobody/nothing': check the spelling"),
        ("two words", "main", "no public model 'two words': check the spelling"),
        ("bigscience/bloom", "v2", "bigscience/bloom has no revision 'v2': check the pin"),
    ],
)
def test_bad_input_gets_one_line(id, revision, message):
    with pytest.raises(LookupError) as error:
        license_check(id, revision=revision)
    assert error.value.args == (message,)


def test_the_outlines_call_fails_and_ours_reads_the_card():
    info = HfApi().model_info(snippet.CHECKPOINT, revision=snippet.REVISION)
    with pytest.raises(AttributeError):
        _ = info.license
    assert info.card_data.license == "bigscience-bloom-rail-1.0"
    assert "offline-hub:no-files" in info.tags  # nobody takes this answer for huggingface.co's
    with pytest.raises(RepositoryNotFoundError, match="no stand-in yet"):
        HfApi().hf_hub_download(snippet.CHECKPOINT, "config.json")


def test_the_notebook_says_that_no_weights_were_loaded():
    notebook = json.loads((ROOT / "docs/licenses/license_check.ipynb").read_text("utf-8"))
    assert notebook["metadata"]["course"]["provenance"]["checkpoints"] == []
