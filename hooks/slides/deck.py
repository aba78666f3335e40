"""Turn a page's rendered HTML into slides: what is looked at is shown, prose becomes notes.

An h2 starts a slide, an h3 one below it. Lists, tables, code, outputs and figures are shown; plain
paragraphs are what the speaker says. Marks on the page change that: see docs/contributing.md.
"""

import copy
from itertools import pairwise

from bs4 import BeautifulSoup, Comment, Tag

from hooks.slides.blocks import classes_of, clean, tabs_of
from hooks.slides.model import Deck, DeckError, Slide
from hooks.slides.shorten import first_words, shorten
from hooks.slides.truncate import truncate_code, truncate_output
from hooks.slides.words import DEMO, SOURCES

RESULT = {"cell-output", "provenance", "stale"}
OUTCOMES = '<p class="outcomes">After this section you can</p>'
BIG = 420  # characters of an admonition that gets a slide of its own


def deck(html: str, page: str = "index.html") -> Deck:
    """Return the deck of a page.

    Args:
        html: The page's content as rendered, speaker notes in `<aside class="notes">`.
        page: Address of the page as seen from the deck, for links to what was cut.

    Raises:
        DeckError: The page has no h2, or nothing on it becomes speaker notes.
    """
    soup = BeautifulSoup(html, "html.parser")
    if not soup.find("h2"):
        raise DeckError("no h2, so its deck would be empty: give each part a `## ` heading")
    builder = _Builder(page)
    for node in clean(soup, page):
        builder.add(node)
    made = builder.finish()
    if not any(slide.notes for slide in made.slides):
        mend = "write prose under the headings, or <!-- notes … -->"
        raise DeckError(f"no slide has speaker notes: {mend}")
    return made


