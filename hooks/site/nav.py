"""The navigation, from the course's sections and the pages that exist."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files

from hooks.core.course import SECTIONS, Section, same_name

Item = str | dict[str, Any]


def nav(sections: Sequence[Section], uris: Iterable[str], titles: Mapping[str, str]) -> list[Item]:
    """Return the navigation; a page that belongs nowhere else goes under *About*.

    Args:
        sections: The course's sections, in order.
        uris: Paths of all pages below `docs/`.
        titles: Titles of notebooks by path; a notebook without one gets its demo's.
    """
    left = dict.fromkeys(sorted(uris))

    def take(*wanted: str) -> list[str]:
        return [uri for uri in wanted if left.pop(uri, uri) is None]

    lecture: list[Item] = []
    reference: list[Item] = [*take("reference/index.md")]
    for number, section in enumerate(sections, 1):
        notebooks = {f"{section.folder}/{demo.name}.ipynb": demo.heading for demo in section.demos}
        snippets = {f"reference/{section.folder}/{d.name}.md": d.title for d in section.demos}
        children: list[Item] = [*take(f"{section.folder}/index.md")]
        children += [{titles.get(uri, notebooks[uri]): uri} for uri in take(*notebooks)]
        children += take(f"{section.folder}/exercises.md")
        children += take(*[uri for uri in left if uri.startswith(f"{section.folder}/")])
        lecture += [{f"{number} · {section.title}": children}] if children else []
        made: list[Item] = [{snippets[uri]: uri} for uri in take(*snippets)]
        reference += [{section.title: made}] if made else []
    cards = take(*[uri for uri in left if uri.startswith("reference/stand_ins/")])
    reference += [{"Tiny stand-ins": [{Path(uri).stem: uri} for uri in cards]}] if cards else []
    reference += take(*[uri for uri in left if uri.startswith("reference/")])
    tabs: dict[str, Any] = {
        "Home": "".join(take("index.md")),
        "Lecture": lecture,
        "Teach": take("teach.md", "present.md"),
        "Tools": take(*sorted((u for u in left if u.startswith("tools/")), key=_index_first)),
        "Reference": reference,
        "About": take(*sorted(left, key=_index_first)),  # last: all that is left
    }
    return [{name: part} for name, part in tabs.items() if part]


def _index_first(uri: str) -> tuple[bool, str]:
    return not uri.endswith("index.md"), uri


def title_of(notebook: Path) -> str | None:
    """Return the title in a notebook's `course` metadata; its own page reports what is wrong."""
    try:
        return json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["course"]["title"]
    except (ValueError, KeyError, TypeError):
        return None


def set_navigation(files: Files, config: MkDocsConfig) -> Files:
    """Set the navigation, unless mkdocs.yml gives one.

    Raises:
        PluginError: Two stories have one name.
    """
    if what := same_name(Path(config.docs_dir)):
        raise PluginError(what)
    if config.nav is None:
        uris = [page.src_uri for page in files.documentation_pages()]
        books = {uri: Path(config.docs_dir, uri) for uri in uris if uri.endswith(".ipynb")}
        titles = {uri: name for uri, path in books.items() if (name := title_of(path))}
        config.nav = nav(SECTIONS, uris, titles)
    return files
