"""What stops a book: each fault gets one line with page, place and mend, and leaves no PDF."""

import json
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup

from hooks.book import fonts, pdf
from hooks.book.__main__ import main
from hooks.book.clean import clean
from hooks.book.combine import combine
from hooks.book.errors import BookError
from hooks.book.pages import Page

INTRODUCTION = "introduction/index.html"
HEADING = "<h2 id=what-it-costs>"


def spoil(site: Path, html: str) -> None:
    """Put something under a heading of the introduction."""
    path = site / INTRODUCTION
    text = path.read_text("utf-8")
    assert text.count(HEADING) == 1
    before, after = text.split(HEADING)
    title, rest = after.split("</h2>", 1)
    path.write_text(f"{before}{HEADING}{title}</h2>{html}{rest}", "utf-8")


FAULTS = {
    "<p><img src='../assets/images/card.webp' alt=''></p>": "figure card.webp has no alt text",
    "<p><img src='none.png' alt='A cat'></p>": "no file introduction/none.png in the site",
    "<p><svg viewBox='0 0 1 1'></svg></p>": "a drawing has no alt text",
    "<p>Hello 你好</p>": "no font of the book has a glyph for '你' (U+4F60)",
    "<pre><code>\U0001f600</code></pre>": "a glyph for '\U0001f600' (U+1F600)",
}


@pytest.mark.parametrize(("html", "message"), FAULTS.items())
def test_a_fault_on_a_page(draft: Path, fails: Callable[[], str], html: str, message: str) -> None:
    spoil(draft, html)
    said = fails()
    assert said.startswith("book: docs/introduction/index.md, under “What it costs”: ")
    assert message in said


def test_a_glyph_that_is_missing_in_a_drawing(draft: Path, fails: Callable[[], str]) -> None:
    (svg,) = (draft / "assets/figures/introduction/sentiment").glob("*.svg")
    svg.write_text(svg.read_text("utf-8").replace(">Brazil<", ">你<"), "utf-8")
    said = fails()
    assert f"under “The name of a country”, figure {svg.name}: no font" in said


def test_a_stale_notebook(draft: Path, fails: Callable[[], str]) -> None:
    path = draft / "introduction/sentiment/sentiment.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    stale = {"since": "2026-11-20", "cell": 3, "error": "ValueError: no\nmore"}
    notebook["metadata"]["course"]["stale"] = stale
    path.write_text(json.dumps(notebook), "utf-8")
    said = "introduction/sentiment.ipynb: out of date since 2026-11-20, cell 3 failed with "
    mend = "mend docs/introduction/sentiment.py, then run `python -m hooks.execute sentiment`\n"
    assert fails() == f"book: docs/{said}ValueError: no: {mend}"
    assert "Sentiment analysis" in combine(draft, stale=True), "--stale prints it all the same"


def test_a_section_without_a_page(draft: Path, fails: Callable[[], str]) -> None:
    (draft / "graphs/index.html").unlink()
    assert "write docs/graphs/index.md, then run `make site`" in fails()


def test_no_site_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--site", str(tmp_path)]) == 1
    assert "run `make site` first" in capsys.readouterr().err


def test_a_font_that_is_not_installed(fails, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    fonts.glyphs.cache_clear()
    try:
        assert "no font inter/400Regular/Inter_400Regular.ttf in node_modules" in fails()
    finally:
        fonts.glyphs.cache_clear()


# ---- found when the pages are set


def write(body: str, folder: Path) -> None:
    """Set a small document."""
    head = "<!doctype html><html lang='en'><head><title>T</title></head>"
    pdf.write_pdf(f"{head}<body><h1>T</h1>{body}</body></html>", folder, folder / "out.pdf")


TWO = "<p>One</p><p>Two</p>"
HEAD = "<thead><tr><th>Head</th><th>B</th></tr></thead><tbody><tr><td>c</td><td>d</td>"
VALID = {
    "code": "<ol><li><p>Build:</p><pre><code>make</code></pre></li><li><p>Open it.</p></li></ol>",
    "two paragraphs": f"<ul><li>{TWO}<ul><li>Three</li></ul></li><li>Four</li></ul>",
    "a table": f"<ol><li>Text<table>{HEAD}</tr></tbody></table></li></ol>",
    "a note": f"<ul><li>Text<div class=admonition><p>Note</p>{TWO}</div></li></ul>",
    "a box to tick": f"<ul><li class=task-list-item>{TWO}</li></ul>",
    "a list of terms": f"<dl><dt>Call</dt><dd><p>Zero</p><ul><li>{TWO}</li></ul></dd></dl>",
    "h2, then h4": "<h2>Two</h2><h4>Four</h4><h3>Three</h3><h6>Six</h6>",
    "a head over two columns": f"<table>{HEAD}<td>e</td></tr></tbody></table>".replace(
        "<th>", "<th colspan=2>", 1
    ),
}


@pytest.mark.parametrize("body", VALID.values(), ids=VALID.keys())
def test_what_a_page_may_hold_is_valid_pdf_ua(tmp_path: Path, body: str) -> None:
    article = BeautifulSoup(f"<article><h1>T</h1>{body}</article>", "html.parser").article
    clean(Page("a/index.html", "docs/a.md", "a", article))
    write(article.decode_contents().replace("<h1>T</h1>", ""), tmp_path)
    text = "".join(leaf.extract_text() for leaf in pypdf.PdfReader(tmp_path / "out.pdf").pages)
    assert all(word in text for word in BeautifulSoup(body, "html.parser").stripped_strings)


def test_a_table_wider_than_the_page(tmp_path: Path) -> None:
    cells = "".join(f"<td>{'wide' * 5}{number}</td>" for number in range(9))
    table = f'<table data-place="docs/a.md, under “B”"><tbody><tr>{cells}</tr></tbody></table>'
    with pytest.raises(BookError, match=r"docs/a.md, under “B”: a table is \d+ mm wider") as error:
        write(table, tmp_path)
    assert "page 1): use fewer columns or shorter words" in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_what_weasyprint_finds_is_a_fault_too(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"out.pdf: .*你"):
        write("<p style='font-family: Inter'>你</p>", tmp_path)
    svg = "data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>"
    with pytest.raises(BookError, match=r"no required alt description|LINK|alt"):
        write(f"<p><img src='{svg}'></p>", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_times_the_same_bytes(tmp_path: Path) -> None:
    write("<p>Same</p>", tmp_path)
    first = (tmp_path / "out.pdf").read_bytes()
    write("<p>Same</p>", tmp_path)
    assert (tmp_path / "out.pdf").read_bytes() == first
