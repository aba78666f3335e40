"""Marks in Markdown, decks as pages, the table of decks, and what stops a build."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError

from hooks.core.course import Demo, Section
from hooks.site import reveal
from hooks.site.blocks.decks import table
from hooks.slides.deck import deck
from hooks.slides.decks import make_deck, repeated_id
from hooks.slides.model import Deck
from hooks.slides.notes import notes
from hooks.slides.page import lecture_title, rebase, section_slides
from tests.hooks.conftest import hook_file

DEMOS = (Demo("a", "A", number=1), Demo("b", "B", True, number=2))
ONE = Section("one", "One & all", 30, 25, DEMOS)
TWO = Section("two", "Two", 10, 10)


ASIDES = {
    "<!-- notes\n**Ask** them.\n\n- One\n-->": ["**Ask** them.", "- One"],
    "<!-- notes: Ask them. -->": ["Ask them."],
}


@pytest.mark.parametrize(("markdown", "lines"), ASIDES.items())
def test_notes_become_an_aside_that_markdown_reads(markdown: str, lines: list[str]) -> None:
    aside = ['<aside class="notes" markdown="1">', *lines, "</aside>"]
    found = notes(f"Text\n\n{markdown}\n\nMore").split("\n")
    assert [line for line in found if line] == ["Text", *aside, "More"]


def test_notes_in_code_are_code() -> None:
    text = "```html\n<!-- notes Ask. -->\n```"
    assert notes(text) == text


def left(uri: str, html: str) -> str | None:
    return make_deck(html, SimpleNamespace(file=SimpleNamespace(src_uri=uri)))


def test_marks_leave_no_trace_on_the_page() -> None:
    marks = '<aside class="notes"><p>Ask.</p></aside><!-- slide -->'
    html = f"<h2>A</h2>\n{marks}<p>&copy; x</p>"
    assert left("graphs/index.md", html) == "<h2>A</h2>\n<p>© x</p>"
    assert left("contributing.md", "<p>No h2.</p>") is None  # it has no deck


def test_a_page_that_makes_no_deck_stops_the_build() -> None:
    with pytest.raises(PluginError, match=r"docs/graphs/index\.md: no h2.*give each part a `## `"):
        left("graphs/index.md", "<p>x</p>")


def test_an_id_of_two_outputs_is_named() -> None:
    def with_id(name: str) -> Deck:
        output = f'<div class="cell-output"><svg><g id="s"></g></svg><p id="{name}">x</p></div>'
        return deck(f"<h1>T</h1><h2>A</h2><p>Said.</p>{output}")

    assert repeated_id({"nlp": with_id("plot"), "vision": with_id("other")}) == ""
    found = repeated_id({"nlp": with_id("plot"), "vision": with_id("plot")})
    assert found.startswith("docs/vision/index.md: an output has the id plot, as one of docs/nlp/")


HTML = "<h1>One</h1><h2>Demo 1 · A</h2><p>x</p><h2>Demo 2 · B</h2><p>y</p><h3>C</h3><p>z</p>"
SLIDES = section_slides([ONE, TWO], ONE, deck(HTML))


def test_slides_of_self_study_demos_are_marked_for_the_short_path() -> None:
    assert "data-self-study" not in SLIDES.split("<h2>")[1]
    assert SLIDES.count('data-self-study=""') == 3  # the column and both of its slides


def test_a_divider_says_when_the_section_starts_on_either_path() -> None:
    html = "<h1>Two</h1><h2>A</h2><p>x</p>"
    title = section_slides([ONE, TWO], TWO, deck(html)).split("</section>")[0]
    assert 'starts at <span class="full">0:30</span><span class="short">0:25</span>' in title
    assert 'data-minutes="10" data-path120="10"' in title
    assert "demo 2 is for self-study" in SLIDES.split("</section>")[0]


def test_the_lecture_s_title_lists_the_sections() -> None:
    title = lecture_title([ONE, TWO], "Course")
    assert "One &amp; all</a>" in title and '<a href="#/section-2">Two</a>' in title
    assert "demo 2 is left for self-study" in title


ADDRESSES = {
    '<a href="index.html#a">': '<a href="../one/index.html#a">',
    '<a href="../two/">': '<a href="../two/">',
    '<a href="a/">': '<a href="../one/a/">',
    '<img src="../assets/x.svg">': '<img src="../assets/x.svg">',
    '<a href="https://example.org/?a=1&amp;b">': '<a href="https://example.org/?a=1&amp;b">',
    '<a href="#/section-2">': '<a href="#/section-2">',
}


@pytest.mark.parametrize(("old", "new"), ADDRESSES.items())
def test_addresses_are_right_in_the_lecture_s_deck(old: str, new: str) -> None:
    assert rebase(old, "one/slides.html", "slides/index.html") == new


def test_the_table_gives_both_minutes_of_every_deck() -> None:
    assert table([ONE, TWO]).split("\n")[2:] == [
        "| 0:00 | [1 One & all](one/slides.html) | 30 | 25, without demo 2 |",
        "| 0:25 | [2 Two](two/slides.html) | 10 | 10 |",
        "| | **[The whole lecture](slides/index.html)** | 40 | [35](slides/index.html?path=120) |",
    ]


def test_a_missing_reveal_js_stops_the_build(tmp_path: Path) -> None:
    config = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"))
    with pytest.raises(PluginError, match=r"reveal.js/LICENSE is missing.*`make site`"):
        reveal.add_reveal([], config)


def test_a_build_without_a_section_s_page_says_which(tmp_path: Path, caplog) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Home\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    hooks = [hook_file(tmp_path, "hooks.slides.decks")]
    config = load_config(str(tmp_path / "mkdocs.yml"), hooks=hooks, site_dir=str(tmp_path / "site"))
    with pytest.raises(Abort):
        build(config)
    assert "no deck for introduction, nlp" in caplog.text
    assert "write docs/introduction/index.md" in caplog.text
    assert not (tmp_path / "site/introduction").exists()
