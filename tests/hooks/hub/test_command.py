"""`python -m hooks.hub` as a program: what it prints, how it ends, what it costs."""

import contextlib
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hooks.hub.client import running
from hooks.hub.repository import HubError
from tests.hooks.hub import conftest
from tests.hooks.hub.conftest import PLAIN, SHA, lines_until, run, stream, wait_for
from tests.reruns import BUSY_MACHINE

pytestmark = BUSY_MACHINE


def address(lines):
    [line] = [line for line in lines if line.startswith("HF_ENDPOINT=")]
    return urlsplit(line.partition("=")[2])


def test_it_says_what_it_serves_and_how_to_use_it(start, root):
    process = start("--port", "0", PLAIN, "example/no-pin")
    lines = lines_until(process, "Ctrl-C")
    assert lines[0] == "The offline Hub serves 2 repositories, 48.0 MB:"
    assert lines[1] == f"  example/plain@{SHA}  tiny stand-in plain, 24.0 MB"
    assert lines[2].startswith(f"  example/no-pin@{'0' * 40}")
    place = address(lines)
    assert place.hostname == "127.0.0.1"
    [home] = [line.partition("=")[2] for line in lines if line.startswith("HF_HOME=")]
    assert Path(home).parent == root / ".homes"
    assert f"  export HF_ENDPOINT={place.geturl()} HF_HOME={home}" in "\n".join(lines)
    assert stream(place, f"/{PLAIN}/resolve/main/noise.bin")[:2] == (200, 24_000_000)
    # Serving needs none of the heavy libraries: neither their code nor their memory.
    assert "torch" not in Path(f"/proc/{process.pid}/maps").read_text()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "offline Hub: stopped"
    assert "Traceback" not in err


PRINT = """
import os
from huggingface_hub import hf_hub_download
print(hf_hub_download("example/plain", "config.json"), os.environ["NO_PROXY"])
"""


@pytest.mark.parametrize("mirror", [False, True])
def test_the_line_for_the_shell_works_in_any_folder_and_behind_a_proxy(
    start, root, hub, tmp_path, mirror
):
    folder = tmp_path / "my (course)'s; files"
    shutil.copytree(root / "example" / "plain", folder / "example" / "plain")
    given = {"root": str(folder)}
    if mirror:
        code = "import huggingface_hub as hub; hub.snapshot_download('example/plain')"
        assert run([sys.executable, "-c", code], hub, folder).returncode == 0
        given = {"cache": str(folder)}
    process = start("--port", "0", PLAIN, **given)
    [line] = [line for line in lines_until(process, "Ctrl-C") if "export " in line]
    script = f'{line}\n"$0" -c "$1"'
    shell = {"HTTP_PROXY": "http://127.0.0.1:9", "no_proxy": "example.org", "NO_PROXY": ""}
    done = run(["bash", "-euc", script, sys.executable, PRINT], shell, tmp_path / "other")
    assert done.returncode == 0, done.stderr
    place, _, direct = done.stdout.strip().rpartition(" ")
    assert direct == "example.org,127.0.0.1"
    assert Path(place).is_relative_to(tmp_path / "other" if mirror else folder)


@pytest.mark.timing
def test_a_prepared_hub_starts_within_a_second(start):
    seconds = []
    for _ in range(8):
        begin = time.monotonic()
        process = start("--port", "0", PLAIN)
        lines_until(process, "HF_ENDPOINT=")
        seconds.append(time.monotonic() - begin)
        process.kill()
        process.wait()
    assert min(seconds) < 1, seconds  # the best of eight: other work may hold the processor


def test_a_large_file_is_streamed(start):
    process = start("--port", "0", "example/sparse")
    place = address(lines_until(process, "HF_ENDPOINT="))
    before = conftest.memory(process, "VmRSS")
    assert stream(place, "/example/sparse/resolve/main/zeros.bin")[:2] == (200, 400_000_000)
    assert conftest.memory(process, "VmHWM") - before < 30_000_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("example/plian",), "example/plian: not in the registry; did you mean example/plain?"),
        (("example/not-yet",), "example/not-yet: registered, no stand-in yet"),
        (("--registry", "nothing.toml"), "nothing.toml"),
        (("--port", "99999"), "cannot listen on 127.0.0.1, port 99999"),
        (("--host", "192.0.2.1"), "cannot listen on 192.0.2.1, port 8808"),
        (("--host", "no.such.host.invalid"), "cannot listen on no.such.host.invalid, port 8808"),
        (("--root", "/dev/null", PLAIN), "cannot prepare it under /dev/null"),
    ],
)
def test_bad_input_is_one_line(start, arguments, message):
    out, err = (process := start(*arguments)).communicate(timeout=120)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("offline Hub: ")
    assert err.count("\n") == 1
    assert message in err


