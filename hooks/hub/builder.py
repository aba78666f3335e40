"""Runs a stand-in's build in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.hub.fingerprint import root_of
from hooks.hub.repository import HubError

if TYPE_CHECKING:
    from hooks.core.registry import Checkpoint

# Runs in a process of its own: the memory of torch is free again when it ends, and the Hub itself
# never imports it.
BUILD = """
import importlib, os, pathlib, sys, threading, time

def end_with_parent(parent=os.getppid()):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)

threading.Thread(target=end_with_parent, daemon=True).start()
sys.path.insert(0, sys.argv[1])
importlib.import_module(sys.argv[2]).build(pathlib.Path(sys.argv[3]))
"""

_running: set[subprocess.Popen] = set()


def run_build(checkpoint: Checkpoint, folder: Path, stand_ins: Path) -> None:
    """Runs the stand-in's `build(folder)` in a process of its own.

    Args:
        checkpoint: An entry of the registry with a stand-in.
        folder: Empty; the build fills it.
        stand_ins: Where stand-ins are looked up.

    Raises:
        HubError: It failed; the message is the last line that it wrote.
    """
    top = root_of(stand_ins)
    module = ".".join([*stand_ins.relative_to(top).parts, checkpoint.stand_in, "build"])
    # No network, no GPU, one thread: the same bytes each time.
    settings = dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "OMP_NUM_THREADS"), "1")
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(top), module, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | settings | {"CUDA_VISIBLE_DEVICES": ""},
        text=True,
        errors="replace",
    )
    _running.add(process)
    try:
        said = process.communicate()[1]
    finally:
        _running.discard(process)
    if process.returncode == 0:
        return
    if "No space left on device" in said:  # safetensors raises an error of its own kind
        raise full(checkpoint, folder.parent)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    cause = (
        f"signal {-process.returncode}" if process.returncode < 0 else (lines or ["no message"])[-1]
    )
    raise HubError(
        f"{checkpoint.id}: building stand-in {checkpoint.stand_in!r} failed: {cause}",
        detail=said,
    )


def stop() -> None:
    """Ends the builds that run now: each fails, and leaves nothing that would be served."""
    for process in list(_running):
        process.kill()


def full(checkpoint: Checkpoint, where: Path) -> HubError:
    """The error for a full disk, with what mends it.

    Args:
        checkpoint: What was being prepared.
        where: A folder on that disk.
    """
    mend = "make room there, and run this again"
    return HubError(f"{checkpoint.id}: no space left on the disk of {where}; {mend}")
