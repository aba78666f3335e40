"""Solution: which of the linear probe's mistakes does fine-tuning mend, and which does it make?"""

from collections import Counter


def compare(truth: list[str], before: list[str], after: list[str]) -> Counter:
    """Count the pictures that both get right, one gets right, or none.

    Args:
        truth: n labels.
        before: n answers of the first model.
        after: n answers of the second.

    Returns:
        Counts under "both right", "mended", "broken" and "both wrong"; they add up to n.
    """
    kinds = {
        (True, True): "both right",
        (False, True): "mended",
        (True, False): "broken",
        (False, False): "both wrong",
    }
    return Counter(
        kinds[a == label, b == label]
        for label, a, b in zip(truth, before, after, strict=True)
    )


def sign_test(mended: int, broken: int) -> float:
    """Return how often a fair coin would give a split at least as uneven, 0 to 1."""
    from scipy.stats import binomtest

    if mended + broken == 0:
        return 1.0
    return binomtest(mended, mended + broken).pvalue
