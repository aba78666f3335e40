"""The real clients against the offline Hub: huggingface_hub, transformers, the hf command line.

huggingface_hub reads its environment when it is imported, so each client is a process of its own.
"""

import hashlib
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.hooks.hub.conftest import PIPES, SHA, run
from tests.reruns import BUSY_MACHINE

pytestmark = BUSY_MACHINE

NOISE = hashlib.sha256(random.Random(0).randbytes(24_000_000)).hexdigest()


def client(code, environment, *arguments):
    """Starts Python with `code` as a client of the Hub."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, env=os.environ | environment, **PIPES)


def answers(code, environment, *arguments):
    """Runs `code` as a client; gives back what it printed last, read as JSON."""
    out, err = (process := client(code, environment, *arguments)).communicate(timeout=240)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


HUGGINGFACE_HUB = """
import json, sys
from hashlib import sha256
from pathlib import Path
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.hf_api import RepoFile

PLAIN, SHA = "example/plain", sys.argv[1]
api = HfApi(token="hf_stale")  # sent with each call: it must not matter
odd = hf_hub_download(PLAIN, "ünï code+1.txt", subfolder="notes/deep", revision=SHA)
snapshot = Path(snapshot_download(PLAIN))
info = api.model_info(PLAIN, files_metadata=True)
top = list(api.list_repo_tree(PLAIN))
bare = api.model_info("example/not-yet", revision=SHA[:7])
found = {}
for call in sys.argv[2:]:
    try:
        found[call] = eval(call)
    except HfHubHTTPError as error:
        found[call] = [type(error).__name__, str(error)]
