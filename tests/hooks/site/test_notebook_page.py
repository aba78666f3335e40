"""A notebook's own page."""

import filecmp
import re
from urllib.parse import urlsplit

import pytest
from mkdocs.exceptions import Abort

from hooks.site.notebook_page import buttons, markdown

URI = "introduction/sentiment.ipynb"
SOURCE = "https://github.com/owner/course/blob/main/docs/introduction/sentiment.ipynb"


def test_a_notebook_as_markdown(notebook):
    text = markdown(notebook, URI, {})
    assert text.startswith(
        '---\ntitle: "Demo 1 · Sentiment analysis"\nnotebook: true\nsearch: {exclude: true}\n---\n'
        "# Demo 1 · Sentiment analysis\n\n"
        '<a class="md-button" href="sentiment.ipynb" download>Download notebook</a> '
        "[Lecture page](index.md){ .md-button }\n{ .notebook-links }\n\n**Tiny stand-in"
    )
    order = ["One call scores", "google.colab", "## One call", "cell-output", "{ #provenance }"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert text.count("[how this was run](#provenance)") == text.count("div.cell-output") == 5
    assert "from IPython.display import SVG" in text  # a hidden cell is part of the notebook


def test_colab_opens_the_file_in_the_repository():
    address = "https://colab.research.google.com/github/owner/course/blob/main/docs/" + URI
    assert f"[Open in Colab]({address}){{ .md-button }}" in buttons("sentiment.ipynb", SOURCE)


@pytest.mark.parametrize("source", ["", "https://gitlab.com/owner/course/blob/main/docs/x.ipynb"])
def test_no_colab_button_where_colab_cannot_read(source):
    assert "Colab" not in buttons("sentiment.ipynb", source)


def test_a_notebook_without_a_heading_gets_its_title(notebook):
    del notebook["cells"][0]
    assert "---\n# Demo 1 · Sentiment analysis\n\n" in markdown(notebook, URI, {})


def test_the_page_is_small_and_links_to_its_source(repository, build_site):
    site = build_site(repo_url="https://github.com/owner/course", edit_uri="edit/main/docs/")
    page = site / "introduction/sentiment/index.html"
    html = page.read_text("utf-8")
    assert page.stat().st_size < 200_000
    assert html.count("<h1") == 1
    assert "highlight-ipynb" not in html  # nothing of mkdocs-jupyter's own body
    assert 'alt="A red square"' in html
    assert "colab.research.google.com/github/owner/course/blob/main/docs/" + URI in html
    assert filecmp.cmp(page.parent / "sentiment.ipynb", repository / "docs" / URI, shallow=False)
    sources = re.findall(' src="(.*?)"', html)
    assert sources and not any(urlsplit(source).netloc for source in sources)


def test_a_faulty_notebook_stops_the_build(repository, build_site, caplog):
    (repository / "docs/introduction/index.md").write_text("# Introduction\n", "utf-8")
    (repository / "docs" / URI).write_text("{", "utf-8")
    with pytest.raises(Abort):
        build_site()
    assert "docs/introduction/sentiment.ipynb: sentiment.ipynb is not a valid" in caplog.text
