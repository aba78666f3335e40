"""Keeps the PDF and the zip file beside the pages when MkDocs empties the site's folder."""

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

KEPT = ("[!.]*.pdf", "[!.]*.zip")  # `make book` and `make offline` put them there


def hide(config: MkDocsConfig) -> None:
    """Give them names with a dot: MkDocs leaves hidden files alone."""
    site = Path(config.site_dir)
    for file in [file for kind in KEPT for file in site.glob(kind)]:
        file.replace(file.with_name(f".{file.name}"))


def show(_: Any, config: MkDocsConfig) -> None:
    """Give them their names back as soon as the folder is empty: a page may stop the build."""
    site = Path(config.site_dir)
    for file in [file for kind in KEPT for file in site.glob(f".{kind}")]:
        file.replace(file.with_name(file.name.removeprefix(".")))
