"""Downloading checkpoints at their pins, from the offline Hub that the test run starts."""

import json
import os
import sys

import pytest

from hooks.hub.prefetch import wanted
from tests.hooks.hub.conftest import run as run_client

MODEL = "google/flan-t5-small"
ASK = """
import dataclasses, json, sys
from hooks.core import registry
from hooks.hub import prefetch
print(json.dumps(dataclasses.asdict(prefetch.missing(registry.load()[sys.argv[1]]))))
"""


@pytest.fixture
def run(tmp_path):
    """Runs Python with a cache of its own; the client reads its environment once."""
    return lambda *arguments: run_client([sys.executable, *arguments], {}, tmp_path / "hf")


def missing(run):
    return json.loads(run("-c", ASK, MODEL).stdout)


def test_it_downloads_what_is_missing_and_checks_it(run, tmp_path):
    before = missing(run)
    assert before["bytes"] == before["total"] > 1_000_000
    done = run("-m", "hooks.hub.prefetch", MODEL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{MODEL}: checked, in {tmp_path}")
    assert missing(run) == before | {"files": 0, "bytes": 0}


def test_what_a_killed_download_left_is_removed(run, tmp_path):
    blobs = tmp_path / "hf" / "hub" / f"models--{MODEL.replace('/', '--')}" / "blobs"
    blobs.mkdir(parents=True)
    old, young = blobs / "1a.00000000.incomplete", blobs / "1a.11111111.incomplete"
    for path in (old, young):
        path.write_text("half")
    os.utime(old, (1, 1))
    assert run("-m", "hooks.hub.prefetch", MODEL).returncode == 0
    assert (old.exists(), young.exists()) == (False, True)


def test_a_damaged_file_is_found_and_removed_and_the_next_run_mends_it(run, tmp_path):
    assert run("-m", "hooks.hub.prefetch", MODEL).returncode == 0
    [weights] = (tmp_path / "hf").rglob("model.safetensors")
    blob = weights.resolve()
    content = bytearray(blob.read_bytes())
    content[-1] ^= 1  # one bit; the size stays
    blob.write_bytes(content)
    done = run("-m", "hooks.hub.prefetch", MODEL)
    assert done.returncode == 1
    assert f"{MODEL}/model.safetensors: its SHA-256 is " in done.stdout
    assert not weights.exists()
    assert run("-m", "hooks.hub.prefetch", MODEL).returncode == 0


def test_what_cannot_be_had_is_told_in_one_line(run):
    done = run("-m", "hooks.hub.prefetch", "bigcode/starcoder2-3b", "nobody/nothing", "yolo26n.pt")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("bigcode/starcoder2-3b@733247c: ")
    assert lines[1:] == [
        f"{id_}: no model of the Hub in snippets/checkpoints.toml"
        for id_ in ("nobody/nothing", "yolo26n.pt")
    ]


def test_a_hub_that_does_not_answer_is_told_in_one_line(run, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    done = run("-m", "hooks.hub.prefetch", MODEL)
    assert done.returncode == 1
    assert "check the network" in done.stdout
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["a.json", "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"], 2),
        (["a.json", "pytorch_model.bin", "model.safetensors"], 2),
        (["model-00001-of-00002.safetensors", "pytorch_model-00001-of-00002.bin"], 1),
        (["onnx/model.onnx", "onnx/config.json", "model.safetensors"], 1),
        (["embedding_model.ckpt", "classifier.ckpt", "hyperparams.yaml"], 3),
    ],
)
def test_weights_for_other_frameworks_and_second_copies_are_left_out(names, kept):
    assert len(wanted(names)) == kept
    assert set(wanted(names)) <= set(names)
