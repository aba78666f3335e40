"""The template for the homework: it ran, it is pinned, and every part of the rubric is in it."""

import json
import re

from hooks.core import pins, registry
from hooks.core.paths import DOCS

FOLDER = DOCS / "wrap_up"
STORY = (FOLDER / "homework.py").read_text("utf-8")
NOTEBOOK = json.loads((FOLDER / "homework.ipynb").read_text("utf-8"))


def printed(tag: str) -> str:
    cells = [cell for cell in NOTEBOOK["cells"] if tag in cell["metadata"].get("tags", [])]
    return "".join("".join(out.get("text", "")) for cell in cells for out in cell["outputs"])


def test_the_page_has_its_six_lines_and_names_what_was_run():
    page = printed("page")
    assert "".join(re.findall(r"^(\d)\.", page, re.M)) == "1233444556"
    for id_ in re.findall(r'"id": "(.+)"', STORY):
        assert f"{id_}@{registry.load()[id_].revision[:7]}" in page


def test_the_template_pins_what_the_registry_pins():
    assert pins.problems(STORY, "homework.py", registry.load()) == []
    pairs = re.findall(r'"id": "(.+)",\n\s+"revision": "(.+)"', STORY)
    assert len(pairs) == 2
    for id_, revision in pairs:
        assert registry.load()[id_].revision == revision


def test_the_scores_are_those_of_the_printed_guesses():
    rows = dict(re.findall(r"^(\w+) +(\d\.\d\d) ", printed("test"), re.M))
    assert set(rows) == {"baseline", "A", "B"}
    for name, count in re.findall(r"^([AB]): (\d+) wrong", printed("errors"), re.M):
        assert float(rows[name]) == round(1 - int(count) / 24, 2)


def test_every_part_of_the_rubric_has_its_place():
    cells = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    for part in ("1 · The task", "2 · Two or three models", "3 · Examples", "4 · Would", "5 · The"):
        assert f"## {part}" in text
    assert text.count("*Yours:*") >= 7
