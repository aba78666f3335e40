"""The built site, one Chromium, and a tab that records what goes wrong on a page."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Request, Route, sync_playwright

from hooks.core.paths import ROOT
from hooks.slides.check import READY, decks
from tests.reruns import BUSY_MACHINE
from tests.site.server import CHROMIUM, serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder use a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(BUSY_MACHINE)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the built site: SITE_DIR where given, else built for these tests."""
    if given := os.environ.get("SITE_DIR"):
        folder = (ROOT / given).resolve()
        if not (folder / "index.html").is_file():
            pytest.exit(f"SITE_DIR={given} holds no site: run `make site`", returncode=2)
        return folder
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.exit(f"mkdocs build failed:\n{done.stderr[-4000:]}", returncode=2)
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> list[str]:
    """Addresses of all pages below the site's own, 404.html too; decks are no pages of Material."""
    slides = set(decks(site))
    found = [p.relative_to(site).as_posix() for p in site.rglob("*.html") if p not in slides]
    return sorted(path.removesuffix("index.html") for path in found)


@pytest.fixture(scope="session")
def base(site: Path) -> Iterator[str]:
    """Address of the site on loopback, ending in a slash."""
    with serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium, or the one named in CHROMIUM, else Playwright's own."""
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except Error as error:
            pytest.exit(f"no Chromium: run `make test`, or name one in CHROMIUM ({error})", 2)
        yield found
        found.close()


@dataclass
class Tab:
    """A browser page and everything that went wrong on it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Load a page of the site and wait until Material has started on it."""
        self.page.goto(self.base + path)
        self.page.wait_for_function("typeof component$ !== 'undefined'")
        return self.page

    def open_deck(self, path: str) -> Page:
        """Load a deck and wait until reveal.js has started."""
        self.page.set_viewport_size({"width": 1280, "height": 720})
        self.page.goto(self.base + path)
        self.page.wait_for_function(READY)
        return self.page

    def guard(self, route: Route) -> None:
        """Let requests to the site pass; block and record all others."""
        if route.request.url.startswith(self.base):
            return route.continue_()
        self.faults.append(f"request to another site: {route.request.url}")
        return route.abort()

    def failed(self, request: Request) -> None:
        """Record a request without an answer; leaving a page aborts what is still loading."""
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.failure}: {request.url}")


def new_tab(browser: Browser, base: str) -> Tab:
    """Return a tab at 1280 pixels, light, without animation, with the clipboard allowed."""
    view = {"width": 1280, "height": 900}
    context = browser.new_context(viewport=view, color_scheme="light", reduced_motion="reduce")
    if base.startswith("http"):  # files have no origin to grant it to
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base)
    context.set_default_timeout(30_000)
    tab = Tab(context.new_page(), base)
    context.route("**/*", tab.guard)
    page, note = tab.page, tab.faults.append
    page.on("console", lambda message: message.type == "error" and note(message.text))
    page.on("pageerror", lambda error: note(f"script error: {error}"))
    page.on("requestfailed", tab.failed)
    page.on("response", lambda r: r.status >= 400 and note(f"status {r.status}: {r.url}"))
    return tab


def open_tab(browser: Browser, base: str) -> Iterator[Tab]:
    """Yield a fresh tab, and see that nothing went wrong on it."""
    found = new_tab(browser, base)
    yield found
    found.page.context.close()
    assert found.faults == []  # a test that expects faults clears them


@pytest.fixture
def tab(browser: Browser, base: str) -> Iterator[Tab]:
    """Return a tab over the site."""
    yield from open_tab(browser, base)


@pytest.fixture
def disk(browser: Browser, site: Path) -> Iterator[Tab]:
    """Return a tab over the files of the site, as they lie on disk."""
    yield from open_tab(browser, site.as_uri() + "/")
