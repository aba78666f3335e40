"""MkDocs hook: puts a tool, or the table that says the same without a script, where a page asks."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from hooks import license_families, registry
from hooks.tools import cost_calculator, lecture_clock, license_checker, model_checklist

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


def scripts(name: str, url: str) -> str:
    """Return the script elements of a tool, run where they stand: also after instant navigation."""
    found = (get_relative_url(f"{SCRIPTS}/{one}.js", url) for one in ("tool", name))
    return "".join(f'<script src="{src}"></script>' for src in found)


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
        return f"{text}\n{scripts(name, page.url)}\n" if kind == "tool" else text

    return MARK.sub(put, markdown)
