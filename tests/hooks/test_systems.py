"""Windows and macOS: nothing is imported that they lack, and demos run without fork."""

import ast
import subprocess
import sys

import pytest

from hooks.core.paths import ROOT
from tests.hooks.executor.conftest import course  # noqa: F401

LACKING = ("fcntl", "grp", "pwd", "resource", "termios")
# transformers and psutil (training, stand-ins, inputs, bench) want what their system should have.
LIGHT = ("book", "commands", "core", "executor", "hub", "site", "slides")
HIDDEN = f"""
import os, sys
sys.modules |= dict.fromkeys({LACKING})
del os.fork, os.forkpty
"""
IMPORT = f"""{HIDDEN}
import importlib, pathlib
for room in {LIGHT}:
    for path in sorted(pathlib.Path("hooks", room).rglob("*.py")):
        if not {{"stand_ins", "inputs", "bench"}} & {{*path.parts}}:
            importlib.import_module(".".join(path.with_suffix("").parts))
            print(path.as_posix())
"""


def test_the_rooms_import_nothing_that_windows_lacks():
    done = subprocess.run([sys.executable, "-c", IMPORT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert "hooks/executor/kernel.py" in done.stdout


def early(path):
    """The modules that a file imports when it is itself imported."""
    todo = ast.parse(path.read_text("utf-8")).body
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            todo += [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.stmt)]


@pytest.mark.parametrize("folder", ["hooks", "snippets"])
def test_no_file_imports_early_what_windows_lacks(folder):
    files = [*(ROOT / folder).rglob("*.py")]
    assert len(files) > 20
    assert [f for f in files if set(early(f)) & set(LACKING)] == []


def test_demos_run_without_fork(course):  # noqa: F811
    course.write("site-packages/sitecustomize.py", HIDDEN)
    course.story("ner", "from snippets.nlp.names import NAMES\n\nprint(NAMES)")
    run = course.execute("ner", "zero_shot")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "No fork on this system: each demo imports its libraries by itself." in run.stdout
    assert (course.output("ner"), course.output("zero_shot")) == ("{'Ada'}\n", "1.0\n")
    course.story("ner", "raise RuntimeError('as ever')")
    assert "cell 3: RuntimeError: as ever" in course.execute("ner").stdout
