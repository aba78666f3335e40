"""What is remembered between two runs, and when it is forgotten."""

import json

import pytest

from hooks.core import memo
from hooks.executor import parse


def counted(made_by: str = "one"):
    """A function that remembers, and the texts that it was really asked."""
    asked = []

    @memo.of_text(made_by)
    def words(text: str) -> list[str]:
        asked.append(text)
        return text.split()

    return words, asked


def test_a_second_run_remembers_what_the_first_found_and_nothing_outside_of_one(tmp_path):
    words, asked = counted()
    for _ in range(2):
        with memo.kept(tmp_path / "new" / "memo.json"):
            assert words("a b") == words("a b") == ["a", "b"]
    assert asked == ["a b"]
    words("a b")  # outside of the block
    assert asked == ["a b", "a b"]


def test_another_text_or_another_maker_is_asked_anew(tmp_path):
    for made_by, text in (("one", "a"), ("one", "b"), ("two", "a")):
        words, asked = counted(made_by)
        with memo.kept(tmp_path / "memo.json"):
            words(text)
        assert asked == [text]


def test_an_error_is_raised_each_time_and_leaves_what_was_found(tmp_path):
    words, asked = counted()
    for _ in range(2):
        with pytest.raises(SyntaxError), memo.kept(tmp_path / "memo.json"):
            words("a")
            parse.names("1 +")
    assert asked == ["a"]


@pytest.mark.parametrize("content", ["", "[1]", '{"half', "\0"])
def test_a_broken_file_counts_for_nothing(content, tmp_path):
    path = tmp_path / "memo.json"
    path.write_text(content)
    words, _ = counted()
    with memo.kept(path):
        assert words("a b") == ["a", "b"]
    assert list(json.loads(path.read_text()).values()) == [["a", "b"]]
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    words, _ = counted()
    with memo.kept(tmp_path / "file" / "memo.json"):
        assert words("a") == ["a"]


def test_the_file_does_not_grow_forever(tmp_path, monkeypatch):
    monkeypatch.setattr(memo, "MOST", 3)
    words, _ = counted()
    for number in range(5):
        with memo.kept(tmp_path / "memo.json"):
            words(str(number))
    assert list(json.loads((tmp_path / "memo.json").read_text()).values()) == [["4"]]


def test_names_are_gathered_from_the_whole_tree():
    code = "from a import b\nimport c.d\nfrom . import e\n\ndef f():\n    g.h('i', 'i', 'j')\n"
    relative = ["from . import e", []]
    imports = [["from a import b", ["a", "a.b"]], ["import c.d", ["c.d"]], relative]
    assert parse.names(code) == {"imports": imports, "texts": ["i", "j"], "calls": ["h"]}
