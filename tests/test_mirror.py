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
        page.write_text(
            f'---\ntitle: "{section.title}"\nminutes: {section.minutes}\n'
            f"path120: {section.path120}\ndemos: {demos}\n---\n\n# {section.title}\n",
            encoding="utf-8",
        )
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


def test_a_demo_in_the_folder_of_another_section_is_a_gap(tree):
    path = tree / "snippets" / "vision" / "ner.py"
    path.parent.mkdir()
    path.touch()
    assert gaps(tree) == [
        "snippets/vision/ner.py: no demo of this section, rename it as core/course.py"
    ]


def test_a_folder_of_no_section_is_a_gap(tree):
    path = tree / "snippets" / "audio" / "ner.py"
    path.parent.mkdir()
    path.touch()
    assert gaps(tree) == [
        "snippets/audio/ner.py: no section of this name, move it to a section's folder"
    ]


def test_a_test_of_exercises_mirrors_the_page_of_exercises(tree):
    (tree / "tests" / "nlp" / "test_exercises.py").touch()
    assert len(gaps(tree)) == 1
    (tree / "docs" / "nlp" / "exercises.md").touch()
    assert gaps(tree) == []


def test_a_part_of_a_snippet_comes_with_its_test(tree):
    for folder in ("snippets/code", "tests/code"):
        (tree / folder).mkdir()
    (tree / "snippets/code/safe_query.py").touch()
    assert gaps(tree) == ["snippets/code/safe_query.py: add it with its test"]
    (tree / "tests/code/test_safe_query.py").touch()
    assert gaps(tree) == []


def test_only_the_section_without_demos_has_homework(tree):
    for section in ("wrap_up", "nlp"):
        (tree / "docs" / section / "homework.py").touch()
    assert gaps(tree) == [
        "docs/nlp/homework.py: no demo of this section, rename it as core/course.py"
    ]


DISAGREEING = [
    ("minutes: 30", "minutes: 31", "minutes is 31"),
    ("path120: 25\n", "", "path120 is None"),
    ("'lora'", "'loRA'", "demos is ["),
    ('"NLP"', '"Texts"', "title is 'Texts'"),
]


@pytest.mark.parametrize(("old", "new", "key"), DISAGREEING)
def test_a_page_that_disagrees_with_the_course_is_a_gap(tree, old, new, key):
    page = tree / "docs" / "nlp" / "index.md"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new), encoding="utf-8")
    [line] = gaps(tree)
    assert line.startswith(f"docs/nlp/index.md: {key}")


def test_a_page_that_is_missing_or_has_no_front_matter_is_a_gap(tree):
    page = tree / "docs" / "nlp" / "index.md"
    page.write_text("# NLP\n", encoding="utf-8")
    assert gaps(tree)[0].startswith("docs/nlp/index.md: no front matter")
    page.unlink()
    assert gaps(tree) == ["docs/nlp/index.md: missing, every section has a page"]
