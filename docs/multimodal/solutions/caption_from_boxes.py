"""A caption without a captioner: one sentence filled in from the boxes of a detector."""

from collections import Counter

NUMBERS = "no one two three four five six".split()
PLURALS = {"bus": "buses", "person": "people", "sheep": "sheep", "couch": "couches"}


def group(name: str, count: int) -> str:
    """Return "a bus", "an airplane", "two people", "9 cars"."""
    if count == 1:
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {PLURALS.get(name, name + 's')}"


def caption_from_boxes(objects: list[dict], threshold: float = 0.5) -> str:
    """Name what a detector found, the most frequent first: it can't name anything else.

    Args:
        objects: each with `name` and `score`, as `detect` for YOLO returns them.
        threshold: lowest score that counts, 0 to 1.
    """
    found = Counter(one["name"] for one in objects if one["score"] >= threshold)
    words = [group(name, count) for name, count in found.most_common()]
    if not words:
        return "A picture in which nothing known was found."
    *first, last = words
    return f"A picture with {', '.join(first)}{' and ' if first else ''}{last}."
