"""Starts an offline Hub for a while and tells clients where it is."""

from __future__ import annotations

import itertools
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hooks.core.paths import ROOT
from hooks.hub.data import PYG
from hooks.hub.repository import HubError


def environment(endpoint: str, home: Path | str) -> dict[str, str]:
    """The variables that send huggingface_hub and all that builds on it to the offline Hub.

    Args:
        endpoint: Address of the Hub, without a slash at the end.
        home: Folder for the client's cache.

    Returns:
        Name to value, to be set before a client is imported.
    """
    # A proxy of the environment must not be asked for an address on this machine.
    direct = ["127.0.0.1", "localhost", "::1"]
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    no_proxy = ",".join([*filter(None, given.split(",")), *direct])
    return {
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(home),
        # Set, because a variable of the user's would have the last word over HF_HOME.
        "HF_HUB_CACHE": str(Path(home) / "hub"),
        "HF_HUB_OFFLINE": "0",
        "TRANSFORMERS_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        # A token of the user's, stale or not, stays at home.
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        # Ultralytics: no look for a network, no installing, no settings in the user's home.
        "YOLO_OFFLINE": "true",
        "YOLO_AUTOINSTALL": "false",
        "YOLO_CONFIG_DIR": str(home),
        # PyTorch Geometric: where its data sets lie.
        "PYG_HOME": str(Path(home) / PYG),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }


def shell_line(variables: dict[str, str]) -> str:
    """The command that sets variables in a client's shell, for bash, zsh and their like.

    Args:
        variables: Name to value, HF_ENDPOINT among them. Its host is added to those that are asked
            without the proxy that the shell may name.
    """
    given = "${NO_PROXY:+$NO_PROXY,}${no_proxy:+$no_proxy,}"
    direct = f'"{given}{urlsplit(variables["HF_ENDPOINT"]).hostname}"'
    values = {name: shlex.quote(value) for name, value in variables.items()}
    values |= {"NO_PROXY": direct, "no_proxy": direct}
    return "export " + " ".join(f"{name}={value}" for name, value in values.items())


@contextmanager
def running(
    ids: Iterable[str] | None = None,
    root: Path | None = None,
    registry: Path | None = None,
    stand_ins: Path | None = None,
) -> Iterator[dict[str, str]]:
    """Runs an offline Hub in a process of its own, on a free port of this machine.

    Args:
        ids: What to serve; None means all that have a stand-in. An empty list means no files at
            all: this Hub knows the cards of what is registered, and no more.
        root: Folder of the prepared repositories; None means `.cache/hub`.
        registry: Registry file; None means the course's.
        stand_ins: Folder of the stand-ins; None means the course's.

    Yields:
        Environment variables for clients, to add to `os.environ` **before** huggingface_hub is
        imported, or to pass to a subprocess. The Hub stops when the block is left.

    Raises:
        HubError: The Hub did not start; the message is the one line that it wrote.
    """
    command = [sys.executable, "-m", "hooks.hub", "--port", "0", "--until-stdin-closes"]
    for option, value in (("root", root), ("registry", registry), ("stand-ins", stand_ins)):
        command += [] if value is None else [f"--{option}", str(Path(value).resolve())]
    if ids is not None and not (ids := list(ids)):
        command += ["--no-files"]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            [*command, "--", *(ids or [])],
            cwd=ROOT,
            # Closes when this process dies in whatever way, so that no Hub is left behind.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            found = _address(process)
            if len(found) < 2:
                process.wait()
                errors.seek(0)
                lines = [line.strip() for line in errors if line.strip()]
                raise HubError(lines[-1] if lines else "the offline Hub did not start")
            yield environment(found["HF_ENDPOINT"], found["HF_HOME"])
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> dict[str, str]:
    """Reads what the Hub prints up to its address; less than that if it ended before."""
    found = (line.strip().split("=", 1) for line in process.stdout or () if line.startswith("HF_"))
    return dict(itertools.islice(found, 2))
