"""One file for each figure of a notebook, shared by page, deck and PDF."""

from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from hooks.site import cells


def add_figures(files: Files, config: MkDocsConfig) -> Files:
    """Add the figures of all notebooks."""
    for file in [file for file in files if file.src_uri.endswith(".ipynb")]:
        try:
            notebook = cells.read(Path(str(file.abs_src_path)))
        except cells.CellError:
            continue  # the page that shows it stops the build, and can say where
        name = PurePosixPath(file.src_uri).with_suffix("").as_posix()
        for uri, content in cells.figure_files(notebook, name).items():
            files.append(File.generated(config, uri, content=content))
    return files
