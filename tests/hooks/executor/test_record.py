"""What a run used, read from the Hub client's cache."""

from hooks.executor.record import downloaded

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
