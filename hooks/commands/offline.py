"""`python -m hooks.commands.offline`: builds the site for reading from disk, into one zip file."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mkdocs.utils import yaml_load

from hooks.core import archive
from hooks.core.paths import ROOT
from hooks.site.blocks.book_link import FILE as BOOK
from hooks.site.from_disk import SHIM

WORKER = ROOT / "node_modules/iframe-worker/shim/index.js"
ZIP = "pretrained-models-offline.zip"
MOST = 40_000_000  # bytes
# Of use to a web server or to Material's developers only; 404.html names pages from the root.
LEFT_OUT = re.compile(r"404\.html|sitemap\.xml(\.gz)?|.*\.map|search/search_index\.json")
READ_ME = """{title}

1. Unpack this file anywhere, whole: open no page from inside the zip.
2. Open index.html in a browser. No network is needed: search, figures, notebooks{book} and slides
   are all in this folder.
3. A notebook (.ipynb) lies beside its page, to be opened in Jupyter. From disk, the download
   button may show its text; one that reads data is in a zip file with it.

Notebooks and snippets name real checkpoints. Running them downloads weights from the Hugging Face
Hub; the course's repository brings tiny checkpoints for running them without a network.

{terms}
"""


class OfflineError(Exception):
    """What stopped the build, in one line: what, where, how to mend."""


def build(folder: Path, book: bool) -> None:
    """Build the site for reading from disk.

    Args:
        folder: Where to.
        book: Whether the PDF will be there, so that pages link to it.

    Raises:
        OfflineError: MkDocs stopped, or the worker's package is not installed.
    """
    if not WORKER.is_file():
        raise OfflineError("node_modules/iframe-worker is missing: run `make offline`, or `npm ci`")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    env = {**os.environ, "OFFLINE": "true", "BOOK": "1" if book else ""}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OfflineError(f"mkdocs build failed, mend this first:\n{done.stderr[-4000:]}")
    shutil.copyfile(WORKER, folder / SHIM)


def read_me(config: str, book: bool) -> str:
    """Return the text that says how to begin.

    Args:
        config: Text of `mkdocs.yml`, for title and terms.
        book: Whether the PDF is in the folder.
    """
    found = yaml_load(config)
    return READ_ME.format(
        title=found["site_name"], terms=found["copyright"], book=", PDF" if book else ""
    )


def pack(folder: Path, path: Path, most: int = MOST) -> int:
    """Zip a folder, the same bytes for the same files, and return the size.

    Args:
        folder: What goes in, under a folder named as the zip.
        path: The zip file; it is replaced only by a whole one.
        most: Largest size allowed, in bytes.

    Raises:
        OfflineError: The zip would be larger.
    """
    files = [file for file in folder.rglob("*") if file.is_file()]
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        named = sorted((file.relative_to(folder).as_posix(), file) for file in files)
        wanted = ((name, file) for name, file in named if not LEFT_OUT.fullmatch(name))
        archive.write(part, path.stem, ((name, file.read_bytes()) for name, file in wanted))
        size = part.stat().st_size
        if size > most:
            largest = max(files, key=lambda file: file.stat().st_size).relative_to(folder)
            raise OfflineError(
                f"{path.name} has {size:,} bytes, over the limit of {most:,}: "
                f"make files smaller, first of all {largest.as_posix()}"
            )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return size


def main() -> None:
    """Write the zip beside the site, with the PDF if `make book` has made one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "site", help="folder of the built site")
    parser.add_argument("--output", type=Path, help=f"default: {ZIP} in that folder")
    asked = parser.parse_args()
    path, book = asked.output or asked.site / ZIP, asked.site / BOOK
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            build(folder, book.is_file())
            if book.is_file():
                shutil.copyfile(book, folder / BOOK)
            text = read_me((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), book.is_file())
            (folder / "READ-ME-FIRST.txt").write_text(text, encoding="utf-8")
            size = pack(folder, path)
        except (OfflineError, OSError) as error:
            sys.exit(f"hooks.commands.offline: {error}")
    print(f"{path}: {size / 1e6:.1f} MB, {'with' if book.is_file() else 'without'} the PDF")


if __name__ == "__main__":
    main()
