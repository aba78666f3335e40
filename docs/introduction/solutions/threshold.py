"""Answer only when the score is high enough, and count what that costs."""

from transformers import TextClassificationPipeline

from snippets.introduction.sentiment import classify


def triage(
    texts: list[str], classifier: TextClassificationPipeline, threshold: float
) -> list[str | None]:
    """Return a label for each text, or None where the best score is below `threshold`."""
    answers: list[str | None] = []
    for scores in classify(texts, classifier):
        label = max(scores, key=scores.get)
        answers.append(label if scores[label] >= threshold else None)
    return answers


def report(answers: list[str | None], truth: list[str]) -> tuple[float, float]:
    """Return (share of texts answered, share of those answered that are right)."""
    pairs = [pair for pair in zip(answers, truth, strict=True) if pair[0] is not None]
    right = sum(answer == label for answer, label in pairs)
    return len(pairs) / len(truth), right / len(pairs) if pairs else 0.0
