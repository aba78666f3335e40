"""How heavy the HTML of a page may be, so that it opens at once on a phone."""

from pathlib import Path

SECTION, NOTEBOOK = 150_000, 200_000  # bytes, before compression
CURE = "show less of the demo: link to the notebook for a long output, a table, the whole snippet"


def heavy(site: Path, addresses: list[str], most: int) -> list[str]:
    """A line for each page of the built site that weighs more than it may.

    Args:
        site: The built site.
        addresses: Of the pages, such as `nlp/`.
        most: Bytes of HTML that each may have.
    """
    sizes = ((path, (site / path / "index.html").stat().st_size) for path in addresses)
    over = (f"{path}: {size:,} bytes of HTML" for path, size in sizes if size > most)
    return [f"{what}, {most:,} at most; {CURE}" for what in over]
