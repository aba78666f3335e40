"""Search with all eight ways that a picture can be turned and mirrored."""

from collections.abc import Callable

import faiss
import numpy as np
from PIL import Image

from snippets.multimodal.image_search import search

TURNS = (None, *Image.Transpose)  # as it is, and seven more


def search_turned(
    index: faiss.Index,
    picture: Image.Image,
    embed: Callable[[list[Image.Image]], np.ndarray],
    k: int = 5,
) -> list[tuple[int, float]]:
    """Return k pairs (row, cosine), best first; a row counts once, with its best cosine."""
    views = [picture if turn is None else picture.transpose(turn) for turn in TURNS]
    scores, rows = search(index, embed(views), k)
    best: dict[int, float] = {}
    for row, score in zip(rows.ravel().tolist(), scores.ravel().tolist(), strict=True):
        best[row] = max(score, best.get(row, -1.0))
    return sorted(best.items(), key=lambda pair: -pair[1])[:k]
