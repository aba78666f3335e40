"""Zip files that are the same bytes whenever their contents are."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO


def write(target: Path | IO[bytes], folder: str, files: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip file.

    Args:
        target: Where to.
        folder: All files are below it.
        files: Path in the folder and contents of each, in this order.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(f"{folder}/{name}")  # dated 1980, as a zip can
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
