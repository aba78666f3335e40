"""`python -m hooks.slides.check [site]`: opens every deck, and fails on a slide that does not fit.

A slide fits when its blocks stay above the foot and inside the margins of 1280 x 720 pixels, and
its smallest text can be read: code 20 px, text and tables 18 px, provenance lines 15 px.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

READY = "window.Reveal && Reveal.isReady()"
# Reveal shows few slides at a time: each is looked at in its turn.
MEASURE = """() => {
  const faults = []
  const least = (slide, selector, pixels, what) => {
    for (const e of slide.querySelectorAll(selector)) {
      const size = parseFloat(getComputedStyle(e).fontSize)
      if (e.textContent.trim() && size < pixels) return [`${what} of ${size} px, not ${pixels}`]
    }
    return []
  }
  for (const slide of Reveal.getSlides()) {
    const at = Reveal.getIndices(slide)
    Reveal.slide(at.h, at.v, 99)
    const title = slide.querySelector('h2')?.textContent.trim().replace(/\\s+/g, ' ')
    const { height, width } = slideOverflow(slide)
    const found = [
      ...(height ? [`${height} px too high`] : []),
      ...(width ? [`${width} px too wide`] : []),
      ...least(slide, 'pre code', 20, 'code'),
      ...least(slide, 'td, th, li, dd, dt, p:not(.provenance, .facts)', 18, 'text'),
      ...least(slide, '.provenance', 15, 'provenance'),
    ]
    const place = [at.h, at.v].filter(n => n !== undefined).join('/')
    faults.push(...found.map(fault => `slide ${place} "${title}": ${fault}`))
  }
  return { slides: Reveal.getSlides().length, faults }
}"""
MEND = (
    "mend: split the slide with <!-- slide -->, leave a block out with { .no-slide }, or shorten it"
)


def decks(site: Path) -> list[Path]:
    """Return the decks of a built site, the whole lecture's last."""
    whole = site / "slides/index.html"
    return [*sorted(site.glob("*/slides.html")), *([whole] if whole.is_file() else [])]


def check(page: Page, address: str) -> tuple[int, list[str]]:
    """Open a deck at 1280 x 720; return its number of slides and what does not fit.

    Args:
        page: A tab of the browser.
        address: Of the deck.
    """
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(address)
    page.wait_for_function(READY)
    found = page.evaluate(MEASURE)
    return found["slides"], found["faults"]


def check_site(browser: Browser, site: Path) -> tuple[int, list[str]]:
    """Check every deck from disk; return the number of slides and one line for each fault.

    Args:
        browser: Opens the decks.
        site: Folder of the built site.
    """
    total, faults = 0, []
    page = browser.new_page()
    for path in decks(site):
        slides, found = check(page, path.as_uri())
        total += slides
        faults += [f"{path.relative_to(site).as_posix()}: {fault}" for fault in found]
    page.close()
    return total, faults


def main(arguments: list[str]) -> int:
    """Check the site named on the command line, `site` without one; return the exit status."""
    site = Path(arguments[0] if arguments else "site").resolve()
    if not decks(site):
        print(f"hooks.slides.check: no decks in {site}: run `make site` first", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            reason = str(error).splitlines()[0]
            print(f"hooks.slides.check: no Chromium ({reason}): name one in CHROMIUM")
            return 2
        total, faults = check_site(browser, site)
        browser.close()
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(decks(site))} decks, {total} slides, {len(faults)} faults")
    if faults:
        print(MEND)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
