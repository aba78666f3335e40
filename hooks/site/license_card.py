"""The license card of a demo: what it loads, under which terms, from where, as plain Markdown."""

from collections.abc import Sequence

from hooks.core.registry import Checkpoint, RegistryError, for_demo

USES = {"yes": "Yes", "no": "No", "conditions": "With conditions"}


def license_card(
    registry: dict[str, Checkpoint], demo: str, used: Sequence[str] | None = None
) -> str:
    """License card of one demo.

    Args:
        registry: As `hooks.core.registry.load` returns it.
        demo: Name of the demo, such as `sentiment`.
        used: Ids that the demo loads, in the order of the card, from `hooks.core.pins.named`.
            The demo's other entries become one line each. None: every entry gets a full card.

    Returns:
        Markdown: one two-column table a checkpoint, in a `<div class="license-card">`.

    Raises:
        RegistryError: If the course has no demo, or the registry no id, of that name.
    """
    entries = for_demo(registry, demo)
    if unknown := sorted(set(used or ()) - registry.keys()):
        raise RegistryError(f"{demo}: {', '.join(unknown)} not in the registry, add or correct it")
    loaded = entries if used is None else [registry[id_] for id_ in used]
    others = [entry for entry in entries if entry not in loaded]
    parts = [_card(entry) for entry in loaded]
    if others:
        parts += ["Also discussed in this demo, not loaded by it:", "\n".join(map(_line, others))]
    return "\n\n".join(parts) + "\n"


def _card(entry: Checkpoint) -> str:
    """One checkpoint as a table; its header row names it, so that it reads well aloud too."""
    rows = [
        (entry.kind.replace("model", "checkpoint").capitalize(), f"[`{entry.id}`]({entry.url})"),
        ("---", "---"),
        ("Revision", _revision(entry)),
        ("License", _license(entry)),
        ("Commercial use", _commercial(entry)),
        ("Access", _access(entry)),
        *([("Parameters", _parameters(entry))] if entry.kind == "model" else []),
        ("Size", _size(entry)),
        ("Offline", _offline(entry)),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f'<div class="license-card" markdown="1">\n\n{table}\n\n</div>'


def _line(entry: Checkpoint) -> str:
    """One checkpoint as a list item."""
    return f"- [`{entry.id}`]({entry.url}): {_license(entry)}; commercial use: {_commercial(entry)}"


def _checked(entry: Checkpoint, field: str, value: str) -> str:
    """A value, and whether it could be verified."""
    return f"{value} (not verified)" if field in entry.unverified else value


def _text(value: str) -> str:
    """Text of the registry inside a table cell."""
    return value.replace("|", "\\|")


def _revision(entry: Checkpoint) -> str:
    if not entry.pinned:
        return "unpinned: no exact revision is recorded, so the files can change"
    if entry.host != "huggingface":
        return f"`{_text(entry.revision)}`"
    return f"[`{entry.revision[:7]}`]({entry.url}/tree/{entry.revision})"


def _license(entry: Checkpoint) -> str:
    if entry.license == "none stated":
        known = "license" not in entry.unverified
        return f"[none stated]({entry.license_url})" if known else "not verified"
    return _checked(entry, "license", f"[{_text(entry.license)}]({entry.license_url})")


def _commercial(entry: Checkpoint) -> str:
    answer = _checked(entry, "commercial", USES[entry.commercial])
    conditions = _text(_checked(entry, "conditions", entry.conditions))
    return f"{answer}. {conditions}" if entry.conditions else answer


def _access(entry: Checkpoint) -> str:
    gated = "gated: log in and accept the terms, or ask for approval, first"
    return _checked(entry, "gated", gated if entry.gated else "open, no account needed")


def _parameters(entry: Checkpoint) -> str:
    if not entry.parameters:
        return "not verified"
    # A multiple of 100,000 is a rounded figure; printing all its zeros would look exact.
    rounded = entry.parameters % 100_000 == 0
    millions = f"about {entry.parameters / 1e6:,.1f}".removesuffix(".0") + " million"
    return _checked(entry, "parameters", millions if rounded else f"{entry.parameters:,}")


def _size(entry: Checkpoint) -> str:
    if not entry.bytes:
        return "not verified"
    megabytes = entry.bytes / 1e6
    size = f"{megabytes:,.{1 if megabytes < 10 else 0}f} MB"
    if "bytes" in entry.unverified and entry.bytes == 4 * entry.parameters:
        return f"{size} (calculated at 4 bytes a parameter, not measured)"
    return _checked(entry, "bytes", size)


def _offline(entry: Checkpoint) -> str:
    if entry.package:
        return f"the real weights, from the package `{entry.package}`"
    if entry.stand_in:
        return f"a tiny stand-in, `{entry.stand_in}`, answers under this name"
    if entry.host == "debian":
        return "the real weights, from a package"
    return "no stand-in yet: needs the network"
