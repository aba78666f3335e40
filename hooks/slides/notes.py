"""Speaker notes in a page's Markdown: `<!-- notes … -->`, Markdown itself, unseen on the page."""

from hooks.site.marks import NOTES, find


def notes(markdown: str) -> str:
    """Return a page's Markdown with its notes in `<aside class="notes">`, code left alone."""
    for mark in reversed([mark for mark in find(markdown) if mark.name == "notes"]):
        text = NOTES.sub("", mark.inside, count=1).strip()
        aside = f'<aside class="notes" markdown="1">\n\n{text}\n\n</aside>'
        before = markdown[: mark.start].rstrip(" \t")
        markdown = f"{before}\n{aside}\n{markdown[mark.start + len(mark.text) :]}"
    return markdown
