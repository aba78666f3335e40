"""The marks of pages: what they become, and what is refused with page and line."""

from types import SimpleNamespace

import pytest
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import File, Files

from hooks.core.course import SECTIONS
from hooks.core.paths import ROOT
from hooks.site.marks import KEPT, MARKS, check_marks, replace_marks

CONFIG = SimpleNamespace(config_file_path=str(ROOT / "mkdocs.yml"), extra={})
HEAD = "---\ntitle: X\n---\n"


def page(markdown: str) -> SimpleNamespace:
    file = File("tools/x.md", "docs", "site", True)
    file.content_string = HEAD + markdown
    return SimpleNamespace(url="tools/x/", file=file)


def put(markdown: str, without: str = "") -> str:
    uris = [f"{section.folder}/index.md" for section in SECTIONS if section.folder != without]
    files = Files([File(uri, "docs", "site", True) for uri in uris])
    assert check_marks(markdown, page(markdown)) == markdown
    return replace_marks(f"Added above\n{markdown}", page(markdown), CONFIG, files)


def test_a_mark_becomes_controls_with_their_script():
    text = put("# X\n\n<!-- tool: lecture_clock -->\n")
    assert '<form class="tool tool--clock screen-only" data-tool="lecture_clock" hidden>' in text
    assert '<script src="../../assets/scripts/tools/lecture_clock.js"></script>' in text


@pytest.mark.parametrize("name", MARKS)
def test_every_mark_leaves_what_it_asks_for_in_its_place(name: str):
    text = put(f"Before\n\n    <!--{name}   -->\n\nAfter").split("Before")[1]
    assert text.startswith("\n\n    ") and text.strip() != "After" and text.endswith("\n\nAfter")
    assert "<!--" not in text


def test_a_mark_in_a_line():
    assert put(":   <!-- book-link --> Or print.").endswith("exercises and solutions. Or print.")


STAYS = [
    *(f"<!-- {name} -->" for name in KEPT),
    "<!-- notes: Ask\n`them`. -->",
    "<!-- # for writers -->, and\n<!-- # more\nof it -->",
    "<!-- --8<-- [start:part] -->",
    "```html\n<!-- lecture-clok -->\n```",
    "> ~~~\n> <!-- lecture-clock -->\n> ~~~",
    "Write `<!-- lecture-clok -->` or `` `<!-- x` ``.",
]


@pytest.mark.parametrize("text", STAYS)
def test_what_stays_as_it_is(text: str):
    assert put(text) == f"Added above\n{text}"


MISTAKES = {
    "<!-- lecture-clok -->": "<!-- lecture-clok --> is no mark; did you mean `lecture-clock",
    "<!-- Lecture-Clock -->": "did you mean `lecture-clock`?",
    "<!-- tool: clok -->": "did you mean `tool: lecture_clock`?",
    "<!-- nots Ask them. -->": "did you mean `notes`?",
    "<!-- nots\nAsk them.\n-->": "<!-- nots is no mark; did you mean `notes`?",
    "<!-- --8<-- [strt:a] -->": "is no mark",
    "<!-- checked in May -->": "is no mark; there are lecture-clock, lecture-agenda, ",
    "Text <!-- tool: lecture_clock -->": "stands beside other text; give it a line of its",
    "<!-- notes Ask\nthem.": "'<!-- notes Ask' has no end; close it with -->",
}


@pytest.mark.parametrize(("mark", "message"), MISTAKES.items())
def test_a_mistake_names_page_line_and_mend(mark: str, message: str):
    text = f"`<!-- lecture-clok -->`\n\n{mark}\n"
    with pytest.raises(PluginError) as error:
        check_marks(text, page(text))
    assert str(error.value).startswith("docs/tools/x.md, line 6: ")
    assert message in str(error.value) and "\n" not in str(error.value)


def test_the_clock_names_a_section_without_a_page():
    with pytest.raises(PluginError, match=r"docs/tools/x\.md, line 6: the clock links to docs/nlp"):
        put("\n\n<!-- lecture-clock -->", without="nlp")


def test_a_mark_in_a_notebook_is_found_in_its_story(repository, build_site, caplog):
    notebook = repository / "docs/introduction/sentiment.ipynb"
    text = notebook.read_text("utf-8")
    assert "One call scores" in text
    notebook.write_text(text.replace("One call scores", "<!-- slid -->\\nOne call scores"), "utf-8")
    story = notebook.with_suffix(".py")
    story.write_text("# %% [markdown]\n# # Title\n# <!-- slid -->\n", "utf-8")
    with pytest.raises(Abort):
        build_site(exclude_docs="*.py")
    assert "docs/introduction/sentiment.py, line 3: <!-- slid --> is no mark" in caplog.text
    caplog.clear()
    story.write_text("# %% [markdown]\n# # Title\n", "utf-8")  # then an output has printed it
    build_site(exclude_docs="*.py")
