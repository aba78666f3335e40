"""Find the names of persons, organizations and places in English texts."""

from transformers import TokenClassificationPipeline, pipeline

CHECKPOINT = "dslim/bert-base-NER"
REVISION = "d1a3e8f13f8c3566299d95fcfc9a8d2382a9affc"


def load_tagger() -> TokenClassificationPipeline:
    """Download the checkpoint once, then load it from the cache; opens no pickle."""
    tagger = pipeline(
        "ner",
        model=CHECKPOINT,
        revision=REVISION,
        aggregation_strategy="first",  # never cuts a word in two, as "simple" may
        model_kwargs={"use_safetensors": True},
    )
    # Not every tokenizer says how long a text may be. The weights do: 512 positions.
    tagger.tokenizer.model_max_length = tagger.model.config.max_position_embeddings
    return tagger


def find_entities(
    texts: list[str], tagger: TokenClassificationPipeline, threshold: float = 0.0
) -> list[list[dict[str, str | float | int]]]:
    """Find the named entities of every text.

    Args:
        texts: n texts of any length; a long one is read in overlapping windows.
        tagger: what `load_tagger` returns.
        threshold: entities with a lower score (0 to 1) are left out.

    Returns:
        n lists in the order of `texts`. Each entity has a `type` (PER, ORG, LOC or
        MISC), its `text` as it stands there, `start` and `end` in characters, and a
        `score`. A text without names gives an empty list, and so does an empty text.

    Raises:
        TypeError: if `texts` is one string, or holds something that is not a string.

    Examples:
        >>> tagger = load_tagger()
        >>> (entities,) = find_entities(["Ada Lovelace lived in London."], tagger)
        >>> [(entity["type"], entity["text"]) for entity in entities]
        [('PER', 'Ada Lovelace'), ('LOC', 'London')]

    Model card: https://huggingface.co/dslim/bert-base-NER
    """
    if isinstance(texts, str):
        raise TypeError("texts is one string: pass a list, such as [text]")
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts[{index}] is {type(text).__name__}, not a string")
    if not len(texts):  # the pipeline itself fails on an empty list
        return []
    # Without a stride the pipeline reads 512 tokens and drops the rest in silence.
    answers = tagger(list(texts), stride=64)
    return [
        [
            {
                "type": entity["entity_group"],
                "text": text[entity["start"] : entity["end"]],
                "start": entity["start"],
                "end": entity["end"],
                "score": float(entity["score"]),
            }
            for entity in entities
            if entity["score"] >= threshold
        ]
        for text, entities in zip(texts, answers, strict=True)
    ]


if __name__ == "__main__":
    for entity in find_entities(["Ada Lovelace lived in London."], load_tagger())[0]:
        print(entity["type"], entity["text"], round(entity["score"], 3))
