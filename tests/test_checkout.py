"""A checkout has the same bytes on every system: outputs are stale when stories' bytes change."""

import filecmp
import subprocess

import pytest

from hooks.core.paths import ROOT


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout of git")
def test_git_on_windows_checks_out_the_same_bytes(tmp_path):
    for setting in ("true", "false"):  # what Git for Windows sets, and what others have
        command = ["git", "-c", f"core.autocrlf={setting}", "checkout-index", "--all"]
        subprocess.run([*command, f"--prefix={tmp_path}/{setting}/"], cwd=ROOT, check=True)
    names = [
        path.relative_to(tmp_path / "true").as_posix()
        for path in (tmp_path / "true").rglob("*")
        if path.is_file()
    ]
    same, *others = filecmp.cmpfiles(tmp_path / "true", tmp_path / "false", names, shallow=False)
    assert others == [[], []]
    assert "docs/introduction/sentiment.py" in same
