"""Put the pages of the built site together: one document, in the order of the lecture."""

from html import escape
from pathlib import Path

from bs4 import Tag

from hooks.book import fonts, formulas, front, images, links, solutions
from hooks.book.clean import SOURCES, clean, demote, new, open_details
from hooks.book.code import set_code
from hooks.book.errors import find, place
from hooks.book.pages import Book, Page, read_book
from hooks.book.stale import check as check_stale


def combine(site: Path, stale: bool = False) -> str:
    """Return the book as one HTML document.

    Args:
        site: The built site.
        stale: Whether notebooks whose last run failed may be in it.

    Raises:
        BookError: A page is missing, or something on one cannot be shown.
    """
    if not stale:
        check_stale(site)
    book = read_book(site)
    prepare(book, site)
    gathered = new("section", kind="chapter")
    gathered["id"] = solutions.KEY
    found = [
        solutions.collect(page, first.title) for first, *more in book.chapters for page in more
    ]
    gathered.extend([new("h1", "Solutions"), *filter(None, found)])
    for page in book.pages:
        open_details(page.article)
    open_details(gathered)
    return document(site, book, gathered)


def prepare(book: Book, site: Path) -> None:
    """Clean all pages, and tie them together.

    Args:
        book: Its pages; they are changed.
        site: The built site.

    Raises:
        BookError: Something on a page cannot be shown.
    """
    keys = {page.uri: page.key for page in book.pages}
    for page in book.pages:
        clean(page)
        links.prefix_ids(page)
    known = links.ids(book.pages)
    for page in book.pages:
        links.rewrite(page, keys, known, book.address)
        set_code(page.article)
        formulas.draw(page.article)
        fonts.check(page.article, page.source)
        images.check(page.article, page.source, site)
        for tag in page.article.select("table, pre"):
            tag["data-place"] = place(tag, page.source)


def document(site: Path, book: Book, gathered: Tag) -> str:
    """Return the whole document from its parts.

    Args:
        site: The built site.
        book: Its pages, ready.
        gathered: The solutions of all exercises.

    Raises:
        BookError: The home page lacks what the book takes from it.
    """
    title = str(find(book.home, "a.md-logo[title]", "its title")["title"])
    subtitle = str(find(book.home, "meta[name=description][content]", "its subtitle")["content"])
    line = find(book.home, ".md-copyright__highlight", "its terms").get_text(" ", strip=True)
    day, parts = front.dated(site), [chapter(pages) for pages in book.chapters]
    if gathered.find("h3"):
        parts.append((str(gathered), ((solutions.KEY, "", "Solutions"), subheads(gathered))))
    if book.cards:
        parts.append(appendix(book.cards))
    head = (
        f'<meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="description" content="{escape(subtitle)}">'
        f'<meta name="dcterms.created" content="{day.isoformat()}">'
        f'<meta name="dcterms.modified" content="{day.isoformat()}">'
    )
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body>'
        + front.cover(title, subtitle, day, line)
        + front.contents([(("about", "", "About this book"), ()), *(entry for _, entry in parts)])
        + front.about(book, day)
        + "".join(html for html, _ in parts)
        + "</body></html>"
    )


Contents = tuple[front.Entry, list[front.Entry]]


def chapter(pages: list[Page]) -> tuple[str, Contents]:
    """Return a section's chapter, with its exercises, and its lines in the contents."""
    first, *more = pages
    number = new("span", str(first.number), "number")
    heading = first.article.find("h1")
    heading.insert(0, number)
    number.insert_after(" ")
    inner = subheads(first.article)
    html = first.article.decode_contents()
    for page in more:
        demote(page.article)
        inner.append((page.key, "", page_title(page)))
        html += inside(page, "exercises")
    section = f'<section class="chapter" id="{first.key}">{html}</section>'
    title = heading.get_text(" ", strip=True).removeprefix(str(first.number)).strip()
    return section, ((first.key, str(first.number), title), inner)


def inside(page: Page, kind: str) -> str:
    """Return a page that stands inside a chapter.

    Args:
        page: Its headings are lowered.
        kind: Class of its section.
    """
    return f'<section class="{kind}" id="{page.key}">{page.article.decode_contents()}</section>'


def page_title(page: Page) -> str:
    """Return the title of a page whose headings were lowered."""
    return page.article.find("h2").get_text(" ", strip=True)


def subheads(article: Tag) -> list[front.Entry]:
    """Return the headings of the second level, but for the sources."""
    found = [(h.get("id", ""), "", h.get_text().strip()) for h in article.select("h2[id]")]
    return [entry for entry in found if entry[2] != SOURCES]


def appendix(cards: list[Page]) -> tuple[str, Contents]:
    """Return the model cards of the tiny checkpoints as one chapter."""
    html, inner = "<h1>Tiny checkpoints</h1>", []
    for card in cards:
        demote(card.article)
        inner.append((card.key, "", page_title(card)))
        html += inside(card, "card")
    section = f'<section class="chapter" id="tiny-checkpoints">{html}</section>'
    return section, (("tiny-checkpoints", "", "Tiny checkpoints"), inner)
