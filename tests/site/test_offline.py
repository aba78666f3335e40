"""The offline edition, unpacked: every page opens from disk and asks nothing of a network."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from hooks.slides.check import READY
from tests.site.conftest import ROOT, Tab, open_tab

STARTED = f"document.querySelector('.reveal') ? {READY} : typeof component$ !== 'undefined'"
LINKS = "all => all.filter(a => a.href.startsWith('file:')).map(a => a.href.split('#')[0])"


@pytest.fixture(scope="module")
def archive(site, tmp_path_factory) -> Path:
    """Return the zip file, made as `make offline` makes it."""
    path = tmp_path_factory.mktemp("zip") / "pretrained-models-offline.zip"
    options = (f"--site={site}", f"--output={path}")
    command = [sys.executable, "-m", "hooks.commands.offline", *options]
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


@pytest.fixture(scope="module")
def disk(browser, folder) -> Iterator[Tab]:
    """Return a tab over the unpacked folder."""
    yield from open_tab(browser, folder.as_uri() + "/")


@pytest.fixture(scope="module")
def links(disk, folder) -> set[Path]:
    """Open every page once, and return where their links lead."""
    found = set()
    for path in sorted(folder.rglob("*.html")):
        disk.page.goto(path.as_uri())
        disk.page.wait_for_function(STARTED)
        addresses = disk.page.eval_on_selector_all("a[href]", LINKS)
        found |= {Path(unquote(urlsplit(address).path)) for address in addresses}
    return found


def test_it_is_small_enough_to_hand_around(archive) -> None:
    assert archive.stat().st_size <= 40_000_000


def test_it_has_every_page_of_the_site(folder, site) -> None:
    def titles(root: Path) -> list[str]:
        pages = [path.read_text("utf-8") for path in root.rglob("*.html") if path.stem != "404"]
        return sorted(text.split("<title>")[1].split("</title>")[0] for text in pages)

    assert titles(folder) == titles(site)
    assert not (folder / "404.html").exists()


def test_pages_stay_on_disk_and_report_no_fault(disk, links) -> None:
    assert disk.faults == []


def test_every_link_leads_to_a_file(folder, links) -> None:
    assert folder / "introduction/sentiment.ipynb" in links
    assert [str(path) for path in sorted(links) if not path.is_file()] == []


def test_the_notebook_behind_the_link_is_the_whole_one(disk, folder) -> None:
    # From disk, Chromium shows a file of unknown type as text: there is nothing to download.
    disk.page.goto((folder / "introduction/sentiment.html").as_uri())
    disk.page.click("a[download]")
    disk.page.wait_for_url("**/introduction/sentiment.ipynb")
    shown = json.loads(disk.page.locator("pre").inner_text())
    assert shown == json.loads((ROOT / "docs/introduction/sentiment.ipynb").read_text("utf-8"))


def test_search_finds_lora(disk, folder) -> None:
    disk.page.goto((folder / "index.html").as_uri())
    disk.page.click("input.md-search__input")
    disk.page.keyboard.type("LoRA")
    disk.page.locator("a.md-search-result__link[href*='nlp/']").first.click()
    disk.page.wait_for_url("**/nlp/*.html*")
    assert "LoRA" in disk.page.locator("article").inner_text()


def test_a_tool_works_from_disk(disk, folder) -> None:
    page = disk.page
    page.goto((folder / "tools/cost_calculator.html").as_uri() + "?requests=5000000")
    page.wait_for_selector(".tool__svg")
    page.fill("#cost-requests", "7000000")
    assert page.inner_text(".tool__verdict").startswith("At 7,000,000 requests a month")
    page.goto((folder / "tools/license_checker.html").as_uri())
    page.fill("#check-id", "openai/clip-vit-base-patch32")
    page.click("[data-registry]")
    page.wait_for_selector(".tool__verdict--deny")
    page.goto((folder / "tools/lecture_clock.html").as_uri())
    page.click("[data-do=start]")
    assert page.is_disabled("[data-do=start]")
    assert disk.faults == []


def test_the_readme_says_how_to_begin(folder) -> None:
    text = (folder / "READ-ME-FIRST.txt").read_text("utf-8")
    assert "Open index.html in a browser" in text and "MIT License" in text
