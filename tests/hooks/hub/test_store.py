"""Preparing: what is built when, and that nothing is half-built in whatever way it ends."""

import hashlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hooks.core.paths import ROOT
from hooks.hub.repository import HubError
from hooks.hub.store import digest, prepare
from tests.hooks.hub.conftest import PLAIN, SHA, wait_for, write_stand_in
from tests.reruns import BUSY_MACHINE

pytestmark = BUSY_MACHINE

# Counts its runs outside the repository, and writes what the folder's text file holds.
COUNTED = """
from pathlib import Path

HERE = Path(__file__).parent

def build(folder):
    with (HERE.parent.parent / "runs").open("a") as runs:
        runs.write("run\\n")
    (folder / "README.md").write_text("# Counted")
    (folder / "text.txt").write_text((HERE / "weights.txt").read_text())
"""


@pytest.fixture
def counted(tmp_path):
    """The folder of a stand-in `plain` that counts its builds."""
    folder = write_stand_in(tmp_path / "some_stand_ins", "plain", COUNTED) / "plain"
    (folder / "weights.txt").write_text("one")
    return folder


@pytest.fixture
def make(tmp_path, registry, counted):
    """Prepares the stand-in, gives back the repository and how often it has been built."""

    def prepared(**changes):
        entries = registry | {PLAIN: replace(registry[PLAIN], **changes)}
        [served] = prepare(entries, tmp_path / "root", [PLAIN], counted.parent)
        return served, len((tmp_path / "runs").read_text().split())

    return prepared


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


def test_a_repository_is_built_once(make, tmp_path):
    first, runs = make()
    assert runs == 1
    assert first.folder == tmp_path / "root" / "example" / "plain" / SHA
    assert first.files["text.txt"].sha256 == hashlib.sha256(b"one").hexdigest()
    # As `git hash-object` prints it.
    assert first.files["text.txt"].oid == "43dd47ea691c90a5fa7827892c70241913351963"
    assert first.bytes == len("one") + len("# Counted")
    again, runs = make()
    assert (again, runs) == (first, 1)
    assert names(first.folder.parent) == [SHA, f"{SHA}.json"]


def test_it_is_built_anew_when_the_stand_in_changes(make, counted):
    before, _ = make()
    (counted / "weights.txt").write_text("two")
    after, runs = make()
    assert runs == 2
    assert (after.folder / "text.txt").read_text() == "two"
    assert after.fingerprint != before.fingerprint
    assert names(after.folder.parent) == [SHA, f"{SHA}.json"]


def test_the_digest_of_all_changes_with_a_stand_in_or_a_revision(counted, registry):
    entries = {PLAIN: registry[PLAIN]}
    before = digest(entries, counted.parent)
    assert digest({PLAIN: replace(entries[PLAIN], revision="a" * 40)}, counted.parent) != before
    (counted / "weights.txt").write_text("two")
    assert digest(entries, counted.parent) != before


def test_what_the_registry_says_counts_without_a_build(make):
    make()
    served, runs = make(task="fill-mask", gated=True)
    assert (served.task, served.gated, runs) == ("fill-mask", True, 1)


def test_damage_is_noticed_and_mended(make):
    served, _ = make()
    file = served.folder / "text.txt"
    file.write_text("0ne")  # the same size
    _, runs = make()
    assert (file.read_text(), runs) == ("one", 2)
    file.unlink()
    _, runs = make()
    assert (file.read_text(), runs) == ("one", 3)
    served.folder.with_name(f"{SHA}.json").write_text("{")
    assert make()[1] == 4


def test_a_copied_repository_is_taken_as_it_is(make):
    served, _ = make()
    os.utime(served.folder / "text.txt", (1, 1))
    again, runs = make()
    assert (again.files["text.txt"].modified, runs) == (1_000_000_000, 1)
    assert make() == (again, 1)


