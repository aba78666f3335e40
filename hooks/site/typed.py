"""Stops the build at code or output that somebody typed into a section's page.

Code comes from a tested file and output from an executed notebook, both by an include. Only lines
for a shell, in a block of the language `bash`, have no file to come from.
"""

import re
from collections.abc import Iterator

from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from hooks.core.course import SECTIONS
from hooks.core.fences import fence_after
from hooks.core.includes import LOOKS_LIKE
from hooks.site.source import first_line

SHELL_BLOCK = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*bash\b")
# What holds indented paragraphs: items of lists, definitions, notes, tabs, footnotes.
HOLDER = re.compile(r"[ ]*(?:[-*+] |\d+\. |:   |!!! |\?\?\?\+? |=== |\[\^[^\]]+\]:)")
MEND = 'include it: --8<-- "…" of a file below snippets/, or of a notebook\'s cell'


def typed(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield each block of code that holds more than includes: index of its line, and what it is.

    Args:
        markdown: A page, before its includes are followed.
    """
    fence, shell, told, blank, code, holders = "", False, False, True, False, [0]
    for index, line in enumerate(markdown.split("\n")):
        before, fence = fence, fence_after(line, fence)
        indent, said = len(line) - len(line.lstrip(" ")), f"{line.strip()[:40]!r} is"
        if fence and not before:
            shell, told = bool(SHELL_BLOCK.match(line)), False
        elif fence:
            if not (shell or told or not line.strip() or LOOKS_LIKE.match(line)):
                told = True
                yield index, f"{said} typed into a code block"
        elif "<pre" in line:
            yield index, "<pre> holds text that is typed"
        elif line.strip() and not before:
            while indent < holders[-1]:
                holders.pop()
            deep = indent >= holders[-1] + 4 and not LOOKS_LIKE.match(line)
            if deep and blank and not code:
                yield index, f"{said} indented, which makes it code"
            code = deep and (blank or code)
            if not code and HOLDER.match(line):
                holders.append(indent // 4 * 4 + 4)
        blank = not line.strip()


def refuse_typed_code(markdown: str, page: Page, **_: object) -> str:
    """Look at the pages in a section's folder.

    Args:
        markdown: The page without front matter, before its includes are followed.
        page: The page.

    Raises:
        PluginError: A block of code holds more than includes.
    """
    folder = page.file.src_uri.partition("/")[0]
    written = page.file.src_uri.endswith(".md")
    if not written or folder not in {section.folder for section in SECTIONS}:
        return markdown
    if found := next(typed(markdown), None):
        line = first_line(markdown, page) + found[0]
        raise PluginError(f"docs/{page.file.src_uri}:{line}: {found[1]}; {MEND}")
    return markdown
