"""The marks of a page: `<!-- lecture-clock -->` and the like, each an HTML comment in Markdown.

Every comment on a page is a mark of the tables below, or a section mark of an include; any other
stops the build. A comment for writers begins with a number sign: `<!-- # checked in May -->`.
What stands in a code block, between backticks, or in an output of a notebook is text.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hooks.core import includes, registry
from hooks.core.course import SECTIONS
from hooks.core.fences import numbered_lines
from hooks.core.registry import Checkpoint
from hooks.site import license_families
from hooks.site.blocks import agenda, book_link, clock, decks, tool_pages
from hooks.site.source import place
from hooks.site.tools import cost_calculator as calculator
from hooks.site.tools import lecture_clock as timer
from hooks.site.tools import license_checker as checker
from hooks.site.tools import model_checklist as checklist


@dataclass(frozen=True)
class Around:
    """What a mark can ask about: the page that it stands on, and the site."""

    page: Page
    files: Files
    config: MkDocsConfig

    def has(self, uri: str) -> bool:
        """Return whether the site has a file."""
        return self.files.get_file_from_path(uri) is not None

    @property
    def known(self) -> dict[str, Checkpoint]:
        """The registry."""
        root = Path(self.config.config_file_path).parent
        return registry.load(root / "snippets/checkpoints.toml")

    def tool(self, name: str, controls: str) -> str:
        """Return a tool for this page.

        Args:
            name: Of its script.
            controls: HTML.
        """
        return tool_pages.tool(name, controls, self.page)


MARKS: dict[str, Callable[[Around], str]] = {
    "lecture-clock": lambda at: clock.clock(SECTIONS, at.page, at.files),
    "lecture-agenda": lambda at: agenda.agenda(SECTIONS, at.has),
    "lecture-decks": lambda at: decks.table(SECTIONS),
    "book-link": lambda at: book_link.link(bool(at.config.extra.get("book"))),
    "table: licenses-yes": lambda at: license_families.table(at.known, "yes"),
    "table: licenses-conditions": lambda at: license_families.table(at.known, "conditions"),
    "table: licenses-no": lambda at: license_families.table(at.known, "no"),
    "tool: license_checker": lambda at: at.tool("license_checker", checker.controls(at.known)),
    "table: license_checker": lambda at: checker.table(at.known),
    "tool: cost_calculator": lambda at: at.tool("cost_calculator", calculator.controls()),
    "table: cost_calculator": lambda at: calculator.table(),
    "tool: model_checklist": lambda at: at.tool("model_checklist", checklist.controls()),
    "table: model_checklist": lambda at: checklist.table(),
    "tool: lecture_clock": lambda at: at.tool("lecture_clock", timer.controls()),
    "table: lecture_clock": lambda at: timer.table(),
}
IN_A_LINE = {"book-link"}  # the others need a line of their own
# Marks that stay here: `hooks/slides` acts on the first two, `hooks/commands/bench` writes between
# the others.
KEPT = ("notes", "slide", "bench", "end of bench")

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
NOTES = re.compile(r"\s*notes(?![-\w])[ \t]*:?")


@dataclass(frozen=True)
class Mark:
    """One HTML comment on a page.

    Attributes:
        text: The whole comment.
        start: Position of its first character in the page's Markdown.
        indent: The blanks before it; None where other text stands on its lines.
    """

    text: str
    start: int
    indent: str | None

    @property
    def inside(self) -> str:
        """What stands between the comment's ends."""
        return self.text.removeprefix("<!--").removesuffix("-->")

    @property
    def name(self) -> str:
        """What it asks for, such as `tool: lecture_clock`; of notes the first word only."""
        return "notes" if NOTES.match(self.inside) else " ".join(self.inside.split())


def without_code(markdown: str) -> str:
    """Return a page with blanks for its code: as long as before, so that positions hold."""
    return "\n".join(
        " " * len(line) if in_code else CODE.sub(lambda code: " " * len(code[0]), line)
        for _, line, in_code in numbered_lines(markdown)
    )


def find(markdown: str) -> Iterator[Mark]:
    """Yield the comments of a page outside its code, in order."""
    if "<!--" not in markdown:
        return
    for found in COMMENT.finditer(without_code(markdown)):
        start, end = found.span()
        before = markdown[markdown.rfind("\n", 0, start) + 1 : start]
        after = markdown[end:].partition("\n")[0]
        alone = not (before + after).strip()
        yield Mark(markdown[start:end], start, before if alone else None)


def fault(mark: Mark) -> str:
    """Return what is wrong with a mark and how to mend it, or an empty string.

    >>> fault(*find("<!-- lecture-clok -->"))
    '<!-- lecture-clok --> is no mark; did you mean `lecture-clock`?'
    """
    first = mark.text.splitlines()[0]
    if not mark.text.endswith("-->"):
        return f"{first!r} has no end; close it with -->"
    if mark.name.startswith("#") or includes.section(mark.inside):
        return ""
    known = [*MARKS, *KEPT]
    if mark.name not in known:
        word = re.split(r"[\s:]", mark.name)[0]  # of notes, what follows is free
        near = get_close_matches(mark.name.lower(), known, 1) or get_close_matches(word, KEPT, 1)
        mend = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"
        return f"{first} is no mark; {mend}"
    if mark.indent is None and mark.name not in IN_A_LINE:
        return f"{first} stands beside other text; give it a line of its own"
    return ""


def check_marks(markdown: str, page: Page, **_: object) -> str:
    """Stop the build at a mark that nobody knows, or that stands where it cannot work."""
    for mark in find(markdown):
        if (what := fault(mark)) and (where := place(markdown, mark.start, page)):
            raise PluginError(f"{where}: {what}")
    return markdown


def replace_marks(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put what the marks ask for in their places."""
    around = Around(page, files, config)
    for mark in reversed([mark for mark in find(markdown) if mark.name in MARKS]):
        indent = mark.indent or ""
        try:
            text = textwrap.indent(MARKS[mark.name](around), indent).removeprefix(indent)
        except ValueError as error:
            what = " ".join(str(error).split())
            raise PluginError(f"{_written(mark, page)}: {what}") from error
        markdown = markdown[: mark.start] + text + markdown[mark.start + len(mark.text) :]
    return markdown


def _written(mark: Mark, page: Page) -> str:
    """Return where a mark was written, when other steps have added lines above it."""
    source = page.file.content_string
    same = (place(source, one.start, page) for one in find(source) if one.name == mark.name)
    return next(same, None) or f"docs/{page.file.src_uri}"
