"""Exercise: labels that mean the same share what belongs to the meaning."""

from collections.abc import Iterable, Mapping


def by_meaning(
    answers: Iterable[tuple[str, float, float]], meaning: Mapping[str, str]
) -> dict[str, float]:
    """Add up the shares of the labels that mean the same, largest first.

    A label that `meaning` does not name stands for itself.
    """
    sums: dict[str, float] = {}
    for label, share, _ in answers:
        name = meaning.get(label, label)
        sums[name] = sums.get(name, 0) + share
    return dict(sorted(sums.items(), key=lambda item: -item[1]))
