"""`python -m hooks.commands.pictures`: social card, favicon, README's picture.

Run it when the sections or the look change, after `make site`; the pictures are committed. Those
that show how many demos there are say so in their metadata, and a test compares.
"""

import functools
import http.server
import io
import shutil
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from PIL import ExifTags, Image
from playwright.sync_api import Browser, sync_playwright

from hooks.core.course import DEMOS, SECTIONS
from hooks.core.paths import ROOT
from hooks.site.dial import dial

ASSETS = ROOT / "docs/assets"
CARD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Card</title>
<link rel="stylesheet" href="{styles}/fonts.css"><link rel="stylesheet" href="{styles}/colors.css">
<link rel="stylesheet" href="{styles}/home.css"><style>
html {{ font-size: 20px }}
body {{ align-items: center; background: var(--course-paper); box-sizing: border-box;
  color: var(--course-ink); display: grid; font-family: Inter; gap: 50px;
  grid-template-columns: 1fr 480px; height: 630px; margin: 0; padding: 0 64px; width: 1200px }}
h1 {{ font-size: 62px; font-weight: 680; letter-spacing: -0.036em; line-height: 1.04; margin: 0 }}
p {{ color: var(--course-ink--soft); font-size: 27px; line-height: 1.4; margin: 28px 0 0 }}
:root {{ --md-text-font-family: Inter }}
.clock {{ max-width: none; width: 480px }}
</style><body data-md-color-scheme="slate"><div><h1>Pre-trained models: where they work,
where they don&rsquo;t</h1><p>A two-hour lecture<br>in {sections} sections, with {demos} demos.</p>
</div>{dial}</body></html>"""


def shoot(browser: Browser, address: str, width: int, height: int, scale: float = 1) -> Image.Image:
    """Open an address and return what a window of that size shows.

    Args:
        browser: Opens it.
        address: Of a page or a drawing.
        width: Of the window, in CSS pixels.
        height: Of the window, in CSS pixels.
        scale: Pixels of the picture to one CSS pixel.
    """
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
    page.goto(address)
    page.evaluate("document.fonts.ready")
    png = page.screenshot(omit_background=True)
    page.close()
    return Image.open(io.BytesIO(png))


def social_card(folder: Path) -> Path:
    """Write the social card's page and return it."""
    path, counts = folder / "card.html", {"sections": len(SECTIONS), "demos": len(DEMOS)}
    html = CARD.format(styles=(ASSETS / "styles").as_uri(), dial=dial(SECTIONS, str), **counts)
    path.write_text(html, encoding="utf-8")
    return path


@contextmanager
def served(folder: Path) -> Generator[str]:
    """Serve a folder on loopback: the search box shows only over HTTP."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def count() -> Image.Exif:
    """Return metadata that say how many demos a picture was drawn for."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = f"{len(DEMOS)} demos"
    return exif


def main() -> None:
    """Draw the pictures; the README's shows the built site's home page."""
    site = ROOT / "site"
    if not (site / "index.html").is_file():
        sys.exit("hooks.commands.pictures: no site/ to photograph: run `make site` first")
    images = ASSETS / "images"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        card = shoot(browser, social_card(Path(folder)).as_uri(), 1200, 630)
        icon = shoot(browser, (images / "favicon.svg").as_uri(), 64, 64)
        icon.save(images / "favicon.png", optimize=True)
        with served(site) as home:
            page = shoot(browser, home, 1440, 860)
        browser.close()
    for name, image in (("card.webp", card), ("screenshot.webp", page)):
        image.convert("RGB").save(images / name, quality=88, method=6, exif=count())
    for name in ("card.webp", "favicon.png", "screenshot.webp"):
        print(f"docs/assets/images/{name}: {(images / name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
