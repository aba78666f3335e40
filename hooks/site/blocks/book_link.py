"""MkDocs hook: offers the PDF on the home page, when it is being made."""

from typing import Any

from mkdocs.config.defaults import MkDocsConfig

MARK = "<!-- book-link -->"
FILE = "pretrained-models.pdf"
# Raw HTML, because the PDF is made from the site: MkDocs cannot find it yet.
LINK = f'<a href="{FILE}">The whole course is one PDF</a>, with contents, exercises and solutions.'
HOW = "`make book` makes the whole course one PDF, with contents, exercises and solutions."


def on_page_markdown(markdown: str, config: MkDocsConfig, **_: Any) -> str:
    """Link to the book, or say how to make it."""
    if MARK not in markdown:
        return markdown
    return markdown.replace(MARK, LINK if config.extra.get("book") else HOW)
