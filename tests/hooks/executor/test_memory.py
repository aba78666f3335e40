"""Whether a demo fits on the GPU."""

from dataclasses import replace

import pytest

from hooks.core import registry
from hooks.executor import dependencies, machine, memory
from hooks.executor.story import Story


@pytest.fixture
def known(course):
    return registry.load(course.root / "snippets" / "checkpoints.toml")


def story(course, code):
    return Story(course.story("lora", code), course.root)


def gpu(course, mebibytes):
    """Puts an `nvidia-smi` on the path that names a GPU of this size."""
    script = f'case $1 in *name*) echo "Small GPU";; *) echo "{mebibytes} MiB";; esac'
    return course.program("nvidia-smi", script)


def test_needed_memory_is_computed_from_the_weights_or_stated(known):
    [entry] = known.values()
    assert memory.of_checkpoint(entry) == 348_166_052, "1.3 times 267,820,040 bytes"
    assert memory.of_checkpoint(replace(entry, bytes=0)) == 348_166_052, "4 bytes a parameter"
    assert memory.of_checkpoint(replace(entry, memory=5)) == 5
    assert memory.of_checkpoint(replace(entry, bytes=0, parameters=0)) is None
    assert memory.of_checkpoint(replace(entry, kind="dataset")) == 0


def test_a_story_needs_the_sum_of_what_it_loads(course, known):
    [entry] = known.values()
    both = known | {"maker/other": replace(entry, id="maker/other", memory=2)}
    both["maker/no-size"] = replace(entry, id="maker/no-size", bytes=0, parameters=0)
    code = f'load("{entry.id}")\nload("maker/other")\nload("maker/no-size")'
    needed = memory.CUDA + 348_166_052 + 2
    assert memory.of_story(story(course, code), both) == (needed, ["maker/no-size"])
    assert memory.of_story(story(course, "1 + 1"), both) == (0, [])


def test_asking_about_a_checkpoint_loads_nothing(course, known):
    [id_] = known
    asks = f'model_info("{id_}")'
    assert dependencies.loaded(story(course, asks), known) == []
    loads = f'{asks}\nAutoModel.from_pretrained("{id_}")'
    assert dependencies.loaded(story(course, loads), known) == [id_]


def test_the_driver_is_asked_for_the_size_of_the_gpu(course, monkeypatch):
    monkeypatch.setenv("PATH", gpu(course, 15360))
    assert (machine.gpu_name(), machine.gpu_memory()) == ("Small GPU", 15360 * 1024**2)
    monkeypatch.setenv("PATH", gpu(course, "[N/A]"))
    assert machine.gpu_memory() is None


def test_a_demo_too_large_for_the_gpu_is_reported_and_the_others_run(executed):
    # 1.35 GB for lora's checkpoint; the GPU has 1.05 GB.
    gpu(executed, 1000)
    run = executed.execute("--hub", "huggingface", "lora", "sentiment")
    assert run.returncode == 1
    error = "needs 1.3 GB of GPU memory, this GPU has 1.0 GB"
    assert f"lora.py:\n{error}" in run.stderr
    stale = executed.read("lora").metadata["course"]["stale"]
    assert (stale["cell"], stale["error"]) == (0, error)
    made = executed.read("sentiment").metadata["course"]
    assert made["provenance"]["device"] == "Small GPU (GPU)"
    assert made["stale"] is None