def test_a_port_in_use_is_told_before_anything_is_built(start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        _, err = (process := start("--port", port, root=str(tmp_path))).communicate(timeout=120)
    assert process.returncode == 1
    assert err == (
        f"offline Hub: cannot listen on 127.0.0.1, port {port}: Address already in use; choose "
        "another with --port, or 0 for any free one\n"
    )
    assert list(tmp_path.iterdir()) == []


ENDLESS = """
import time

def build(folder):
    (folder / "README.md").write_text("# Endless")
    time.sleep(600)
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_the_middle_of_a_build_leaves_nothing(start, tmp_path, sign):
    stand_ins = conftest.write_stand_in(tmp_path / "endless_stand_ins", "plain", ENDLESS)
    places = {"root": str(tmp_path / "root"), "stand-ins": str(stand_ins)}
    process = start("--port", "0", PLAIN, **places)
    assert process.stderr.readline() == f"offline Hub: {PLAIN}: building stand-in plain\n"
    home = tmp_path / "root" / "example" / "plain"
    wait_for(lambda: [*home.glob(".*.building-*/README.md")])
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "offline Hub: stopped\n")
    assert [path.suffix for path in home.iterdir()] == [".lock"]


def test_it_serves_on_when_nobody_reads_what_it_says(start):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = start("--port", str(port), PLAIN)
    process.stdout.close()  # before it has said a word
    place = urlsplit(f"http://127.0.0.1:{port}")

    def answers():
        assert process.poll() is None
        with contextlib.suppress(ConnectionRefusedError):
            return stream(place, f"/{PLAIN}/resolve/main/notes/a.txt")[:2] == (200, 10)

    wait_for(answers)
    time.sleep(0.1)  # it listens a moment before it speaks
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert process.stderr.read().endswith("offline Hub: stopped\n")


def test_it_ends_with_the_process_that_started_it(start):
    process = start("--port", "0", "--until-stdin-closes", PLAIN)
    lines_until(process, "HF_ENDPOINT=")
    process.stdin.close()  # as the system does when the other end is killed
    assert process.wait(timeout=60) == 130
    assert process.stderr.read() == "offline Hub: stopped\n"


def test_running_stops_the_hub_when_the_block_is_left(root, registry_file, stand_ins):
    with running([PLAIN], root, registry_file, stand_ins) as variables:
        place = urlsplit(variables["HF_ENDPOINT"])
        assert stream(place, f"/api/models/{PLAIN}")[0] == 200
        assert Path(variables["HF_HOME"]).is_dir()
    with pytest.raises(ConnectionRefusedError):
        stream(place, "/")


def test_running_tells_why_the_hub_did_not_start(root, registry_file, stand_ins):
    with (
        pytest.raises(HubError, match="offline Hub: example/not-yet: registered, no stand-in yet"),
        running(["example/not-yet"], root, registry_file, stand_ins),
    ):
        pass


def test_clients_of_another_stand_in_get_another_cache(tmp_path, registry_file):
    homes = []
    for text in ("one", "two"):
        build = f"def build(folder):\n    (folder / 'README.md').write_text('{text}')\n"
        stand_ins = conftest.write_stand_in(tmp_path / "changing_stand_ins", "plain", build)
        old = tmp_path / "root" / ".homes" / ("0" * 16)
        old.mkdir(parents=True, exist_ok=True)
        os.utime(old, (1, 1))
        with running([PLAIN], tmp_path / "root", registry_file, stand_ins) as variables:
            homes.append(Path(variables["HF_HOME"]))
        assert not old.exists()  # nobody used it for years
    assert len(set(homes)) == 2
    assert all(home.is_dir() for home in homes)
