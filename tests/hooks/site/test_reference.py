"""Generated pages of the reference, and the navigation."""

import pytest
from mkdocs.exceptions import Abort, PluginError

from hooks.core import registry
from hooks.core.course import SECTIONS
from hooks.site.nav import nav
from hooks.site.reference import card_page, first_line, pages


def made(repository):
    known = registry.load(repository / "snippets/checkpoints.toml")
    there = ["introduction/index.md", "introduction/sentiment.ipynb"]
    return pages(repository, SECTIONS, known, there)


def test_a_page_for_each_snippet(repository):
    assert made(repository)["reference/introduction/sentiment.md"] == (
        "# Sentiment analysis: snippet\n\nThe file `snippets/introduction/sentiment.py`. "
        "It is used in [section *Introduction*](../../introduction/index.md) and "
        "[the notebook *Demo 1 · Sentiment analysis*](../../introduction/sentiment.ipynb).\n\n"
        "::: snippets.introduction.sentiment\n"
    )


def test_the_overview_lists_what_is_there(repository):
    index = made(repository)["reference/index.md"]
    assert "| [Demo 1 · Sentiment analysis](introduction/sentiment.md) | Score the sent" in index
    assert "[distilbert/distilbert-base-uncased-finetuned-sst-2-english](https://hugging" in index
    assert "- [sentiment](stand_ins/sentiment.md)" in index
    assert "nlp" not in index


def test_a_model_card_without_its_front_matter(repository):
    said = "Trained by the recipe, after the example of the [Hub](https://huggingface.co)."
    text = card_page(repository / "hooks/hub/stand_ins/sentiment/README.md")
    assert text == f"# Tiny stand-in: sentiment\n\n{said}"


UNDESCRIBED = {
    "x = 1\n": "has no docstring; say",
    "def f(:\n": "line 1: .*mend the snippet",
    '"""A.\n\n    Example:\n        >>> a\n"""': "line 3: write `Examples:`",
}


@pytest.mark.parametrize(("source", "message"), UNDESCRIBED.items())
def test_a_snippet_that_cannot_be_described(tmp_path, source, message):
    file = tmp_path / "sentiment.py"
    file.write_text(source, "utf-8")
    with pytest.raises(PluginError, match=message):
        first_line(file)


def test_nav_from_sections_and_pages():
    uris = [
        "index.md", "contributing.md", "about/index.md", "introduction/index.md",
        "introduction/sentiment.ipynb", "introduction/exercises.md", "nlp/index.md",
        "nlp/lora.ipynb", "nlp/ner.ipynb", "nlp/more.md", "reference/index.md",
        "reference/introduction/sentiment.md", "reference/stand_ins/sentiment.md",
    ]  # fmt: skip
    demo = {"Demo 1 · Sentiment analysis": "introduction/sentiment.ipynb"}
    introduction = ["introduction/index.md", demo, "introduction/exercises.md"]
    lora = {"Demo 7 · Fine-tuning with LoRA": "nlp/lora.ipynb"}
    nlp = ["nlp/index.md", {"Names in text": "nlp/ner.ipynb"}, lora, "nlp/more.md"]
    snippet = {"Sentiment analysis": "reference/introduction/sentiment.md"}
    stand_ins = {"Tiny stand-ins": [{"sentiment": "reference/stand_ins/sentiment.md"}]}
    reference = ["reference/index.md", {"Introduction": [snippet]}, stand_ins]
    assert nav(SECTIONS, uris, {"nlp/ner.ipynb": "Names in text"}) == [
        {"Home": "index.md"},
        {"Lecture": [{"1 · Introduction": introduction}, {"2 · NLP": nlp}]},
        {"Reference": reference},
        {"About": ["about/index.md", "contributing.md"]},
    ]


def test_the_site_has_them_without_importing_a_snippet(repository, build_site):
    snippet = repository / "snippets/introduction/sentiment.py"
    snippet.write_text(snippet.read_text("utf-8") + '\nraise SystemExit("imported")\n', "utf-8")
    site = build_site()
    html = (site / "reference/introduction/sentiment/index.html").read_text("utf-8")
    assert "Return one score per text." in html and "Source code in" in html
    assert (site / "reference/stand_ins/sentiment/index.html").is_file()
    assert "1 · Introduction" in (site / "index.html").read_text("utf-8")


def test_two_stories_of_one_name_stop_the_build(repository, build_site, caplog):
    for folder in ("introduction", "nlp"):
        (repository / "docs" / folder).mkdir(exist_ok=True)
        (repository / "docs" / folder / "sentiment.py").write_text("", "utf-8")
    with pytest.raises(Abort):
        build_site()
    both = "docs/introduction/sentiment.py and docs/nlp/sentiment.py have one name"
    assert both in caplog.text
