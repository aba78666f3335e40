"""The monthly question to the Hub: a real client against the offline Hub, and the rules."""

import functools
import json
import re
from dataclasses import replace

import pytest

from hooks.commands.publish.pins_report import findings
from hooks.core.paths import ROOT
from hooks.core.registry import load
from tests.hooks.commands.conftest import run

REPORT = "hooks.commands.publish.pins_report"
SENTIMENT = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
ENTRY = load()[SENTIMENT]
SAID = {"license": "apache-2.0", "gated": False, "main": ENTRY.revision, "pin": True}


def told(entry=ENTRY, before=SAID, **now):
    return [(one.what, one.loud) for one in findings(entry, SAID | now, before)]


def test_nothing_changed_is_nothing_to_tell():
    assert told() == []
    assert told(before=None) == [], "Apache-2.0 and apache-2.0 are one license"


def test_a_changed_license_is_loud():
    [(what, loud)] = told(license="cc-by-nc-4.0")
    said = "LICENSE CHANGED from apache-2.0 to cc-by-nc-4.0: read https://hugg"
    assert loud and what.startswith(said)


def test_a_license_first_seen_is_compared_with_the_registry():
    [(what, loud)] = told(before=None, license="mit")
    assert (what, loud) == ("its card says license mit, the registry Apache-2.0: compare", False)
    bloom = replace(ENTRY, license="BigScience RAIL 1.0")
    assert told(bloom, None, license="bigscience-bloom-rail-1.0") == []


def test_a_newer_revision_is_told_once():
    main = {"main": "f" * 40}
    [(what, loud)] = told(**main)
    assert what.startswith("newer revision: main is fffffff, the pin is 714eb0f") and not loud
    assert told(before=SAID | main, **main) == []


LOUD = [
    ({"pin": False}, "the Hub has no revision 714eb0f any more"),
    ({"gated": True}, "gated now: mend `gated` in the registry"),
    ({"error": "not there"}, "the Hub has no such repository any more"),
]


@pytest.mark.parametrize(("now", "what"), LOUD)
def test_what_breaks_the_course_is_loud(now, what):
    assert told(**now) == [(what, True)]


def test_the_command_asks_the_hub_and_records_what_it_said(tmp_path):
    tables = (ROOT / "snippets/checkpoints.toml").read_text("utf-8").split("\n[")
    chosen = [t for t in tables if t.startswith((f'"{SENTIMENT}"]', '"bigscience/bloom"]'))]
    small = "".join(f"\n[{table}\n" for table in chosen)
    small = small.replace("bigscience/bloom", "bigscience/gone")
    small = re.sub(r"(?m)^(base_model|datasets) = .*\n", "", small)  # they would have to be in it
    (tmp_path / "checkpoints.toml").write_text(small, "utf-8")

    names = {"registry": "checkpoints.toml", "record": "pins.json", "out": "out/pins.md"}
    options = [f"--{name}={tmp_path / file}" for name, file in names.items()]
    summary = tmp_path / "summary.md"
    report = functools.partial(run, REPORT, *options, GITHUB_STEP_SUMMARY=str(summary))
    first = report()
    assert first.returncode == 1, first.stderr
    assert "### Pins: 2 asked for, 1 findings" in first.stdout
    assert "| bigscience/gone | **the Hub has no such repository any more** |" in first.stdout
    record = json.loads((tmp_path / "pins.json").read_text())
    assert record == {SENTIMENT: SAID, "bigscience/gone": {"error": "not there"}}
    assert (tmp_path / "out/pins.md").read_text() == first.stdout

    record[SENTIMENT]["license"] = "mit"
    (tmp_path / "pins.json").write_text(json.dumps(record))
    assert "LICENSE CHANGED from mit to apache-2.0" in report().stdout
    assert "LICENSE CHANGED" in summary.read_text()


def test_a_hub_that_does_not_answer_leaves_the_record_alone(tmp_path):
    done = run(REPORT, f"--record={tmp_path / 'pins.json'}", HF_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 2
    assert "the Hub does not answer" in done.stderr
    assert not (tmp_path / "pins.json").exists()
