"""`python -m hooks.commands.publish.merge SHARDS --count N`: takes all notebooks together.

A machine brings back one folder, `SHARDS/shard-<I>/<section>/<demo>.ipynb`. It is asked for the
demos of its shard only. Where it brings none, or a broken one, the notebook in `docs/` stays: the
last good one, marked stale with the day and the reason. (A demo that failed comes back marked so.)
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hooks.commands.publish import summary
from hooks.core import files
from hooks.core.paths import ROOT
from hooks.executor import record, schedule
from hooks.executor.kernel import CellError
from hooks.executor.plan import stories
from hooks.executor.story import Story


class Merged(NamedTuple):
    """What became of one demo: `new`, `stale` or `missing`, and why."""

    demo: str
    state: str
    hub: str
    why: str = ""


def merge(found: Iterable[Story], folder: Path, count: int) -> list[Merged]:
    """Takes every demo's notebook from its shard into the course.

    Args:
        found: All stories of the course; the notebooks beside them are those from which the
            shards were packed.
        folder: Holds `shard-1` to `shard-<count>`, as far as they came back.
        count: Number of shards.

    Returns:
        One entry a demo, in the order of the stories.
    """
    known = {story.demo: (story, files.read(story.notebook_path)) for story in found}
    packed = schedule.pack({demo: record.seconds(old) for demo, (_, old) in known.items()}, count)
    shards = {demo: number for number, demos in enumerate(packed, 1) for demo in demos}
    return [
        _take(story, folder / f"shard-{shards[demo]}" / story.section / f"{demo}.ipynb", old)
        for demo, (story, old) in known.items()
    ]


def _take(story: Story, path: Path, old) -> Merged:
    new, why = _read(path, story)
    if why and old is not None and "course" in old.metadata:
        record.failure(old, CellError(0, why, why))
    if why:
        new = old
    if new is None or "course" not in new.metadata:
        return Merged(story.demo, "missing", "", why)
    files.write(story.notebook_path, new)
    course = new.metadata["course"]
    hub, stale = course["provenance"]["hub"], course.get("stale")
    if not stale:
        return Merged(story.demo, "new", hub)
    where = f"cell {stale['cell']}: " if stale["cell"] else ""
    return Merged(story.demo, "stale", hub, f"since {stale['since']}: {where}{stale['error']}")


def _read(path: Path, story: Story):
    """The notebook that a machine brought back, and what is wrong with it."""
    try:
        new = files.read(path)
    except files.NotebookError:
        return None, "its machine brought back a broken notebook"
    if new is None:
        return None, "its machine brought back no notebook"
    course = new.metadata.get("course") or {}
    if (course.get("section"), course.get("demo")) != (story.section, story.demo):
        return None, "its machine brought back another notebook under this name"
    return new, ""


def report(results: list[Merged]) -> str:
    """The result as Markdown."""
    stale = sum(one.state != "new" for one in results)
    rows = [(one.demo, one.state, one.hub or "-", one.why) for one in results]
    head = f"### Notebooks: {len(results) - stale} up to date, {stale} not"
    return f"{head}\n\n{summary.table(['demo', 'state', 'Hub', 'why'], rows)}"


def main(arguments: list[str] | None = None) -> int:
    """Merges; returns 1 when a demo has no notebook at all, for then no site can be built."""
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="SHARDS", help="what the machines brought")
    parser.add_argument("--count", type=int, required=True, help="number of shards")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.count < 1:
        parser.error("--count is a whole number of at least 1")
    results = merge(stories(options.root.resolve(), []), options.folder, options.count)
    summary.tell(report(results))
    return 1 if any(one.state == "missing" for one in results) else 0


if __name__ == "__main__":
    sys.exit(main())