class _Builder:
    """Puts one block after the other on the slide it belongs to."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.title = Slide("")
        self.columns: list[list[Slide]] = []
        self.skipped = 0  # level of the heading whose slide is dropped

    @property
    def now(self) -> Slide:
        return self.columns[-1][-1] if self.columns else self.title

    @property
    def where(self) -> str:
        """Address of the page at the heading of this slide."""
        return self.page + (f"#{self.now.anchor}" if self.now.anchor else "")

    def add(self, node: Tag | Comment) -> None:
        if isinstance(node, Comment):
            if node.strip() == "slide" and self.columns and not self.skipped:
                self.split()
        elif node.name in ("h1", "h2", "h3"):
            self.heading(node)
        elif self.skipped:
            return
        elif "notes" in classes_of(node):
            self.now.notes.append(node.decode_contents().strip())
        elif "section-header" in classes_of(node):
            self.title.body += [f"{OUTCOMES}{ul}" for ul in node.find_all("ul", limit=1)]
        elif node.name == "p" and not RESULT & classes_of(node):
            self.paragraph(node)
        elif node.name == "details":
            self.now.notes.append(str(node))  # folded on the page: not for all to see at once
        elif node.name != "hr":
            self.block(node)

    def heading(self, node: Tag) -> None:
        """Start the slide of a heading."""
        level = int(node.name[1])
        if self.skipped and level > self.skipped:
            return
        text = node.get_text().strip()
        self.skipped = level if "no-slide" in classes_of(node) or text == SOURCES else 0
        if self.skipped:
            return
        title, anchor = node.decode_contents().strip(), str(node.get("id", ""))
        if level == 1:
            self.title.title, self.title.anchor = title, anchor
            return
        found = DEMO.match(text)
        slide = Slide(title, anchor, demo=int(found[1]) if found else 0)
        if level == 2 or not self.columns:
            self.columns.append([slide])
        else:
            top = self.columns[-1][0]
            slide.eyebrow, slide.demo = top.title, slide.demo or top.demo
            self.columns[-1].append(slide)

    def split(self) -> None:
        """Go on on a new slide with the same title."""
        self.columns[-1].append(self.now.after(bool(self.now.body)))

    def paragraph(self, node: Tag) -> None:
        """Show a picture, a recording, a formula, a question, what is marked; say all others."""
        classes, first = classes_of(node), node.find(True, recursive=False)
        text = node.get_text().strip()
        alone = first is not None and first.get_text() == text
        strong = first is not None and first.name == "strong"
        if classes & {"slide", "fragment"} or node.select_one("img, svg, audio, [display=block]"):
            self.show(str(node))
        elif alone and first.name in ("em", "strong"):
            node["class"] = ["question" if first.name == "em" else "tab"]
            self.show(str(node))
        elif strong and text.startswith(first.get_text().strip()):
            said = str(node)
            node["class"] = ["point"]
            shorten(node)
            self.show(str(node))
            self.now.notes.append(said)
        else:
            if not self.now.body:
                self.now.prose.append(str(node))
            self.now.notes.append(str(node))

    def block(self, node: Tag) -> None:
        """Show a block, shortened where it is too long for a slide."""
        classes = classes_of(node)
        if classes & RESULT:
            self.result(node)
        elif "admonition" in classes:
            self.admonition(node)
        elif "tabbed-set" in classes:
            for label, tab in tabs_of(node):
                self.show(f'<p class="tab">{label}</p>')
                for inner in tab.find_all(True, recursive=False):
                    self.add(inner)
        else:
            if "highlight" in classes:
                truncate_code(node, self.where)
            self.shorten_items(node)
            self.show(str(node))

    def shorten_items(self, node: Tag) -> None:
        """Shorten the items of lists; what was left out is said, and a link leads to it."""
        if not (items := node.find_all(["li", "dd"])):
            return
        whole, cut = copy.copy(node), False
        for item in items:
            if not item.find_parent(["li", "dd"]) and shorten(item):
                cut = True
                more = f'&nbsp;<a class="more" href="{self.where}" title="More on the page">…</a>'
                link = BeautifulSoup(more, "html.parser")
                own = item.find("p", recursive=False) or item
                below = own.find(["ul", "ol", "dl", "pre", "table"], recursive=False)
                for part in list(link.contents):
                    below.insert_before(part) if below else own.append(part)
        if cut:
            self.now.notes.append(str(whole))

    def result(self, node: Tag) -> None:
        """Keep an output and the line that says where it comes from in one block."""
        if "cell-output" in classes_of(node):
            truncate_output(node, self.where)
        shown = self.now.body
        last = shown[-1] if shown else ""
        if last.startswith('<div class="result">') and not (
            "cell-output" in classes_of(node) and "provenance" in last
        ):
            shown[-1] = last.removesuffix("</div>") + str(node) + "</div>"
        else:
            self.show(f'<div class="result">{node}</div>')

    def admonition(self, node: Tag) -> None:
        """Show an admonition, a long one on a slide of its own."""
        title = node.find(class_="admonition-title")
        big = len(node.get_text()) > BIG or (not self.columns)
        if not big or title is None:
            self.shorten_items(node)
            for text in node.find_all("p", recursive=False)[1:]:
                said = str(text)
                if shorten(text):
                    self.now.notes.append(said)
            self.show(str(node))
            return
        before = self.now
        kind = next(iter(classes_of(node) - {"admonition"}), "note")
        above = before.eyebrow or before.title
        slide = Slide(title.decode_contents(), before.anchor, above, before.demo)
        title.decompose()
        self.columns = self.columns or [[]]
        self.columns[-1].append(slide)
        for inner in list(node.find_all(True, recursive=False)):
            if inner.name == "p" and not inner.find(["img", "audio"]):
                said = str(inner)
                inner["class"] = ["slide"]
                if shorten(inner, limit=360, long=420):
                    slide.notes.append(said)
            self.add(inner)
        slide.body = [f'<div class="aside {kind}">{"".join(slide.body)}</div>']
        if len(self.columns) > 1 or before is not self.title:
            self.columns[-1].append(before.after())

    def show(self, html: str) -> None:
        if not self.columns:  # the title slide holds the outcomes only
            self.columns.append([Slide(self.title.title, self.title.anchor)])
        self.now.body.append(html)

    def finish(self) -> Deck:
        """Return the deck: no empty slides, and no slide with a title alone."""
        for column in self.columns:
            for before, slide in pairwise(column):
                if slide.continued and not slide.body:
                    before.notes += slide.notes
                    slide.notes = []
            column[:] = [s for s in column if s.body or s.notes or not s.continued]
            for slide in column:
                if slide.prose and all('class="point"' in block for block in slide.body):
                    slide.body.insert(0, first_words(slide.prose[0]))
            if column and not column[0].body:
                column[0].body.append(_contents(column))
        return Deck(self.title, [column for column in self.columns if column])


def _contents(column: list[Slide]) -> str:
    """Return what stands below a heading that has nothing of its own."""
    items = "".join(f"<li>{slide.title}</li>" for slide in column[1:] if not slide.continued)
    return f'<ul class="below">{items}</ul>'
