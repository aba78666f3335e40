"""Names the machine that a demo runs on, without importing torch or touching the GPU."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path


def gpu_name() -> str | None:
    """Name of the first NVIDIA GPU, or None: asked of the driver, so that CUDA stays untouched."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        run = subprocess.run(
            [tool, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True, text=True, timeout=20, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return next((line.strip() for line in run.stdout.splitlines() if line.strip()), None)


def cpu_name() -> str:
    """Model name of the processor, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
