"""The accuracy of always giving the most frequent label."""

from collections import Counter


def majority_accuracy(labels: list[str]) -> float:
    """Return the share of the most frequent label, between 0 and 1."""
    return max(Counter(labels).values()) / len(labels)
