"""Tags in prose that would swallow text."""

import pytest
from mkdocs.exceptions import Abort, PluginError

from hooks.site.reference import check_docstrings
from hooks.site.stray_tags import stray

ODD = """# Odd

Set HF_HOME to <folder> first.

## From C++ to <T5>

Text under it.
"""


def test_what_is_no_element_of_html_is_named():
    found = [(ODD[:at].count("\n") + 1, what) for at, what in stray(ODD)]
    assert found == [
        (3, "<folder> is no element of HTML"),
        (5, "<T5> is no element of HTML"),
    ]


UNCLOSED = {
    "A <b>word.\n\nNext.": "<b> is not closed in its paragraph",
    "## A <b>word\nText</b>": "<b> is not closed in its paragraph",
    "- a <b>word\n- next</b>": "<b> is not closed in its paragraph",
    "| a <i>b |\n| c</i> |": "<i> is not closed in its paragraph",
    "<div>\n\nText.": "<div> is not closed on the page",
    "<details>\n\n<b>Text.\n\n</details>": "<b> is not closed in its paragraph",
    "<div><em>Text</div>": "<em> is not closed before </div>",
    "Text</span>": "</span> closes nothing",
    "Write <path/to/file>.": "<path/to/file> is no element of HTML",
    "Where x<y and y>z.": "<y and y> is no element of HTML",
}


@pytest.mark.parametrize(("markdown", "what"), UNCLOSED.items())
def test_what_is_not_closed_where_it_was_opened_is_named(markdown, what):
    assert next(stray(markdown))[1] == what


SOUND = [
    "a < b, 1<2>0, <https://example.org/a>, <me@example.org>, `<T5>`, &lt;T5>",
    "```\n<T5>\n```",
    "<div markdown>\n\nA <kbd>K</kbd>, <b>two\nlines</b>, <br> and <img src='a>b'/>.\n\n</div>",
    "<!-- <T5> -->\n\n<svg><linearGradient id='a'/></svg>",
]


@pytest.mark.parametrize("markdown", SOUND)
def test_what_a_browser_shows_as_it_stands_is_let_be(markdown):
    assert not list(stray(markdown))


def test_the_build_names_page_and_line(repository, build_site, caplog):
    (repository / "docs/introduction/odd.md").write_text("---\ntitle: Odd\n---\n\n" + ODD, "utf-8")
    with pytest.raises(Abort):
        build_site()
    assert "docs/introduction/odd.md, line 7: <folder> is no element of HTML; put it" in caplog.text


def test_the_build_names_a_model_card_and_its_line(repository, build_site, caplog):
    card = repository / "hooks/hub/stand_ins/sentiment/README.md"
    text = card.read_text("utf-8")
    card.write_text(f"{text}\nIt maps <text> to a score.\n", "utf-8")
    with pytest.raises(Abort):
        build_site()
    number = len(text.splitlines()) + 2
    assert f"README.md, line {number}: <text> is no element of HTML" in caplog.text


def test_a_docstring_is_markdown_too(tmp_path):
    file = tmp_path / "a.py"
    file.write_text('"""Reads."""\n\n\ndef f():\n    """Read it.\n\n    From <folder>.\n    """\n')
    with pytest.raises(PluginError, match=r"a\.py, line 7: <folder> is no element of HTML"):
        check_docstrings(file)
