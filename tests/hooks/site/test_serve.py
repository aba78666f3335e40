"""`mkdocs serve` shows a change of every source: on a copy of the hooks, with a small course."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from hooks.core.course import SECTIONS
from hooks.core.paths import ROOT

MOST = 120  # seconds for one change on a busy machine; a change that is never seen fails here
PAGE = """---
minutes: {0.minutes}
path120: {0.path120}
outcomes: [Say it]
---

# {0.title}

## What it is

Prose for the speaker.
"""
INCLUDES = """
```python
--8<-- "snippets/introduction/sentiment.py"
```

--8<-- "snippets/checkpoints.toml:sentiment"
"""


class Server:
    """A process that serves the course in a folder."""

    def __init__(self, folder: Path, port: int, log: Path) -> None:
        self.folder, self.log = folder, log
        self.address = f"http://127.0.0.1:{port}/"
        command = [sys.executable, "-m", "mkdocs", "serve", "--livereload"]
        self.process = subprocess.Popen(
            [*command, "--dev-addr", f"127.0.0.1:{port}"],
            cwd=folder,
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": ""},
        )

    def page(self, path: str) -> str:
        """What it answers now; nothing while it begins anew."""
        try:
            return urllib.request.urlopen(self.address + path, timeout=MOST).read().decode()
        except (urllib.error.URLError, ConnectionError):
            return ""

    def shows(self, path: str, text: str) -> bool:
        """Wait until a page has a text."""
        end = time.monotonic() + MOST
        while text not in self.page(path):
            if time.monotonic() > end or self.process.poll() is not None:
                return False
            time.sleep(0.2)
        return True

    def says(self, text: str) -> bool:
        """Wait until its log has a text."""
        end = time.monotonic() + MOST
        while text not in self.log.read_text("utf-8"):
            if time.monotonic() > end or self.process.poll() is not None:
                return False
            time.sleep(0.2)
        return True

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file, as an editor does."""
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def server(repository: Path, tmp_path: Path) -> Iterator[Server]:
    ignored = shutil.ignore_patterns("__pycache__")
    for room in ("core", "site", "slides"):
        shutil.copytree(ROOT / "hooks" / room, repository / "hooks" / room, ignore=ignored)
    for file in ("hooks/__init__.py", "hooks/mkdocs.py", "mkdocs.yml"):
        shutil.copy(ROOT / file, repository / file)
    (repository / "node_modules").symlink_to(ROOT / "node_modules")
    for section in SECTIONS:
        page = repository / "docs" / section.folder / "index.md"
        page.parent.mkdir(exist_ok=True)
        text = PAGE.format(section) + (INCLUDES if section.folder == "introduction" else "")
        page.write_text(text, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = Server(repository, port, tmp_path / "log")
    yield one
    one.process.terminate()
    one.process.wait()


# A source, what to change in it, and the page that shows the change.
SOURCES = {
    "docs/nlp/index.md": ("Prose for", "nlp/"),
    "snippets/introduction/sentiment.py": ("Return one score", "introduction/"),
    "snippets/checkpoints.toml": ("Apache-2.0", "introduction/"),
    "hooks/hub/stand_ins/sentiment/README.md": ("Trained by", "reference/stand_ins/sentiment/"),
    "hooks/site/theme/main.html": ("summary_large_image", "nlp/"),
    "hooks/site/notebook_page.py": ("Download notebook", "introduction/sentiment/"),
}


def test_a_change_of_every_source_is_shown(server: Server) -> None:
    assert server.shows("nlp/", "Prose for"), server.log.read_text("utf-8")
    for name, (old, page) in SOURCES.items():
        server.change(name, old, "Quite another")
        assert server.shows(page, "Quite another"), f"{name}\n{server.log.read_text('utf-8')}"
    server.change("hooks/site/notebook_page.py", "def buttons(", "def buttons((")
    assert server.says('notebook_page.py", line '), server.log.read_text("utf-8")
    assert server.says("SyntaxError")
    server.change("hooks/site/notebook_page.py", "def buttons((", "def buttons(")
    server.change("hooks/site/notebook_page.py", "Quite another", "Yet another")
    assert server.shows("introduction/sentiment/", "Yet another"), server.log.read_text("utf-8")
