"""Label English sentences as positive or negative with a pre-trained classifier."""

from transformers import TextClassificationPipeline, pipeline

CHECKPOINT = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
REVISION = "714eb0fa89d2f80546fda750413ed43d93601a13"


def load_classifier() -> TextClassificationPipeline:
    """Download the checkpoint once, then load it from the cache; opens no pickle."""
    return pipeline(
        "sentiment-analysis",
        model=CHECKPOINT,
        revision=REVISION,
        model_kwargs={"use_safetensors": True},
    )


def classify(
    texts: list[str], classifier: TextClassificationPipeline, batch_size: int = 32
) -> list[dict[str, float]]:
    """Score every label for every text.

    Args:
        texts: n sentences. Each is cut after 512 tokens.
        classifier: what `load_classifier` returns.
        batch_size: texts per forward pass; more is faster on a GPU, needs more memory.

    Returns:
        n dictionaries in the order of `texts`: label to probability, best first, sum 1.

    Raises:
        TypeError: if `texts` is one string, or holds something that is not a string.
        ValueError: if a text is empty: the model would score it all the same.

    Examples:
        >>> scores = classify(["I love this!", "What a waste."], load_classifier())
        >>> [max(s, key=s.get) for s in scores]
        ['POSITIVE', 'NEGATIVE']

    Model card:
    https://huggingface.co/distilbert/distilbert-base-uncased-finetuned-sst-2-english
    """
    if isinstance(texts, str):
        raise TypeError("texts is one string: pass a list, such as [text]")
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts[{index}] is {type(text).__name__}, not a string")
        if not text.strip():
            raise ValueError(f"texts[{index}] is empty: drop it before you classify")
    if not len(texts):  # the pipeline itself fails on an empty list
        return []
    # top_k=None asks for all labels. Without truncation one long text stops them all.
    answers = classifier(
        list(texts), top_k=None, truncation=True, batch_size=batch_size
    )
    return [{answer["label"]: answer["score"] for answer in row} for row in answers]


if __name__ == "__main__":
    for scores in classify(["I love this!", "What a waste."], load_classifier()):
        print({label: round(score, 3) for label, score in scores.items()})
