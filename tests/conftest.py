"""For the whole test run: an offline Hub before its client is imported, and Pillow as it came."""

import contextlib
import csv
import itertools
import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from hooks.core.paths import DOCS
from hooks.hub import client

OPEN = Image.open  # as Pillow made it: this file is imported before any library


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(path.read_text("utf-8").splitlines(keepends=True)))


def tiles(path: Path, size: int = 64) -> list[Image.Image]:
    """The square pictures of a sheet, row by row."""
    sheet = OPEN(path).convert("RGB")
    corners = itertools.product(range(0, sheet.height, size), range(0, sheet.width, size))
    return [sheet.crop((x, y, x + size, y + size)) for y, x in corners]


@pytest.fixture(autouse=True)
def _plain_pillow(request, monkeypatch):
    """Ultralytics replaces `Image.open` for the whole process; only its own tests may notice."""
    if "detection" not in request.node.nodeid:
        monkeypatch.setattr(Image, "open", OPEN)


@pytest.fixture
def solution(request):
    """Runs a solution that the exercises of the test's section print, by its name."""
    folder = DOCS / request.path.parent.name / "solutions"
    return lambda name: SimpleNamespace(**runpy.run_path(str(folder / f"{name}.py")))


@pytest.fixture
def lying(tmp_path):
    """Saves a picture lying on its side, with a camera's note to turn it; returns the path."""

    def save(picture: Image.Image) -> Path:
        note = Image.Exif()
        note[0x0112] = 6  # "turn it a quarter clockwise"
        picture.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "lying.png", exif=note)
        return tmp_path / "lying.png"

    return save


@pytest.fixture(
    params=[
        ("one string", TypeError, "is one string: pass a list"),
        (["fine", None], TypeError, r"\w\[1\] is NoneType"),
        (["fine", ""], ValueError, r"\w\[1\] is empty"),
        ([" \n"], ValueError, r"\w\[0\] is empty"),
    ]
)
def bad_texts(request):
    """What is no list of texts, and the error to expect: `with` takes it."""
    texts, error, message = request.param
    return texts, pytest.raises(error, match=message)


def pytest_configure(config: pytest.Config) -> None:
    """Sets HF_ENDPOINT and HF_HOME: huggingface_hub reads them once, when it is imported."""
    stack = contextlib.ExitStack()
    os.environ.update(stack.enter_context(client.running()))
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    config.add_cleanup(stack.close)
