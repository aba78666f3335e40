"""One topic, one name, in every room: snippet, story, notebook, test, registry and section page."""

from pathlib import Path

import pytest

from hooks.core.course import SECTIONS
from hooks.core.mirror import ROOMS, gaps
from hooks.core.paths import ROOT
from hooks.core.registry import load, unlisted


def test_every_room_mirrors_the_others():
    lines = gaps(ROOT)
    assert not lines, "\n" + "\n".join(lines)


def test_every_demo_of_the_course_is_in_the_registry():
    registry = load()
    assert unlisted(registry) == []
    without = {id_: entry for id_, entry in registry.items() if "ner" not in entry.demos}
    assert unlisted(without)[0].startswith(
        "snippets/checkpoints.toml: no entry has 'ner' in its demos, add it to"
    )


# ---- the check itself, on a small tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A course with ten section pages and one demo in all four rooms."""
    for section in SECTIONS:
        page = tmp_path / "docs" / section.folder / "index.md"
        page.parent.mkdir(parents=True)
        demos = [demo.name for demo in section.demos]
        head = f'title: "{section.title}"\nminutes: {section.minutes}\npath120: {section.path120}'
        page.write_text(f"---\n{head}\ndemos: {demos}\n---\n\n# {section.title}\n", "utf-8")
    for room in ROOMS.values():
        path = tmp_path / room.format("nlp").replace("*", "ner")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "snippets" / "nlp" / "__init__.py").touch()
    return tmp_path


def test_a_complete_tree_has_no_gaps(tree):
    assert gaps(tree) == []


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS.keys())
def test_a_missing_file_is_a_gap(tree, room):
    path = room.format("nlp").replace("*", "ner")
    (tree / path).unlink()
    [line] = gaps(tree)
    assert line.startswith(f"{path}: missing, add the ")


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS.keys())
def test_a_name_of_no_demo_is_a_gap(tree, room):
    path = room.format("nlp").replace("*", "demo_03")
    (tree / path).touch()
    assert gaps(tree) == [f"{path}: no demo of this section, rename it as core/course.py"]


@pytest.mark.parametrize(
    ("paths", "gap"),
    [
        (["snippets/vision/ner.py"], "snippets/vision/ner.py: no demo of this section, rename it"),
        (["snippets/audio/ner.py"], "snippets/audio/ner.py: no section of this name, move it"),
        # A test of exercises mirrors their page, not a demo.
        (["tests/nlp/test_exercises.py"], "tests/nlp/test_exercises.py: no demo of this section"),
        (["tests/nlp/test_exercises.py", "docs/nlp/exercises.md"], None),
        # A part of a snippet comes with its test.
        (["snippets/code/safe_query.py"], "snippets/code/safe_query.py: add it with its test"),
        (["snippets/code/safe_query.py", "tests/code/test_safe_query.py"], None),
        # Only the section without demos has homework.
        (["docs/wrap_up/homework.py"], None),
        (["docs/nlp/homework.py"], "docs/nlp/homework.py: no demo of this section, rename it"),
    ],
)
def test_a_file_in_the_wrong_place_is_a_gap(tree, paths, gap):
    for path in paths:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).touch()
    found = gaps(tree)
    assert (len(found), found[0][: len(gap)]) == (1, gap) if gap else found == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("minutes: 30", "minutes: 31", "minutes is 31"),
        ("path120: 25\n", "", "path120 is None"),
        ("'lora'", "'loRA'", "demos is ["),
        ('"NLP"', '"Texts"', "title is 'Texts'"),
    ],
)
def test_a_page_that_disagrees_with_the_course_is_a_gap(tree, old, new, key):
    page = tree / "docs/nlp/index.md"
    before, after = page.read_text("utf-8").split(old)
    page.write_text(before + new + after, "utf-8")
    [line] = gaps(tree)
    assert line.startswith(f"docs/nlp/index.md: {key}")


def test_a_page_that_is_missing_or_has_no_front_matter_is_a_gap(tree):
    page = tree / "docs" / "nlp" / "index.md"
    page.write_text("# NLP\n", encoding="utf-8")
    assert gaps(tree)[0].startswith("docs/nlp/index.md: no front matter")
    page.unlink()
    assert gaps(tree) == ["docs/nlp/index.md: missing, every section has a page"]
