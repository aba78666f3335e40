"""Sort the differences between true spans and found spans by what went wrong."""

from collections import Counter

Span = tuple[int, int, str]  # (start, end, type)


def entity_errors(truth: list[set[Span]], found: list[set[Span]]) -> Counter[str]:
    """Count, over all texts: right, wrong boundary, wrong type, both wrong, missed, invented.

    A true span that overlaps a found one is compared with it; without overlap it is
    missed. A found span that overlaps no true one is invented.
    """
    counts: Counter[str] = Counter()
    for true, said in zip(truth, found, strict=True):
        for start, end, kind in true:
            near = [span for span in said if span[0] < end and start < span[1]]
            if (start, end, kind) in said:
                counts["right"] += 1
            elif not near:
                counts["missed"] += 1
            elif any(span[:2] == (start, end) for span in near):
                counts["wrong type"] += 1
            elif any(span[2] == kind for span in near):
                counts["wrong boundary"] += 1
            else:
                counts["both wrong"] += 1
        for start, end, _ in said:
            if not any(span[0] < end and start < span[1] for span in true):
                counts["invented"] += 1
    return counts
