"""One topic, one name, in every room: snippet, story, notebook, test, registry and section page."""

from pathlib import Path

import pytest
import yaml

from hooks.core.course import DEMOS, SECTIONS, Section
from hooks.core.paths import ROOT
from hooks.core.registry import load

# A room's files of one section; {} stands for the section's folder, * for the demo's name.
ROOMS = {
    "snippet": "snippets/{}/*.py",
    "story": "docs/{}/*.py",
    "notebook": "docs/{}/*.ipynb",
    "test": "tests/{}/test_*.py",
}
TEMPLATE = "homework"  # of the section without demos


def gaps(root: Path) -> list[str]:
    """What breaks the mirror under a repository root: one line each, with how to mend it."""
    lines = []
    for section in SECTIONS:
        rooms = {room: _names(root, pattern, section) for room, pattern in ROOMS.items()}
        known = [demo.name for demo in section.demos]
        if (root / "docs" / section.folder / "exercises.md").is_file():
            rooms["test"].discard("exercises")  # mirrors a page, not a demo
        for part in (part for demo in section.demos for part in demo.parts):
            if (part in rooms["snippet"]) != (part in rooms["test"]):
                lines.append(f"snippets/{section.folder}/{part}.py: add it with its test")
            rooms["snippet"].discard(part)
            rooms["test"].discard(part)
        for room in ("story", "notebook", "test") if not known else ():
            rooms[room].discard(TEMPLATE)  # a notebook to be filled in, which shows no demo
        for name in sorted(set().union(*rooms.values())):
            for room, names in rooms.items():
                path = ROOMS[room].format(section.folder).replace("*", name)
                if name not in known and name in names:
                    lines.append(f"{path}: no demo of this section, rename it as core/course.py")
                elif name in known and name not in names:
                    lines.append(
                        f"{path}: missing, add the {room} or remove the demo's other files"
                    )
        lines += _page(root / "docs" / section.folder / "index.md", root, section)
    folders = {section.folder for section in SECTIONS}
    for path in sorted(root.glob("snippets/*/*.py")):
        if path.parent.name not in folders:
            where = path.relative_to(root).as_posix()
            lines.append(f"{where}: no section of this name, move it to a section's folder")
    return lines


def _names(root: Path, pattern: str, section: Section) -> set[str]:
    """Names of demos that have a file in one room of a section."""
    prefix = pattern.rsplit("/", 1)[1].split("*")[0]
    files = root.glob(pattern.format(section.folder))
    return {path.stem.removeprefix(prefix) for path in files} - {"__init__"}


def _page(page: Path, root: Path, section: Section) -> list[str]:
    """What a section's page lacks, or says otherwise than hooks/core/course.py."""
    where = page.relative_to(root).as_posix()
    if not page.is_file():
        return [f"{where}: missing, every section has a page"]
    parts = page.read_text(encoding="utf-8").split("---\n")
    if len(parts) < 3 or parts[0]:
        return [f"{where}: no front matter, begin the page with one between --- lines"]
    matter = yaml.safe_load(parts[1])
    wanted = {
        "title": section.title,
        "minutes": section.minutes,
        "path120": section.path120,
        "demos": [demo.name for demo in section.demos],
    }
    empty = {"demos": []}  # a section without demos may leave the line out
    return [
        f"{where}: {key} is {matter.get(key, empty.get(key))!r}, core/course.py says {value!r}"
        for key, value in wanted.items()
        if matter.get(key, empty.get(key)) != value
    ]


def test_every_room_mirrors_the_others():
    lines = gaps(ROOT)
    assert not lines, "\n" + "\n".join(lines)


def test_every_demo_of_the_registry_is_in_the_course_and_the_other_way_round():
    assert {demo for entry in load().values() for demo in entry.demos} == set(DEMOS)


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
