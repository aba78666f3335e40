"""Each kind of change re-runs exactly the notebooks that depend on it."""

import nbformat

from tests.hooks.executor.conftest import CHECKPOINT

CLOCK = "import time\nprint(time.time_ns())"


def test_eight_changes_rerun_exactly_the_affected_notebooks(executed):
    course = executed
    everything = set(course.demos)
    registry = course.root / "snippets" / "checkpoints.toml"

    def fake_gpu():
        # The driver's own tool is what the executor asks for the device.
        course.program("nvidia-smi", "echo Test GPU")

    def other_revision():
        text = registry.read_text("utf-8")
        registry.write_text(text.replace("714eb0fa89", "0123456789"), "utf-8")

    hub, names = ("--hub", "huggingface"), ("snippets/nlp/names.py", 'NAMES = {"Alan."}\n')

    def reworded():
        course.story("sentiment", course.code["sentiment"], "Other words.")

    table = [
        ("prose only", reworded, (), set()),
        ("story", lambda: course.story("sentiment", 'print("two", 2)'), (), {"sentiment"}),
        ("helper of a snippet", lambda: course.write(*names), (), {"ner"}),
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
    assert "prose is newer than the notebook" in executed.faults()
    assert executed.ran() == set()
    assert "Newer prose." in executed.read("ner").cells[0].source
    assert executed.output("ner") == "['Ada']\n"
    assert executed.execute("--check").returncode == 0


def test_check_names_the_part_that_went_stale(executed):
    executed.install("1.1")
    executed.write("snippets/nlp/names.py", "NAMES = set()\n")
    said = executed.faults()
    assert "pocketlib 1.0 -> 1.1" in said
    assert "snippets/nlp/names.py changed" in said
    assert "python -m hooks.execute ner zero_shot" in said


def test_another_minor_version_of_a_called_program_makes_a_story_stale(executed):
    executed.program("tesseract", "echo tesseract 7.1.0")
    executed.story("sentiment", "import pytesseract\n\nprint(1)")
    assert executed.ran() == {"sentiment"}
    made = executed.read("sentiment").metadata["course"]["provenance"]
    assert made["versions"]["tesseract"] == "7.1"
    executed.program("tesseract", "echo tesseract 7.1.4")
    assert executed.execute("--check").returncode == 0
    executed.program("tesseract", "echo tesseract 7.2.0")
    assert "tesseract 7.1 -> 7.2" in executed.faults()


def test_a_run_with_the_same_outputs_leaves_every_byte(executed):
    before = executed.bytes()
    assert executed.ran("--force") == set(executed.demos)
    assert executed.bytes() == before


def test_two_runs_give_the_same_text_outputs(executed):
    code = 'import random\nrandom.seed(0)\nprint(random.random(), {"b", "a", "c"}, object())'
    executed.story("sentiment", code)
    executed.ran()
    assert executed.execute("--verify").returncode == 0


def test_verify_refuses_an_output_that_no_longer_comes_out_on_this_processor(executed):
    # The clock is what a story must not print outside a cell tagged `timing`.
    executed.story("sentiment", CLOCK)
    executed.ran()
    before = executed.bytes()
    verify = executed.execute("--verify")
    assert verify.returncode == 1
    assert "differs" in verify.stdout
    assert executed.bytes() == before, "--verify writes nothing into the course"
    # Of another processor's, it only tells.
    notebook = executed.read("sentiment")
    notebook.metadata["course"]["provenance"]["processor"] = "another one"
    nbformat.write(notebook, executed.notebook("sentiment"))
    verify = executed.execute("--verify")
    assert verify.returncode == 0
    assert "differs, made on another processor" in verify.stdout


def test_verify_leaves_out_cells_tagged_timing(executed):
    story = executed.story("sentiment", CLOCK)
    story.write_text(story.read_text().replace('tags=["run"]', 'tags=["run", "timing"]'))
    executed.ran()
    assert executed.execute("--verify").returncode == 0


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
    assert f"license card of {CHECKPOINT} changed" in course.faults("lora")
