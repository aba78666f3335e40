"""What a reader downloads from a notebook's page: the notebook, and with it the data it reads."""

import io
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from hooks.core import archive
from hooks.site import cells


def data_files(notebook: dict[str, Any]) -> list[str]:
    """Return what the notebook reads in `docs/`, from the root of the repository.

    The executor's key names all files of the course that it depends on.

    >>> data_files({"metadata": {"course": {"key": {"docs/nlp/t.csv": "1", "hub": "offline"}}}})
    ['docs/nlp/t.csv']
    """
    key = notebook["metadata"].get("course", {}).get("key", {})
    return sorted(name for name in key if name.startswith("docs/"))


def comes_along(notebook: dict[str, Any]) -> bool:
    """Whether the notebook works in Colab, which opens it alone: its data is fetched or not needed.

    Where the executor knew no address, the cell that it adds asks for the files instead.
    """
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return "files.upload()" not in cells.text_of(next(code, {"source": ""})["source"])


def name(uri: str, notebook: dict[str, Any]) -> str:
    """Return the file name of the download: a zip file where there is data.

    Args:
        uri: The notebook's path below `docs/`.
        notebook: It.
    """
    suffix = ".zip" if data_files(notebook) else ".ipynb"
    return PurePosixPath(uri).with_suffix(suffix).name


def add_downloads(files: Files, config: MkDocsConfig) -> Files:
    """Add a zip file beside the page of each notebook that reads data."""
    root = Path(config.config_file_path).parent
    for file in [file for file in files if file.src_uri.endswith(".ipynb")]:
        try:
            notebook = cells.read(Path(str(file.abs_src_path)))
        except cells.CellError:
            continue  # the page that shows it stops the build, and can say where
        if data := data_files(notebook):
            uri = PurePosixPath(file.src_uri)
            section = PurePosixPath("docs") / uri.parent
            paths = [f"docs/{uri}", *data]
            inside = [(str(PurePosixPath(path).relative_to(section)), path) for path in paths]
            zipped = io.BytesIO()
            archive.write(
                zipped, uri.stem, ((short, (root / path).read_bytes()) for short, path in inside)
            )
            beside = uri.with_suffix("") if config.use_directory_urls else uri.parent
            place = beside / name(file.src_uri, notebook)
            files.append(File.generated(config, str(place), content=zipped.getvalue()))
    return files
