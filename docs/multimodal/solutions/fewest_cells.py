"""Find the fewest cells of an IVF index that reach a recall, and check it on other queries."""

import faiss
import numpy as np


def recall(found: np.ndarray, exact: np.ndarray) -> float:
    """Share of the exact neighbors that were found, 0 to 1; both (queries, k) row numbers."""
    pairs = zip(found, exact, strict=True)
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in pairs]))


def fewest_cells(
    ivf: faiss.IndexIVF, exact: faiss.Index, queries: np.ndarray, target: float, k: int = 10
) -> tuple[int, float, float]:
    """Return cells to open, recall on the first half of the queries, recall on the second.

    The first half chooses, the second, which had no say, tells what to expect.
    """
    truth = exact.search(queries, k)[1]
    half = len(queries) // 2
    for ivf.nprobe in range(1, ivf.nlist + 1):
        reached = recall(ivf.search(queries[:half], k)[1], truth[:half])
        if reached >= target:
            break
    return ivf.nprobe, reached, recall(ivf.search(queries[half:], k)[1], truth[half:])
