"""Add a label to the list and see what happens to the scores of the others."""

from transformers import ZeroShotClassificationPipeline

from snippets.nlp.zero_shot import classify


def before_and_after(
    text: str,
    labels: list[str],
    extra: str,
    classifier: ZeroShotClassificationPipeline,
    multi_label: bool = False,
) -> dict[str, tuple[float, float]]:
    """Return each label's score without and with `extra` in the list, best first."""
    (before,) = classify([text], labels, classifier, multi_label=multi_label)
    (after,) = classify([text], [*labels, extra], classifier, multi_label=multi_label)
    return {label: (score, after[label]) for label, score in before.items()}


def passes(texts: int, labels: int) -> int:
    """Return how many pairs of text and label the model reads."""
    return texts * labels
