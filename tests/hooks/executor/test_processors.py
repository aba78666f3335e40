"""The same outputs on another processor: older instructions, and two threads in place of one."""

import os
import subprocess
import sys

import pytest

from hooks.core.paths import ROOT
from hooks.executor import machine

DEMOS = ("sentiment", "classification", "image_text_matching")
# What a processor of 2010 has, which every x86-64 processor can play.
OLDER = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
}


def test_three_demos_say_the_same_with_other_instructions_and_threads():
    command = [sys.executable, "-m", "hooks.execute", "--verify", "--threads", "2", *DEMOS]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | OLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("same outputs") == len(DEMOS)


@pytest.mark.parametrize(("flags", "named"), [("sse4_1 avx2", "avx2"), ("sse4_1", None)])
def test_instructions_that_the_processor_lacks_are_not_named(monkeypatch, flags, named):
    monkeypatch.setattr(machine, "_fields", lambda: {"flags": flags})
    monkeypatch.setattr(machine.platform, "machine", lambda: "x86_64")
    monkeypatch.delenv("ATEN_CPU_CAPABILITY", raising=False)
    assert machine.instruction_sets().get("ATEN_CPU_CAPABILITY") == named
