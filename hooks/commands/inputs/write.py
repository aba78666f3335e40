"""How pictures and tables are written, so that the same ones are the same bytes."""

import csv
from collections.abc import Iterable
from pathlib import Path

from PIL import Image


def picture(path: Path, image: Image.Image, quality: int) -> None:
    """Write a WebP and say how large it is.

    Args:
        path: Where to; its folder is made.
        image: What to write.
        quality: From 0 to 100.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, quality=quality, method=6)
    print(f"{path.name} {image.width} x {image.height}, {path.stat().st_size:,} bytes")


def table(path: Path, rows: Iterable[Iterable]) -> None:
    """Write a CSV.

    Args:
        path: Where to.
        rows: The names of the columns first. A dictionary stands for its keys.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
