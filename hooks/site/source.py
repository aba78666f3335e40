"""Where a page's Markdown was written: the file and the line that a message names."""

from pathlib import Path

from mkdocs.structure.pages import Page

from hooks.core.paths import ROOT


def first_line(markdown: str, page: Page) -> int:
    """Return the number of the Markdown's first line in its file, below the front matter.

    Args:
        markdown: The page's Markdown before any step added lines to it.
        page: The page.
    """
    return 1 + page.file.content_string.count("\n") - markdown.count("\n")


def place(markdown: str, at: int, page: Page) -> str | None:
    """Return where a part of a page was written, such as `docs/nlp/index.md, line 12`.

    The pages of notebooks and model cards are made: the part is looked for in what they are made of,
    such as the story `docs/nlp/ner.py`.

    Args:
        markdown: The page's Markdown before any step added lines to it.
        at: Position of the part in it.
        page: The page.

    Returns:
        None for what nobody wrote: an output of a notebook.
    """
    number, uri = markdown.count("\n", 0, at), page.file.src_uri
    path = Path("docs", uri)
    if path.suffix == ".ipynb":
        path, made_of = path.with_suffix(".py"), Path(page.file.abs_src_path or "").with_suffix(".py")
        if not made_of.is_file():
            return f"docs/{uri}"
    elif page.file.generated_by and uri.startswith("reference/stand_ins/"):
        path = Path("hooks/hub/stand_ins", path.stem, "README.md")
        made_of = ROOT / path
    else:
        return f"{path.as_posix()}, line {first_line(markdown, page) + number}"
    line, lines = markdown.split("\n")[number].strip(), made_of.read_text("utf-8").splitlines()
    found = next((n for n, text in enumerate(lines, 1) if line in text), None)
    return f"{path.as_posix()}, line {found}" if found else None
