"""Turn a page of the site into a part of the book: open what folds, drop what a screen needs."""

import copy
import re

from bs4 import BeautifulSoup, NavigableString, Tag

from hooks.book.pages import Page

SCREEN_ONLY = (
    "a.headerlink, a.md-content__button, .md-source-file, .md-code__nav, .notebook-links, "
    ".hero__buttons, .md-button, .twemoji, .tabbed-set > input, .task-list-indicator, "
    ".screen-only, .tool__data, script, style, nav, button, form"
)
SOURCES = "Sources"  # heading above what a page cites
# They make an item of a list more than a line of text with a list below it.
BLOCKS = {"p", "div", "pre", "table", "dl", "blockquote", "figure", "details", "section"}
SMALL = 900  # characters; a smaller table stays on one page


def clean(page: Page) -> None:
    """Change a page's article in place into plain content; folded boxes stay as they are."""
    article = page.article
    drop(article)
    open_tabs(article)
    tick_boxes(article)
    keep_leads(article)
    name_sources(article)
    tag_lists(article)
    level_headings(article)
    mark_tables(article)


def drop(article: Tag) -> None:
    """Remove controls and icons; what plays on the site only is named."""
    for tag in article.select(SCREEN_ONLY):
        if not tag.decomposed:
            tag.decompose()
    for tag in article.select(".audio > audio"):
        tag.decompose()  # its transcript stays
    for tag in article.select("audio, video, iframe"):
        tag.name, tag.attrs = "p", {"class": ["aside"]}
        tag.string = "To listen, to watch or to try it: this page on the site."
    for link in article.select('a[href$="slides.html"]'):
        if isinstance(before := link.previous_sibling, NavigableString):
            before.replace_with(re.sub(r"\s*·\s*$", "", before))
        link.decompose()
    for tag in article.find_all(lambda tag: tag.name == "p" and not tag.find(True)):
        if not tag.get_text(strip=True):
            tag.decompose()
    for tag in article.select("[title], [name], [for], [tabindex]"):
        for name in ("title", "name", "for", "tabindex"):
            tag.attrs.pop(name, None)


def open_tabs(article: Tag) -> None:
    """Put tabs one after another, each under its label."""
    for tabs in article.select(".tabbed-set"):
        labels = tabs.select(":scope > .tabbed-labels > label")
        blocks = tabs.select(":scope > .tabbed-content > .tabbed-block")
        for label, block in zip(labels, blocks, strict=True):
            block.insert(0, new("p", label.get_text(), "tab-label"))
        tabs.select_one(":scope > .tabbed-labels").decompose()


def open_details(article: Tag) -> None:
    """Turn a folded box into a plain one."""
    for box in article.select("details"):
        box.name = "div"
        box["class"] = ["admonition", *box.get("class", [])]
        box.attrs.pop("open", None)
        if summary := box.find("summary", recursive=False):
            summary.name, summary["class"] = "p", ["admonition-title"]


def tick_boxes(article: Tag) -> None:
    """Draw the boxes of task lists."""
    for box in article.select("input[type=checkbox]"):
        done = box.has_attr("checked")
        label = box.find_parent("label")
        (label or box).replace_with(new("span", "[x]" if done else "[ ]", "box"))
    for item in article.select("li.task-list-item"):
        item["class"] = ["task-list-item"]


def keep_leads(article: Tag) -> None:
    """Mark what announces the next block, to keep both on one page."""
    for paragraph in article.select("p"):
        if paragraph.get_text().rstrip().endswith(":"):
            paragraph["class"] = [*paragraph.get("class", []), "leads"]


def name_sources(article: Tag) -> None:
    """Give footnotes without a heading one, and drop the rule above them."""
    for notes in article.select("div.footnote"):
        if rule := notes.find("hr", recursive=False):
            rule.decompose()
        before = notes.find_previous(["h1", "h2"])
        if before is None or SOURCES not in before.get_text():
            notes.insert_before(new("h2", SOURCES))


def tag_lists(article: Tag) -> None:
    """Give an item that holds blocks one body, as the PDF's tags ask; one paragraph needs none.

    WeasyPrint tags a `dd` in an item as its body, and HTML allows no `li` there.
    """
    for item in article.select("li"):
        children = [c for c in item.children if isinstance(c, Tag) or str(c).strip()]
        if len(children) == 1 and children[0].name == "p":
            children[0].unwrap()
        elif any(child.name in BLOCKS for child in children):
            body = new("dd", kind="body")
            body.extend(list(item.contents))
            item.append(body)


def level_headings(article: Tag) -> None:
    """Close gaps between the levels of headings: PDF/UA allows none."""
    last = 0
    for heading in article.find_all(re.compile("^h[1-6]$")):
        last = min(int(heading.name[1]), last + 1)
        heading.name = f"h{last}"


def mark_tables(article: Tag) -> None:
    """Say which head cells belong to rows, and let long names in cells break.

    A head cell over several columns is set once for each: WeasyPrint links it to the first alone.
    """
    for cell in article.select("thead th[colspan]"):
        for _ in range(int(cell.attrs.pop("colspan")) - 1):
            cell.insert_after(copy.copy(cell))
    for cell in article.select("tbody th"):
        cell["scope"] = "row"
    for cell in article.select("td, th"):
        for word in cell.find_all(["code", "a"]):
            if any(len(part) > 18 for part in word.get_text().split()):
                word["class"] = [*word.get("class", []), "long"]
    for table in article.select("table"):
        if len(table.get_text()) < SMALL:
            table["class"] = [*table.get("class", []), "small"]


def new(name: str, text: str = "", kind: str = "") -> Tag:
    """Return a new tag.

    Args:
        name: Of the tag.
        text: What stands in it.
        kind: Its class.
    """
    tag = BeautifulSoup("", "html.parser").new_tag(name, attrs={"class": [kind]} if kind else {})
    if text:
        tag.append(NavigableString(text))
    return tag


def demote(article: Tag, steps: int = 1) -> None:
    """Lower all headings, for a page that stands inside a chapter.

    Args:
        article: A page's content; it is changed.
        steps: By how many levels.
    """
    for heading in article.find_all(re.compile("^h[1-5]$")):
        heading.name = f"h{int(heading.name[1]) + steps}"
