"""HTML of a page in, slides out: each rule, and each error."""

import re

import pytest

from hooks.slides.deck import deck
from hooks.slides.model import Deck, DeckError

NOTE = "<p>Said.</p>"
LONG = " ".join(f"Sentence number {n} is here for its length only." for n in range(9))


def made(html: str) -> Deck:
    """A deck with a title and one h2 before the blocks under test."""
    return deck(f'<h1 id="t">Graphs</h1>{NOTE}<h2 id="a">First</h2>{html}')


TABS = """<div class="tabbed-set"><input><div class="tabbed-labels"><label>By hand</label><label>By
program</label></div><div class="tabbed-content"><div class="tabbed-block"><ul><li>Look</li></ul>
</div><div class="tabbed-block"><ol><li>Call</li></ol></div></div></div>"""
FOLDED = "<details><summary>Solution</summary><p>42</p></details>"


BLOCKS = [
    ("<p>Prose.</p><ul><li>One</li></ul><table><tr><td>Two</td></tr></table>", "One|Two", "Prose"),
    ('<p class="slide">Kept</p>', "Kept", ""),
    ('<p class="fragment">Step</p>', "Step", ""),
    ('<p><img alt="cat" src="c.svg"></p>', "cat", ""),
    ('<p><span><math display="block">x</math></span></p>', "<math", ""),
    (
        '<div class="cell-output" id="a"><div id="plot"></div><script>byId("plot")</script></div>',
        'output"><div id="plot"></div><script>byId("plot")</script>',
        "",
    ),
    ("<p><em>Which topic?</em></p>", '<p class="question">', ""),
    ('<ul><li>In</li></ul><ul class="no-slide"><li>Out</li></ul>', "<ul><li>In</li></ul>", ""),
    (f"<p>The first. {LONG}</p>", '<p class="lead">The first. Sentence number 0', "number 8"),
    (f"<p><strong>Go.</strong> {LONG}</p>", '<p class="point"><strong>Go.</strong> S', "number 8"),
    (f"<dl><dt>Call</dt><dd>{LONG}</dd></dl>", 'Sentence|href="index.html#a"', "number 8"),
    ('<p class="slide" id="x"><a href="#b">c</a></p>', 'e"><a href="index.html#b">', ""),
    (TABS, "By hand|Look|program|Call", ""),
    (f"<ul><li>x</li></ul>{FOLDED}", "x", "42"),
    ('<ul><li>x</li></ul><aside class="notes"><p>Ask.</p></aside>', "x", "<p>Ask.</p>"),
]


@pytest.mark.parametrize(("html", "shown", "said"), BLOCKS)
def test_a_block_is_shown_in_order_or_said(html: str, shown: str, said: str) -> None:
    slide = made(html + NOTE).columns[0][0]
    body, notes = "".join(slide.body), "".join(slide.notes)
    places = [body.find(part) for part in shown.split("|")]
    assert -1 not in places and places == sorted(places)
    assert said in notes and (not said or said not in body)
    assert "Out" not in body + notes


COLUMNS = [
    ("<h2>A</h2><h3>A1</h3><h3>A2</h3><h2>B</h2>", [["A", "A1", "A2"], ["B"]]),
    ('<h2>A</h2><h2 class="no-slide">B</h2><p>x</p><h3>B1</h3><h2>C</h2>', [["A"], ["C"]]),
    ("<table><tr><td>x</td></tr></table><h2>A</h2>", [["T"], ["A"]]),  # the page's title
]


@pytest.mark.parametrize(("html", "columns"), COLUMNS)
def test_an_h2_starts_a_column_and_an_h3_a_slide_below_it(html: str, columns: list) -> None:
    found = deck("<h1>T</h1>" + re.sub(r"(</h\d>)", rf"\1{NOTE}", html))
    assert [[slide.text for slide in column] for column in found.columns] == columns
    assert {s.eyebrow for column in found.columns for s in column[1:]} <= {"A"}
    assert (found.title.text, found.title.body) == ("T", [])


REFUSED = {
    "<p>Prose.</p>": "no h2, so its deck would be empty: give each part",
    "<h2>A</h2><ul><li>x</li></ul>": "no slide has speaker notes: write prose",
}


@pytest.mark.parametrize(("html", "message"), REFUSED.items())
def test_a_page_that_makes_no_deck_is_refused(html: str, message: str) -> None:
    with pytest.raises(DeckError, match=message):
        deck(f"<h1>T</h1>{html}")


def test_a_heading_with_nothing_of_its_own_lists_what_is_below_it() -> None:
    found = deck(f"<h2>Limits</h2><h3>Length</h3>{NOTE}<h3>Words</h3>{NOTE}")
    assert found.columns[0][0].body == ['<ul class="below"><li>Length</li><li>Words</li></ul>']


def test_a_split_goes_on_under_the_same_title() -> None:
    html = "<ul><li>One</li></ul><!-- slide --><p>Said there.</p><ul><li>Two</li></ul>"
    first, second = made(html).columns[0]
    assert "One" in first.body[0] and "Two" in second.body[0]
    assert (second.text, second.continued) == ("First", True)
    assert second.notes == ["<p>Said there.</p>"]


def test_sources_footnotes_cards_and_header_links_are_dropped() -> None:
    found = made(
        '<ul><li>Fact<sup id="fnref:a"><a class="footnote-ref" href="#fn:a">1</a></sup></li></ul>'
        '<div class="license-card">MIT</div>'
        '<h2 id="sources">Sources<a class="headerlink" href="#sources">¶</a></h2><p>As of now.</p>'
        '<div class="footnote"><ol><li id="fn:a">Paper</li></ol></div>'
    )
    text = "".join("".join(slide.body + slide.notes) for slide in found.slides)
    assert len(found.columns) == 1 and "Fact" in text
    assert not any(word in text for word in ("fnref", "MIT", "Paper", "As of now", "¶"))


def test_an_output_and_its_provenance_are_one_block() -> None:
    output = '<div class="cell-output"><pre><code>42</code></pre></div>'
    line = '<p class="provenance provenance--tiny">Tiny stand-in</p>'
    slide = made(f"{output}{output}{line}{output}{line}").columns[0][0]
    assert [block.count("cell-output") for block in slide.body] == [2, 1]
    assert all(block.count("Tiny stand-in") == 1 for block in slide.body)


def test_a_long_admonition_gets_a_slide_and_the_rest_goes_on() -> None:
    aside = f'<div class="admonition info"><p class="admonition-title">Corrected</p><p>{LONG}</p>'
    html = f"<ul><li>x</li></ul>{aside}</div><table><tr><td>y</td></tr></table>"
    _, second, third = made(html).columns[0]
    assert (second.text, second.eyebrow) == ("Corrected", "First")
    assert second.body[0].startswith('<div class="aside info">')
    assert (third.text, third.continued) == ("First", True)


def test_the_title_slide_shows_the_outcomes() -> None:
    header = '<div class="section-header"><p>10 minutes</p><ul><li>Do it</li></ul></div>'
    (shown,) = deck(f"<h1>T</h1>{header}<h2>A</h2>{NOTE}").title.body
    assert "<li>Do it</li>" in shown and "10 minutes" not in shown


def test_the_demo_of_a_slide_is_that_of_its_heading() -> None:
    found = deck(f"<h2>Demo 6 · T5</h2>{NOTE}<h3>Why</h3>{NOTE}<h2>Limits</h2>{NOTE}")
    assert [[slide.demo for slide in column] for column in found.columns] == [[6, 6], [0]]
