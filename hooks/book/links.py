"""Point a page's links and pictures to where their targets are in the book."""

import posixpath
import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote, urldefrag, urljoin

from bs4 import Tag

from hooks.book.clean import new
from hooks.book.pages import Page

ABSOLUTE = re.compile(r"[a-z][-+.a-z]*:")


def prefix_ids(page: Page) -> None:
    """Make a page's ids its own; the page itself gets its key as id."""
    for tag in page.article.select("[id]"):
        tag["id"] = f"{page.key}--{tag['id']}"


def ids(pages: Collection[Page]) -> set[str]:
    """Return all ids in the book."""
    tags = (tag for page in pages for tag in page.article.select("[id]"))
    return {page.key for page in pages}.union(tag["id"] for tag in tags)


def rewrite(page: Page, keys: Mapping[str, str], known: Collection[str], address: str) -> None:
    """Rewrite a page's links.

    Args:
        page: The page, with its ids prefixed.
        keys: Key of each page of the book by its file in the site.
        known: All ids in the book.
        address: Where the site is published; without one, links out of the book become text.
    """
    for link in page.article.select("a[href]"):
        href = str(link["href"])
        if ABSOLUTE.match(href):
            continue
        path, fragment = urldefrag(href)
        target = _file(page.uri, path)
        anchor = f"{keys.get(target)}--{unquote(fragment)}" if fragment else keys.get(target)
        if target in keys and anchor in known:
            link["href"] = f"#{anchor}"
        elif target in keys:
            link["href"] = f"#{keys[target]}"
        elif address:
            link["href"] = urljoin(urljoin(address, page.uri), href)
        else:
            link.unwrap()
    for link in page.article.select("a:not([href])"):
        if not link.get("id"):
            link.unwrap()
    for link in page.article.select("a[href]"):
        push_down(link)
    for image in page.article.select("img[src]"):
        if not ABSOLUTE.match(str(image["src"])):
            image["src"] = _file(page.uri, str(image["src"]))
        for name in ("loading", "width", "height", "srcset"):
            image.attrs.pop(name, None)


def push_down(link: Tag) -> None:
    """Link the texts in a link, not the tags: a tag in a link would be a link outside its tag."""
    if link.find(True) is None:
        return
    for text in link.find_all(string=True):
        inner = new("a")
        inner["href"] = link["href"]
        text.wrap(inner)
    link.name = "span"
    del link["href"]


def _file(uri: str, path: str) -> str:
    """Return the file in the site that a link of a page means."""
    if not path:
        return uri
    path = unquote(path)
    if path.endswith("/") or path.rpartition("/")[2] in (".", ".."):
        path = posixpath.join(path, "index.html")
    return posixpath.normpath(posixpath.join(posixpath.dirname(uri), path))
