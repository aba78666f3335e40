"""JupyterLab as the lecture starts it."""

import functools
import shutil
import socket

from hooks.commands import lab
from hooks.core.paths import DOCS
from tests.hooks.commands.conftest import run

start = functools.partial(run, "hooks.commands.lab")


def test_it_starts_opens_a_notebook_and_a_kernel_answers(tmp_path):
    shutil.copy(DOCS / "introduction" / "sentiment.ipynb", tmp_path)
    assert lab.fault(tmp_path, "sentiment.ipynb") == ""


def test_what_does_not_work_is_one_line(tmp_path):
    wrong = lab.fault(tmp_path, "nothing.ipynb")
    assert wrong.startswith("JupyterLab: HTTP Error 404: Not Found; its last line: ")
    assert "\n" not in wrong


def test_a_port_that_is_taken_is_one_line():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = start("--port", str(port), "--no-browser")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"hooks.commands.lab: port {port} cannot be had; stop what")
    assert done.stderr.count("\n") == 1
    assert start("--port", "70000").returncode == 1
