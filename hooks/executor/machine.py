"""Names the machine that a demo runs on, without importing torch or touching the GPU."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

# Each library picks its fastest code for the processor that it finds, and so rounds differently on
# different ones. AVX2 is what Intel's Haswell (2013) and AMD's Zen (2017) brought.
AVX2 = {
    "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch's own loops
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # its convolutions
    "MKL_CBWR": "AVX2",  # its matrix products
    "OPENBLAS_CORETYPE": "Haswell",  # those of NumPy and SciPy
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "FAISS_OPT_LEVEL": "AVX2",
}


def instruction_sets() -> dict[str, str]:
    """Environment variables that name the instructions a demo's libraries use.

    What is set already stays: so another processor is tried on this one. Where the processor is
    known to lack them, nothing is named: a library that is made to use them would crash.
    """
    flags = _fields().get("flags", "avx2").split()
    if platform.machine().lower() not in {"x86_64", "amd64"} or "avx2" not in flags:
        return {}
    return {name: os.environ.get(name, value) for name, value in AVX2.items()}


def gpu_name() -> str | None:
    """Name of the first NVIDIA GPU, or None: asked of the driver, so that CUDA stays untouched."""
    return _ask_driver("name")


def gpu_memory() -> int | None:
    """Memory of the first NVIDIA GPU in bytes, or None."""
    answer = _ask_driver("memory.total") or ""
    return int(answer.split()[0]) * 1024**2 if answer[:1].isdigit() else None  # "15360 MiB"


def _ask_driver(field: str) -> str | None:
    if not (tool := shutil.which("nvidia-smi")):
        return None
    try:
        run = subprocess.run(
            [tool, f"--query-gpu={field}", "--format=csv,noheader"],
            capture_output=True, text=True, timeout=20, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return next((line.strip() for line in run.stdout.splitlines() if line.strip()), None)


def processor() -> str:
    """What its arithmetic depends on: maker, family, model, and a digest of its features.

    Two processors of one name can differ in their vector instructions, and then in the last bits
    of a sum, which can tip a close decision.
    """
    if not (fields := _fields()):
        return f"{platform.machine()} {platform.processor()}".strip()
    features = " ".join(sorted(fields.get("flags", fields.get("Features", "")).split()))
    digest = hashlib.sha256(features.encode()).hexdigest()[:8]
    names = ("vendor_id", "cpu family", "model")
    return " ".join([*(fields[name] for name in names if name in fields), digest])


def cpu_name() -> str:
    """Model name of the processor, as far as the system tells it."""
    return _fields().get("model name") or platform.processor() or platform.machine()


def _fields() -> dict[str, str]:
    """What Linux tells about the first processor; nothing on other systems."""
    info = Path("/proc/cpuinfo")
    first = info.read_text("utf-8").split("\n\n")[0] if info.is_file() else ""
    pairs = (line.split(":", 1) for line in first.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}
