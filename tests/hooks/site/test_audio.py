"""A recording in a notebook or on a page becomes a linked player with its transcript."""

import pytest
from bs4 import BeautifulSoup
from IPython.display import Audio

from hooks.book.clean import drop
from hooks.site import alt_text, audio, cells
from hooks.slides.deck import deck

ALT = "Transcript: stop. One word."
HTML = f'<p><img alt="{ALT}" src="../words/stop.flac" title="x" /></p>'


@pytest.fixture
def cell(tmp_path):
    """A cell that ends in IPython's own player, as the kernel leaves it."""
    path = tmp_path / "stop.flac"
    path.write_bytes(b"fLaC and so on")
    html = Audio(str(path))._repr_html_()
    output = {"output_type": "execute_result", "metadata": {}, "data": {"text/html": html}}
    return {"id": "c1", "cell_type": "code", "outputs": [output], "metadata": {"alt": ALT}}


def test_the_recording_leaves_the_page_and_becomes_a_file(cell):
    uri = "assets/figures/signals/demo/c1-0.flac"
    assert cells.figure_files({"cells": [cell]}, "signals/demo") == {uri: b"fLaC and so on"}
    (block,) = cells.output_blocks(cell, "signals/demo", "../")
    assert block == cells.wrap(f"![{ALT}](../{uri})")


def test_a_recording_without_a_transcript_stops_the_build(cell):
    cell["metadata"] = {}
    with pytest.raises(cells.CellError, match=r"recording without alt text; add alt="):
        cells.output_blocks(cell, "signals/demo")
    bare = '<img alt="" src="stop.flac">'
    assert alt_text.silent_pictures(audio.players(bare)) == ["stop.flac"]


def test_the_player_keeps_address_and_transcript():
    soup = BeautifulSoup(audio.players(HTML), "html.parser")
    address = {"aria-label": ALT, "src": "../words/stop.flac"}
    assert soup.audio.attrs == {"controls": "", "preload": "metadata"} | address
    assert soup.select_one(".audio__text").text == ALT
    assert not soup.img


def test_pictures_stay_as_they_are():
    html = '<p><img alt="a wav.flac file" src="flac.svg"><img alt="b" src="c.webp"></p>'
    assert audio.players(html) == html


def test_a_slide_shows_the_player_and_the_book_the_transcript_alone():
    html = audio.players(f"<h2 id='a'>A</h2>{HTML}<p>Words.</p>")
    shown = [block for slide in deck(html).slides for block in slide.body]
    assert any("<audio" in block for block in shown)
    article = BeautifulSoup(f"<article>{html}</article>", "html.parser").article
    drop(article)
    assert not article.audio
    assert ALT in article.text
    assert "To listen" not in article.text
