"""The license checker: rules of the snippet and cards of the registry for its script."""

from typing import Any

from hooks.core import licenses
from hooks.core.registry import Checkpoint
from hooks.site.license_card import USES
from hooks.site.tools import data, markdown

FIELDS = ("gated", "license", "commercial", "conditions")  # of the registry, as the script has them


def known(registry: dict[str, Checkpoint]) -> dict[str, dict[str, Any]]:
    """Return what the checker can say about the course's models without a network, by id."""
    return {
        entry.id: {
            "card": licenses.card(entry) if entry.host == "huggingface" else None,
            **{name: getattr(entry, name) for name in FIELDS},
            "unverified": bool({"license", "commercial"} & set(entry.unverified)),
        }
        for entry in registry.values()
        if entry.kind == "model"
    }


def controls(registry: dict[str, Checkpoint]) -> str:
    """Return the form, shown by its script only."""
    names = ("RULES", "ALSO_BUILT_ON", "STRICTEST_FIRST")
    rules = {name: licenses.constant(name) for name in names}
    datasets = {one.id: licenses.tag(one) for one in registry.values() if one.kind == "dataset"}
    options = "".join(f'<option value="{id_}">' for id_ in known(registry))
    return (
        '<form class="tool screen-only" data-tool="license_checker" hidden>'
        '<div class="tool__field"><label for="check-id">Model id</label>'
        '<input id="check-id" name="id" list="check-known" autocomplete="off" spellcheck="false" '
        'placeholder="organization/name" required>'
        f'<datalist id="check-known">{options}</datalist></div>'
        '<div class="tool__buttons">'
        '<button class="md-button md-button--primary" type="submit">Ask the Hub</button>'
        '<button class="md-button" type="button" data-registry>Look in the registry only</button>'
        "</div>"
        '<p class="tool__note"><b>Ask the Hub</b> sends the id from your browser to '
        "huggingface.co, and the ids of the base models and datasets that its card names. Nothing "
        "is sent before you press it, and nothing else is sent.</p>"
        '<div class="tool__result" role="status"></div></form>'
        + data({**rules, "known": known(registry), "datasets": datasets})
    )


def table(registry: dict[str, Checkpoint]) -> str:
    """Return every model of the course, as a program and as a person answer for it."""
    rows = []
    for entry in registry.values():
        if entry.kind != "model":
            continue
        on_hub = entry.host == "huggingface"
        program = licenses.answer(registry, entry.id) if on_hub else ""
        doubt = " (not verified)" if "commercial" in entry.unverified else ""
        why = entry.conditions or licenses.constant("RULES").get(licenses.tag(entry), ("", ""))[1]
        cells = [
            f"[`{entry.id}`]({entry.url})" + (", gated" if entry.gated else ""),
            entry.license,
            {**USES, "deny": "Deny"}.get(program, "Not on the Hub"),
            USES[entry.commercial] + doubt,
            why,
        ]
        rows.append([cell.replace("|", "\\|") for cell in cells])
    return markdown("Checkpoint | License | Program | Person | Why", rows)
