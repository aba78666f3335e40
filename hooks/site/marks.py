"""Speaker notes in a page's Markdown: `<!-- notes … -->`, Markdown itself, unseen on the page."""

import re

from hooks.core.fences import fence_after

OPEN = re.compile(r"[ \t]*<!--\s*notes\b:?(.*)")


class MarkError(ValueError):
    """A mark that cannot be followed; the message quotes it and says how to mend it."""


def notes(markdown: str) -> str:
    """Return a page's Markdown with its notes in `<aside class="notes">`, code left alone.

    Raises:
        MarkError: Notes that are not closed.
    """
    lines, fence, open_notes = [], "", ""
    for line in markdown.split("\n"):
        fence = fence if open_notes else fence_after(line, fence)
        found = None if fence or open_notes else OPEN.fullmatch(line)
        if found:
            open_notes, line = line.strip(), found[1].strip()
            lines += ["", '<aside class="notes" markdown="1">', ""]
        if open_notes and "-->" in line:
            text, _, rest = line.partition("-->")
            lines += [text.rstrip(), "", "</aside>", "", rest.strip()]
            open_notes = ""
        else:
            lines.append(line)
    if open_notes:
        raise MarkError(f"the speaker notes at {open_notes!r} have no end: close them with -->")
    return "\n".join(lines)
