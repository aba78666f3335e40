"""A small course with five demos, each of which depends on one kind of thing."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest

from hooks.core.paths import ROOT
from tests.hooks.core.conftest import ENTRY

CHECKPOINT = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
REVISION = "714eb0fa89d2f80546fda750413ed43d93601a13"

STORIES = {
    "sentiment": 'print("one", 1 + 1)',
    "ner": '--8<-- "snippets/nlp/ner.py"\n\nprint(entities("Ada met Alan."))',
    "translation": 'print(open("words.csv").read().strip())',
    "zero_shot": "import pocketlib\n\nprint(pocketlib.__version__)",
    "lora": f'CHECKPOINT = "{CHECKPOINT}"\nprint(len(CHECKPOINT))',
}

SNIPPET = """from snippets.nlp.names import NAMES


def entities(text):
    return [word for word in text.split() if word in NAMES]
"""

REGISTRY = (
    ENTRY.replace("org/name", CHECKPOINT)
    .replace("0123456789" * 4, REVISION)
    .replace('"sentiment"', '"lora"')
    .replace("1000", "66955010")
    .replace("4000", "267820040")
    .replace("MIT", "Apache-2.0")
)


@dataclass
class Course:
    """A course in a temporary folder, and the executor's command line on it."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    demos: tuple[str, ...] = tuple(STORIES)
    code: dict[str, str] = field(default_factory=lambda: dict(STORIES))

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def story(self, demo: str, code: str, prose: str = "What it shows.") -> Path:
        text = f'# %% [markdown]\n# # Demo · {demo}\n#\n# {prose}\n\n# %% tags=["run"]\n{code}\n'
        return self.write(f"docs/nlp/{demo}.py", text)

    def notebook(self, demo: str) -> Path:
        return self.root / "docs" / "nlp" / f"{demo}.ipynb"

    def read(self, demo: str) -> nbformat.NotebookNode:
        return nbformat.read(self.notebook(demo), as_version=4)

    def output(self, demo: str) -> str:
        cells = [c for c in self.read(demo).cells if "run" in c.metadata.get("tags", [])]
        return "".join(o.get("text", "") for c in cells for o in c.outputs)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "hooks.execute", "--root", str(self.root), *arguments]

    def program(self, name: str, script: str) -> str:
        """Puts a program in front of all others on the path, and returns that path."""
        tool = self.write(f"bin/{name}", f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
        self.environment["PATH"] = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"
        return self.environment["PATH"]

    def faults(self, *arguments: str) -> str:
        """What `--check` finds, which has to be something."""
        check = self.execute("--check", *arguments)
        assert check.returncode == 1
        return check.stdout

    def execute(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        how = {"cwd": ROOT, "env": self.env(), "timeout": 300}
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, **how)

    def env(self) -> dict[str, str]:
        # A wide terminal, so that no message is wrapped.
        base = {**os.environ, "COLUMNS": "300", "PYTHONPATH": str(self.root / "site-packages")}
        return {**base, **self.environment}

    def bytes(self) -> dict[str, bytes]:
        """The notebooks as they stand on disk."""
        return {demo: self.notebook(demo).read_bytes() for demo in self.demos}

    def ran(self, *arguments: str) -> set[str]:
        """Executes; the demos whose cells ran, told by the log that each run leaves."""
        logs = self.root / ".cache" / "execute"
        for log in logs.glob("*.log"):
            log.unlink()
        run = self.execute(*arguments)
        assert run.returncode == 0, run.stdout + run.stderr
        return {log.stem for log in logs.glob("*.log")}

    def install(self, version: str) -> None:
        """Puts `pocketlib` of that version on the path, as an installer would."""
        packages = self.root / "site-packages"
        for old in packages.glob("pocketlib-*.dist-info"):
            shutil.rmtree(old)
        self.write("site-packages/pocketlib.py", f'__version__ = "{version}"\n')
        info = f"site-packages/pocketlib-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: pocketlib\nVersion: {version}\n"
        self.write(f"{info}/METADATA", metadata)
        self.write(f"{info}/top_level.txt", "pocketlib\n")


def _lay_out(root: Path) -> Course:
    course = Course(root)
    course.write("snippets/checkpoints.toml", REGISTRY)
    course.write("snippets/__init__.py", "")
    course.write("snippets/nlp/__init__.py", "")
    course.write("snippets/nlp/names.py", 'NAMES = {"Ada"}\n')
    course.write("snippets/nlp/ner.py", SNIPPET)
    course.write("docs/nlp/words.csv", "chat,cat\n")
    course.install("1.0")
    for demo, code in STORIES.items():
        course.story(demo, code)
    return course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The small course, nothing executed yet."""
    return _lay_out(tmp_path / "course")


@pytest.fixture(scope="session")
def _executed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = _lay_out(tmp_path_factory.mktemp("executed") / "course")
    run = course.execute()
    assert run.returncode == 0, run.stdout + run.stderr
    return course.root


@pytest.fixture
def executed(_executed_once: Path, tmp_path: Path) -> Course:
    """The small course after its first run: a copy of its own for each test."""
    return Course(Path(shutil.copytree(_executed_once, tmp_path / "course")))
