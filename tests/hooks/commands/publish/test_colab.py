"""Whether a published course's notebooks find their data in Colab."""

import pytest

from hooks.commands.publish import colab
from hooks.core import files
from hooks.executor import command
from hooks.executor.plan import blank, stories


@pytest.fixture
def docs(tmp_path, monkeypatch):
    """Write the notebooks of two demos, one with data, as the executor makes them."""

    def write(repository):
        settings = command.read_settings(colab.ROOT, "offline")
        settings = command.replace(settings, repository=repository)
        for story in stories(colab.ROOT, ["ner", "ocr"]):
            path = tmp_path / "docs" / story.section / f"{story.demo}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write(path, blank(story, settings, None))
        monkeypatch.setattr(colab, "ROOT", tmp_path)
        monkeypatch.setattr(colab, "DOCS", tmp_path / "docs")

    return write


def test_notebooks_that_know_the_address_pass(docs, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/kurs")
    docs("ada/kurs")
    assert colab.main() == 0


def test_without_it_they_fail_only_where_a_repository_is_set(docs, monkeypatch, capsys):
    docs("")
    monkeypatch.setenv("GITHUB_REPOSITORY", "ada/kurs")
    assert colab.main() == 1
    assert capsys.readouterr().err == (
        "colab: 1 notebooks, first docs/vision/ocr.ipynb, do not fetch their data in Colab: "
        "run GITHUB_REPOSITORY=ada/kurs make execute, and commit the notebooks\n"
    )
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert colab.main() == 0
