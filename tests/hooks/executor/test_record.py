"""What a run used, read from the Hub client's cache and from what the code printed."""

import nbformat
import pytest

from hooks.executor.record import answering, downloaded

NAME = "maker/model"


def put(cache, commit, *files):
    for name in files:
        path = cache / "models--maker--model" / "snapshots" / commit / name
        path.parent.mkdir(parents=True, exist_ok=True)
        blob = cache / f"sha-of-{name}"
        blob.write_bytes(b"weights")
        path.symlink_to(blob)


FILES = [
    (["pytorch_model.bin", "model.safetensors", "config.json"], "model.safetensors"),
    (["pytorch_model.bin"], "pytorch_model.bin"),
    (["config.json"], None),  # no weights were downloaded, so none were used
    ([], None),
]


@pytest.mark.parametrize(("files", "used"), FILES)
def test_safetensors_come_first_and_other_weights_count_too(tmp_path, files, used):
    put(tmp_path, "abc", *files)
    assert downloaded(NAME, "abc", tmp_path) == (used and ("abc", f"sha-of-{used}"))


def test_an_unpinned_checkpoint_is_the_commit_that_main_was(tmp_path):
    put(tmp_path, "abc", "model.safetensors")
    assert downloaded(NAME, "unpinned", tmp_path) is None
    main = tmp_path / "models--maker--model" / "refs" / "main"
    main.parent.mkdir()
    main.write_text("abc")
    assert downloaded(NAME, "unpinned", tmp_path) == ("abc", "sha-of-model.safetensors")


def cell(text: str, *tags: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("stream", text=text)
    return nbformat.v4.new_code_cell(outputs=[output], metadata={"tags": list(tags)})


CELLS = [
    ([cell("a/large")], ["a/large", "a/small", "a/sma"]),  # no cell says which: all count
    ([cell("a/large"), cell("a/small\na red car\n", "run", "which")], ["a/small"]),
    ([cell("", "which")], []),
]


@pytest.mark.parametrize(("cells", "used"), CELLS)
def test_what_a_cell_prints_is_what_was_used(cells, used):
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert answering(notebook, ["a/large", "a/small", "a/sma"]) == used
