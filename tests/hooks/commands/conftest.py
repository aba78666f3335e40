"""Commands are tested as commands: in a process of their own, against the test run's Hub."""

import os
import subprocess
import sys
from collections.abc import Sequence

from hooks.core.paths import ROOT


def run(
    module: str, *arguments: str, before: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m` in the course, in a terminal so wide that no message is wrapped."""
    env = os.environ | {"COLUMNS": "300"} | environment
    command = [*before, sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
