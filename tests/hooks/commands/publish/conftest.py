"""A small course whose notebooks are written by hand, for what happens after they were run."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from hooks.core import files

SECONDS = {"ner": 9.0, "translation": 5.0, "lora": 4.0}


@dataclass
class Course:
    """A course with three stories in `docs/nlp`, each with a notebook."""

    root: Path

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    def shard(self, number):
        """Folder of a shard. From 9, 5 and 4 seconds: `ner` is shard 1, the others shard 2."""
        return self.root / "shards" / f"shard-{number}"

    def notebook(self, demo, text="one 0.50\n", *, hub="huggingface", folder=None, **course):
        """Writes an executed notebook; more keywords change its `course` metadata."""
        made = {
            "hub": hub,
            "checkpoints": [{"id": "maker/model", "revision": "a" * 40, "stand_in": None}],
            "versions": {"torch": "2.11.0"},
            "device": "Small GPU (GPU)",
            "seconds": SECONDS[demo],
        }
        cell = nbformat.v4.new_code_cell('print("hello")', id="cell-02")
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
        notebook = nbformat.v4.new_notebook(cells=[cell])
        known = {"demo": demo, "section": "nlp", "provenance": made, "stale": None}
        notebook.metadata["course"] = known | course
        path = (folder or self.docs) / "nlp" / f"{demo}.ipynb"
        files.write(path, notebook)
        return path

    def read(self, demo):
        return files.read(self.docs / "nlp" / f"{demo}.ipynb")

    def text(self, demo):
        return self.read(demo).cells[0].outputs[0].text


@pytest.fixture
def course(tmp_path) -> Course:
    """The course with its last good notebooks in place."""
    made = Course(tmp_path / "course")
    (made.docs / "nlp").mkdir(parents=True)
    for demo in SECONDS:
        (made.docs / "nlp" / f"{demo}.py").write_text(f"# %% [markdown]\n# # {demo}\n")
        made.notebook(demo)
    return made
