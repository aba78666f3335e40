"""The line that says which model gave an output."""

import pytest

from hooks.site import provenance

ID = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
SHORT = f"{ID}@714eb0f"


def test_a_tiny_output_says_so(course):
    links = {ID: "https://huggingface.co/x", "stand_in:sentiment": "../card.md"}
    assert provenance.line(course, links) == (
        "**Tiny stand-in [`sentiment`](../card.md)** in place of "
        f"[{SHORT}](https://huggingface.co/x), made for this course: not the real model's output"
        " · torch 2.11.0, transformers 5.23.0 · AMD EPYC 7B13 (CPU) · 3.2 s · 2026-11-23\n"
        "{ .provenance .provenance--tiny }"
    )


def test_real_weights_say_so(course):
    course["provenance"]["checkpoints"][0]["stand_in"] = None
    line = provenance.line(course)
    assert line.startswith(f"**Real weights** of {SHORT} · ")
    assert line.endswith("{ .provenance .provenance--real }")
    assert "tiny" not in line.lower()


def test_one_stand_in_makes_the_output_tiny(course):
    real = {"id": "org/real", "revision": "v1", "sha256": "", "stand_in": None}
    course["provenance"]["checkpoints"].append(real)
    line = provenance.line(course)
    assert "not the real model's output; **Real weights** of org/real@v1 · " in line
    assert ".provenance--tiny" in line


def test_a_cell_names_the_checkpoints_that_it_uses(course):
    first = course["provenance"]["checkpoints"][0]
    other = {"id": "maker/real", "revision": "unpinned", "sha256": "x", "stand_in": None}
    course["provenance"]["checkpoints"] = [{**first, "stand_in": "tiny"}, other]
    assert provenance.of_cell(course, ["run"]) is course
    tags = ([], ["run", "only:maker/real"], [f"only:{first['id']}"], ["no-model"])
    kinds = [provenance.kind(provenance.of_cell(course, one)) for one in tags]
    assert kinds == ["tiny", "real", "tiny", "none"]


def test_in_short_the_rest_stands_elsewhere(course):
    assert "(#provenance)" in provenance.short(course)
    assert "(../nlp/ner.ipynb#provenance)" in provenance.short(course, "../nlp/ner.ipynb")
    course["provenance"]["checkpoints"] = []
    for line in (provenance.line, provenance.short):
        assert line(course).startswith("No pre-trained checkpoint · ")


def test_a_stale_notebook_says_since_when_and_why(course):
    assert "stale" not in provenance.line(course)
    course["stale"] = {"since": "2026-12-01", "cell": 3, "error": "ValueError: <b> *x*\n  at y"}
    assert provenance.line(course).endswith(
        "\n\nOut of date since 2026-12-01: cell 3 then failed with "
        "ValueError: &lt;b&gt; \\*x\\*. The last good output is shown.\n{ .stale }"
    )


TIMES = [(0.04, "0.0 s"), (59.94, "59.9 s"), (90, "1.5 min")]


@pytest.mark.parametrize(("seconds", "shown"), TIMES)
def test_time(course, seconds, shown):
    course["provenance"]["seconds"] = seconds
    assert f" · {shown} · " in provenance.line(course)


def test_the_table_tells_all(course):
    table = provenance.table(course)
    assert f"| sha256 of {ID} | `{'5e' * 32}` |" in table
    assert "| Peak memory | 900 MB |" in table
    assert "| Hub | the course's offline Hub |" in table
