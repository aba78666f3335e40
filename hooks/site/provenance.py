"""Say how an output came about: a line of Markdown under it, and a table for the notebook page."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

Course = dict[str, Any]

# Of no account for what a model printed; the table of the notebook page lists them all.
BESIDE_THE_POINT = {"ipython", "matplotlib", "tokenizers"}


def line(course: Course, links: Mapping[str, str] | None = None) -> str:
    """Return the provenance line of a notebook's outputs.

    Args:
        course: The notebook's `course` metadata.
        links: Addresses by checkpoint id, and by `stand_in:<name>` for the tiny one's model card.

    Returns:
        One paragraph with its classes, and a second one where the notebook is stale.
    """
    made = course["provenance"]
    named = (f"{name} {v}" for name, v in made["versions"].items() if name not in BESIDE_THE_POINT)
    facts = [", ".join(named), made["device"], _seconds(made["seconds"]), made["date"]]
    shown = [escape(str(fact)) for fact in facts if fact]
    text = " · ".join([_weights(course, links or {}), *shown])
    return _paragraph(text, course) + stale(course)


def short(course: Course, rest: str = "") -> str:
    """Return the line of an output whose details stand elsewhere.

    Args:
        course: The notebook's `course` metadata.
        rest: Path of the page that says the rest under `#provenance`; "" for the same page.
    """
    words = {
        "data": "Drawn data in place of the real, and no pre-trained checkpoint",
        "tiny": "Tiny stand-in, not the real model's output",
        "real": "Real weights",
        "none": "No pre-trained checkpoint",
    }[kind(course)]
    return _paragraph(f"{words} · [how this was run]({rest}#provenance)", course)


def of_cell(course: Course, tags: Sequence[str]) -> Course:
    """Return the metadata for one cell of a notebook that uses several checkpoints, or none.

    Args:
        course: The notebook's `course` metadata.
        tags: Of the cell. `no-model`: its output comes from no checkpoint. `only:<id>`: it comes
            from that checkpoint, and not from the notebook's others.
    """
    made = course["provenance"]
    named = [tag.removeprefix("only:") for tag in tags if tag.startswith("only:")]
    if not named and "no-model" not in tags:
        return course
    used = [item for item in made["checkpoints"] if item["id"] in named]
    return {**course, "provenance": {**made, "checkpoints": used}}


def table(course: Course, links: Mapping[str, str] | None = None) -> str:
    """Return everything known about the run as a table.

    Args:
        course: The notebook's `course` metadata.
        links: As `line` takes them.
    """
    made = course["provenance"]
    rows = [("Weights", _weights(course, links or {}))]
    for checkpoint in made["checkpoints"]:
        if checkpoint.get("sha256"):
            rows.append((f"sha256 of {escape(checkpoint['id'])}", f"`{checkpoint['sha256']}`"))
    rows += [
        ("Hub", "huggingface.co" if made["hub"] == "huggingface" else "the course's offline Hub"),
        ("Libraries", escape(", ".join(f"{k} {v}" for k, v in made["versions"].items()))),
        ("Python", escape(str(made.get("python", "")))),
        ("Device", escape(str(made["device"]))),
        ("Time", _seconds(made["seconds"])),
        ("Peak memory", f"{made['peak_memory_mb']:,.0f} MB" if made.get("peak_memory_mb") else ""),
        ("Date", escape(str(made["date"]))),
    ]
    body = "\n".join(f"| {name} | {value} |" for name, value in rows if value)
    return f"| What | Value |\n| --- | --- |\n{body}"


def stale(course: Course) -> str:
    """Return the warning of a notebook whose last run failed, or an empty string."""
    if not (failed := course.get("stale")):
        return ""
    error = escape(str(failed["error"]).splitlines()[0])
    # Cell 0: the demo did not get as far as a cell.
    what = f"cell {failed['cell']} then failed" if failed["cell"] else "it then failed to run"
    text = f"Out of date since {escape(str(failed['since']))}: {what} with {error}."
    return f"\n\n{text} The last good output is shown.\n{{ .stale }}"


def kind(course: Course) -> str:
    """Return `tiny`, `data`, `real` or `none`; one stand-in among real weights makes it `tiny`.

    `data`: no checkpoint at all, and a drawn data set in place of the real one.
    """
    checkpoints = course["provenance"]["checkpoints"]
    if not checkpoints:
        return "none"
    if all(item.get("kind") == "dataset" for item in checkpoints):
        return "data"
    return "tiny" if any(item["stand_in"] for item in checkpoints) else "real"


def escape(text: str) -> str:
    """Escape what Markdown or HTML would read as markup."""
    return re.sub(r"([\\`*_{}\[\]|#])", r"\\\1", html.escape(text, quote=False))


def _weights(course: Course, links: Mapping[str, str]) -> str:
    checkpoints = course["provenance"]["checkpoints"]
    if not checkpoints:
        return "No pre-trained checkpoint"
    if kind(course) == "data":
        drawn = [item["stand_in"] for item in checkpoints]
        names = [_link(f"`{name}`", links.get(f"stand_in:{name}")) for name in drawn]
        what = f"**Drawn data {', '.join(names)}** in place of {_names(checkpoints, links)}"
        return f"{what}, made for this course: not the real data. No pre-trained checkpoint"
    tiny = [item for item in checkpoints if item["stand_in"]]
    real = [item for item in checkpoints if not item["stand_in"]]
    parts = []
    if tiny:
        names = list(dict.fromkeys(item["stand_in"] for item in tiny))
        cards = [_link(f"`{name}`", links.get(f"stand_in:{name}")) for name in names]
        what = f"stand-in {cards[0]}" if len(cards) == 1 else f"stand-ins {', '.join(cards)}"
        made = "made for this course: not the real model's output"
        parts.append(f"**Tiny {what}** in place of {_names(tiny, links)}, {made}")
    if real:
        parts.append(f"**Real weights** of {_names(real, links)}")
    return "; ".join(parts)


def _names(checkpoints: list[dict[str, Any]], links: Mapping[str, str]) -> str:
    names = []
    for item in checkpoints:
        pin = re.sub(r"\A([0-9a-f]{7})[0-9a-f]{33}\Z", r"\1", str(item["revision"]))
        names.append(_link(escape(f"{item['id']}@{pin}"), links.get(item["id"])))
    return ", ".join(names)


def _link(text: str, url: str | None) -> str:
    return f"[{text}]({url})" if url else text


def _paragraph(text: str, course: Course) -> str:
    return f"{text}\n{{ .provenance .provenance--{kind(course).replace('data', 'tiny')} }}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"
