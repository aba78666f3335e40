"""Notebook cells as Markdown."""

import base64
import io
import time

import pytest
from PIL import Image

from hooks.site import cells

NAME = "introduction/sentiment"


def cell(notebook, id):
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def output(kind, text):
    return {"output_type": "display_data", "data": {kind: text}, "metadata": {}}


def with_outputs(*outputs, alt=""):
    return {"id": "c1", "cell_type": "code", "outputs": outputs, "metadata": {"alt": alt}}


def test_code_and_its_output(notebook):
    score = cell(notebook, "score")
    assert cells.code_block(score) == (
        "``` { .python }\n"
        "def score(text: str) -> float:\n"
        '    """Share of the words that are kind."""\n'
        "    words = text.split()\n"
        '    return sum(word in {"love", "like"} for word in words) / len(words)\n'
        "\n\n"
        'print("\\x1b[1mI love it\\x1b[0m", flush=True)\n'
        'print(score("I love it"))\n'
        "```"
    )
    assert len(score["outputs"]) == 2  # the kernel sent the print in two pieces
    shown = "``` { .text .no-copy }\nI love it\n0.3333333333333333\n```"
    assert cells.output_blocks(score, NAME) == [f"/// html | div.cell-output\n\n{shown}\n\n///"]


def test_a_fence_is_longer_than_any_inside_it(notebook):
    (block,) = cells.output_blocks(cell(notebook, "marks"), NAME)
    assert "\n```` { .text .no-copy }\n```\nfenced\n```\n" in block


def test_output_is_never_an_include(notebook):
    (block,) = cells.output_blocks(cell(notebook, "marks"), NAME)
    assert '\n;--8<-- "no/such/file.py"\n' in block


def test_the_richest_type_is_shown(notebook):
    figures = cells.figure_files(notebook, NAME)
    assert {uri: data[:4] for uri, data in figures.items()} == {
        "assets/figures/introduction/sentiment/figure-0.svg": b"<svg",
        # The kernel sent JPEG and text, too.
        "assets/figures/introduction/sentiment/image-0.png": b"\x89PNG",
    }


def test_a_figure_has_its_alt_text(notebook):
    (block,) = cells.output_blocks(cell(notebook, "figure"), NAME, "../")
    alt = r'![One bar: score \[0, 1\] of "a\_b" &lt; 1]'
    address = "(../assets/figures/introduction/sentiment/figure-0.svg){ width=3 height=9 }"
    assert block == f"/// html | div.cell-output\n\n{alt}{address}\n\n///"


@pytest.mark.parametrize("kind", ["webp", "png", "jpeg", "gif"])
def test_a_picture_says_how_large_it_is(kind):
    held = io.BytesIO()
    Image.new("RGB", (40, 30)).save(held, kind)
    figure = output(f"image/{kind}", base64.b64encode(held.getvalue()).decode())
    (block,) = cells.output_blocks(with_outputs(figure, alt="Black"), NAME)
    assert "){ width=40 height=30 }" in block


@pytest.mark.parametrize("size", ["", 'viewBox="0 0 3 9"', 'width="100%" height="100%"'])
def test_a_drawing_without_a_size_gets_none(size):
    figure = output("image/svg+xml", f"<svg {size}/>")
    (block,) = cells.output_blocks(with_outputs(figure, alt="x"), NAME)
    assert block.endswith(".svg)\n\n///")


def test_a_table_keeps_its_cells_and_loses_its_look(notebook):
    (block,) = cells.output_blocks(cell(notebook, "table"), NAME)
    assert block.startswith("/// html | div.cell-output\n    markdown: html\n\n<div>\n<table>")
    assert "<td>I *love* it</td>" in block
    assert "style scoped" not in block
    assert "<th></th>" not in block


def test_a_line_written_over_shows_its_last_state_and_streams_stay_apart():
    bar = {"output_type": "stream", "name": "stdout", "text": "10 %\r50 %\rdone\nnext\r\nlast\r"}
    first, _, _ = cells.output_blocks(with_outputs(bar, {**bar, "name": "stderr"}, bar), NAME)
    assert "\ndone\nnext\nlast\n" in first and "%" not in first


def test_a_long_line_takes_time_in_proportion_to_its_length():
    def seconds(characters: int) -> float:
        stream = {"output_type": "stream", "name": "stdout", "text": "0.143, " * (characters // 7)}
        times = []
        for _ in range(3):
            start = time.process_time()
            cells.output_blocks(with_outputs(stream), NAME)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(100_000) < 40 * seconds(10_000)  # ten times the text; its square: 100 times


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": []}
REFUSED = [
    (output("image/svg+xml", "<svg/>"), r'`c1` .* add alt="…" .* docs/introduction'),
    (ERROR, "`c1` ends in ValueError: bad"),
    (output("application/javascript", "1"), r"`c1` shows application/javascript, .* docs/intro"),
    (
        {**(pdf := output("application/pdf", "")), "data": {"text/plain": "<PDF>", **pdf["data"]}},
        r"`c1` shows application/pdf, which a page cannot show; end it in text, .*\.py and run it",
    ),
    (output("text/latex", "$\\nosuch$"), r"`c1`: .* has \\nosuch; .* docs/introduction/sentiment"),
]


@pytest.mark.parametrize(("found", "message"), REFUSED)
def test_what_cannot_be_shown_is_refused(found, message):
    with pytest.raises(cells.CellError, match=message):
        cells.output_blocks(with_outputs(found), NAME)


def test_a_formula_is_drawn_by_the_browser():
    latex = output("text/latex", r"$\displaystyle \frac{a}{b}$")
    latex["data"]["text/plain"] = "<IPython.core.display.Math object>"
    (block,) = cells.output_blocks(with_outputs(latex), NAME)
    assert "\n    markdown: html\n" in block and "<mfrac>" in block and "object" not in block


def test_an_unknown_tag_is_answered_with_the_known(notebook):
    with pytest.raises(cells.CellError, match=r"tagged `rum` \(.*image, marks, run"):
        cells.tagged(notebook, "rum")


NOT_EXECUTED = {
    "{": "not a valid notebook .*hooks.execute sentiment",
    "[]": "not a valid notebook",
    '{"cells": [], "metadata": {}}': "no `course` metadata",
    '{"cells": [], "metadata": {"course": {"provenance": {}}}}': "holds no outputs",
}


@pytest.mark.parametrize(("text", "message"), NOT_EXECUTED.items())
def test_what_is_no_executed_notebook_is_refused(tmp_path, text, message):
    file = tmp_path / "sentiment.ipynb"
    file.write_text(text, "utf-8")
    with pytest.raises(cells.CellError, match=message):
        cells.read(file)
