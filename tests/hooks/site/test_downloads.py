"""What is downloaded from a notebook's page, and what Colab opens."""

import json
import zipfile

from hooks.site.notebook_page import buttons, markdown

URI = "introduction/sentiment.ipynb"
SOURCE = f"https://github.com/owner/course/blob/main/docs/{URI}"


def give_data(repository, notebook):
    """Let the small course's notebook read two files, one in a folder of its own."""
    for name in ("texts.csv", "words/a.txt"):
        path = repository / "docs" / "introduction" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{name}\n", "utf-8")
        notebook["metadata"]["course"]["key"][f"docs/introduction/{name}"] = "0"
    (repository / "docs" / URI).write_text(json.dumps(notebook), "utf-8")


def test_a_notebook_that_reads_data_comes_in_a_zip_file_with_it(repository, notebook, build_site):
    give_data(repository, notebook)
    found = []
    for _ in range(2):
        page = build_site() / "introduction/sentiment/index.html"
        assert 'href="sentiment.zip" download' in page.read_text("utf-8").replace('"download', "")
        found.append((page.parent / "sentiment.zip").read_bytes())
    assert found[0] == found[1]
    with zipfile.ZipFile(page.parent / "sentiment.zip") as archive:
        archive.extractall(repository / "unpacked")
    folder, docs = repository / "unpacked" / "sentiment", repository / "docs" / "introduction"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {"sentiment.ipynb", "texts.csv", "words/a.txt"}
    assert all((folder / name).read_bytes() == (docs / name).read_bytes() for name in names)


def test_from_disk_too_the_zip_file_lies_beside_the_page(repository, notebook, build_site):
    give_data(repository, notebook)
    site = build_site(use_directory_urls=False)
    assert (site / "introduction/sentiment.html").is_file()
    assert (site / "introduction/sentiment.zip").is_file()


def test_without_data_the_notebook_alone_is_downloaded(build_site):
    site = build_site()
    assert not list(site.rglob("*.zip"))
    assert 'href="sentiment.ipynb"' in (site / "introduction/sentiment/index.html").read_text()


def test_a_notebook_that_asks_for_its_data_has_no_colab_button(notebook):
    assert "Open in Colab" in markdown(notebook, URI, {}, SOURCE)
    setup = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    setup["source"] = "if colab:\n    files.upload()  # choose texts.csv"
    assert "Open in Colab" not in markdown(notebook, URI, {}, SOURCE)


def test_the_button_says_what_comes():
    assert ">Download notebook and data</a>" in buttons("ner.zip")
    assert ">Download notebook</a>" in buttons("ner.ipynb")
