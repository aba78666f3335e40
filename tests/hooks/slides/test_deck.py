"""HTML of a page in, slides out: each rule, and each error."""

import pytest

from hooks.slides.deck import Deck, DeckError, deck

NOTE = "<p>Said.</p>"
LONG = " ".join(f"Sentence number {n} is here for its length only." for n in range(9))


def made(html: str) -> Deck:
    """A deck with a title and one h2 before the blocks under test."""
    return deck(f'<h1 id="t">Graphs</h1>{NOTE}<h2 id="a">First</h2>{html}')


def body(html: str) -> str:
    """What the first slide after the title shows."""
    return "".join(made(html).columns[0][0].body)


def test_an_h2_starts_a_column_and_an_h3_a_slide_below_it() -> None:
    found = deck(
        f"<h1>T</h1><h2>A</h2>{NOTE}<h3>A1</h3>{NOTE}<h3>A2</h3>{NOTE}<h2>B</h2>{NOTE}",
    )
    assert [[slide.text for slide in column] for column in found.columns] == [
        ["A", "A1", "A2"],
        ["B"],
    ]
    assert found.columns[0][1].eyebrow == "A"
    assert found.title.text == "T"


def test_prose_is_said_and_the_rest_is_shown() -> None:
    html = "<p>Prose.</p><ul><li>One</li></ul><table><tr><td>Two</td></tr></table>"
    slide = made(html).columns[0][0]
    assert slide.notes == ["<p>Prose.</p>"]
    assert "One" in "".join(slide.body) and "Two" in "".join(slide.body)
    assert "Prose" not in "".join(slide.body)


def test_a_slide_without_blocks_shows_the_first_sentences_of_its_prose() -> None:
    slide = made(f"<p>The first sentence. {LONG}</p>").columns[0][0]
    assert slide.body[0].startswith('<p class="lead">The first sentence.')
    assert "number 8" not in slide.body[0]
    assert "number 8" in slide.notes[0]


def test_a_heading_with_nothing_of_its_own_lists_what_is_below_it() -> None:
    found = deck(f"<h2>Limits</h2><h3>Length</h3>{NOTE}<h3>Words</h3>{NOTE}")
    assert found.columns[0][0].body == ['<ul class="below"><li>Length</li><li>Words</li></ul>']


def test_a_marked_paragraph_a_picture_and_a_question_stay() -> None:
    assert "Kept" in body('<p class="slide">Kept</p>')
    assert "Step" in body('<p class="fragment">Step</p>')
    assert "cat" in body('<p><img alt="cat" src="c.svg"></p>')
    assert '<p class="question">' in body("<p><em>Which topic?</em></p>")


def test_a_run_in_head_is_a_point_and_is_said_in_full() -> None:
    slide = made(f"<p><strong>Wording.</strong> {LONG}</p>").columns[0][0]
    (point,) = slide.body
    assert point.startswith('<p class="point"><strong>Wording.</strong> Sentence number 0')
    assert "number 8" not in point and "number 8" in slide.notes[-1]


def test_no_slide_drops_a_block_and_on_a_heading_the_whole_slide() -> None:
    assert body('<ul><li>In</li></ul><ul class="no-slide"><li>Out</li></ul>').count("<li>") == 1
    found = deck(
        f'<h2>A</h2>{NOTE}<h2 class="no-slide">B</h2><ul><li>x</li></ul><h3>B1</h3>{NOTE}'
        f"<h2>C</h2>{NOTE}"
    )
    assert [column[0].text for column in found.columns] == ["A", "C"]


def test_a_split_goes_on_under_the_same_title() -> None:
    first, second = made(
        "<ul><li>One</li></ul><!-- slide --><p>Said there.</p><ul><li>Two</li></ul>"
    ).columns[0]
    assert "One" in first.body[0] and "Two" in second.body[0]
    assert (second.text, second.continued) == ("First", True)
    assert second.notes == ["<p>Said there.</p>"]


def test_notes_are_said_and_not_shown() -> None:
    slide = made('<ul><li>x</li></ul><aside class="notes"><p>Ask them.</p></aside>').columns[0][0]
    assert slide.notes == ["<p>Ask them.</p>"]
    assert "Ask" not in "".join(slide.body)


