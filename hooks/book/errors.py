"""What stops a book: one line that says where, what, and how to mend it."""

from bs4 import Tag


class BookError(ValueError):
    """A fault in a page, or something missing on this machine."""


def place(tag: Tag, source: str) -> str:
    """Say where a tag stands: its page's source and the heading above it.

    Args:
        tag: Any tag of a page.
        source: The page's source, such as `docs/nlp/index.md`.
    """
    heading = tag if tag.name in ("h1", "h2", "h3", "h4") else tag.find_previous(["h1", "h2", "h3"])
    if heading is None:
        return source
    title = " ".join(heading.get_text().replace("¶", "").split())
    return f"{source}, under “{title}”"


def find(home: Tag, selector: str, what: str) -> Tag:
    """Return what the book takes from the site's home page.

    Args:
        home: The home page.
        selector: A CSS selector.
        what: Which part of the book it is.

    Raises:
        BookError: Nothing on the home page matches.
    """
    if (tag := home.select_one(selector)) is None:
        raise BookError(
            f"the site's index.html has no {selector}, from which the book takes {what}: put it "
            "back (docs/index.md, mkdocs.yml), or name another in hooks/book"
        )
    return tag
