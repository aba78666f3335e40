"""The registry and its reader."""

from pathlib import Path

import pytest

from hooks.core.course import DEMOS
from hooks.core.registry import Checkpoint, RegistryError, for_demo, load
from tests.hooks.core.conftest import ENTRY


def loaded(folder: Path, text: str) -> dict[str, Checkpoint]:
    path = folder / "checkpoints.toml"
    path.write_text(text, "utf-8")
    return load(path)


def faults(folder: Path, text: str) -> str:
    with pytest.raises(RegistryError) as error:
        loaded(folder, text)
    return str(error.value)


def test_the_registry_is_sound_and_covers_every_demo():
    registry = load()
    assert [demo for demo in DEMOS if not for_demo(registry, demo)] == []


def test_demo_1_is_pinned_to_the_commit_that_transformers_itself_pins():
    [sentiment] = for_demo(load(), "sentiment")
    assert sentiment.id == "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
    assert sentiment.revision == "714eb0fa89d2f80546fda750413ed43d93601a13"
    assert (sentiment.parameters, sentiment.bytes) == (66_955_010, 66_955_010 * 4)
    assert sentiment.stand_in == "sentiment"
    assert sentiment.pinned


def test_every_unpinned_or_doubtful_entry_says_so():
    for entry in load().values():
        assert entry.license != "none stated" or entry.commercial == "no", entry.id
        assert "license" not in entry.unverified or "commercial" in entry.unverified, entry.id


def test_an_entry_is_read_as_written(tmp_path):
    [entry] = loaded(tmp_path, ENTRY).values()
    assert (entry.id, entry.demos, entry.unverified) == ("org/name", ("sentiment",), ())
    assert entry.url == "https://huggingface.co/org/name"
    short = ENTRY.replace('conditions = ""\n', "").replace("unverified = []\n", "")
    assert loaded(tmp_path, short) == {entry.id: entry}


FAULTS = [
    ('license = "MIT"\n', "", "no license, add it (str)"),
    ('license = "MIT"', 'license = ""', "license = '', fill it in"),
    ("gated = false", "gated = false\ncolor = 1", "unknown field 'color', remove it"),
    ("gated = false", "gated = 0", "gated = 0, write it as bool"),
    ("bytes = 4000", "bytes = true", "bytes = True, write it as int"),
    ("bytes = 4000", "bytes = 0", "bytes = 0, look it up, or write 0 and list it"),
    ("bytes = 4000", "bytes = -1", "bytes = -1, look it up"),
    ("bytes = 4000", "bytes = 4000\nmemory = -1", "memory = -1, write bytes, or leave it out"),
    ("0123456789" * 4, "0123456", "revision = '0123456', write the full commit"),
    ("0123456789" * 4, "main", "revision = 'main', write the full commit"),
    ('"yes"', '"maybe"', "commercial = 'maybe', write yes, no or conditions"),
    ('"yes"', '"conditions"', "conditions = '', say in one line"),
    ('conditions = ""', 'conditions = "a\\nb"', "conditions = 'a\\nb', say in one line"),
    ('["sentiment"]', '["feelings"]', "demos = ['feelings'], use names of demos"),
    ('["sentiment"]', "[]", "demos = [], use names of demos"),
    ("unverified = []", 'unverified = ["lisence"]', "unverified = ['lisence'], use names"),
    ('"model"', '"modle"', "kind = 'modle', write model or dataset"),
    ('"https://', '"http://', "license_url = 'http://huggingface.co/org/name', write an https"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_names_file_entry_and_remedy_in_one_line(tmp_path, old, new, message):
    text = faults(tmp_path, ENTRY.replace(old, new, 1))
    assert text.startswith(f"{tmp_path / 'checkpoints.toml'}: org/name: {message}")
    assert len(text.splitlines()) == 1


def test_all_faults_are_reported_at_once(tmp_path):
    second = ENTRY.replace("org/name", "org/other", 1).replace('"yes"', '"si"')
    text = faults(tmp_path, ENTRY.replace('license = "MIT"\n', "") + second)
    assert [line.split(": ")[1] for line in text.splitlines()] == ["org/name", "org/other"]


@pytest.mark.parametrize("revision", ["v8.4.0", "1:4.1.0-2", "0.1.0", "a1" * 32, "unpinned"])
def test_off_the_hub_a_version_or_a_digest_is_a_pin(tmp_path, revision):
    text = ENTRY.replace("0123456789" * 4, revision).replace('"huggingface"', '"debian"')
    assert loaded(tmp_path, text)["org/name"].pinned == (revision != "unpinned")


@pytest.mark.parametrize("revision", ["main", "latest", ""])
def test_off_the_hub_a_moving_name_is_no_pin(tmp_path, revision):
    text = ENTRY.replace("0123456789" * 4, revision).replace('"huggingface"', '"debian"')
    assert "write a SHA-256 or a version" in faults(tmp_path, text)


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path):
    with pytest.raises(RegistryError, match=r"checkpoints\.toml: no registry here"):
        load(tmp_path / "checkpoints.toml")
    assert "not valid TOML" in faults(tmp_path, "[org/name")
    assert "org: not a table" in faults(tmp_path, "org = 1")


def test_an_unknown_demo_is_named_with_the_known_ones():
    with pytest.raises(RegistryError, match="no demo 'feelings' in the course, use one of: sent"):
        for_demo(load(), "feelings")


@pytest.mark.parametrize(("field", "kind"), [("base_model", "model"), ("datasets", "dataset")])
def test_what_an_entry_was_made_from_is_an_entry_of_that_kind(tmp_path, field, kind):
    entry = f'{ENTRY}{field} = ["org/other"]\n'
    message = f"org/name: {field} = 'org/other', which is no {kind} of this file, add it"
    assert message in faults(tmp_path, entry)
    other = ENTRY.replace("org/name", "org/other")
    right, wrong = ("model", "dataset") if kind == "model" else ("dataset", "model")
    of = 'kind = "{}"'.format
    assert message in faults(tmp_path, entry + other.replace(of("model"), of(wrong)))
    registry = loaded(tmp_path, entry + other.replace(of("model"), of(right)))
    assert getattr(registry["org/name"], field) == ("org/other",)
