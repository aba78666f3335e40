"""One page on its way into the book: code, tabs, solutions and links, before any page is set."""

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag

from hooks.book import formulas, front, links, solutions
from hooks.book.clean import clean, demote, open_details
from hooks.book.code import set_code
from hooks.book.errors import BookError, place
from hooks.book.pages import Book, Page
from hooks.site.formulas import mathml


def page(html: str, uri: str = "nlp/index.html") -> Page:
    """A page of the site with this content."""
    soup = BeautifulSoup(f"<article><h1 id='t'>Title</h1>{html}</article>", "html.parser")
    key = uri.removesuffix("/index.html").replace("/", "-")
    return Page(uri, f"docs/{key}.md", key, soup.article)


def pre(code: str) -> Tag:
    """A code block as Pygments leaves it, set for the book."""
    found = page(f"<div class='highlight'><pre><span></span><code>{code}</code></pre></div>")
    set_code(found.article)
    return found.article.find("pre")


def test_a_formula_is_drawn_and_says_its_latex() -> None:
    article = page(
        f"<p>So {mathml('x^2')}</p><p>{mathml(chr(92) + 'frac{a}{b}', True)}</p>"
    ).article
    formulas.draw(article)
    one, two = article.select("img")
    assert (one["alt"], two["alt"]) == ("x^2", r"\frac{a}{b}")
    heights = [float(re.match(r"height: ([\d.]+)em", img["style"])[1]) for img in (one, two)]
    assert 0.5 < heights[0] < 1 < 1.5 < heights[1] < 3  # a letter, and a letter on another
    assert article.math is None


CODE = (
    '<span class="kn">import</span><span class="w"> </span><span class="nn">math</span>\n\n\n'
    '<span class="k">def</span><span class="w"> </span><span class="nf">f</span><span class="p">'
    '(</span><span class="n">x</span><span class="p">):</span>\n'
    '<span class="w">    </span><span class="k">return</span> <span class="n">x</span>\n'
)


def test_code_keeps_its_text() -> None:
    assert pre(CODE).get_text() == "import math\n\n\ndef f(x):\n    return x"


def test_no_piece_of_code_is_all_blanks() -> None:
    # WeasyPrint would not draw it, and the line would lose its indentation in a copy.
    pieces = [str(text) for text in pre(CODE).find_all(string=True) if text.strip("\n")]
    assert all(piece.strip() for piece in pieces)
    assert any(piece.startswith("    return") for piece in pieces)


def test_code_breaks_before_a_definition_only() -> None:
    parts = [part.get_text().strip() for part in pre(CODE).select(".part")]
    assert parts == ["import math", "def f(x):\n    return x"]


def test_only_a_line_too_long_for_the_page_wraps() -> None:
    assert "wraps" not in pre("x" * 88)["class"]
    assert "dense" in pre("x" * 100)["class"]
    long = pre("short\n\n" + "x" * 101)
    assert "wraps" in long["class"]
    assert [line.get_text() for line in long.select(".line")] == ["short", "\n", "x" * 101]


def test_tabs_and_boxes_are_open_and_controls_are_gone() -> None:
    found = page(
        "<div class='tabbed-set'><input type='radio'><div class='tabbed-labels'><label>A</label>"
        "<label>B</label></div><div class='tabbed-content'><div class='tabbed-block'><p>1</p></div>"
        "<div class='tabbed-block'><p>2</p></div></div></div>"
        "<details class='note'><summary>More</summary><p>3</p></details>"
        "<h2 id='x'>X<a class='headerlink' href='#x'>¶</a></h2><button>Copy</button>"
        "<p>Facts · <a href='slides.html'>Present</a></p>"
    )
    clean(found)
    open_details(found.article)
    assert " ".join(found.article.stripped_strings) == "Title A 1 B 2 More 3 X Facts"
    assert found.article.select("input, label, details, summary, button, a") == []


def test_footnotes_get_a_heading_unless_the_page_gives_one() -> None:
    notes = "<div class='footnote'><hr><ol><li><p>One</p></li></ol></div>"
    bare, named = page(notes), page("<h2>Sources</h2>" + notes)
    for found in (bare, named):
        clean(found)
        assert [h.get_text() for h in found.article.select("h2")] == ["Sources"]
        assert found.article.select("hr, li p") == []


