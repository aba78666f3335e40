"""Which pages of the built site are in the book, and in which order."""

from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from hooks.book.errors import BookError
from hooks.core.course import SECTIONS

CARDS = "reference/stand_ins"
TOOLS = "tools"  # on paper their tables, at the end of the last chapter


@dataclass
class Page:
    """One page of the site.

    Attributes:
        uri: Its file below the site's folder, such as `nlp/index.html`.
        source: What it was made from, such as `docs/nlp/index.md`.
        key: Prefix of its ids in the book.
        article: Its content; the book's steps change it in place.
        number: The section's number for a section's page, else 0.
    """

    uri: str
    source: str
    key: str
    article: Tag
    number: int = 0

    @property
    def title(self) -> str:
        """Text of its first heading."""
        heading = self.article.find("h1")
        return " ".join(heading.get_text().replace("¶", "").split()) if heading else self.key


@dataclass(frozen=True)
class Book:
    """The pages of the book.

    Attributes:
        chapters: For each section its page, followed by its exercises and further pages.
        cards: The model cards of the tiny checkpoints.
        home: The site's home page.
    """

    chapters: list[list[Page]]
    cards: list[Page]
    home: BeautifulSoup

    @property
    def pages(self) -> list[Page]:
        """All pages in the order of the book."""
        return [page for chapter in self.chapters for page in chapter] + self.cards

    @property
    def address(self) -> str:
        """Where the site says it is published; empty when that is this machine."""
        link = self.home.select_one("link[rel=canonical]")
        found = str(link["href"]) if link else ""
        return "" if found.startswith(("http://127.0.0.1", "http://localhost")) else found


def read_book(site: Path) -> Book:
    """Read the pages of the book from a built site.

    Raises:
        BookError: A section's page is missing.
    """
    chapters = []
    for number, section in enumerate(SECTIONS, 1):
        first = read_page(site, f"{section.folder}/index.html", f"docs/{section.folder}/index.md")
        first.number = number
        uris = [
            path.relative_to(site).as_posix()
            for path in (site / section.folder).glob("*/index.html")
            if not any(path.parent.glob("*.ipynb"))  # notebooks: on the site only
        ]
        uris.sort(key=lambda uri: ("/exercises/" not in uri, uri))
        more = (read_page(site, u, f"docs/{u.removesuffix('/index.html')}.md") for u in uris)
        chapters.append([first, *more])
    chapters[-1] += read_folder(site, TOOLS, "docs/tools/{}.md")
    cards = read_folder(site, CARDS, "hooks/hub/stand_ins/{}/README.md")
    home = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    return Book(chapters, cards, home)


def read_folder(site: Path, folder: str, source: str) -> list[Page]:
    """Read the pages below a folder, in the order of their names.

    Args:
        site: The built site.
        folder: A folder below it.
        source: What each page was made from; `{}` is its name.

    Raises:
        BookError: A page has no title.
    """
    names = sorted(path.parent.name for path in (site / folder).glob("*/index.html"))
    return [read_page(site, f"{folder}/{one}/index.html", source.format(one)) for one in names]


def read_page(site: Path, uri: str, source: str) -> Page:
    """Read one page of the site.

    Args:
        site: The built site.
        uri: File of the page below it.
        source: What the page was made from, such as `docs/nlp/index.md`.

    Raises:
        BookError: The page is missing or has no title.
    """
    path = site / uri
    if not path.is_file():
        raise BookError(f"{path} is missing: write {source}, then run `make site`")
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    article = soup.select_one("article.md-content__inner")
    if article is None or article.find("h1") is None:
        raise BookError(f"{source} has no title: start the page with one `# …` line")
    key = uri.removesuffix("index.html").removesuffix(".html").strip("/").replace("/", "-")
    return Page(uri, source, key, article)