print(json.dumps(found))
"""
FILES = [
    "README.md",
    "config.json",
    "empty.txt",
    "model.safetensors",
    "noise.bin",
    "notes/a.txt",
    "notes/deep/ünï code+1.txt",
]
GIVES = {
    'Path(hf_hub_download(PLAIN, "notes/a.txt")).read_text()': "0123456789",
    "Path(odd).read_text(), SHA in odd": ["found", True],
    'sorted(str(p.relative_to(snapshot)) for p in snapshot.rglob("*") if p.is_file())': FILES,
    "snapshot.name": SHA,
    'sha256((snapshot / "noise.bin").read_bytes()).hexdigest()': NOISE,
    "str(api.verify_repo_checksums(PLAIN).mismatches)": "[]",
    "sorted(api.list_repo_files(PLAIN, revision=SHA))": FILES,
    "sorted(one.path for one in top if isinstance(one, RepoFile))": FILES[:5],
    "[one.path for one in top if not isinstance(one, RepoFile)]": ["notes"],
    '[one.path for one in api.list_repo_tree(PLAIN, "notes", recursive=True)]': [
        "notes/a.txt",
        "notes/deep",
        "notes/deep/ünï code+1.txt",
    ],
    '[one.path for one in api.get_paths_info(PLAIN, ["notes/deep/", "config.json", "no such"])]': [
        "notes/deep",
        "config.json",
    ],
    "[[one.name, one.target_commit] for one in api.list_repo_refs(PLAIN).branches]": [
        ["main", SHA]
    ],
    '[api.file_exists(PLAIN, one) for one in ("config.json", "nothing")]': [True, False],
    '[api.repo_exists(one) for one in (PLAIN, "nobody/nothing")]': [True, False],
    '[api.revision_exists(PLAIN, one) for one in (SHA, "v2")]': [True, False],
    "info.id, info.author, info.sha": ["example/plain", "example", SHA],
    "info.gated, info.private": [False, False],
    "info.pipeline_tag, info.library_name": ["text-classification", "transformers"],
    # The terms are those of the real checkpoint, the rest is the stand-in's own.
    "info.card_data.license, info.card_data.base_model": ["mit", None],
    "info.card_data.date": "2026-11-23",
    '[one in info.tags for one in ("license:mit", "bert")]': [True, True],
    '{"license:apache-2.0", "base_model:example/large"}.isdisjoint(info.tags)': True,
    "info.safetensors.total, info.safetensors.parameters": [6, {"F32": 6}],
    "api.get_safetensors_metadata(PLAIN).parameter_count": {"F32": 6},
    '[one.size for one in info.siblings if one.rfilename == "noise.bin"]': [24_000_000],
    "sorted(one.rfilename for one in info.siblings if one.lfs)": ["model.safetensors", "noise.bin"],
    "api.model_info(PLAIN, revision=SHA[:8]).sha": SHA,
    "info.config": {"model_type": "bert", "architectures": ["BertModel"]},
    # Without a stand-in the registry answers for the card, and nothing for files.
    "bare.card_data.license, bare.sha, bare.gated, bare.siblings": ["mit", SHA, False, None],
    "bare.tags": ["offline-hub:no-files", "license:mit"],
    'api.dataset_info("example/rows").card_data.license': "mit",
}
RAISES = {
    "RepositoryNotFoundError": [
        'api.model_info("nobody/nothing")',
        'hf_hub_download("nobody/nothing", "config.json")',
        'snapshot_download("nobody/nothing")',
        'api.list_repo_files("nobody/nothing")',
        'api.dataset_info("nobody/rows")',
        'hf_hub_download("example/rows", "a.csv", repo_type="dataset")',
        'hf_hub_download("example/not-yet", "config.json")',
        'snapshot_download("example/not-yet")',
        'api.list_repo_files("example/not-yet")',
    ],
    "RemoteEntryNotFoundError": [
        'hf_hub_download(PLAIN, "nothing.json")',
        'list(api.list_repo_tree(PLAIN, "nothing"))',
    ],
    "RevisionNotFoundError": [
        'hf_hub_download(PLAIN, "config.json", revision="v2")',
        'api.model_info(PLAIN, revision="f" * 40)',
        'snapshot_download(PLAIN, revision="v2")',
        'api.model_info("example/not-yet", revision="v2")',
    ],
}


@pytest.fixture(scope="module")
def found(hub):
    """All that huggingface_hub tells, asked in one process. A stale token is lying around."""
    stale = {"HF_TOKEN": "hf_stale", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "0"}
    return answers(HUGGINGFACE_HUB, hub | stale, SHA, *GIVES, *chain(*RAISES.values()))


@pytest.mark.parametrize("call", GIVES)
def test_what_huggingface_hub_gives(found, call):
    assert found[call] == GIVES[call]


@pytest.mark.parametrize(("kind", "call"), [(kind, one) for kind in RAISES for one in RAISES[kind]])
def test_what_is_missing_raises_the_error_of_its_kind(found, kind, call):
    assert found[call][0] == kind
    if call.startswith('hf_hub_download("example/not-yet"'):
        assert "registered, no stand-in yet" in found[call][1]


TRANSFORMERS = """
import json, sys
import torch
from transformers import (
    AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, pipeline,
)

ID, SHA, FOLDER = "example/tiny-bert", sys.argv[1], sys.argv[2]

def scores(place, **options):
    tokenizer = AutoTokenizer.from_pretrained(place, **options)
    model = AutoModelForSequenceClassification.from_pretrained(place, **options)
    with torch.no_grad():
        return model(**tokenizer("a good film", return_tensors="pt")).logits[0].tolist()

config = AutoConfig.from_pretrained(ID, revision=SHA)
try:
    AutoConfig.from_pretrained("example/not-yet")
except OSError as error:
    missing = str(error)
