"""Fill one slot of a sentence with different words and see how far the score moves."""

from transformers import TextClassificationPipeline

from snippets.introduction.sentiment import classify


def probe(
    template: str, words: list[str], classifier: TextClassificationPipeline
) -> dict[str, float]:
    """Return the probability of POSITIVE for each word put into `template`, lowest first.

    Raises:
        ValueError: if the template has no `{}` for the word.
    """
    if "{}" not in template:
        raise ValueError(f"no {{}} in the template {template!r}")
    scores = classify([template.format(word) for word in words], classifier)
    positive = {word: row["POSITIVE"] for word, row in zip(words, scores, strict=True)}
    return dict(sorted(positive.items(), key=lambda item: item[1]))


def spread(positive: dict[str, float]) -> float:
    """Return the distance between the highest and the lowest score: 0 for a fair model."""
    return max(positive.values()) - min(positive.values())
