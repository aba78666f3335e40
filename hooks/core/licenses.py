"""What the registry's licenses allow, by the rules of the snippet `license_check`.

The snippet holds the only copy of the rules: it is read here without being imported, because the
site is built without huggingface_hub. The offline Hub, the tables of section 9 and the license
checker on the site all take the rules from here.
"""

import ast
from functools import cache
from pathlib import Path
from typing import Any

from hooks.core.paths import SNIPPETS
from hooks.core.registry import Checkpoint

SNIPPET = SNIPPETS / "licenses/license_check.py"
# Licenses whose tag on the Hub is not their name in lower case.
TAGS = {
    "AGPL-3.0-or-later": "agpl-3.0",
    "BigScience RAIL 1.0": "bigscience-bloom-rail-1.0",
    "BigCode OpenRAIL-M v1": "bigcode-openrail-m",
}
NONE = "none stated"


@cache
def constant(name: str, snippet: Path = SNIPPET) -> Any:
    """Return the value of a constant of the snippet.

    Args:
        name: Such as RULES.
        snippet: The Python file that assigns it.

    Raises:
        ValueError: The snippet has no such constant, or it is more than a literal.
    """
    for node in ast.parse(snippet.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    raise ValueError(f"{snippet.name} has no constant {name}; write it as a plain literal")


def tag(entry: Checkpoint) -> str | None:
    """Return the license as a card on the Hub tags it: None when the card has no such field."""
    if entry.license == NONE:
        return None
    known = TAGS.get(entry.license, entry.license.lower())
    return known if known in constant("RULES") else "other"


def card(entry: Checkpoint) -> dict[str, Any]:
    """Return what the registry knows of a card's metadata, in the Hub's words (`cardData`)."""
    found: dict[str, Any] = {"license": tag(entry)}
    if found["license"] == "other":
        found["license_name"] = entry.license_name or entry.license * (" " not in entry.license)
        found["license_link"] = entry.license_url
    found |= {"base_model": list(entry.base_model), "datasets": list(entry.datasets)}
    found["pipeline_tag"] = entry.task if entry.kind == "model" else None
    return {name: value for name, value in found.items() if value}


def answer(registry: dict[str, Checkpoint], id_: str, above: tuple[str, ...] = ()) -> str:
    """Return what `license_check(id_).commercial` says when the registry is all there is to ask.

    Args:
        registry: As `hooks.core.registry.load` returns it.
        id_: A model; one that is not registered counts as not found.
        above: The models it was reached from, so that a circle of bases ends.
    """
    entry = registry.get(id_)
    if entry is None or entry.kind != "model":
        return "deny"
    own = constant("RULES").get(tag(entry), ("deny",))[0]
    bases = dict.fromkeys([*entry.base_model, *constant("ALSO_BUILT_ON").get(id_, [])])
    path = (*above, id_)
    below = [answer(registry, base, path) for base in bases if base not in path]
    return min([own, *below], key=constant("STRICTEST_FIRST").index)
