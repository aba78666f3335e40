"""The offline edition, unpacked: every page opens from disk and asks nothing of a network."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page

from hooks.slides.check import READY
from tests.site.conftest import ROOT

STARTED = f"document.querySelector('.reveal') ? {READY} : typeof component$ !== 'undefined'"
LINKS = "all => all.filter(a => a.href.startsWith('file:')).map(a => a.href.split('#')[0])"


@pytest.fixture(scope="module")
def archive(site, tmp_path_factory) -> Path:
    """Return the zip file, made as `make offline` makes it."""
    path = tmp_path_factory.mktemp("zip") / "pretrained-models-offline.zip"
    command = [
        sys.executable,
        "-m",
        "hooks.commands.offline",
        "--site",
        str(site),
        "--output",
        str(path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def folder(archive, tmp_path_factory) -> Path:
    """Return where it was unpacked: a path with a space and a letter outside ASCII."""
    home = tmp_path_factory.mktemp("disk") / "my téléchargements"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(home)
    return home / archive.stem


@dataclass
class Disk:
    """A browser page over the unpacked folder, and everything that went wrong on it."""

    page: Page
    folder: Path
    faults: list[str] = field(default_factory=list)
    links: set[Path] = field(default_factory=set)

    def open(self, path: Path) -> None:
        """Open a page from disk, and note where its links lead."""
        self.page.goto(path.as_uri(), wait_until="load")
        self.page.wait_for_function(STARTED)
        found = self.page.eval_on_selector_all("a[href]", LINKS)
        self.links |= {Path(unquote(urlsplit(link).path)) for link in found}


@pytest.fixture(scope="module")
def disk(browser, folder) -> Iterator[Disk]:
    """Open every page once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    found = Disk(page, folder)

    def note(text: str) -> None:
        found.faults.append(f"{urlsplit(page.url).path}: {text}")

    inside = (folder.as_uri() + "/", "data:", "blob:", "about:")
    page.on("console", lambda message: message.type == "error" and note(message.text))
    page.on("pageerror", lambda error: note(f"script error: {error}"))
    context.on("request", lambda r: r.url.startswith(inside) or note(f"request: {r.url}"))
    # Aborted is what a picture is when the page was left before it came; missing is another word.
    aborted = "net::ERR_ABORTED"
    context.on("requestfailed", lambda r: r.failure == aborted or note(f"{r.failure}: {r.url}"))
    for path in sorted(folder.rglob("*.html")):
        found.open(path)
    yield found
    context.close()


def test_it_is_small_enough_to_hand_around(archive) -> None:
    assert archive.stat().st_size <= 40_000_000


def test_it_has_every_page_of_the_site(folder, site) -> None:
    def titles(root: Path) -> list[str]:
        pages = [path.read_text(encoding="utf-8") for path in root.rglob("*.html")]
        return sorted(text.split("<title>")[1].split("</title>")[0] for text in pages)

    missing = (site / "404.html").read_text(encoding="utf-8")
    title = missing.split("<title>")[1].split("</title>")[0]
    online = titles(site)
    online.remove(title)
    assert titles(folder) == online


def test_pages_stay_on_disk_and_report_no_fault(disk) -> None:
    assert disk.faults == []


def test_every_link_leads_to_a_file(disk) -> None:
    assert disk.folder / "introduction/sentiment.ipynb" in disk.links
    assert [str(path) for path in sorted(disk.links) if not path.is_file()] == []


def test_the_notebook_behind_the_link_is_the_whole_one(disk) -> None:
    # From disk, Chromium shows a file of unknown type as text: there is nothing to download.
    disk.page.goto((disk.folder / "introduction/sentiment.html").as_uri())
    disk.page.click("a[download]")
    disk.page.wait_for_url("**/introduction/sentiment.ipynb")
    shown = json.loads(disk.page.locator("pre").inner_text())
    notebook = ROOT / "docs/introduction/sentiment.ipynb"
    assert shown == json.loads(notebook.read_text(encoding="utf-8"))


def test_search_finds_lora(disk) -> None:
    disk.page.goto((disk.folder / "index.html").as_uri())
    disk.page.click("input.md-search__input")
    disk.page.keyboard.type("LoRA")
    hit = disk.page.locator("a.md-search-result__link[href*='nlp/']").first
    hit.wait_for()
    hit.click()
    disk.page.wait_for_url("**/nlp/*.html*")
    assert "LoRA" in disk.page.locator("article").inner_text()


def test_a_tool_works_from_disk(disk) -> None:
    page = disk.page
    page.goto((disk.folder / "tools/cost_calculator.html").as_uri() + "?requests=5000000")
    page.wait_for_selector(".tool__svg")
    page.fill("#cost-requests", "7000000")
    assert page.inner_text(".tool__verdict").startswith("At 7,000,000 requests a month")
    page.goto((disk.folder / "tools/license_checker.html").as_uri())
    page.fill("#check-id", "openai/clip-vit-base-patch32")
    page.click("[data-registry]")
    page.wait_for_selector(".tool__verdict--deny")
    page.goto((disk.folder / "tools/lecture_clock.html").as_uri())
    page.click("[data-do=start]")
    assert page.is_disabled("[data-do=start]")
    assert disk.faults == []


def test_the_readme_says_how_to_begin(folder) -> None:
    text = (folder / "READ-ME-FIRST.txt").read_text(encoding="utf-8")
    assert "Open index.html in a browser" in text
    assert "MIT License" in text
