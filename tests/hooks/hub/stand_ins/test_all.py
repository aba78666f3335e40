"""What holds of all stand-ins: each folder with a `build.py` is one."""

import ast
import json
import os
import shutil
from importlib import import_module
from pathlib import Path

import pytest
import torch
import transformers
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file

from hooks.core import registry
from hooks.core.paths import ROOT, STAND_INS
from hooks.hub import data
from hooks.hub.fingerprint import sources
from hooks.hub.repository import walk
from hooks.hub.store import prepare

NAMES = sorted(build.parent.name for build in STAND_INS.glob("*/build.py"))
WEIGHTS = {path.parent.name: path for path in sorted(STAND_INS.glob("*/*.safetensors"))}
CARDS = {path.parent.name: path for path in sorted(STAND_INS.glob("*/README.md"))}
ENTRIES = registry.load().values()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in walk(folder)}


@pytest.fixture(scope="session")
def served() -> dict[str, Path]:
    """Where the offline Hub of this session keeps each stand-in, built in a process of its own."""
    home = Path(os.environ["HF_HOME"])
    drawn = {one.stand_in: home / data.PLACES[one.id] for one in ENTRIES if one.id in data.PLACES}
    return drawn | {one.stand_in: one.folder for one in prepare(registry.load())}


@pytest.mark.parametrize("name", NAMES)
def test_a_build_gives_the_bytes_that_are_served(name, built, served):
    ours, theirs = contents(built(name).folder), contents(served[name])
    assert ours.keys() == theirs.keys()
    assert "README.md" in ours
    assert [path for path in ours if ours[path] != theirs[path]] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_file_names_a_folder_of_this_machine(name, built):
    folder = built(name).folder
    for path, content in contents(folder).items():
        for place in (str(folder), str(ROOT), "site-packages"):
            assert place.encode() not in content, path


@pytest.mark.parametrize("name", NAMES)
def test_a_build_imports_only_what_its_fingerprint_covers(name, built):
    missed = built(name).imported - set(sources(name))
    # A package runs when a module of it is imported; nothing is taken from these.
    assert {path.name for path in missed} <= {"__init__.py"}
    for path in missed:
        kinds = {type(node) for node in ast.parse(path.read_text("utf-8")).body}
        assert kinds <= {ast.Expr, ast.Assign}, path


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_are_small_and_half_precision(name):
    assert WEIGHTS[name].stat().st_size < 6_000_000
    tensors = load_file(WEIGHTS[name]).values()
    assert {one.dtype for one in tensors if one.is_floating_point()} == {torch.float16}


@pytest.mark.parametrize("name", WEIGHTS)
def test_what_transformers_loads_has_full_precision(name, built):
    folder = built(name).folder
    config = folder / "config.json"
    kinds = json.loads(config.read_text("utf-8")).get("architectures") if config.exists() else None
    for kind in kinds or ():
        if model := getattr(transformers, kind, None):  # timm and Chronos have their own classes
            loaded = model.from_pretrained(folder).parameters()
            assert {tensor.dtype for tensor in loaded} == {torch.float32}


def test_all_weights_together_are_small():
    # Every clone of the course carries them.
    assert sum(path.stat().st_size for path in WEIGHTS.values()) < 40_000_000


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("damage", ["missing", "of another shape", "unknown"])
def test_weights_that_do_not_fit_are_refused(name, damage, tmp_path):
    source = shutil.copytree(STAND_INS / name, tmp_path / name)
    tensors = load_file(WEIGHTS[name])
    wrong = min(tensors)
    if damage == "missing":
        del tensors[wrong]
    elif damage == "unknown":
        wrong = "other.weight"
        tensors[wrong] = torch.zeros(1)
    else:
        tensors[wrong] = torch.zeros(1, 2, 3, dtype=torch.float16)
    save_file(tensors, source / WEIGHTS[name].name)
    build = import_module(f"hooks.hub.stand_ins.{name}.build").build
    with pytest.raises(ValueError, match="does not fit: ") as caught:
        build(tmp_path / "out", source)
    assert wrong.removeprefix("base_model.model.") in str(caught.value)


@pytest.mark.parametrize("name", CARDS)
def test_the_card_says_what_it_is_and_what_it_stands_for(name):
    card = ModelCard.load(CARDS[name])
    assert card.data.license in ("mit", "apache-2.0", "agpl-3.0", "cc-by-2.0")
    assert "stand-in" in card.data.tags
    entries = [one for one in ENTRIES if one.stand_in == name]
    assert entries
    if name in WEIGHTS:
        assert {card.data.pipeline_tag} == {one.task for one in entries}
        assert all(one.id in card.text for one in entries)
    assert "**This is n" in card.text  # "not that model", "neither of them", "not Cora"
    assert f"python -m hooks.training {name}" in card.text and "## Licenses" in card.text
