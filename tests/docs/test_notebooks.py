"""Every executed notebook works from its file alone, as a reader has it in Colab or on a laptop."""

import nbformat
import pytest
from nbclient import NotebookClient

from hooks.core.paths import ROOT
from hooks.executor import faults, plan

STORIES = plan.stories(ROOT, [])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.demo)
def test_a_notebook_needs_no_other_file_of_the_course_but_data_beside_it(story):
    assert faults.of_files(story) == []


def test_a_notebook_runs_in_colab_from_the_file_alone(tmp_path, monkeypatch):
    # What the setup cell looks for is the package that every Colab kernel has loaded.
    (tmp_path / "google" / "colab").mkdir(parents=True)
    (tmp_path / "google" / "colab" / "__init__.py").touch()
    notebook = nbformat.read(ROOT / "docs/introduction/sentiment.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import google.colab"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    # pip ran: it always ends with the advice to restart the kernel.
    assert "restart the kernel" in printed(notebook, "setup")
    assert "POSITIVE" in printed(notebook, "run")


def printed(notebook: nbformat.NotebookNode, tag: str) -> str:
    """What the cells with this tag wrote or returned, as text."""
    cells = [c for c in notebook.cells if tag in c.metadata.get("tags", [])]
    outputs = [o for c in cells for o in c.outputs]
    return "".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)
