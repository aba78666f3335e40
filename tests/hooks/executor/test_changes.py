"""Each kind of change re-runs exactly the notebooks that depend on it."""

import os

import nbformat
import pytest

from tests.hooks.executor.conftest import CHECKPOINT


def test_eight_changes_rerun_exactly_the_affected_notebooks(executed):
    course = executed
    everything = set(course.demos)
    registry = course.root / "snippets" / "checkpoints.toml"

    def fake_gpu():
        # The driver's own tool is what the executor asks for the device.
        tool = course.write("bin/nvidia-smi", "#!/bin/sh\necho Test GPU\n")
        tool.chmod(0o755)
        course.environment["PATH"] = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"

    def other_revision():
        text = registry.read_text("utf-8")
        registry.write_text(text.replace("714eb0fa89", "0123456789"), "utf-8")

    hub = ("--hub", "huggingface")

    def reworded():
        course.story("sentiment", course.code["sentiment"], "Other words.")

    def other_names():
        course.write("snippets/nlp/names.py", 'NAMES = {"Alan."}\n')

    table = [
        ("prose only", reworded, (), set()),
        ("story", lambda: course.story("sentiment", 'print("two", 2)'), (), {"sentiment"}),
        ("helper of a snippet", other_names, (), {"ner"}),
        ("data", lambda: course.write("docs/nlp/words.csv", "chien,dog\n"), (), {"translation"}),
        ("installed version", lambda: course.install("2.0"), (), {"zero_shot"}),
        ("checkpoint revision", other_revision, (), {"lora"}),
        ("kind of Hub", lambda: None, hub, everything),
        ("kind of device", fake_gpu, hub, everything),
    ]
    for change, make, arguments, expected in table:
        make()
        assert course.ran(*arguments) == expected, change
        assert course.ran(*arguments) == set(), f"{change}: a second run has nothing to do"
    assert course.output("ner") == "['Alan.']\n"
    assert course.output("zero_shot") == "2.0\n"
    assert "Other words." not in course.read("sentiment").cells[0].source


def test_prose_is_refreshed_without_a_run(executed):
    executed.story("ner", executed.code["ner"], prose="Newer prose.")
    check = executed.execute("--check")
    assert check.returncode == 1
    assert "prose is newer than the notebook" in check.stdout
    assert executed.ran() == set()
    assert "Newer prose." in executed.read("ner").cells[0].source
    assert executed.output("ner") == "['Ada']\n"
    assert executed.execute("--check").returncode == 0


def test_check_names_the_part_that_went_stale(executed):
    executed.install("1.1")
    executed.write("snippets/nlp/names.py", "NAMES = set()\n")
    check = executed.execute("--check")
    assert check.returncode == 1
    assert "pocketlib 1.0 -> 1.1" in check.stdout
    assert "snippets/nlp/names.py changed" in check.stdout
    assert "python -m hooks.execute ner zero_shot" in check.stdout


def test_another_minor_version_of_a_called_program_makes_a_story_stale(executed):
    def install(version):
        tool = executed.write("bin/tesseract", f"#!/bin/sh\necho tesseract {version}\n")
        tool.chmod(0o755)
        executed.environment["PATH"] = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"

    install("7.1.0")
    executed.story("sentiment", "import pytesseract\n\nprint(1)")
    assert executed.ran() == {"sentiment"}
    made = executed.read("sentiment").metadata["course"]["provenance"]
    assert made["versions"]["tesseract"] == "7.1"
    install("7.1.4")
    assert executed.execute("--check").returncode == 0
    install("7.2.0")
    check = executed.execute("--check")
    assert check.returncode == 1
    assert "tesseract 7.1 -> 7.2" in check.stdout


def test_a_run_with_the_same_outputs_leaves_every_byte(executed):
    before = executed.bytes()
    assert executed.ran("--force") == set(executed.demos)
    assert executed.bytes() == before


def test_two_runs_give_the_same_text_outputs(executed):
    code = 'import random\nrandom.seed(0)\nprint(random.random(), {"b", "a", "c"}, object())'
    executed.story("sentiment", code)
    executed.ran()
    assert executed.execute("--verify").returncode == 0


@pytest.mark.parametrize(
    ("tags", "code", "said"),
    # The clock is what a story must not print outside a cell tagged `timing`.
    [("", 1, "differs"), (', "timing"', 0, "same outputs")],
)
def test_verify_finds_an_output_that_no_longer_comes_out(executed, tags, code, said):
    story = executed.story("sentiment", "import time\nprint(time.time_ns())")
    story.write_text(story.read_text().replace('"run"', f'"run"{tags}'))
    executed.ran()
    # The processor that the notebook was made on excuses nothing.
    notebook = executed.read("sentiment")
    notebook.metadata["course"]["provenance"]["processor"] = "another one"
    nbformat.write(notebook, executed.notebook("sentiment"))
    before = executed.bytes()
    verify = executed.execute("--verify", "sentiment")
    assert (verify.returncode, said in verify.stdout) == (code, True), verify.stdout
    assert executed.bytes() == before, "--verify writes nothing into the course"


def test_a_score_may_move_as_far_as_the_story_says(executed):
    story = executed.story("sentiment", 'import random\nprint(f"{0.5 + random.random() / 50:.4f}")')
    executed.ran()
    text = story.read_text("utf-8")
    mark = "# %% [markdown]"
    head = f'{mark} tolerance=0.02 because="it draws anew"'
    story.write_text(text.replace(mark, head, 1), "utf-8")
    executed.ran()
    verify = executed.execute("--verify", "sentiment")
    assert verify.returncode == 0, verify.stdout
    story.write_text(text.replace(mark, f"{mark} tolerance=0.02", 1), "utf-8")
    verify = executed.execute("--verify", "sentiment")
    assert verify.returncode == 2
    assert "sentiment.py:1: write tolerance=0.02 because=" in verify.stderr


def test_the_address_of_the_data_is_set_without_a_run_and_then_stays(executed):
    address = "raw.githubusercontent.com/ada/course/"
    before = executed.read("translation").cells[-1].outputs
    executed.environment["GITHUB_REPOSITORY"] = "ada/course"
    assert "prose refreshed" in executed.execute("translation").stdout
    assert address in executed.read("translation").cells[1].source
    assert executed.read("translation").cells[-1].outputs == before
    executed.environment["GITHUB_REPOSITORY"] = "a/fork"
    assert executed.execute("--check").returncode == 0
    assert address in executed.read("translation").cells[1].source


def test_a_story_that_only_asks_depends_on_cards_and_claims_no_weights(course):
    # What another demo left in the client's cache is not this demo's.
    code = f'from huggingface_hub import HfApi\n\nname = "{CHECKPOINT}"\n'
    code += 'print(HfApi().model_info(name, revision="main").card_data.license)'
    course.story("lora", code)
    assert course.ran("lora") == {"lora"}
    assert course.output("lora") == "apache-2.0\n"
    assert course.read("lora").metadata["course"]["provenance"]["checkpoints"] == []
    registry = course.root / "snippets/checkpoints.toml"
    registry.write_text(registry.read_text("utf-8").replace("Apache-2.0", "MIT"), "utf-8")
    check = course.execute("--check", "lora")
    assert f"license card of {CHECKPOINT} changed" in check.stdout
