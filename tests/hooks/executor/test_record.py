"""What a run used, read from the Hub client's cache and from what the code printed."""

import nbformat

from hooks.executor.record import answering, downloaded

NAME = "maker/model"


def put(cache, commit, *files):
    for name in files:
        path = cache / "models--maker--model" / "snapshots" / commit / name
        path.parent.mkdir(parents=True, exist_ok=True)
        blob = cache / f"sha-of-{name}"
        blob.write_bytes(b"weights")
        path.symlink_to(blob)


def test_safetensors_come_first(tmp_path):
    put(tmp_path, "abc", "pytorch_model.bin", "model.safetensors", "config.json")
    assert downloaded(NAME, "abc", tmp_path) == ("abc", "sha-of-model.safetensors")


def test_other_weights_count_too(tmp_path):
    put(tmp_path, "abc", "pytorch_model.bin")
    assert downloaded(NAME, "abc", tmp_path) == ("abc", "sha-of-pytorch_model.bin")


def test_an_unpinned_checkpoint_is_the_commit_that_main_was(tmp_path):
    put(tmp_path, "abc", "model.safetensors")
    assert downloaded(NAME, "unpinned", tmp_path) is None
    main = tmp_path / "models--maker--model" / "refs" / "main"
    main.parent.mkdir()
    main.write_text("abc")
    assert downloaded(NAME, "unpinned", tmp_path) == ("abc", "sha-of-model.safetensors")


def test_what_was_not_downloaded_was_not_used(tmp_path):
    assert downloaded(NAME, "abc", tmp_path) is None
    put(tmp_path, "abc", "config.json")
    assert downloaded(NAME, "abc", tmp_path) is None


def cell(text: str, *tags: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("stream", text=text)
    return nbformat.v4.new_code_cell(outputs=[output], metadata={"tags": list(tags)})


def test_all_checkpoints_count_where_no_cell_says_which():
    notebook = nbformat.v4.new_notebook(cells=[cell("a/large")])
    assert answering(notebook, ["a/large", "a/small"]) == ["a/large", "a/small"]


def test_what_a_cell_prints_is_what_was_used():
    cells = [cell("a/large"), cell("a/small\na red car\n", "run", "which")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert answering(notebook, ["a/large", "a/small", "a/sma"]) == ["a/small"]


def test_a_which_cell_that_names_none_leaves_none():
    notebook = nbformat.v4.new_notebook(cells=[cell("", "which")])
    assert answering(notebook, ["a/large"]) == []
