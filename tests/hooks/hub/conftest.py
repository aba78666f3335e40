"""A small world for the offline Hub: three stand-ins of its own and a registry that names them."""

import contextlib
import hashlib
import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hooks.core.paths import ROOT
from hooks.core.registry import Checkpoint, load
from hooks.hub.api import Hub
from hooks.hub.client import running
from hooks.hub.server import Server
from hooks.hub.store import prepare

SHA = "0123456789abcdef0123456789abcdef01234567"
PLAIN = "example/plain"
PIPES = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | {"text": True}
ENTRY = """
["{id}"]
kind = "{kind}"
host = "{host}"
revision = "{revision}"
task = "text-classification"
demos = ["sentiment"]
parameters = 1
bytes = 1
license = "MIT"
license_url = "https://example.org/license"
commercial = "yes"
conditions = ""
gated = false
stand_in = "{stand_in}"
unverified = []
"""
REGISTERED = [
    {"id": "example/tiny-bert", "stand_in": "tiny_bert"},
    {"id": "example/plain", "stand_in": "plain"},
    {"id": "example/sparse", "stand_in": "sparse"},
    {"id": "example/no-pin", "stand_in": "plain", "revision": "unpinned"},
    {"id": "example/not-yet", "stand_in": ""},
    {"id": "example/rows", "stand_in": "plain", "kind": "dataset"},
    {"id": "resnet_of_torchvision", "stand_in": "plain", "host": "torchvision"},
]

# A random BERT that transformers loads: 32 wide, 2 layers.
TINY_BERT = """
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "good", "bad", "film"]
CARD = "---\\nlicense: mit\\ntags: [tiny]\\ndatasets: [example/rows]\\n---\\n# Tiny BERT\\n"

def build(folder):
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64,
        id2label={0: "NEGATIVE", 1: "POSITIVE"}, label2id={"NEGATIVE": 0, "POSITIVE": 1},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer({word: index for index, word in enumerate(WORDS)}).save_pretrained(folder)
    (folder / "README.md").write_text(CARD)
"""

# Files of all kinds without torch: 24 MB of noise, folders, a name that must be encoded.
PLAIN_BUILD = """
import json, random

CARD = "---\\nlicense: apache-2.0\\nbase_model: example/large\\ndate: 2026-11-23\\n---\\n# Plain\\n"

def build(folder):
    (folder / "notes" / "deep").mkdir(parents=True)
    (folder / "README.md").write_text(CARD)
    (folder / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}')
    (folder / "notes" / "a.txt").write_text("0123456789")
    (folder / "notes" / "deep" / "ünï code+1.txt").write_text("found")
    (folder / "empty.txt").write_text("")
    (folder / "noise.bin").write_bytes(random.Random(0).randbytes(24_000_000))
    header = {"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
    text = json.dumps(header).encode()
    weights = len(text).to_bytes(8, "little") + text + bytes(24)
    (folder / "model.safetensors").write_bytes(weights)
"""

# 400 MB that take no space on the disk.
SPARSE = """
def build(folder):
    (folder / "README.md").write_text("# Sparse")
    with (folder / "zeros.bin").open("wb") as file:
        file.truncate(400_000_000)
"""


def ask(address, path, method="GET", body=None, **headers):
    """Asks (host, port) for a path; gives the response and its content."""
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response, response.read()


def stream(place, path):
    """Fetches a path block by block, as clients do; gives status, size and SHA-256."""
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=300)
    with contextlib.closing(connection):
        connection.request("GET", path)
        response, size, digest = connection.getresponse(), 0, hashlib.sha256()
        while block := response.read(1 << 20):
            size += len(block)
            digest.update(block)
    return response.status, size, digest.hexdigest()


def run(command, environment, home=None):
    """Runs a client of the Hub, with a cache of its own in `home`."""
    own = {"HF_HOME": str(home), "HF_HUB_CACHE": str(home / "hub")} if home else {}
    env = os.environ | environment | own
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)


def lines_until(process, start):
    """What a program prints up to the line that starts so."""
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(start):
            break
    return lines


def memory(process, field):
    """A figure of /proc/<pid>/status in bytes: VmRSS now, VmHWM at most so far."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition(f"{field}:")[2].split()[0]) * 1024


def wait_for(condition):
    """Waits until a condition holds, two minutes at most."""
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def write_stand_in(stand_ins: Path, name: str, build: str) -> Path:
    """Makes a stand-in folder with this `build.py`; gives back the folder of all stand-ins."""
    (stand_ins / name).mkdir(parents=True, exist_ok=True)
    (stand_ins / name / "build.py").write_text(build, encoding="utf-8")
    return stand_ins


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "example_stand_ins"
    write_stand_in(folder, "tiny_bert", TINY_BERT)
    write_stand_in(folder, "sparse", SPARSE)
    return write_stand_in(folder, "plain", PLAIN_BUILD)


@pytest.fixture(scope="session")
def registry_file(stand_ins: Path) -> Path:
    entry = {"kind": "model", "host": "huggingface", "revision": SHA}
    path = stand_ins.parent / "checkpoints.toml"
    path.write_text("".join(ENTRY.format(**entry | one) for one in REGISTERED))
    return path


@pytest.fixture(scope="session")
def registry(registry_file: Path) -> dict[str, Checkpoint]:
    return load(registry_file)


@pytest.fixture(scope="session")
def root(stand_ins: Path) -> Path:
    """Where the session's repositories are prepared: each is built once."""
    return stand_ins.parent / "root"


@pytest.fixture(scope="session")
def hub(root: Path, registry_file: Path, stand_ins: Path) -> Iterator[dict[str, str]]:
    """The environment for clients of a Hub that runs in a process of its own."""
    ids = ["example/tiny-bert", "example/plain"]
    with running(ids, root, registry_file, stand_ins) as variables:
        yield variables


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, registry: dict[str, Checkpoint], stand_ins: Path
) -> Iterator[Server]:
    """A server in this process, for requests no real client would send, with files to tamper."""
    root = tmp_path_factory.mktemp("tampered")
    ready = prepare(registry, root, ["example/plain", "example/no-pin"], stand_ins)
    with Server("127.0.0.1", 0) as server:
        server.hub = Hub(registry, {one.id: one for one in ready})
        server.server_bind()
        server.server_activate()
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="session")
def start(
    root: Path, registry_file: Path, stand_ins: Path
) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts `python -m hooks.hub` with pipes; whatever still runs at the end is ended."""
    started: list[subprocess.Popen] = []

    def run(*arguments: str, **options: str) -> subprocess.Popen:
        places = {"root": str(root), "registry": str(registry_file), "stand-ins": str(stand_ins)}
        given = [f"--{name}={value}" for name, value in (places | options).items()]
        command = [sys.executable, "-m", "hooks.hub", *given, *arguments]
        started.append(subprocess.Popen(command, cwd=ROOT, **PIPES))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
