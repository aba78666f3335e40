import numpy as np


def count_things(masks: np.ndarray, same: float = 0.5, least: int = 50) -> int:
    """How many things several clicks hit: masks that overlap by `same` are one thing.

    Args:
        masks: (n, height, width) bool, the best mask of each click.
        same: IoU from which two masks count as the same thing.
        least: masks with fewer pixels are dropped as crumbs.
    """
    kept: list[np.ndarray] = []
    for mask in masks:
        if mask.sum() < least:
            continue
        overlaps = [(mask & other).sum() / (mask | other).sum() for other in kept]
        if all(overlap < same for overlap in overlaps):
            kept.append(mask)
    return len(kept)


def grid(width: int, height: int, step: int) -> list[tuple[int, int]]:
    """Clicks on a grid over the whole picture, each in the middle of its cell."""
    columns = range(step // 2, width, step)
    return [(x, y) for y in range(step // 2, height, step) for x in columns]
