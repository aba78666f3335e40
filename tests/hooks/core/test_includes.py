"""The grammar of includes that pages, stories and checks share."""

import pytest

from hooks.core.includes import IncludeError, includes, inert, parse, section

SOURCE = """--8<-- "a.py"
  -8<- 'b/c.md:part'\x20
;--8<-- "escaped.py"
text --8<-- "in a line.py"
--8<-- [start:here]
# --8<-- [end:here]
"""


def test_includes_of_a_source_with_their_lines():
    found = [(one.number, one.indent, one.path, one.part) for one in includes(SOURCE)]
    assert found == [(1, "", "a.py", ""), (2, "  ", "b/c.md", "part")]


WRONG = ["--8<--", "--8<-- a.py", '--8<-- "a.py" x', '--8<--"a.py"', "--8<-- [st:a]", '--8<-- "a']


@pytest.mark.parametrize("line", WRONG)
def test_what_begins_like_an_include_is_one_or_is_refused(line: str):
    with pytest.raises(IncludeError, match="is no include; write --8<--") as error:
        parse(line, 7)
    assert error.value.number == 7


def test_section_marks():
    marks = [section(line) for line in SOURCE.split("\n")[4:6]]
    assert marks == [("start", "here"), ("end", "here")]


@pytest.mark.parametrize("line", [line.rstrip() for line in SOURCE.split("\n")[:6]])
def test_what_is_made_inert_is_text_to_every_reader(line: str):
    assert parse(inert(line)) is None and section(inert(line)) is None
    assert inert(line).replace(";", "", 1) == line or inert(line) == line


def test_blanks_behind_an_include_make_it_text_already():
    assert inert('--8<-- "a.py" ') == '--8<-- "a.py" '  # to pymdownx.snippets
