"""Outputs are cleaned of what varies between runs."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from hooks.executor import key, outputs


def notebook(*out) -> nbformat.NotebookNode:
    return new_notebook(cells=[new_code_cell("x", outputs=list(out))])


def stream(text: str) -> nbformat.NotebookNode:
    return new_output("stream", name="stdout", text=text)


def cleaned(*out) -> list[nbformat.NotebookNode]:
    book = notebook(*out)
    outputs.clean(book)
    return book.cells[0].outputs


def test_clean_drops_standard_error_and_merges_streams():
    warning = new_output("stream", name="stderr", text="Warning: slow\n")
    found = cleaned(stream("one\n"), warning, stream("two\n"))
    assert [o.text for o in found] == ["one\ntwo\n"]


def test_clean_removes_colors_addresses_and_overwritten_lines():
    text = "\x1b[31mred\x1b[0m <object object at 0x7f00aa00bb00>\n 10%\r100%\n"
    (found,) = cleaned(stream(text))
    assert found.text == "red <object object at 0x…>\n100%\n"


CRLF = [
    # csv.writer ends its rows so; a kernel may cut between the two characters
    (("model,score\r", "\ntiny,0.9\r\n", "after\n"), "model,score\ntiny,0.9\nafter\n"),
    (("done 3/3\r",), "done 3/3"),
    (("1/2\r", "2/2\r", "\n"), "2/2\n"),
]


@pytest.mark.parametrize(("pieces", "text"), CRLF)
def test_only_text_that_is_written_over_goes(pieces, text):
    (found,) = cleaned(*map(stream, pieces))
    assert found.text == text


@pytest.mark.parametrize("kind", ["text/html", "text/markdown", "text/latex", "text/plain"])
def test_crlf_ends_a_line_in_every_text(kind):
    (found,) = cleaned(new_output("display_data", data={kind: "<b>\r\none\r\n</b>"}))
    assert found.data[kind] == "<b>\none\n</b>"


def test_clean_makes_a_figure_ready_for_a_page():
    head = '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x" "y">\n'
    svg = f'{head}<svg width="1pt"><metadata>today</metadata><g/></svg>\n'
    (found,) = cleaned(new_output("display_data", data={"image/svg+xml": svg, "text/plain": "F"}))
    assert found.data["image/svg+xml"] == f'<svg width="1pt">{outputs.ON_DARK}<g/></svg>\n'


def test_the_ink_that_is_lightened_is_the_ink_of_the_figure_style():
    assert f"text.color: {outputs.INK.removeprefix('#')}" in key.STYLE.read_text("utf-8")