def test_links() -> None:
    found = page(
        "<p><a href='../vision/#b'>b</a><a href='#t'>t</a><a href='../vision/#none'>none</a>"
        "<a href='ner/'>ner</a><a href='https://example.org/'>out</a>"
        "<a href='.'><code>me</code> too</a></p><img src='../assets/a.svg' loading='lazy'>"
    )
    other = page("<h2 id='b'>B</h2>", "vision/index.html")
    pages = [found, other]
    for one in pages:
        links.prefix_ids(one)
    keys, known = {one.uri: one.key for one in pages}, links.ids(pages)
    again = page(found.article.decode_contents())
    links.rewrite(found, keys, known, "")
    inside = {"b": "#vision--b", "t": "#nlp--t", "none": "#vision", "me": "#nlp", " too": "#nlp"}
    wanted = inside | {"out": "https://example.org/"}
    assert {a.get_text(): a["href"] for a in found.article.select("a")} == wanted
    assert found.article.img.attrs == {"src": "assets/a.svg"}
    links.rewrite(again, keys, known, "https://course.example/")
    assert again.article.find("a", string="ner")["href"] == "https://course.example/nlp/ner/"


EXERCISES = (
    "<p><strong>1. Count.</strong> How many?</p>"
    "<details><summary>Solution</summary><p>Three.</p></details>"
    "<h3 id='nlp-exercises--why'>Why?</h3><p>Say it.</p>"
    "<details><summary>Answer</summary><p>So.</p></details>"
)


def test_solutions_leave_a_link_behind_and_link_back() -> None:
    found = page(EXERCISES, "nlp/exercises/index.html")
    chapter = solutions.collect(found, "NLP")
    said = "|".join(chapter.stripped_strings)
    assert said == "NLP|1. Count.|exercise|Three.|Why?|exercise|So."
    assert [a.get_text() for a in found.article.select(".to-solution a")] == ["Solution", "Answer"]
    headings = [f"#{heading['id']}" for heading in chapter.select("h3")]
    assert [a["href"] for a in found.article.select("a")] == headings
    first = found.article.find("strong").parent["id"]
    assert [a["href"] for a in chapter.select("a")] == [f"#{first}", "#nlp-exercises--why"]
    assert "details" not in str(found.article)


def test_a_page_without_solutions() -> None:
    assert solutions.collect(page("<p>Read on.</p>"), "NLP") is None


def test_a_solution_without_an_exercise_stops_the_book() -> None:
    message = r"docs/nlp.md, under “Title”: a folded box has no exercise"
    with pytest.raises(BookError, match=message):
        solutions.collect(page("<p>Words.</p><details><p>Three.</p></details>"), "NLP")


def test_a_page_inside_a_chapter_has_lower_headings() -> None:
    found = page("<h2>A</h2><h3>B</h3>")
    demote(found.article)
    found = [tag.name for tag in found.article.find_all(["h1", "h2", "h3", "h4"])]
    assert found == ["h2", "h3", "h4"]


def test_the_date_is_the_one_asked_for(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795651200")
    assert front.words(front.dated(tmp_path)) == "26 November 2026"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(BookError, match="SOURCE_DATE_EPOCH is 'today': give seconds since 1970"):
        front.dated(tmp_path)


def test_a_home_page_without_the_part_on_weights_stops_the_book() -> None:
    book = Book([], [], BeautifulSoup("<h2 id='kinds'>Two kinds</h2><p>Words.</p>", "html.parser"))
    message = "index.html has no h2#weights, from which the book takes its words .*: put it back"
    with pytest.raises(BookError, match=message):
        front.about(book, date(2026, 11, 26))
    book.home.h2["id"] = "weights"
    assert "<h2>Two kinds of weights</h2><p>Words.</p>" in front.about(book, date(2026, 11, 26))


def test_place_names_the_page_and_the_heading() -> None:
    found = page("<h2>A<a>¶</a></h2><p>x</p>")
    assert place(found.article.p, "docs/nlp.md") == "docs/nlp.md, under “A”"
