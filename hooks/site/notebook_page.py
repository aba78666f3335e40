"""A notebook's own page, as Markdown that the site renders like any other page.

mkdocs-jupyter makes each notebook a page and publishes its source for the download. Its body is
not used: it brings 600 kB of styles, a second copy of all code, and figures without alt text.
"""

import json
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from hooks.core.internals import notebook_plugin
from hooks.site import cells, downloads, expand, provenance
from hooks.site.expand import links, up

GITHUB = "https://github.com/"
COLAB = "https://colab.research.google.com/github/"
SETTINGS = {"include": ["*.ipynb"], "ignore": ["*.md"], "include_source": True, "cache": False}


def add_plugin(config: MkDocsConfig) -> MkDocsConfig:
    """Add mkdocs-jupyter."""
    plugin = notebook_plugin()
    plugin.load_config(SETTINGS)
    config.plugins["mkdocs-jupyter"] = plugin
    return config


def markdown(notebook: cells.Notebook, uri: str, links: dict[str, str], source: str = "") -> str:
    """Return a notebook as a Markdown page.

    Args:
        notebook: An executed notebook.
        uri: Its path below `docs/`.
        links: Addresses for the provenance.
        source: Its address on GitHub, or an empty string: then there is no Colab button.

    Raises:
        cells.CellError: A cell cannot be shown.
    """
    course, name = notebook["metadata"]["course"], PurePosixPath(uri).with_suffix("").as_posix()
    title = json.dumps(course["title"], ensure_ascii=False)
    # Every section page fetches the search index, and shows most of what its notebooks do.
    front = f"---\ntitle: {title}\nnotebook: true\nsearch: {{exclude: true}}\n---\n"
    source = source if downloads.comes_along(notebook) else ""
    top = [buttons(downloads.name(uri, notebook), source), provenance.line(course, links)]
    parts: list[str] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(cells.inert(cells.text_of(cell["source"])))
        elif cell["cell_type"] == "code":
            outputs = cells.output_blocks(cell, name, up(uri))
            parts += [cells.code_block(cell), *outputs]
            made = provenance.of_cell(course, cells.tags(cell))
            parts += [provenance.short(made)] if outputs else []
    if not parts or not parts[0].lstrip().startswith("# "):
        parts.insert(0, f"# {course['title']}")
    heading, _, rest = parts[0].lstrip().partition("\n")
    end = ["## How this was run { #provenance }", provenance.table(course, links)]
    return front + "\n\n".join([heading, *top, rest, *parts[1:], *end]) + "\n"


def buttons(file: str, source: str = "") -> str:
    """Return the links above a notebook: download, Colab, lecture page.

    Args:
        file: What is downloaded, beside the page.
        source: Its address on GitHub, or an empty string: then there is no Colab button.
    """
    data = " and data" if file.endswith(".zip") else ""
    found = [f'<a class="md-button" href="{file}" download>Download notebook{data}</a>']
    if source.startswith(GITHUB):
        address = COLAB + source.removeprefix(GITHUB)
        found.append(f"[Open in Colab]({address}){{ .md-button }}")
    return " ".join([*found, "[Lecture page](index.md){ .md-button }"]) + "\n{ .notebook-links }"


def read_notebook(page: Page, config: MkDocsConfig) -> str | None:
    """Give a notebook's Markdown for its text."""
    if not page.file.src_uri.endswith(".ipynb"):
        return None
    uri, root = page.file.src_uri, Path(config.config_file_path).parent
    source = (page.edit_url or "").replace("/edit/", "/blob/", 1)
    if page.edit_url:  # the executor writes the notebook: what one edits is its story
        page.edit_url = page.edit_url.removesuffix(".ipynb") + ".py"
    try:
        notebook = expand.read_notebook(Path(str(page.file.abs_src_path)))
        return markdown(notebook, uri, links(uri, root, notebook), source)
    except ValueError as error:
        raise PluginError(f"docs/{uri}: {' '.join(str(error).split())}") from error
