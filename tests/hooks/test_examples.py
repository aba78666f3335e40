"""The examples in the docstrings of what makes the site are right."""

import doctest
import importlib

import pytest

from hooks.core.paths import ROOT

MODULES = [
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for room in ("core", "site", "slides", "book")
    for path in sorted((ROOT / "hooks" / room).rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted and not result.failed
