"""Label texts in two ways: a ready-made sentiment model, a router for your topics."""

from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from transformers import TextClassificationPipeline, pipeline

CHECKPOINT = "cardiffnlp/twitter-roberta-base-sentiment-latest"
REVISION = "3216a57f2a0d9c45a2e6c20157c20c49fb4bf9c7"
ENCODER_CHECKPOINT = "sentence-transformers/all-MiniLM-L6-v2"
ENCODER_REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"


def load_classifier() -> TextClassificationPipeline:
    """Load the sentiment checkpoint; of a pickle, only tensors are read.

    This repository has no safetensors, only pytorch_model.bin, a pickle. A pickle can
    run code when it is opened. `weights_only=True` refuses everything but tensors. It
    is the default of transformers 5; we say it so that no default decides.
    """
    return pipeline(
        "text-classification",
        model=CHECKPOINT,
        revision=REVISION,
        model_kwargs={"weights_only": True},
    )


def classify(
    texts: list[str], classifier: TextClassificationPipeline, batch_size: int = 32
) -> list[dict[str, float]]:
    """Score negative, neutral and positive for every text.

    Args:
        texts: n texts. Each is cut after 512 tokens.
        classifier: what `load_classifier` returns.
        batch_size: texts per forward pass.

    Returns:
        n dictionaries in the order of `texts`: label to probability, best first, sum 1.

    Raises:
        TypeError: if `texts` is one string, or holds something that is not a string.
        ValueError: if a text is empty.

    Examples:
        >>> (scores,) = classify(["The parcel came on Monday."], load_classifier())
        >>> sorted(scores)
        ['negative', 'neutral', 'positive']

    Model card:
    https://huggingface.co/cardiffnlp/twitter-roberta-base-sentiment-latest
    """
    _check(texts)
    if not len(texts):
        return []
    # max_length too: tokenizers of sister checkpoints state no limit of their own
    # (transformers issue 13459), and truncation alone would then cut nothing.
    options = {"top_k": None, "truncation": True, "max_length": 512}
    answers = classifier(list(texts), batch_size=batch_size, **options)
    return [{answer["label"]: answer["score"] for answer in row} for row in answers]


def train_router(texts: list[str], topics: list[str]) -> Pipeline:
    """Learn your topics from labeled texts: MiniLM's vectors, then logistic regression.

    Args:
        texts: n texts. MiniLM reads the first 256 word pieces of each.
        topics: the topic of each text; two different ones at least.

    Returns:
        A scikit-learn pipeline: `predict(texts)` gives topics, `predict_proba(texts)`
        gives (texts, topics) probabilities in the order of `classes_`.

    Raises:
        TypeError: if `texts` is one string, or holds something that is not a string.
        ValueError: if a text is empty, or there is none; if texts and topics differ in
            number; if there is only one topic.

    Examples:
        >>> router = train_router(["Refund me.", "It broke."], ["billing", "repair"])
        >>> router.predict(["I want my money back."]).tolist()
        ['billing']

    Model card:
    https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
    """
    _check(texts, least=1)
    encoder = SentenceTransformer(
        ENCODER_CHECKPOINT,
        revision=ENCODER_REVISION,
        model_kwargs={"use_safetensors": True},
    )

    def embed(texts: list[str]):
        _check(texts, least=1)
        return encoder.encode(list(texts))  # (n, 384), each of length 1

    head = LogisticRegression(max_iter=1000)
    return make_pipeline(FunctionTransformer(embed), head).fit(texts, topics)


def _check(texts: list[str], least: int = 0) -> None:
    if isinstance(texts, str):
        raise TypeError("texts is one string: pass a list, such as [text]")
    if len(texts) < least:
        raise ValueError("no texts: pass at least one")
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts[{index}] is {type(text).__name__}, not a string")
        if not text.strip():
            raise ValueError(f"texts[{index}] is empty: drop it before you classify")


if __name__ == "__main__":
    for scores in classify(["I love this!", "What a waste."], load_classifier()):
        print({label: round(score, 3) for label, score in scores.items()})
    router = train_router(["Refund me.", "It broke."], ["billing", "repair"])
    print(router.predict(["I want my money back."]).tolist())
