"""`python -m hooks.book`: the course as one PDF, from the built site; says what it cost."""

import argparse
import sys
import time
from pathlib import Path

from hooks.book.combine import combine
from hooks.book.errors import BookError
from hooks.book.pdf import write_pdf
from hooks.site.blocks.book_link import FILE


def main(arguments: list[str] | None = None) -> int:
    """Write the book; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m hooks.book", description=__doc__)
    parser.add_argument("--site", type=Path, default=Path("site"), help="the built site")
    parser.add_argument("--out", type=Path, help=f"the PDF (default: {FILE} in the site)")
    parser.add_argument("--html", type=Path, help="also keep the combined document here")
    told = "also print notebooks whose last run failed, with their warning"
    parser.add_argument("--stale", action="store_true", help=told)
    options = parser.parse_args(arguments)
    out = options.out or options.site / FILE
    start = time.perf_counter()
    try:
        if not (options.site / "index.html").is_file():
            raise BookError(f"no site in {options.site}: run `make site` first")
        html = combine(options.site, stale=options.stale)
        if options.html:
            options.html.write_text(html, "utf-8")
        pages = write_pdf(html, options.site, out)
    except (BookError, OSError) as error:
        print(f"book: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    seconds = time.perf_counter() - start
    size = out.stat().st_size / 1000
    print(
        f"{out}: {pages} pages, {size:.0f} kB, {seconds:.1f} s "
        f"({time.process_time():.1f} s of processor time){_memory()}"
    )
    return 0


def _memory() -> str:
    """Peak memory of this process, as far as the system tells it."""
    try:
        import resource
    except ImportError:  # Windows
        return ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in kB, on macOS in bytes
    return f", peak memory {peak / (1e6 if sys.platform == 'darwin' else 1e3):.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