def test_sources_footnotes_cards_and_header_links_are_dropped() -> None:
    found = made(
        '<ul><li>Fact<sup id="fnref:a"><a class="footnote-ref" href="#fn:a">1</a></sup></li></ul>'
        '<div class="license-card">MIT</div>'
        '<h2 id="sources">Sources<a class="headerlink" href="#sources">¶</a></h2><p>As of now.</p>'
        '<div class="footnote"><ol><li id="fn:a">Paper</li></ol></div>'
    )
    text = "".join("".join(slide.body + slide.notes) for slide in found.slides)
    assert len(found.columns) == 1
    assert "Fact" in text
    assert not any(word in text for word in ("fnref", "MIT", "Paper", "As of now", "¶"))


def test_an_output_and_its_provenance_are_one_block() -> None:
    output = '<div class="cell-output"><pre><code>42</code></pre></div>'
    line = '<p class="provenance provenance--tiny">Tiny stand-in</p>'
    slide = made(f"{output}{output}{line}{output}{line}").columns[0][0]
    assert [block.count("cell-output") for block in slide.body] == [2, 1]
    assert all(block.count("Tiny stand-in") == 1 for block in slide.body)


def test_a_long_admonition_gets_a_slide_and_the_rest_goes_on() -> None:
    aside = f'<div class="admonition info"><p class="admonition-title">Corrected</p><p>{LONG}</p>'
    _, second, third = made(
        f"<ul><li>x</li></ul>{aside}</div><table><tr><td>y</td></tr></table>"
    ).columns[0]
    assert (second.text, second.eyebrow) == ("Corrected", "First")
    assert second.body[0].startswith('<div class="aside info">')
    assert (third.text, third.continued) == ("First", True)


def test_what_stands_before_the_first_h2_gets_a_slide_of_the_page_s_title() -> None:
    found = deck(f"<h1>Limits</h1><table><tr><td>x</td></tr></table><h2>A</h2>{NOTE}")
    assert [column[0].text for column in found.columns] == ["Limits", "A"]
    assert found.title.body == []


def test_the_title_slide_shows_the_outcomes() -> None:
    header = '<div class="section-header"><p>10 minutes</p><ul><li>Do it</li></ul></div>'
    (shown,) = deck(f"<h1>T</h1>{header}<h2>A</h2>{NOTE}").title.body
    assert "<li>Do it</li>" in shown and "10 minutes" not in shown


def test_long_items_are_shortened_linked_and_said_in_full() -> None:
    slide = made(f"<dl><dt>Call</dt><dd>{LONG}</dd></dl>").columns[0][0]
    assert "number 8" not in slide.body[0] and 'href="index.html#a"' in slide.body[0]
    assert "number 8" in slide.notes[0]


def test_tabs_are_shown_one_below_the_other() -> None:
    tabs = (
        '<div class="tabbed-set"><input><div class="tabbed-labels"><label>By hand</label>'
        '<label>By program</label></div><div class="tabbed-content"><div class="tabbed-block">'
        '<ul><li>Look</li></ul></div><div class="tabbed-block"><ol><li>Call</li></ol>'
        "</div></div></div>"
    )
    shown = body(tabs)
    order = [shown.index(word) for word in ("By hand", "Look", "By program", "Call")]
    assert order == sorted(order)


def test_folded_solutions_are_for_the_speaker() -> None:
    slide = made("<ul><li>x</li></ul><details><summary>Solution</summary><p>42</p></details>")
    assert "42" not in slide.columns[0][0].body[0] and "42" in slide.columns[0][0].notes[0]


def test_the_demo_of_a_slide_is_that_of_its_heading() -> None:
    found = deck(f"<h2>Demo 6 · T5</h2>{NOTE}<h3>Why</h3>{NOTE}<h2>Limits</h2>{NOTE}")
    assert [[slide.demo for slide in column] for column in found.columns] == [[6, 6], [0]]


def test_anchors_lead_back_to_the_page_and_ids_are_gone() -> None:
    shown = body('<p class="slide" id="x"><a href="#limits">there</a></p>')
    assert 'href="index.html#limits"' in shown and "id=" not in shown


def test_a_page_without_h2_makes_no_deck() -> None:
    with pytest.raises(DeckError, match=r"no h2, so its deck would be empty: give each part"):
        deck("<h1>T</h1><p>Prose.</p>")


def test_a_deck_without_notes_is_refused() -> None:
    with pytest.raises(DeckError, match=r"no slide has speaker notes: write prose"):
        deck("<h1>T</h1><h2>A</h2><ul><li>x</li></ul>")
