"""Sort texts into labels that you write yourself, with an entailment model."""

from transformers import ZeroShotClassificationPipeline, pipeline

CHECKPOINT = "facebook/bart-large-mnli"
REVISION = "d7645e127eaf1aefc7862fd59a17a5aa8558b8ce"
TEMPLATE = "This example is {}."  # the pipeline's own default


def load_classifier() -> ZeroShotClassificationPipeline:
    """Download the checkpoint once, then load it from the cache; opens no pickle."""
    return pipeline(
        "zero-shot-classification",
        model=CHECKPOINT,
        revision=REVISION,
        model_kwargs={"use_safetensors": True},
    )


def classify(
    texts: list[str],
    labels: list[str],
    classifier: ZeroShotClassificationPipeline,
    template: str = TEMPLATE,
    multi_label: bool = False,
    batch_size: int = 32,
) -> list[dict[str, float]]:
    """Score every label for every text: n texts and k labels cost n * k forward passes.

    Args:
        texts: n texts. Each is cut to what the model reads; labels are never cut.
        labels: k candidate labels, words or phrases, all different.
        classifier: what `load_classifier` returns.
        template: sentence with `{}` where the label goes.
        multi_label: score each label on its own, so that several or none can be true.
        batch_size: pairs of text and label per forward pass.

    Returns:
        n dictionaries in the order of `texts`: label to score, best first. The scores
        of a text sum to 1, unless `multi_label` is set or there is one label only.

    Raises:
        TypeError: if `texts` or `labels` is one string, or holds something else.
        ValueError: if there is no label, a text or label is empty, a label is there
            twice, or the template has no `{}`.

    Examples:
        >>> texts = ["Where is my parcel?", "The second half of the match was dull."]
        >>> scores = classify(texts, ["delivery", "football"], load_classifier())
        >>> [max(s, key=s.get) for s in scores]
        ['delivery', 'football']

    Model card: https://huggingface.co/facebook/bart-large-mnli
    """
    for name, values in {"texts": texts, "labels": labels}.items():
        if isinstance(values, str):
            raise TypeError(f"{name} is one string: pass a list, such as [{values!r}]")
        for index, value in enumerate(values):
            if not isinstance(value, str):
                kind = type(value).__name__
                raise TypeError(f"{name}[{index}] is {kind}, not a string")
            if not value.strip():
                raise ValueError(f"{name}[{index}] is empty: drop it first")
    if len(set(labels)) < len(labels):
        raise ValueError("labels holds the same label twice: each needs its own score")
    if not len(texts):  # the pipeline itself fails on an empty list
        return []
    answers = classifier(
        list(texts),
        candidate_labels=list(labels),
        hypothesis_template=template,
        multi_label=multi_label,
        batch_size=batch_size,
    )
    return [
        dict(zip(answer["labels"], answer["scores"], strict=True)) for answer in answers
    ]


if __name__ == "__main__":
    texts = ["Where is my parcel?", "The second half of the match was dull."]
    for scores in classify(texts, ["delivery", "football"], load_classifier()):
        print({label: round(score, 3) for label, score in scores.items()})
