"""The book that `make book` wrote, and its text as a reader's tool sees it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from hooks.book.__main__ import main
from hooks.book.combine import combine
from hooks.core.paths import ROOT
from hooks.site.blocks.book_link import FILE


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site, with the book in it."""
    folder = ROOT / "site"
    if not (folder / FILE).is_file():
        pytest.exit(f"no site/{FILE}: run `make book`", returncode=2)
    return folder


@pytest.fixture(scope="session")
def pdf(site: Path) -> pypdf.PdfReader:
    """The book."""
    return pypdf.PdfReader(site / FILE)


@pytest.fixture(scope="session")
def lines(pdf: pypdf.PdfReader) -> list[str]:
    """All lines of the book without its running heads, which pypdf gives last on a page."""
    found = []
    for number, page in enumerate(pdf.pages, 1):
        text = [line for line in page.extract_text().split("\n") if line.strip()]
        if text and text[-1].split()[-1] == str(number):
            text.pop()
        found += text
    return found


@pytest.fixture(scope="session")
def document(site: Path) -> str:
    """The combined document that the PDF was set from."""
    return combine(site)


@pytest.fixture
def draft(site: Path, tmp_path: Path) -> Path:
    """A copy of the site's pages and notebooks to spoil."""
    folder = tmp_path / "site"
    for path in site.rglob("*.*"):
        if path.suffix in {".html", ".ipynb", ".svg", ".webp", ".png"}:
            copy = folder / path.relative_to(site)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return folder


@pytest.fixture
def fails(draft: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Makes the book of the draft, which has to stop, and returns the one line it says."""

    def run() -> str:
        assert main(["--site", str(draft)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert not list(draft.glob("*.pdf")) and not list(draft.glob(".*"))
        return said.err

    return run
