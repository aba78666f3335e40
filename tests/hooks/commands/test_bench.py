"""Measuring, and writing what was measured into a page."""

import os
import sys
import time
from pathlib import Path

import pytest

from hooks.commands.bench import table
from hooks.commands.bench.__main__ import PAGE, ROOT, Bench
from hooks.commands.bench.measure import BenchError, Cost, measure
from hooks.executor.dependencies import data_files
from hooks.executor.plan import stories

SLEEP = [sys.executable, "-c", "import time; time.sleep(1)"]


@pytest.mark.timing
def test_commands_run_as_many_at_a_time_as_asked(tmp_path):
    begin = time.perf_counter()
    alone = measure([SLEEP] * 3, tmp_path, {})
    one = alone.seconds
    three = measure([SLEEP] * 3, tmp_path, {}, together=3).seconds
    assert one >= 3.0
    assert len(alone.each) == 3 and min(alone.each) >= 1.0
    assert 1.0 <= three < one
    assert one + three <= time.perf_counter() - begin


def test_the_memory_of_all_processes_counts(tmp_path):
    # 100 MB each, written to so that it is really there, for a second.
    hold = "import time; x = b'x' * 100_000_000; time.sleep(1.5)"
    cost = measure([[sys.executable, "-c", hold]] * 2, tmp_path, {}, together=2)
    assert 200 < cost.memory_mb < 300, "two interpreters take a few MB more"


def test_a_command_that_fails_stops_the_measurement_and_is_told(tmp_path):
    with pytest.raises(BenchError, match=r"no such luck"):
        measure([[sys.executable, "-c", "raise SystemExit('no such luck')"]], tmp_path, {})


def test_the_executor_is_held_against_the_limit_of_the_machine():
    # Two cores need at least 100 s for demos that take 200.
    assert table.limit(200, Cost(105, 0), 2, 1.05) == "1.05 of the limit (goal 1.05: met)"
    assert table.limit(200, Cost(106, 0), 2, 1.05) == "1.06 of the limit (goal 1.05: missed)"


def test_a_demo_that_is_slower_than_elsewhere_is_named():
    mine, theirs = {"ner": 10.0, "lora": 152.0}, {"ner": 12.0, "lora": 129.0}
    assert table.slower(mine, theirs) == "`lora` 152 > 129"
    assert table.slower({"ner": 10.0}, theirs) == "none"


def test_all_run_with_the_same_number_of_threads(tmp_path):
    bench = Bench(tmp_path, ["sentiment"], 1, {})
    assert bench.environment["OMP_NUM_THREADS"] == bench.environment["OMP_THREAD_LIMIT"] == "1"


def test_the_table_replaces_the_one_before(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n\n{table.BEGIN}\nold\n{table.END}\n\nAfter.\n")
    rows = [table.Row("`x`", Cost(1.25, 1234.4), "2 ran")]
    for _ in range(2):
        table.write(page, table.text(rows, demos=3, jobs=2))
    text = page.read_text()
    assert "old" not in text
    assert "| measured | seconds | memory, MB | result |" in text, "no head is empty: axe looks"
    assert text.count("| `x` | 1.2 | 1,234 | 2 ran |") == 1
    assert "3 demos on the offline Hub, 2 workers" in text
    assert text.startswith("# Before\n") and text.endswith("\n\nAfter.\n")
    page.write_text("no marks")
    with pytest.raises(ValueError, match="each once, in this order"):
        table.write(page, "x")


def test_the_notebooks_to_compare_with_lie_beside_their_data(tmp_path):
    names = ["sentiment", "segmentation"]  # the second has its data in a folder of its own
    bench = Bench(tmp_path, names, 1, {})
    for story, notebook in zip(stories(ROOT, names), bench.notebooks, strict=True):
        for path in data_files(story):
            beside = Path(os.path.relpath(path, story.path.parent))
            assert (notebook.parent / beside).read_bytes() == path.read_bytes()
    assert (bench.notebooks[1].parent / "scenes" / "segmentation.webp").is_file()


def test_the_page_has_the_marks():
    text = PAGE.read_text("utf-8")
    assert text.count(table.BEGIN) == text.count(table.END) == 1
