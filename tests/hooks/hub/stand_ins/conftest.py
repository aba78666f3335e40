"""Each stand-in is built once a session, by itself: its build imports the course's modules anew."""

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

FOLDERS = ("hooks", "snippets")


class Built(NamedTuple):
    """What a build wrote, and the files of this repository that it imported."""

    folder: Path
    imported: set[Path]


def _of_the_course() -> dict[str, ModuleType]:
    found = {one: sys.modules[one] for one in sys.modules if one.split(".")[0] in FOLDERS}
    return {name: module for name, module in found.items() if module.__file__}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Builds a stand-in by name, or gives back what was built before."""

    @cache
    def build(name: str) -> Built:
        folder = tmp_path_factory.mktemp(name)
        aside = _of_the_course()
        for module in aside:
            del sys.modules[module]
        try:
            import_module(f"hooks.hub.stand_ins.{name}.build").build(folder)
            imported = _of_the_course()
        finally:
            for module in _of_the_course():
                del sys.modules[module]
            sys.modules.update(aside)
        return Built(folder, {Path(module.__file__) for module in imported.values()})

    return build


@pytest.fixture(scope="module")
def repository(request: pytest.FixtureRequest, built: Callable[[str], Built]) -> Path:
    """What the build of a test file's stand-in wrote: `test_ner.py` is about `ner`."""
    return built(request.path.stem.removeprefix("test_")).folder
