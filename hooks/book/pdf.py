"""Set the combined document as a PDF/UA-1 file, and check it before it takes its place."""

import logging
import os
from pathlib import Path
from typing import Any

from hooks.book import fonts, images
from hooks.book.errors import BookError
from hooks.core.internals import page_box

STYLE = Path(__file__).with_name("book.css")
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class Log(logging.Handler):
    """Keeps what WeasyPrint complains about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.faults: list[str] = []
        self.remarks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Sort a message: a missing glyph is a fault, whatever WeasyPrint calls it."""
        text = " ".join(record.getMessage().split())
        serious = record.levelno >= logging.ERROR or ".notdef" in text
        (self.faults if serious else self.remarks).append(text)


def engine() -> Any:
    """Return WeasyPrint.

    Raises:
        BookError: WeasyPrint or the libraries under it are not installed.
    """
    try:
        import weasyprint
    except ImportError as error:
        raise BookError(f"{error.msg}: run `make book`, which installs it") from error
    except OSError as error:
        raise BookError(
            f"WeasyPrint finds no Pango on this machine: install {PACKAGES} "
            "(Debian's names), then run `make book` again"
        ) from error
    return weasyprint


def write_pdf(html: str, site: Path, out: Path) -> int:
    """Write the book and return its number of pages.

    Args:
        html: The combined document.
        site: Folder that its pictures are relative to.
        out: The PDF; it appears whole or not at all.

    Raises:
        BookError: Something does not fit, has no glyph, or breaks PDF/UA-1.
    """
    weasyprint = engine()
    log, logger = Log(), logging.getLogger("weasyprint")
    logger.handlers[:], logger.propagate = [log], False
    config = weasyprint.text.fonts.FontConfiguration()
    style = [
        weasyprint.CSS(string=fonts.css(), font_config=config),
        weasyprint.CSS(filename=STYLE, font_config=config),
    ]
    source = weasyprint.HTML(
        string=html, base_url=f"{site.resolve().as_uri()}/", url_fetcher=fetcher(weasyprint)
    )
    document = source.render(stylesheets=style, font_config=config, pdf_variant="pdf/ua-1")
    check_width(document)
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        document.write_pdf(temporary, pdf_variant="pdf/ua-1")
        if log.faults:
            raise BookError(f"{out.name}: {log.faults[0]}")
        check_ua(temporary)
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)
    return len(document.pages)


def fetcher(weasyprint: Any) -> Any:
    """Return what reads files for WeasyPrint: local ones only, drawings made ready for paper.

    Raises:
        ValueError: When it is asked for an address on another machine.
    """

    class Local(weasyprint.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(("file:", "data:")):
                raise ValueError(f"{url} is not on this machine")
            response = super().fetch(url, headers)
            if not url.startswith("file:") or not url.endswith(".svg"):
                return response
            svg = images.for_paper(response.read().decode("utf-8"))
            return weasyprint.urls.URLFetcherResponse(
                url, svg.encode(), {"Content-Type": "image/svg+xml"}
            )

    return Local()


def check_width(document: Any) -> None:
    """Stop at a table, picture or block of code that runs out of the page.

    Raises:
        BookError: Names page and heading, how much is too much, and the mend.
    """
    for number, page in enumerate(document.pages, 1):
        frame = page_box(page)
        edge = frame.content_box_x() + frame.width + 1
        for box in frame.descendants():
            where = box.element.get("data-place") if box.element is not None else None
            if where is None or box.position_x + box.margin_width() <= edge:
                continue
            over = (box.position_x + box.margin_width() - edge) * 25.4 / 96
            what = {"table": "table", "img": "figure"}.get(box.element_tag, box.element_tag)
            raise BookError(
                f"{where}: a {what} is {over:.0f} mm wider than the page (page {number}): "
                "use fewer columns or shorter words"
            )


def check_ua(path: Path) -> None:
    """Stop when the file is not valid PDF/UA-1.

    Raises:
        BookError: Names the first rule that it breaks.
    """
    try:
        import page
    except ImportError as error:
        raise BookError(f"{error.msg}: run `make book`, which installs it") from error
    report = page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1)
    if not report.is_compliant:
        first = report.failures[0]
        raise BookError(f"not valid PDF/UA-1, {first.rule_id}: {first.message}")
