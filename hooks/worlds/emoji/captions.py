"""Says what a scene of the emoji world shows: true sentences, and what a sentence claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from hooks.worlds.emoji.art import NAMES
from hooks.worlds.emoji.scene import Object, Scene

# The color a person would name. Left out where the art has no main one (cow, kite, person).
COLORS = {
    "airplane": "blue", "apple": "red", "backpack": "red", "banana": "yellow",
    "bed": "blue", "bicycle": "gray", "bird": "blue", "boat": "orange", "book": "red",
    "bottle": "green", "broccoli": "green", "bus": "blue", "butterfly": "orange",
    "car": "red", "carrot": "orange", "cat": "yellow", "cell phone": "black",
    "chair": "brown", "clock": "red", "couch": "blue", "cup": "white", "dog": "orange",
    "donut": "brown", "elephant": "gray", "fish": "blue", "guitar": "red",
    "horse": "brown", "hot dog": "orange", "laptop": "blue", "motorcycle": "red",
    "orange": "orange", "penguin": "black", "pizza": "orange", "rabbit": "white",
    "sheep": "white", "teddy bear": "brown", "traffic light": "black", "train": "blue",
    "tree": "green", "truck": "orange", "turtle": "green", "tv": "blue", "umbrella": "blue",
}  # fmt: skip
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
IRREGULAR = {
    "broccoli": "broccoli", "bus": "buses", "couch": "couches", "sandwich": "sandwiches",
    "butterfly": "butterflies", "fish": "fish", "person": "people", "sheep": "sheep",
    "scissors": "scissors",
}  # fmt: skip
FRAMES = (
    "{}", "a photo of {}", "a picture of {}", "an image of {}", "a photo with {}", "there is {}",
    "here you see {}", "a scene with {}",
)  # fmt: skip
EMPTY = "nothing"


def plural(name: str) -> str:
    """The name of several: bus, buses."""
    return IRREGULAR.get(name, name + "s")


def phrase(name: str, count: int = 1, color: bool = False) -> str:
    """One group of equal things: "a red car", "two people".

    Args:
        name: A class in `hooks.worlds.emoji.art.NAMES`.
        count: How many, 1 to 8.
        color: Whether to name the color; a class without one in `COLORS` gets none.

    Raises:
        ValueError: A count that has no word.
    """
    if not 1 <= count < len(NUMBERS):
        raise ValueError(f"{count} x {name}: only 1 to {len(NUMBERS) - 1} things have a word")
    words = name if count == 1 else plural(name)
    if color and name in COLORS:
        words = f"{COLORS[name]} {words}"
    if count > 1:
        return f"{NUMBERS[count]} {words}"
    if words == "scissors":
        return "scissors"
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def counts(scene: Scene) -> dict[str, int]:
    """How many of each class a scene shows, the most visible pixels first."""
    pixels: Counter[str] = Counter()
    for thing in scene.objects:
        pixels[thing.name] += int(thing.mask.sum())
    total = Counter(thing.name for thing in scene.objects)
    return {name: total[name] for name, _ in pixels.most_common()}


def caption(
    rng: np.random.Generator,
    scene: Scene,
    color: float = 0.5,
    place: float = 0.3,
    frames: Sequence[str] = FRAMES,
) -> str:
    """One of many true sentences about a scene, lower case, without a full stop.

    Every thing is named, with its count: "a photo of two red cars and a cat". Where exactly two
    things are far enough apart, it may say how they lie: "a cat above a red car".

    Args:
        rng: Chooses the words: same state, same sentence.
        scene: What `hooks.worlds.emoji.scene.draw` returned, at most 8 things of one class.
        color: Probability that a group's color is named, 0 to 1.
        place: Probability that two single things are said to lie left of, right of, above or
            below one another, 0 to 1.
        frames: Templates to choose from; `{}` is what the scene shows.

    Raises:
        ValueError: More than 8 things of one class.
    """
    groups = list(counts(scene).items())
    rng.shuffle(groups)
    words = [phrase(name, int(n), bool(rng.random() < color)) for name, n in groups]
    frame = frames[int(rng.integers(len(frames)))]
    said = rng.random() < place
    if len(scene.objects) == len(groups) == 2 and said:
        by_name = {thing.name: thing for thing in scene.objects}
        where = _relation(by_name[groups[0][0]], by_name[groups[1][0]], scene.image.width)
        if where:
            return frame.format(f"{words[0]} {where} {words[1]}")
    *most, last = words or [EMPTY]
    return frame.format(f"{', '.join(most)} and {last}" if most else last)


def claims(text: str) -> list[tuple[int, str | None, str]]:
    """What a sentence in the form of `caption` claims: (count, color or None, class) each.

    Unknown words are skipped, so a model's broken sentence gives what is left of it. A name that
    follows no number or article counts as one thing.
    """
    return [
        (NUMBERS.index(number) if number in NUMBERS else 1, color, _SINGULAR.get(name, name))
        for number, color, name in (match.groups() for match in _CLAIM.finditer(text.lower()))
    ]


def _relation(first: Object, second: Object, size: int) -> str | None:
    """How `first` lies to `second`; None where it is not plain to see."""
    (left, top, right, bottom), (left2, top2, right2, bottom2) = first.box, second.box
    across, down = (left + right - left2 - right2) / 2, (top + bottom - top2 - bottom2) / 2
    if max(abs(across), abs(down)) < size / 4 or min(abs(across), abs(down)) > size / 4:
        return None
    if abs(across) > abs(down):
        return "left of" if across < 0 else "right of"
    return "above" if down < 0 else "below"


_SINGULAR = {plural(name): name for name in NAMES}
# Longer names first, so that "hot dog" is not read as "dog". The color and the fruit share
# the word orange: a color must be followed by a name.
_NAME = "|".join(sorted({*NAMES, *_SINGULAR}, key=len, reverse=True))
_COLOR = "|".join(sorted(set(COLORS.values())))
_CLAIM = re.compile(
    rf"\b(?:(an?|{'|'.join(NUMBERS[1:])}) )?(?:({_COLOR}) (?=(?:{_NAME})\b))?({_NAME})\b"
)
