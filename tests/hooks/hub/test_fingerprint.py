"""What a stand-in's fingerprint covers: change it, and the fingerprint is another."""

import pytest

from hooks.core import installed
from hooks.hub.fingerprint import fingerprint, sources
from hooks.hub.repository import HubError

BUILD = """
import json
import numpy as np
from some_stand_ins import shared

def build(folder):
    from some_stand_ins.deep.art import NAMES
"""
CARD = "---\nlicense: mit\n---\n# Card\n\nA sentense.\n"
FILES = {
    "plain/build.py": BUILD,
    "plain/README.md": CARD,
    "plain/weights.txt": "one",
    "shared.py": "from some_stand_ins import further\n",
    "further.py": "",
    "deep/__init__.py": "",
    "deep/art.py": "NAMES = ()\n",
    "other.py": "# nobody imports it\n",
}


@pytest.fixture
def stand_ins(tmp_path):
    folder = tmp_path / "some_stand_ins"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_sources_are_the_folder_and_what_is_imported_however_far(stand_ins):
    names = [path.relative_to(stand_ins).as_posix() for path in sources("plain", stand_ins)]
    assert names == sorted(FILES.keys() - {"other.py", "deep/__init__.py"})


@pytest.mark.parametrize(
    ("name", "counts"),
    [(name, name not in ("other.py", "deep/__init__.py")) for name in FILES]
    + [("plain/new.txt", True), ("plain/__pycache__/build.pyc", False)],
)
def test_a_file_counts_if_the_build_can_reach_it(stand_ins, name, counts):
    before = fingerprint("plain", stand_ins)
    (stand_ins / name).parent.mkdir(exist_ok=True)
    with (stand_ins / name).open("a") as file:
        file.write("# changed\n")
    assert (fingerprint("plain", stand_ins) != before) is counts


def test_a_name_counts(stand_ins):
    before = fingerprint("plain", stand_ins)
    (stand_ins / "plain/weights.txt").rename(stand_ins / "plain/weight.txt")
    assert fingerprint("plain", stand_ins) != before


def test_the_version_of_an_imported_library_counts(stand_ins, monkeypatch):
    before = fingerprint("plain", stand_ins)
    asked = []
    monkeypatch.setattr(installed, "version_of", lambda name: asked.append(name) or "0")
    assert fingerprint("plain", stand_ins) != before
    assert asked == ["numpy"]


def test_words_of_the_card_count_for_who_serves_them_and_not_for_a_demo(stand_ins):
    card, before = stand_ins / "plain/README.md", fingerprint("plain", stand_ins, prose=False)
    card.write_text(CARD.replace("sentense", "sentence"))
    assert fingerprint("plain", stand_ins, prose=False) == before
    card.write_text(CARD.replace("mit", "apache-2.0"))
    assert fingerprint("plain", stand_ins, prose=False) != before


def test_a_module_that_is_not_python_is_named_with_its_line(stand_ins):
    (stand_ins / "further.py").write_text("\ndef broken(:\n")
    with pytest.raises(HubError, match=r"further\.py:2: not Python: "):
        fingerprint("plain", stand_ins)