CARD = ":\n    (folder / 'README.md')"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (":\n    1 / 0", "'plain' failed: ZeroDivisionError: division by zero"),
        ("", "plain/build.py:1: not Python: expected ':'"),
        (":\n    import os; os.kill(os.getpid(), 9)", "'plain' failed: signal 9"),
        (":\n    (folder / 'a').touch()", "README.md (the model card) is"),
        (f"{CARD}.write_text('---\\na: [\\n---\\n')", "front matter of README.md: "),
        (f"{CARD}.write_text('---\\n- a\\n---\\n')", "front matter of README.md is not a mapping"),
        (f"{CARD}.symlink_to('/etc/hostname')", "README.md is not a plain file"),
        (
            f"{CARD}.touch()\n    (folder / 'model.safetensors').write_bytes(b'\\xff' * 99)",
            "model.safetensors is not a safetensors file",
        ),
        # A disk that is full, as the system itself reports it.
        (
            ":\n    __import__('pathlib').Path('/dev/full').write_text('x')",
            "no space left on the disk of ",
        ),
    ],
)
def test_a_build_that_fails_is_one_line_and_leaves_the_old_one(make, counted, build, message):
    served, _ = make()
    write_stand_in(counted.parent, "plain", f"def build(folder){build}")
    with pytest.raises(HubError) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (served.folder / "text.txt").read_text() == "one"
    assert names(served.folder.parent) == [SHA, f"{SHA}.json"]


@pytest.mark.parametrize(
    ("id_", "message"),
    [
        ("example/plian", "example/plian: not in the registry; did you mean example/plain?"),
        ("zzz", "zzz: not in the registry; see snippets/checkpoints.toml"),
        ("example/not-yet", "example/not-yet: registered, no stand-in yet"),
        ("example/rows", "registered as a dataset from huggingface; only models"),
        ("resnet_of_torchvision", "registered as a model from torchvision; only models"),
    ],
)
def test_an_id_that_cannot_be_served(registry, tmp_path, stand_ins, id_, message):
    with pytest.raises(HubError) as caught:
        prepare(registry, tmp_path, [id_], stand_ins)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"revision": revision}, "full commit id") for revision in ("main", "../../etc", "abc")]
    + [({"stand_in": name}, f"stand-in '{name}'") for name in ("../plain", "nothing", "Plain")],
)
def test_an_entry_that_cannot_be_served_is_refused(make, changes, message):
    with pytest.raises(HubError, match=message):
        make(**changes)


def test_without_ids_everything_with_a_stand_in_is_prepared(tmp_path, registry, counted):
    entries = {id_: registry[id_] for id_ in (PLAIN, "example/no-pin", "example/not-yet")}
    served = prepare(entries, tmp_path / "root", stand_ins=counted.parent)
    assert {one.id: one.revision for one in served} == {PLAIN: SHA, "example/no-pin": "0" * 40}


SLOW = """
import os, time
from pathlib import Path

def build(folder):
    (folder / "README.md").write_text("# Slow")
    with (Path(__file__).parent.parent.parent / "runs").open("a") as runs:
        runs.write(f"{os.getpid()}\\n")
    time.sleep(%s)
    (folder / "late.txt").write_text("complete")
"""
PREPARE = """
import sys
from pathlib import Path
from hooks.hub.store import prepare
from hooks.core.registry import load

registry, root, stand_ins = map(Path, sys.argv[1:])
[served] = prepare(load(registry), root, ["example/plain"], stand_ins)
print(served.files["late.txt"].size)
"""


@pytest.fixture
def preparing(tmp_path, registry_file):
    """Starts a process that prepares a stand-in whose build takes this many seconds."""

    def start(seconds):
        stand_ins = write_stand_in(tmp_path / "slow_stand_ins", "plain", SLOW % seconds)
        command = [sys.executable, "-c", PREPARE, registry_file, tmp_path / "root", stand_ins]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    return start


def test_processes_that_prepare_at_once_build_once(preparing, tmp_path):
    processes = [preparing(0.7) for _ in range(4)]
    assert [process.communicate()[0].strip() for process in processes] == ["8"] * 4
    assert len((tmp_path / "runs").read_text().split()) == 1
    assert names(tmp_path / "root" / PLAIN) == [SHA, f"{SHA}.json"]


def test_a_killed_build_leaves_nothing_that_counts(preparing, tmp_path):
    process = preparing(60)
    wait_for(lambda: (tmp_path / "runs").exists() and (tmp_path / "runs").read_text())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    # Its build goes on for a moment, and must not stand in the way of the next one.
    again = preparing(0)
    assert again.communicate()[0].strip() == "8"
    assert names(tmp_path / "root" / PLAIN) == [SHA, f"{SHA}.json"]
    orphan = Path("/proc") / (tmp_path / "runs").read_text().split()[0] / "stat"
    wait_for(lambda: not orphan.exists() or ") Z " in orphan.read_text())  # gone, or a zombie
