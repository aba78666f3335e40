"""Putting together what the machines brought back, and the rule for what they did not."""

import pytest

from hooks.commands.publish import merge
from hooks.executor.plan import stories
from hooks.executor.record import today

LOST = "its machine brought back no notebook"
FAILED = {"since": "2026-11-01", "cell": 4, "error": "ValueError: no"}


def merged(course):
    results = merge.merge(stories(course.root, []), course.root / "shards", 2)
    return {one.demo: one for one in results}


def test_every_demo_is_taken_from_the_shard_that_ran_it(course):
    course.notebook("ner", "new\n", folder=course.shard(1))
    course.notebook("ner", "not asked for\n", folder=course.shard(2))
    course.notebook("translation", "new too\n", folder=course.shard(2))
    course.notebook("lora", folder=course.shard(2))
    results = merged(course)
    assert {one.state for one in results.values()} == {"new"}
    assert (course.text("ner"), course.text("translation")) == ("new\n", "new too\n")


def test_the_demos_of_a_lost_machine_keep_their_last_good_notebooks_and_say_so(course):
    course.notebook("ner", "new\n", folder=course.shard(1))
    results = merged(course)
    assert [results[d].state for d in ("lora", "ner", "translation")] == ["stale", "new", "stale"]
    assert course.text("lora") == "one 0.50\n"
    stale = {"since": today(), "cell": 0, "error": LOST}
    assert course.read("lora").metadata["course"]["stale"] == stale
    assert results["lora"].why == f"since {today()}: {LOST}"


def test_a_failed_demo_comes_back_with_its_own_reason(course):
    course.notebook("ner", "last good\n", folder=course.shard(1), stale=FAILED)
    assert merged(course)["ner"].why == "since 2026-11-01: cell 4: ValueError: no"
    assert course.text("ner") == "last good\n"


def test_it_is_stale_since_the_first_failure(course):
    course.notebook("lora", stale=FAILED)
    merged(course)
    stale = {"since": "2026-11-01", "cell": 0, "error": LOST}
    assert course.read("lora").metadata["course"]["stale"] == stale


SPOILED = [
    (lambda _: "{", "a broken notebook"),
    (lambda text: text.replace('"ner"', '"lora"'), "another notebook under this name"),
]


@pytest.mark.parametrize(("spoil", "why"), SPOILED)
def test_a_bad_notebook_is_not_taken(course, spoil, why):
    path = course.notebook("ner", "new\n", folder=course.shard(1))
    path.write_text(spoil(path.read_text()))
    why = f"since {today()}: its machine brought back {why}"
    assert merged(course)["ner"].why == why
    assert course.text("ner") == "one 0.50\n"


def test_where_no_real_notebook_was_published_yet_the_tiny_one_stays(course):
    course.notebook("ner", hub="offline")
    assert (merged(course)["ner"].state, merged(course)["ner"].hub) == ("stale", "offline")


def test_a_demo_without_any_notebook_stops_the_build(course, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    arguments = [str(course.root / "shards"), "--count", "2", "--root", str(course.root)]
    assert merge.main(arguments) == 0
    (course.docs / "nlp" / "ner.ipynb").unlink()
    assert merge.main(arguments) == 1
    said = capsys.readouterr().out
    assert f"| ner | missing | - | {LOST} |" in said
    assert (tmp_path / "summary.md").read_text().split() == said.split()
