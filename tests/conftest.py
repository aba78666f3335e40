"""For the whole test run: an offline Hub before its client is imported, and Pillow as it came."""

from __future__ import annotations

import contextlib
import os

import pytest
from PIL import Image

from hooks.hub import client

OPEN = Image.open  # as Pillow made it: this file is imported before any library


@pytest.fixture(autouse=True)
def _plain_pillow(request, monkeypatch):
    """Ultralytics replaces `Image.open` for the whole process; only its own tests may notice."""
    if "detection" not in request.node.nodeid:
        monkeypatch.setattr(Image, "open", OPEN)


def pytest_configure(config: pytest.Config) -> None:
    """Sets HF_ENDPOINT and HF_HOME: huggingface_hub reads them once, when it is imported."""
    stack = contextlib.ExitStack()
    os.environ.update(stack.enter_context(client.running()))
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    config.add_cleanup(stack.close)
