"""Offers the PDF on the home page, when it is being made."""

FILE = "pretrained-models.pdf"
# Raw HTML, because the PDF is made from the site: MkDocs cannot find it yet.
LINK = f'<a href="{FILE}">The whole course is one PDF</a>, with contents, exercises and solutions.'
HOW = "`make book` makes the whole course one PDF, with contents, exercises and solutions."


def link(book: bool) -> str:
    """Return a link to the book, or how to make it where none is being made."""
    return LINK if book else HOW
