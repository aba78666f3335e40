"""`python -m hooks.commands.publish.pins_report`: asks the Hub whether each pin still stands.

Still there? Gated now? Another license? A newer revision? What the Hub said is recorded in
`snippets/pins.json`, so that the next report can tell what changed. The status is 1 when a license
changed, or when a checkpoint of the course can no longer be had.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hooks.commands.publish import summary
from hooks.core.registry import DEFAULT, Checkpoint, load
from hooks.hub.prefetch import client_errors

RECORD = DEFAULT.with_name("pins.json")
# Names that the Hub has for licenses of the registry, where they are not the same but for case.
SAME = {
    "bigscience-bloom-rail-1-0": "bigscience-rail-1-0",
    "bigcode-openrail-m": "bigcode-openrail-m-v1",
}


class Finding(NamedTuple):
    """One thing to know about one checkpoint; `loud` ones fail the run."""

    id: str
    what: str
    loud: bool = False


def ask(entry: Checkpoint) -> dict[str, object]:
    """What the Hub says about a checkpoint now.

    Returns:
        `license`, `gated`, `main` (newest commit) and `pin` (whether the pinned one is there), or
        `error` when the Hub has no such repository.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    api = HfApi(token=False)
    info = api.model_info if entry.kind == "model" else api.dataset_info
    try:
        main = info(entry.id)
        card = main.card_data
        said: dict[str, object] = {"license": _license(card), "gated": bool(main.gated)}
        said |= {"main": main.sha, "pin": True}
        if entry.pinned:
            try:
                info(entry.id, revision=entry.revision)
            except RevisionNotFoundError:
                said["pin"] = False
        return said
    except RepositoryNotFoundError:
        return {"error": "not there"}


def _license(card) -> str:
    name = (card.license if card is not None else None) or "none stated"
    if name == "other" and getattr(card, "license_name", None):
        name = card.license_name
    return ", ".join(name) if isinstance(name, list) else str(name)


def findings(entry: Checkpoint, now: dict, before: dict | None) -> Iterable[Finding]:
    """What is to be told about one checkpoint.

    Args:
        entry: As registered.
        now: As `ask` gives it.
        before: The same, when it was last asked for; None the first time.
    """
    if "error" in now:
        yield Finding(entry.id, "the Hub has no such repository any more", loud=True)
        return
    if not now["pin"]:
        yield Finding(entry.id, f"the Hub has no revision {entry.revision[:7]} any more", loud=True)
    elif entry.pinned and now["main"] not in (entry.revision, (before or {}).get("main")):
        what = f"newer revision: main is {now['main'][:7]}, the pin is {entry.revision[:7]}"
        yield Finding(entry.id, what)
    if now["gated"] != entry.gated:
        what = "gated now" if now["gated"] else "not gated any more"
        yield Finding(entry.id, f"{what}: mend `gated` in the registry", loud=bool(now["gated"]))
    if before is None or "license" not in before:
        if _slug(now["license"]) != _slug(entry.license):
            what = f"its card says license {now['license']}, the registry {entry.license}: compare"
            yield Finding(entry.id, what)
    elif before["license"] != now["license"]:
        what = f"LICENSE CHANGED from {before['license']} to {now['license']}: read {entry.url}"
        yield Finding(entry.id, what, loud=True)


def _slug(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return SAME.get(slug, slug)


def report(found: list[Finding], count: int) -> str:
    """The findings as Markdown, loud ones first.

    Args:
        found: Of all checkpoints.
        count: How many checkpoints were asked for.
    """
    head = f"### Pins: {count} asked for, {len(found)} findings"
    if not found:
        return head
    rows = [(one.id, f"**{one.what}**" if one.loud else one.what) for one in found]
    rows.sort(key=lambda row: not row[1].startswith("**"))
    return f"{head}\n\n{summary.table(['checkpoint', 'finding'], rows)}"


def main(arguments: list[str] | None = None) -> int:
    """Asks for all, writes record and report, and returns the exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("--registry", type=Path, default=DEFAULT, help="checkpoints.toml")
    parser.add_argument("--record", type=Path, default=RECORD, help="what the Hub said last time")
    parser.add_argument("--out", type=Path, help="write the report here too")
    options = parser.parse_args(arguments)
    entries = [e for e in load(options.registry).values() if e.host == "huggingface"]
    before = json.loads(options.record.read_text("utf-8")) if options.record.is_file() else {}
    found, now = [], {}
    try:
        for entry in entries:
            now[entry.id] = ask(entry)
            found += findings(entry, now[entry.id], before.get(entry.id))
    except client_errors() as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        print(f"pins_report: the Hub does not answer: {reason}", file=sys.stderr)
        return 2
    options.record.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")
    text = report(found, len(entries))
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text + "\n", "utf-8")
    summary.tell(text)
    return 1 if any(one.loud for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
