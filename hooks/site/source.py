"""Where a page's Markdown was written: the file and the line that a message names."""

from pathlib import Path

from mkdocs.structure.pages import Page


def first_line(markdown: str, page: Page) -> int:
    """Return the number of the Markdown's first line in its file, below the front matter.

    Args:
        markdown: The page's Markdown before any step added lines to it.
        page: The page.
    """
    return 1 + page.file.content_string.count("\n") - markdown.count("\n")


def place(markdown: str, at: int, page: Page) -> str | None:
    """Return where a part of a page was written, such as `docs/nlp/index.md, line 12`.

    A notebook's page is made: its part is looked for in the story, `docs/nlp/ner.py`.

    Args:
        markdown: The page's Markdown before any step added lines to it.
        at: Position of the part in it.
        page: The page.

    Returns:
        None for what nobody wrote: an output of a notebook.
    """
    number, uri = markdown.count("\n", 0, at), page.file.src_uri
    if not uri.endswith(".ipynb"):
        return f"docs/{uri}, line {first_line(markdown, page) + number}"
    story = Path(page.file.abs_src_path or "").with_suffix(".py")
    if not story.is_file():
        return f"docs/{uri}"
    line, lines = markdown.split("\n")[number].strip(), story.read_text("utf-8").splitlines()
    found = next((n for n, text in enumerate(lines, 1) if line in text), None)
    return f"docs/{uri.removesuffix('ipynb')}py, line {found}" if found else None
