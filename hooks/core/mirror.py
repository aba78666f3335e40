"""One topic, one name, in every room: snippet, story, notebook, test, registry and section page."""

from pathlib import Path

import yaml

from hooks.core.course import SECTIONS, Section

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
                file = ROOMS[room].format(section.folder).replace("*", name)
                if name not in known and name in names:
                    lines.append(f"{file}: no demo of this section, rename it as core/course.py")
                elif name in known and name not in names:
                    mend = f"add the {room} or remove the demo's other files"
                    lines.append(f"{file}: missing, {mend}")
        lines += page(root, section)
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


def page(root: Path, section: Section) -> list[str]:
    """What a section's page lacks, or says otherwise than hooks/core/course.py.

    Args:
        root: The repository's root.
        section: The section.
    """
    where = f"docs/{section.folder}/index.md"
    if not (root / where).is_file():
        return [f"{where}: missing, every section has a page"]
    parts = (root / where).read_text(encoding="utf-8").split("---\n")
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
