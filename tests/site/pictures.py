"""`python -m tests.site.pictures`: what readers see, at three widths in both color schemes."""

import itertools
import shutil
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, sync_playwright

from hooks.core.paths import ROOT
from tests.site.server import CHROMIUM, built, serve

PICTURES = ROOT / "reports/pictures"
WIDTHS = {1440: 900, 768: 1024, 390: 844}  # with the height of such a window
TALLEST = 6000  # of a long page, its beginning
# Name, page below the site's address, and what is shown of it when it is there.
VIEWS = (
    ("home", "", ""),
    ("section", "introduction/", ""),
    ("demo", "introduction/sentiment/", ""),
    ("deck", "introduction/slides.html", "#/1/1"),
)
BOOK, LEAF = "pretrained-models.pdf", 4  # of the book, one page with text


def shoot(browser: Browser, address: str, width: int, scheme: str, path: Path) -> None:
    """Photograph a page from its top, as long as it is; a deck as its window shows it."""
    view = {"width": width, "height": WIDTHS[width]}
    page = browser.new_page(viewport=view, color_scheme=scheme, reduced_motion="reduce")
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    height = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    page.screenshot(path=path, full_page=True, clip=clip)
    page.close()


def leaf(book: Path, width: int, path: Path) -> None:
    """Draw one page of the book at a width in pixels; paper knows no color scheme."""
    document = pypdfium2.PdfDocument(book)
    page = document[min(LEAF, len(document) - 1)]
    page.render(scale=width / page.get_width()).to_pil().save(path)


def main() -> None:
    """Take the pictures of `site/`."""
    site = built()
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    missing = [name for name, page, _ in VIEWS if not (site / page).exists()]
    with serve(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shots = itertools.product(VIEWS, WIDTHS, ("light", "dark"))
        for (name, page, part), width, scheme in shots:
            if name not in missing:
                path = PICTURES / f"{name}-{width}-{scheme}.png"
                shoot(browser, base + page + part, width, scheme, path)
        browser.close()
    if (site / BOOK).is_file():
        for width in WIDTHS:
            leaf(site / BOOK, width, PICTURES / f"book-{width}.png")
    else:
        missing.append("book (run `make book`)")
    print(f"{len(list(PICTURES.iterdir()))} pictures in {PICTURES.relative_to(ROOT)}/")
    print(f"not in this site: {', '.join(missing)}" if missing else "all there")


if __name__ == "__main__":
    main()
