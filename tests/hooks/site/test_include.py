"""Includes in pages: what they become, and the line each mistake gets."""

import pytest
from mkdocs.exceptions import Abort

from hooks.site.expand import IncludeError, expand

PAGE = "introduction/index.md"
RUN = '--8<-- "introduction/sentiment.ipynb:run"'
CARD = '--8<-- "snippets/checkpoints.toml:sentiment"'


def test_cells_with_output_and_provenance(repository):
    text = expand(f"Before\n{RUN}\nAfter", PAGE, repository)
    assert text.startswith("Before\n\n``` { .python }\ndef score(text: str) -> float:\n")
    assert "I love it\n0.3333333333333333\n" in text
    assert text.count("{ .provenance .provenance--tiny }") == 2  # one for each cell's outputs
    assert "](../reference/stand_ins/sentiment.md)" in text
    assert text.endswith("\n\nAfter")


def test_hidden_code_shows_its_output_only(repository):
    text = expand('--8<-- "introduction/sentiment.ipynb:figure"', PAGE, repository)
    assert "python" not in text
    assert "](../assets/figures/introduction/sentiment/figure-0.svg)" in text


def test_every_line_keeps_the_indentation(repository):
    text = expand(f"    {RUN}", PAGE, repository)
    assert all(line.startswith("    ") for line in text.splitlines() if line.strip())


def test_a_license_card(repository):
    text = expand(CARD, PAGE, repository)
    assert "license-card" in text and "Apache-2.0" in text


LEFT = [
    '--8<-- "snippets/introduction/sentiment.py"',
    "--8<-- 'snippets/introduction/sentiment.py:score'",
    '--8<-- "snippets/introduction/sentiment.py:1:3"',
    '--8<-- "snippets/checkpoints.toml"',
    '--8<-- "index.md"',
    f";{RUN}",
    "# --8<-- [start:here]",
    "--8<-- [end:here]",
]


@pytest.mark.parametrize("line", LEFT)
def test_what_is_left_to_snippets(repository, line):
    assert expand(line, PAGE, repository) == line
    if line.startswith("--8<-- ") and not line.endswith("]"):  # blanks behind it are dropped
        assert expand(f"{line}  ", PAGE, repository) == line


MISTAKES = {
    '--8<-- "snippets/none.py"': "no file snippets/none.py; name one below",
    '--8<-- "../outside.py"': "no file ../outside.py",
    '--8<-- "snippets"': "no file snippets;",
    '--8<-- "introduction/none.ipynb:run"': "no file introduction/none.ipynb",
    '--8<-- "snippets/introduction/sentiment.py:none"': "no section none; mark it with",
    '--8<-- "snippets/introduction/sentiment.py:1:99"': "has 19 lines, not 1:99; correct",
    '--8<-- "snippets/introduction/sentiment.py:1-2"': "neither a section nor lines",
    '--8<-- "introduction/sentiment.ipynb"': "needs a tag",
    '--8<-- "introduction/sentiment.ipynb:none"': "no cell is tagged `none` (tags there:",
    '--8<-- "snippets/checkpoints.toml:none"': "no demo 'none' in the course",
    "--8<-- snippets/a.py": "is no include; write --8<--",
    "--8<--": "is no include",
    '--8<-- "snippets/introduction/sentiment.py:Score"': "no section Score; mark it with",
    f"```python\n{RUN}\n```": "stands in a code block",
    '```\n--8<-- "snippets/checkpoints.toml:sentiment"\n```': "stands in a code block",
}


@pytest.mark.parametrize(("line", "message"), MISTAKES.items())
def test_a_mistake_names_page_line_and_mend(repository, line, message):
    (repository.parent / "outside.py").write_text("", "utf-8")
    with pytest.raises(IncludeError) as error:
        expand(f"Text\n\n{line}", PAGE, repository, first_line=10)
    number = 12 + line.startswith("```")
    assert str(error.value).startswith(f"docs/introduction/index.md, line {number}: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_longer_fence_around_a_fence_is_one_block(repository):
    with pytest.raises(IncludeError, match=r"line 4: .*stands in a code block"):
        expand(f"````\n```\n```\n{RUN}\n````", PAGE, repository)
    assert "cell-output" in expand(f"````\n```\n````\n{RUN}", PAGE, repository)


BROKEN = [
    (
        "docs/introduction/sentiment.ipynb",
        b"{",
        RUN,
        "sentiment.ipynb is not a valid notebook.*hooks.execute",
    ),
    ("snippets/a.png", b"\xff", '--8<-- "snippets/a.png"', "snippets/a.png is not UTF-8 text"),
    ("snippets/checkpoints.toml", b"[x", CARD, ".*checkpoints.toml: not valid TOML"),
]


@pytest.mark.parametrize(("file", "content", "line", "message"), BROKEN)
def test_a_broken_file_is_named(repository, file, content, line, message):
    (repository / file).write_bytes(content)
    with pytest.raises(IncludeError, match=f"index.md, line 1: {message}"):
        expand(line, PAGE, repository)


def test_the_site_shows_all_of_it(build_site):
    site = build_site()
    html = (site / "introduction/index.html").read_text("utf-8")
    assert '<span class="filename">snippets/introduction/sentiment.py</span>' in html
    assert "Return one score per text." in html
    parts = ('<div class="cell-output">', '<p class="provenance provenance--tiny">', "no-copy")
    assert [html.count(part) for part in parts] == [5, 5, 1]
    assert 'alt="One bar: score [0, 1] of &quot;a_b&quot; &lt; 1"' in html
    assert '--8&lt;-- "introduction/sentiment.ipynb:run"' in html  # the escaped one, as text
    assert "///" not in html.split("<article")[1].split("</article>")[0]
    assert (site / "assets/figures/introduction/sentiment/image-0.png").is_file()


def test_the_build_names_the_line_of_the_file(repository, build_site, caplog):
    page = repository / "docs" / PAGE
    text = page.read_text("utf-8")
    number = text.splitlines().index(RUN) + 1
    page.write_text(text.replace(RUN, RUN.replace("run", "none")), "utf-8")
    with pytest.raises(Abort):
        build_site()
    assert f"docs/introduction/index.md, line {number}: no cell is tagged" in caplog.text


NESTED = {
    '--8<-- "introduction/sentiment.ipynb:scores"': "cells and license cards go into pages only",
    CARD: "cells and license cards go into pages only",
    '--8<-- "docs/none.txt"': "no file docs/none.txt",
    '--8<-- "docs/part.txt"': "docs/part.txt includes itself",
}


@pytest.mark.parametrize(("line", "message"), NESTED.items())
def test_a_mistake_in_an_included_file_names_both_lines(repository, line, message):
    (repository / "docs/part.txt").write_text(f"Cells:\n\n{line}\n", "utf-8")
    with pytest.raises(IncludeError) as error:
        expand('--8<-- "docs/part.txt"', PAGE, repository, first_line=10)
    said = f"docs/introduction/index.md, line 10: docs/part.txt, line 3: {message}"
    assert str(error.value).startswith(said)
