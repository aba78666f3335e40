"""Unknown tags, long lines and figures without text are told at the story's line."""

import nbformat
import pytest

from hooks.executor import faults
from hooks.executor.story import Story, StoryError

LONG = f"x = '{'a' * 83}'"  # 89 characters


FAULTS = [
    ('tags=["nomodel"]', "x = 1", 6, "tag 'nomodel': unknown, did you mean 'no-model'?"),
    ('tags=["run", "timming"]', "x = 1", 6, "tag 'timming': unknown, did you mean 'timing'?"),
    ('tags=["only:no/body"]', "x = 1", 6, "tag 'only:no/body': no such checkpoint, add it"),
]


@pytest.mark.parametrize(("mark", "code", "line", "message"), FAULTS)
def test_a_fault_has_its_line_and_stops_the_run(course, mark, code, line, message):
    text = f"# %% [markdown]\n# # Title\n#\n# {LONG}\n\n# %% {mark}\n{code}\n"
    path = course.write("docs/nlp/ner.py", text)
    [found] = faults.of_tags(Story(path, course.root), {"org/known"})
    assert found.startswith(f"docs/nlp/ner.py:{line}: {message}")
    assert found in course.execute("ner").stderr


def test_names_to_include_cells_by_are_free(course):
    tags = '["run", "monthly", "timing", "which", "hide-code", "no-model", "only:org/known"]'
    path = course.write("docs/nlp/ner.py", f"# %% [markdown]\n# # T\n\n# %% tags={tags}\n1\n")
    assert faults.of_tags(Story(path, course.root), {"org/known"}) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [(f"x = 1\n\n{LONG}", 9), (f'--8<-- "snippets/nlp/ner.py"\n{LONG}', 8)],
)
def test_a_line_too_long_for_the_book_runs_and_is_told(course, code, line):
    course.write("docs/nlp/ner.py", f"# %% [markdown]\n# # Title\n#\n# {LONG}\n\n# %%\n{code}\n")
    said = f"docs/nlp/ner.py:{line}: 89 characters, break the line: 88 fit the book"
    run = course.execute("ner")
    assert run.returncode == 0
    assert run.stderr == f"hooks.execute: {said}\n"
    assert said in course.faults("ner").splitlines()


def test_a_figure_without_text_is_found_when_it_is_drawn(course):
    course.story("ner", "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])")
    run = course.execute("ner")
    assert run.returncode == 1
    said = 'docs/nlp/ner.py:6, cell 3 shows a figure or recording without text: add alt="'
    assert said in run.stdout + run.stderr
    assert not course.notebook("ner").exists()


OUTPUTS = [
    ({"image/png": ""}, "", True),
    ({"image/png": ""}, "A line.", False),
    ({"text/html": "<audio src=''>"}, "", True),
    ({"text/html": "<table>"}, "", False),
]


@pytest.mark.parametrize(("data", "alt", "told"), OUTPUTS)
def test_pictures_and_players_need_text_and_tables_do_not(course, data, alt, told):
    story = Story(course.root / "docs/nlp/ner.py", course.root)
    notebook = story.notebook({})
    notebook.cells[2].outputs = [nbformat.v4.new_output("display_data", data)]
    notebook.cells[2].metadata["alt"] = alt
    error = faults.of_run(story, notebook)
    assert (error is not None) == told
    assert not told or error.cell == 3


@pytest.mark.parametrize("before", ["", "%system echo \\\n  a \\\n  b\n", "%%time\n!ls\n"])
def test_a_line_that_is_neither_python_nor_ipython_is_named(course, before):
    path = course.story("ner", f"{before}x = 1\nx = = 1")
    line = 8 + before.count("\n")
    with pytest.raises(StoryError, match=rf"^docs/nlp/ner\.py:{line}: not Python: .*'x ="):
        _ = Story(path, course.root).names


def test_code_that_is_no_python_names_the_line_of_the_story_behind_an_include(course):
    path = course.story("ner", '--8<-- "snippets/nlp/ner.py"\n\nx = = 1')
    with pytest.raises(StoryError, match=r"^docs/nlp/ner\.py:9: not Python: invalid syntax: 'x ="):
        _ = Story(path, course.root).names


@pytest.mark.parametrize("typed", ["Demo 3", "{{ demo.nre }}"])
def test_a_number_in_a_story_comes_from_the_course(course, typed):
    path = course.story("ner", "x = 1", prose=f"See {typed}.")
    with pytest.raises(StoryError, match=r"^docs/nlp/ner\.py:4: .*demo\.ner"):
        _ = Story(path, course.root).title
    course.story("ner", "x = 1", prose="See {{ demo.sentiment }}.")
    assert "See 1." in Story(path, course.root).cells[0].source
