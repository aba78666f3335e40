"""MkDocs hook: puts a tool, or the table that says the same without a script, where a page asks."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from hooks.core import registry
from hooks.site import license_families
from hooks.site.tools import cost_calculator, lecture_clock, license_checker, model_checklist

MARK = re.compile(r"^<!-- (tool|table): ([\w-]+) -->$", re.M)
SCRIPTS = "assets/scripts/tools"


def parts(root: Path) -> dict[tuple[str, str], Callable[[], str]]:
    """Return what can be asked for, by kind and name."""
    known = registry.load(root / "snippets" / "checkpoints.toml")
    families = {
        ("table", f"licenses-{use}"): lambda use=use: license_families.table(known, use)
        for use in ("yes", "conditions", "no")
    }
    return families | {
        ("tool", "license_checker"): lambda: license_checker.controls(known),
        ("table", "license_checker"): lambda: license_checker.table(known),
        ("tool", "cost_calculator"): cost_calculator.controls,
        ("table", "cost_calculator"): cost_calculator.table,
        ("tool", "model_checklist"): model_checklist.controls,
        ("table", "model_checklist"): model_checklist.table,
        ("tool", "lecture_clock"): lecture_clock.controls,
        ("table", "lecture_clock"): lecture_clock.table,
    }


def script(name: str, url: str) -> str:
    """Return the script element of a tool, run where it stands: also after instant navigation."""
    return f'<script src="{get_relative_url(f"{SCRIPTS}/{name}.js", url)}"></script>'


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put what the tools share before each tool's script.

    Two script elements would do when a page is loaded; instant navigation runs them in any order.
    """
    shared = files.get_file_from_path(f"{SCRIPTS}/tool.js")
    if shared is None:  # a course without tools
        return files
    for file in [one for one in files if one.src_uri.startswith(f"{SCRIPTS}/")]:
        files.remove(file)
        if file is not shared:
            text = shared.content_string + file.content_string
            files.append(File.generated(config, file.src_uri, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Replace the marks of a page."""
    if not MARK.search(markdown):
        return markdown
    known = parts(Path(config.config_file_path).parent)

    def put(found: re.Match[str]) -> str:
        kind, name = found.groups()
        if (kind, name) not in known:
            names = ", ".join(f"{kind}: {name}" for kind, name in known)
            raise PluginError(f"docs/{page.file.src_uri}: no {found[0]}; there are {names}")
        text = known[kind, name]()
        return f"{text}\n{script(name, page.url)}\n" if kind == "tool" else text

    return MARK.sub(put, markdown)
