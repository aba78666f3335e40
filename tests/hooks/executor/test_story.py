"""A story becomes a notebook that stands alone; its dependencies are found in its syntax tree."""

import importlib.metadata

from hooks.core import pins
from hooks.executor import dependencies, key
from hooks.executor.story import Story


def story(course, demo: str) -> Story:
    return Story(course.root / "docs" / "nlp" / f"{demo}.py", course.root)


def test_the_notebook_installs_in_colab_what_colab_lacks_and_holds_the_snippet(course):
    notebook = story(course, "ner").notebook({"transformers": "5.23.0", "torch": "2.11.0"})
    assert [c.cell_type for c in notebook.cells] == ["markdown", "code", "code"]
    _, setup, code = (c.source for c in notebook.cells)
    assert "def entities(text):" in code
    assert "--8<--" not in setup + code
    assert setup.endswith("%pip install -q transformers==5.23.0"), "torch is Colab's own"
    assert 'if "google.colab" in sys.modules:' in setup


def test_the_setup_cell_brings_data_to_colab_and_keeps_the_folders_of_data(course):
    course.write("docs/nlp/tickets/a.txt", "a")
    course.write("docs/nlp/tickets/b.txt", "b")
    course.story("translation", 'open("words.csv"); open("tickets/a.txt"); open("tickets/b.txt")')
    one = story(course, "translation")
    data = dependencies.data_files(one)
    setup = one.notebook({}, data, "ada/course").cells[1].source
    raw = "https://raw.githubusercontent.com/ada/course/main/docs/nlp"
    assert f"    !wget -q {raw}/words.csv" in setup.splitlines()
    assert f"    !wget -q -P tickets {raw}/tickets/a.txt" in setup.splitlines()
    without = one.notebook({}, data).cells[1].source
    lines = without.splitlines()
    assert "    files.upload()  # choose words.csv" in lines
    assert "    files.upload()  # choose all files of the folder tickets" in lines
    assert "    !mkdir -p tickets && mv a.txt b.txt tickets" in lines
    assert without.count("from google.colab import files") == 1


def test_cell_ids_do_not_vary(course):
    for _ in range(2):
        cells = story(course, "ner").notebook({}).cells
        assert [c.id for c in cells] == ["cell-00", "cell-01", "cell-02"]


def test_include_keeps_its_indentation(course):
    course.write("snippets/nlp/body.py", "a = 1\n\nb = 2\n")
    course.story("ner", 'if True:\n    --8<-- "snippets/nlp/body.py"')
    assert story(course, "ner").code == ["if True:\n    a = 1\n\n    b = 2"]


def test_local_modules_are_followed_through_one_another(course):
    course.write("snippets/nlp/names.py", "from snippets.nlp import more\nNAMES = set()\n")
    course.write("snippets/nlp/more.py", "X = 1\n")
    names = {path.name for path in dependencies.local_modules(story(course, "ner"))}
    assert names >= {"names.py", "more.py"}


def test_data_files_are_strings_that_name_a_file(course):
    course.write("docs/nlp/tickets/a.txt", "a")
    course.write("docs/nlp/tickets/deep/b.txt", "b")
    code = 'open("words.csv"); folder = "../nlp/tickets"; text = "no such file"; top = "nlp"'
    course.story("translation", code)
    found = dependencies.data_files(story(course, "translation"))
    assert sorted(path.name for path in found) == ["a.txt", "b.txt", "words.csv"]


def test_checkpoints_are_found_behind_the_prefix_of_timm(course):
    known = {"timm/resnet50.a1_in1k", "org/other"}
    course.story("lora", 'create_model("hf-hub:timm/resnet50.a1_in1k@7672686")')
    assert dependencies.checkpoints(story(course, "lora"), known) == ["timm/resnet50.a1_in1k"]


def test_versions_are_those_of_the_distributions_imported(course):
    course.story("lora", "import json\nfrom rich.table import Table\nimport nowhere_to_be_found")
    assert dependencies.versions(story(course, "lora")) == {
        "nowhere_to_be_found": "missing",
        "rich": importlib.metadata.version("rich"),
    }


def test_transformers_brings_its_backend_into_the_key(course):
    course.story("lora", "from transformers import pipeline")
    found = dependencies.versions(story(course, "lora"))
    assert {"transformers", "torch", "tokenizers"} <= found.keys()


CELLS = {
    "an assigned command": ("found = !echo one two\nprint(found)", "['one two']"),
    "a cell for bash": ('# %% language="bash"\n# cat words.csv', "chat,cat"),
    "a continued line": ("# %system echo three \\\n#   four", "['three four']"),
    "an operator first in its line": ('print(\n    "%d of %d"\n    % (3, 4)\n)', "3 of 4"),
    "help": ("len?", ""),
    "a magic inside of a block": ("if True:\n    x = %system echo five\n    print(x)", "['five']"),
    "a cell that is timed": ("# %%capture out\nimport rich\nopen('ner.txt')", ""),
}


def test_what_ipython_runs_is_accepted_and_read(course):
    cells = "\n\n".join(c if c.startswith("# %% ") else f"# %%\n{c}" for c, _ in CELLS.values())
    course.write("docs/nlp/ner.txt", "")
    path = course.write("docs/nlp/ner.py", f"# %% [markdown]\n# # Title\n\n{cells}\n")
    run = course.execute("ner")
    assert run.returncode == 0, run.stdout + run.stderr
    _, *ran = [cell for cell in course.read("ner").cells if cell.cell_type == "code"]
    outputs = [[o.get("text") or o.data["text/plain"] for o in cell.outputs] for cell in ran]
    for (_, said), [*output] in zip(CELLS.values(), outputs, strict=True):
        assert said in "".join(output)
    one = Story(path, course.root)
    assert {p.name for p in dependencies.data_files(one)} == {"words.csv", "ner.txt"}
    assert dependencies.third_party(one) == {"rich"}
    assert pins.problems(path.read_text(), "ner.py", {}) == []


def test_changes_are_told_in_words():
    old = {"story": "1", "hub": "offline", "distribution:torch": "2.10.0", "docs/a.csv": "1"}
    new = {"story": "2", "hub": "offline", "distribution:torch": "2.11.0", "docs/b.csv": "1"}
    assert key.changes(old, new) == [
        "torch 2.10.0 -> 2.11.0",
        "docs/a.csv is gone",
        "docs/b.csv is new",
        "code of the story changed",
    ]
