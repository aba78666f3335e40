"""One topic, one name, in every room: snippet, story, notebook, test, registry and section page."""

from pathlib import Path

import pytest

from hooks.core.course import SECTIONS
from hooks.core.mirror import ROOMS, gaps
from hooks.core.paths import ROOT
from hooks.core.registry import load, unlisted


def test_every_room_mirrors_the_others():
    assert gaps(ROOT) == []


def test_every_demo_of_the_course_is_in_the_registry():
    registry = load()
    assert unlisted(registry) == []
    without = {id_: entry for id_, entry in registry.items() if "ner" not in entry.demos}
    message = "snippets/checkpoints.toml: no entry has 'ner' in its demos, add it to"
    assert unlisted(without)[0].startswith(message)


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


NO_DEMO = "no demo of this section, rename it as core/course.py"
RENAMED = [room.format("nlp").replace("*", "demo_03") for room in ROOMS.values()]
OTHERS = dict.fromkeys([*RENAMED, "snippets/vision/ner.py", "docs/nlp/homework.py"], NO_DEMO)
OTHERS["snippets/audio/ner.py"] = "no section of this name, move it to a section's folder"


@pytest.mark.parametrize(("path", "gap"), OTHERS.items())
def test_a_name_or_a_folder_that_the_course_does_not_have_is_a_gap(tree, path, gap):
    (tree / path).parent.mkdir(exist_ok=True)
    (tree / path).touch()
    assert gaps(tree) == [f"{path}: {gap}"]


def test_a_test_of_exercises_mirrors_the_page_of_exercises(tree):
    (tree / "tests/nlp/test_exercises.py").touch()
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
    (tree / "docs/wrap_up/homework.py").touch()  # for another section's, see OTHERS
    assert gaps(tree) == []


DISAGREEING = [
    ("minutes: 30", "minutes: 31", "minutes is 31"),
    ("path120: 25\n", "", "path120 is None"),
    ("'lora'", "'loRA'", "demos is ["),
    ('"NLP"', '"Texts"', "title is 'Texts'"),
]


@pytest.mark.parametrize(("old", "new", "key"), DISAGREEING)
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
