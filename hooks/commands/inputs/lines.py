"""Draw the twenty lines that `ocr` reads: `python -m hooks.commands.inputs.lines`.

Writes docs/vision/lines.webp, a sheet, and docs/vision/lines.csv: the text of each line, its box on
the sheet in pixels, and the font that it is drawn in.
"""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from hooks.core.paths import DOCS
from hooks.worlds.text_lines import draw, strings

FOLDER = DOCS / "vision"
SEED = 46
COUNT = 20
COLUMNS = 2
WIDTH = 380  # pixels of a column


def lines() -> list[tuple[str, str, Image.Image]]:
    """Return (text, font, picture) of twenty lines, all of words that no training line has."""
    rng = np.random.default_rng(SEED)
    drawn = []
    while len(drawn) < COUNT:
        text = strings.line(rng, held_out=True)
        font = draw.FONTS[len(drawn) % len(draw.FONTS)]
        if 8 <= len(text) <= 22 and (image := draw.scan(rng, text, font)).width <= WIDTH:
            drawn.append((text, font, image))
    return drawn


def main() -> None:
    """Write the sheet and its table."""
    rows, left, top, height = [], 0, 0, 0
    drawn = lines()
    places = []
    for number, (_, _, image) in enumerate(drawn):
        if number and number % (COUNT // COLUMNS) == 0:
            left, top = left + WIDTH + 8, 0
        places.append((left, top))
        top += image.height + 4
        height = max(height, top - 4)
    sheet = Image.new("L", (COLUMNS * WIDTH + 8, height), 255)
    for (text, font, image), (left, top) in zip(drawn, places, strict=True):
        sheet.paste(image, (left, top))
        box = left, top, left + image.width, top + image.height
        rows.append([text, *box, Path(font).stem])
    sheet.save(FOLDER / "lines.webp", quality=55, method=6)
    with (FOLDER / "lines.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["text", "left", "top", "right", "bottom", "font"])
        table.writerows(rows)


if __name__ == "__main__":
    main()
