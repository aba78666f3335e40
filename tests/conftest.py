"""Starts the offline Hub for the whole test run, before anything imports the Hub's client."""

from __future__ import annotations

import contextlib
import os

import pytest

from hooks.hub import client


def pytest_configure(config: pytest.Config) -> None:
    """Sets HF_ENDPOINT and HF_HOME: huggingface_hub reads them once, when it is imported."""
    stack = contextlib.ExitStack()
    os.environ.update(stack.enter_context(client.running()))
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    config.add_cleanup(stack.close)
