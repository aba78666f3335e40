"""Draw the twenty lines that `ocr` reads: `python -m hooks.commands.inputs.lines`.

Writes docs/vision/lines.webp, a sheet, and docs/vision/lines.csv: the text of each line, its box on
the sheet in pixels, and the font that it is drawn in.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from hooks.commands.inputs import write
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
    rows: list[tuple] = [("text", "left", "top", "right", "bottom", "font")]
    sheet = Image.new("L", (COLUMNS * WIDTH + 8, 100 * COUNT), 255)
    height = top = 0
    for number, (text, font, image) in enumerate(lines()):
        column, row = divmod(number, COUNT // COLUMNS)
        left, top = column * (WIDTH + 8), top if row else 0
        box = left, top, left + image.width, top + image.height
        sheet.paste(image, box)
        rows.append((text, *box, Path(font).stem))
        height, top = max(height, box[3]), box[3] + 4
    write.picture(FOLDER / "lines.webp", sheet.crop((0, 0, sheet.width, height)), 55)
    write.table(FOLDER / "lines.csv", rows)


if __name__ == "__main__":
    main()
