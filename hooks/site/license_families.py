"""The tables of license families in section 9: terms from the rules, models from the registry."""

from hooks.core import licenses
from hooks.core.registry import Checkpoint

SHOWN = 3  # models named in a row; the rest is counted
NOTHING = "Nothing is granted until somebody states a license"


def table(registry: dict[str, Checkpoint], use: str) -> str:
    """Return the licenses under which a person answered `use`, as a Markdown table.

    Args:
        registry: As `hooks.core.registry.load` returns it.
        use: yes, conditions or no.
    """
    rules = licenses.constant("RULES")
    rows: dict[tuple[str | None, str], list[Checkpoint]] = {}
    for entry in registry.values():
        if entry.kind == "model" and entry.commercial == use:
            tag = licenses.tag(entry)
            by_rule = tag in rules and rules[tag][0] == use
            terms = rules[tag][1] if by_rule else entry.conditions if tag else NOTHING
            rows.setdefault((tag, terms.rstrip(".")), []).append(entry)
    for tag, (answer, terms) in rules.items():
        if answer == use and not any(tag == known for known, _ in rows):
            rows[tag, terms.rstrip(".")] = []
    ordered = sorted(rows.items(), key=lambda row: -len(row[1]))
    lines = ["| License (tag) | Terms | In this course |", "| --- | --- | --- |"]
    lines += [
        f"| {_name(tag, found)} | {terms.replace('|', chr(92) + '|')} | {_models(found)} |"
        for (tag, terms), found in ordered
    ]
    return "\n".join(lines)


def _name(tag: str | None, found: list[Checkpoint]) -> str:
    if tag is None:
        return "None stated (no tag)"
    names = list(dict.fromkeys(one.license for one in found))
    tagged = not found or any(one.host == "huggingface" for one in found)
    return ", ".join([*names, f"`{tag}`"] if tagged else names)


def _models(found: list[Checkpoint]) -> str:
    names = ", ".join(f"`{one.id.rpartition('/')[2]}`" for one in found[:SHOWN])
    rest = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return names + rest or "none"
