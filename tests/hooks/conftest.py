"""A small course to try the hooks on: its notebook was executed by a real kernel."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent
from mkdocs.utils import yaml_load

import hooks.mkdocs
from hooks.core.paths import ROOT

DATA = Path(__file__).parent / "data" / "repository"
STEPS = ("keep_files", "figures", "downloads", "reference", "nav", "marks", "stray_tags", "expand")
STEPS += ("notebook_page", "cache", "kept_pages")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small course to work in."""
    folder = tmp_path / "repository"
    shutil.copytree(DATA, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def notebook() -> dict:
    """Its executed notebook."""
    return json.loads((DATA / "docs/introduction/sentiment.ipynb").read_text("utf-8"))


@pytest.fixture
def course(notebook: dict) -> dict:
    """The `course` metadata of that notebook."""
    return notebook["metadata"]["course"]


@pytest.fixture
def build_site(repository: Path) -> Callable[..., Path]:
    """Builds the small course with the plugins and extensions of the real mkdocs.yml."""

    def build_it(**settings: object) -> Path:
        build(_config(repository, settings))
        return repository / "site"

    return build_it


def _config(repository: Path, settings: dict[str, object]) -> MkDocsConfig:
    with (ROOT / "mkdocs.yml").open("rb") as file:
        real = yaml_load(file)
    wanted = {"search", "mkdocstrings"}
    plugins = [p for p in real["plugins"] if (p if isinstance(p, str) else next(iter(p))) in wanted]
    (repository / "mkdocs.yml").write_text("site_name: Small course\n", "utf-8")
    return load_config(
        str(repository / "mkdocs.yml"),
        plugins=plugins,
        markdown_extensions=real["markdown_extensions"],
        hooks=[hook_file(repository, *(f"hooks.site.{name}" for name in STEPS))],
        strict=True,
        site_dir=str(repository / "site"),
        theme={"name": "material", "font": False},
        validation={"nav": {"omitted_files": "warn"}, "links": {"anchors": "warn"}},
        **settings,
    )


def hook_file(folder: Path, *modules: str) -> str:
    """Write a hook file with the steps of hooks/mkdocs.py from some modules, in its order."""
    file = folder / "steps.py"
    text = f"from tests.hooks.conftest import chosen\n\nglobals().update(chosen({modules}))\n"
    file.write_text(text, "utf-8")
    return str(file)


def chosen(modules: tuple[str, ...]) -> dict[str, CombinedEvent]:
    """The events of hooks/mkdocs.py, each with the steps from some modules."""
    return {
        name: CombinedEvent(*(step for step in event.methods if step.__module__ in modules))
        for name, event in vars(hooks.mkdocs).items()
        if name.startswith("on_")
    }
