"""A fault of the machine is named in one line, and no notebook changes or is marked stale."""

import os
import resource
import shutil
import subprocess

import pytest

# Root may write everywhere. Without this right of root's, its own files' modes count.
PLAIN_USER = ["setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override"]
# A file system of its own, which nobody else sees, in which no file can be made.
FULL = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
FULL += ['mount -t tmpfs -o nr_inodes=1 full "$0" && exec "$@"']


def fault(course, *arguments, prefix=(), limit=None):
    """Runs a course on a broken machine; the line that names what is broken."""
    before = course.bytes()
    run = subprocess.run(
        [*prefix, *course.command(*arguments)],
        # Measuring coverage would meet the limits too.
        env={k: v for k, v in course.env().items() if not k.startswith("COVERAGE")},
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: limit and resource.setrlimit(*limit),
    )
    assert run.returncode == 2, run.stdout + run.stderr
    assert course.bytes() == before
    assert not list((course.root / "docs").rglob("*.tmp"))
    [line] = run.stderr.splitlines()
    return line


CELLS = [
    ("with open('/dev/full', 'w') as file:\n    file.write('x')", "No space left on device; free"),
    ("x = bytearray(10**15)", "MemoryError: ; free some memory"),
    ("import socket\nx = [socket.socket() for _ in range(999)]", "Too many open files; allow more"),
    ("import os\nos.kill(os.getpid(), 9)", "the kernel was killed, most likely for want of memory"),
]


@pytest.mark.parametrize(("code", "said"), CELLS)
def test_a_cell_that_the_machine_fails_marks_nothing(executed, code, said):
    executed.story("sentiment", code)
    line = fault(executed, "sentiment", limit=(resource.RLIMIT_NOFILE, (512, 512)))
    assert line.startswith("hooks.execute: sentiment: cell 3: ")
    assert said in line


def test_a_worker_that_is_killed_marks_nothing(executed):
    executed.story("sentiment", "import os\nos.kill(os.getppid(), 9)")
    line = fault(executed, "sentiment")
    assert "sentiment: its process ended early with exit code -9; free some memory" in line


@pytest.mark.parametrize("files", [40, 32, 24])
def test_too_few_sockets_and_files_mark_nothing(executed, files):
    line = fault(executed, "--force", "sentiment", limit=(resource.RLIMIT_NOFILE, (files, files)))
    assert "files" in line


def able(command):
    """Leaves a test out where this machine cannot break in that way."""
    if not shutil.which(command[0]) or subprocess.run([*command, "true"]).returncode:
        pytest.skip(f"{command[0]} cannot do this here")


def test_a_full_disk_marks_nothing(executed):
    cache = executed.root / ".cache"
    able([*FULL[:3], "true"])
    line = fault(executed, "--force", "sentiment", prefix=[*FULL, str(cache)])
    assert f"sentiment: {cache}/execute: No space left on device; free some of the disk" in line


@pytest.mark.parametrize("folder", [".cache/execute", "docs/nlp"])
def test_a_folder_without_rights_marks_nothing(executed, folder):
    prefix = PLAIN_USER if os.geteuid() == 0 else []
    able([*prefix, "true"])
    shutil.rmtree(executed.root / ".cache" / "execute")
    place = executed.root / folder
    place.mkdir(exist_ok=True)
    executed.story("sentiment", "print('new')")
    place.chmod(0o500)
    line = fault(executed, "sentiment", prefix=prefix)
    assert str(place) in line
    assert "Permission denied; give this user the right to it" in line
    place.chmod(0o700)


@pytest.mark.parametrize("length", [78, 240])
def test_a_long_folder_for_temporary_files_is_no_fault(executed, tmp_path, length):
    folder = tmp_path / ("a" * length)
    folder.mkdir()
    executed.environment["TMPDIR"] = str(folder)
    assert executed.ran("--force", "sentiment") == {"sentiment"}
    assert not list(folder.iterdir())
