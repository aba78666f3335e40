"""What is wrong with a story before it runs, and with its outputs after: each with its line."""

from __future__ import annotations

from collections.abc import Container
from difflib import get_close_matches
from typing import TYPE_CHECKING

from hooks.core.files import Node
from hooks.executor import dependencies
from hooks.executor.story import Story

if TYPE_CHECKING:  # it brings Jupyter's clients, which a run with nothing to do can spare
    from hooks.executor.kernel import CellError

# Tags that mean something to the executor or to the site. Others are names to include cells by.
TAGS = ("timing", "hide-code", "no-model", "which")
ONLY = "only:"  # and a checkpoint's id
NEAR = 0.8  # `nomodel` and `timming` are as like as this; none of the course's own names is
UNPUBLISHED = (".py", ".toml", ".txt")  # `exclude_docs` in mkdocs.yml; MkDocs copies the rest
LONGEST = 88  # characters of a line of code that fit the page of the book


def of_tags(story: Story, known: Container[str]) -> list[str]:
    """Tags that nothing knows; one line each.

    Args:
        story: The demo.
        known: Ids of the registered checkpoints.
    """
    found = []
    for number, cell in enumerate(story.cells):
        for tag in cell.metadata.get("tags", []):
            if tag.startswith(ONLY) and tag.removeprefix(ONLY) not in known:
                what = f"tag {tag!r}: no such checkpoint, add it to snippets/checkpoints.toml"
            elif tag not in TAGS and (near := get_close_matches(tag, TAGS, 1, NEAR)):
                what = f"tag {tag!r}: unknown, did you mean {near[0]!r}?"
            else:
                continue
            found.append(f"{story.place(number)}: {what}")
    return found


def of_length(story: Story) -> list[str]:
    """Lines of code that are too long for the book, though they run; one line each."""
    return [
        f"{story.name}:{story.line(number) + row}: {len(line)} characters, break the line: "
        f"{LONGEST} fit the book"
        for number, cell in enumerate(story.cells)
        for row, line in enumerate(cell.source.split("\n"), 1)
        if cell.cell_type == "code" and len(line) > LONGEST
    ]


def of_files(story: Story) -> list[str]:
    """What keeps the notebook from working alone, in Colab or on a laptop; one line each."""
    text = "".join(cell.source for cell in story.cells if cell.cell_type == "markdown")
    found = [
        f"{story.name}: imports {path.relative_to(story.root.resolve()).as_posix()}, which a "
        "notebook in Colab does not have: include it with --8<--"
        for path in dependencies.local_modules(story)
    ]
    for path in dependencies.data_files(story):
        if not path.is_relative_to(folder := story.path.parent.resolve()):
            found.append(f"{story.name}: reads {path.name}: put it into the folder of the story")
        elif f"]({path.relative_to(folder).as_posix()})" not in text:
            found.append(f"{story.name}: reads {path.relative_to(folder)}: link to it in the text")
        elif path.suffix in UNPUBLISHED:
            found.append(f"{story.name}: reads {path.name}: the site publishes no {path.suffix}")
    return found


def of_run(story: Story, notebook: Node | None) -> CellError | None:
    """The error of a figure or recording without alternative text; None where all have one.

    Args:
        story: The demo.
        notebook: The same, executed.
    """
    from hooks.executor.kernel import CellError

    what = "shows a figure or recording without text"
    mend = 'add alt="what it shows" to its `# %%` line'
    lines = {
        number: f"{story.place_of(number)} {what}: {mend}"
        for number, cell in enumerate(notebook.cells if notebook else [], 1)
        if any(map(_needs_text, cell.get("outputs", []))) and not cell.metadata.get("alt")
    }
    return CellError(*next(iter(lines.items())), "\n".join(lines.values())) if lines else None


def _needs_text(output: Node) -> bool:
    data = output.get("data", {})
    return "<audio" in data.get("text/html", "") or any(k.startswith("image/") for k in data)
