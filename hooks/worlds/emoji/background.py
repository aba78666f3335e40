"""What is behind the things: textured, cluttered backgrounds of eight kinds."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw


def background(
    rng: np.random.Generator, size: int, kinds: Sequence[str] | None = None
) -> Image.Image:
    """One square background.

    Args:
        rng: All that is random comes from it: same state, same picture.
        size: Side in pixels.
        kinds: Which of `KINDS` to choose from; None means all.

    Returns:
        RGB picture, `size` x `size`.

    Raises:
        ValueError: `kinds` names none, or one that does not exist.
    """
    kinds = list(KINDS if kinds is None else kinds)
    if not kinds or set(kinds) - set(KINDS):
        raise ValueError(f"kinds {kinds}: want one or more of {', '.join(KINDS)}")
    values = KINDS[kinds[rng.integers(len(kinds))]](rng, size)
    # Grain, as in a photograph; without it plain areas would give the background away.
    values = values + rng.normal(0, rng.uniform(1, 10), (size, size, 1))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8), "RGB")


def color(rng: np.random.Generator) -> np.ndarray:
    """One RGB color, 0 to 255, from pale to strong, not quite black."""
    hsv = rng.random(), rng.uniform(0, 0.8), rng.uniform(0.15, 1)
    return 255 * np.array(colorsys.hsv_to_rgb(*hsv))


def shape(rng: np.random.Generator, size: int) -> Image.Image:
    """A meaningless thing: ellipse, polygon, stroke or frame.

    Args:
        rng: All that is random comes from it.
        size: Side of the picture in pixels; the thing may be smaller.

    Returns:
        RGBA picture, `size` x `size`.
    """
    picture = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(picture)
    fill = (*(int(value) for value in color(rng)), 255)
    kind = rng.integers(4)
    if kind == 0:
        draw.ellipse((0, 0, size - 1, int(size * rng.uniform(0.3, 1))), fill=fill)
    elif kind == 1:
        points = rng.integers(0, size, (int(rng.integers(3, 7)), 2))
        draw.polygon([tuple(point) for point in points.tolist()], fill=fill)
    elif kind == 2:
        ends = rng.integers(0, size, 4).tolist()
        draw.line(ends, fill=fill, width=max(1, size // int(rng.integers(6, 16))))
    else:
        width = max(1, size // 8)
        draw.rectangle((0, 0, size - 1, int(size * rng.uniform(0.3, 1))), outline=fill, width=width)
    return picture


def _grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns, each (size, size), from 0 to 1."""
    return np.meshgrid(np.linspace(0, 1, size), np.linspace(0, 1, size), indexing="ij")


def _smooth(rng: np.random.Generator, size: int, cells: int) -> np.ndarray:
    """Random field (size, size), 0 to 1, that changes over about size / cells pixels."""
    coarse = Image.fromarray((255 * rng.random((cells, cells))).astype(np.uint8))
    return np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC), float) / 255


def _mix(rng: np.random.Generator, share: np.ndarray) -> np.ndarray:
    """Two random colors, mixed at each pixel by `share` from 0 to 1."""
    share = share[..., None]
    return (1 - share) * color(rng) + share * color(rng)


def _gradient(rng: np.random.Generator, size: int) -> np.ndarray:
    rows, columns = _grid(size)
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * rows + np.sin(angle) * columns
    return _mix(rng, (slope - slope.min()) / np.ptp(slope))


def _clouds(rng: np.random.Generator, size: int) -> np.ndarray:
    layers = (_smooth(rng, size, 2**n) / 2 ** (n - 1) for n in range(1, 6))
    field = sum(layers, np.zeros((size, size)))
    return _mix(rng, (field - field.min()) / np.ptp(field))


def _stripes(rng: np.random.Generator, size: int) -> np.ndarray:
    rows, columns = _grid(size)
    angle, count = rng.uniform(0, np.pi), rng.uniform(2, 14)
    wave = np.sin(2 * np.pi * count * (np.cos(angle) * rows + np.sin(angle) * columns))
    return _mix(rng, np.clip(0.5 + wave * rng.uniform(0.5, 5), 0, 1))


def _checker(rng: np.random.Generator, size: int) -> np.ndarray:
    rows, columns = _grid(size)
    count, lean = rng.uniform(2, 10), rng.uniform(-0.5, 0.5)
    odd = (np.floor(count * (rows + lean * columns)) + np.floor(count * columns)) % 2
    return _mix(rng, odd)


def _bricks(rng: np.random.Generator, size: int) -> np.ndarray:
    rows, columns = _grid(size)
    count = int(rng.integers(4, 12))
    row = np.floor(rows * count).astype(int)
    along = columns * count / 2 + 0.5 * (row % 2)
    tone = rng.uniform(0.7, 1, (count + 1, count + 3))[row, np.floor(along).astype(int)]
    joint = ((rows * count) % 1 < 0.12) | (along % 1 < 0.06)
    return np.where(joint[..., None], color(rng), color(rng) * tone[..., None])


def _blobs(rng: np.random.Generator, size: int) -> np.ndarray:
    levels = np.floor(_smooth(rng, size, int(rng.integers(3, 9))) * 4).clip(0, 3).astype(int)
    return np.stack([color(rng) for _ in range(4)])[levels]


def _meadow(rng: np.random.Generator, size: int) -> np.ndarray:
    rows, columns = _grid(size)
    hills = rng.uniform(0.3, 0.7) + 0.08 * np.sin(2 * np.pi * (rng.random() + 2 * columns))
    grass = np.array([60, 130, 40]) * rng.uniform(0.6, 1.4, 3) * (0.6 + _blades(rng, size))
    sky = np.array([130, 180, 235]) * rng.uniform(0.7, 1.1) * (0.8 + 0.3 * rows[..., None])
    return np.where((rows > hills)[..., None], grass, sky)


def _blades(rng: np.random.Generator, size: int) -> np.ndarray:
    noise = rng.random((max(1, size // 6), size))
    picture = Image.fromarray((255 * noise).astype(np.uint8)).resize((size, size))
    return np.asarray(picture, float)[..., None] / 255


def _clutter(rng: np.random.Generator, size: int) -> np.ndarray:
    picture = Image.fromarray(np.clip(_clouds(rng, size), 0, 255).astype(np.uint8), "RGB")
    for _ in range(int(rng.integers(8, 25))):
        thing = shape(rng, int(size * rng.uniform(0.05, 0.35)) + 2)
        place = rng.integers(-size // 10, size, 2).tolist()
        picture.paste(thing, tuple(place), thing)
    return np.asarray(picture, float)


_DRAW = (_gradient, _clouds, _stripes, _checker, _bricks, _blobs, _meadow, _clutter)
KINDS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    draw.__name__.removeprefix("_"): draw for draw in _DRAW
}