print(json.dumps({
    "size": [config.hidden_size, config.num_hidden_layers],
    "hub": scores(ID, revision=SHA),
    "folder": scores(FOLDER),
    "pipeline": pipeline("sentiment-analysis", model=ID, revision=SHA)("a good film"),
    "task from the Hub": pipeline(model=ID).task,
    "missing": missing,
}))
"""


def test_transformers_loads_it_by_its_id(hub, root):
    found = answers(TRANSFORMERS, hub, SHA, str(root / "example" / "tiny-bert" / SHA))
    assert found["size"] == [32, 2]
    # The same bytes in the same process: equal to the last digit.
    assert found["hub"] == found["folder"]
    [result] = found["pipeline"]
    assert result["label"] in ("NEGATIVE", "POSITIVE")
    assert 0.5 <= result["score"] <= 1
    assert found["task from the Hub"] == "text-classification"
    assert "not a valid model identifier" in found["missing"]


def hf(environment, *arguments):
    """Runs the hf command line."""
    return run([Path(sys.executable).with_name("hf"), *arguments], environment)


def test_the_hf_command_downloads(hub, tmp_path):
    done = hf(hub, "download", "example/plain", "--revision", SHA, "--local-dir", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout
    assert hashlib.sha256((tmp_path / "noise.bin").read_bytes()).hexdigest() == NOISE
    assert (tmp_path / "notes" / "a.txt").read_text() == "0123456789"


def test_the_hf_command_tells_what_is_not_there(hub):
    done = hf(hub, "download", "example/not-yet")
    assert done.returncode != 0
    assert "not found" in done.stderr.lower()
    assert "Traceback" not in done.stderr


DOWNLOAD = """
import hashlib, sys
from huggingface_hub import hf_hub_download

print("ready", flush=True)
sys.stdin.readline()
with open(hf_hub_download("example/plain", "noise.bin", revision=sys.argv[1]), "rb") as file:
    print(hashlib.file_digest(file, "sha256").hexdigest())
"""


def own_cache(environment, folder):
    """The same Hub, with a cache that nobody else uses."""
    return environment | {"HF_HOME": str(folder), "HF_HUB_CACHE": str(folder / "hub")}


def test_eight_clients_download_one_file_at_once(hub, tmp_path):
    caches = [own_cache(hub, tmp_path / str(number)) for number in range(8)]
    clients = [client(DOWNLOAD, cache, SHA) for cache in caches]
    for one in clients:
        assert one.stdout.readline() == "ready\n"
    for one in clients:  # all are waiting: now they start together
        one.stdin.write("go\n")
        one.stdin.flush()
    outputs = [one.communicate(timeout=240) for one in clients]
    assert [out.strip() for out, _ in outputs] == [NOISE] * 8, outputs[0][1]


class CuttingProxy:
    """Passes bytes between clients and the Hub, and ends one connection after `limit` bytes."""

    def __init__(self, endpoint, limit):
        self.hub = urlsplit(endpoint).hostname, urlsplit(endpoint).port
        self.left = limit
        self.asked = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://{}:{}".format(*self.listener.getsockname())
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                downstream, _ = self.listener.accept()
            except OSError:  # closed: the test is over
                return
            upstream = socket.create_connection(self.hub)
            for pump in (self.send_up, self.send_down):
                threading.Thread(target=pump, args=(downstream, upstream), daemon=True).start()

    def send_up(self, downstream, upstream):
        while data := downstream.recv(65536):
            self.asked += data
            upstream.sendall(data)

    def send_down(self, downstream, upstream):
        while data := upstream.recv(65536):
            if self.left is not None:
                data, self.left = data[: self.left], self.left - len(data)
            downstream.sendall(data)
            if self.left is not None and self.left <= 0:
                self.left = None  # only once
                downstream.shutdown(socket.SHUT_WR)
                upstream.close()
                return
        downstream.close()


def test_a_cut_connection_is_resumed(hub, tmp_path):
    # The client writes chunks of 10 MiB: after 15 MB it has one of them.
    proxy = CuttingProxy(hub["HF_ENDPOINT"], limit=15_000_000)
    environment = own_cache(hub, tmp_path) | {"HF_ENDPOINT": proxy.url}
    out, err = client(DOWNLOAD, environment, SHA).communicate("go\n", timeout=240)
    proxy.listener.close()
    assert proxy.left is None
    assert "Trying to resume" in err
    assert re.findall(rb"(?i)\r\nrange: *(.*)\r\n", proxy.asked) == [b"bytes=10485760-"]
    assert out.split()[-1] == NOISE
