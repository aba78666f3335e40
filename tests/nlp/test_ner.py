"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import math

import pytest
import torch

from snippets.nlp.ner import find_entities, load_tagger

TEXTS = [
    "Albert Einstein was born in Germany.",
    "It rained all day.",
    "The company moved from London to Paris.",
]
tagger = pytest.fixture(load_tagger, scope="module")


def names(entities: list[dict]) -> list[tuple[str, str]]:
    return [(entity["type"], entity["text"]) for entity in entities]


def test_plain_sentences_get_the_names_that_a_person_marks(tagger):
    assert [names(entities) for entities in find_entities(TEXTS, tagger)] == [
        [("PER", "Albert Einstein"), ("LOC", "Germany")],
        [],
        [("LOC", "London"), ("LOC", "Paris")],
    ]


def test_a_score_is_the_mean_over_the_pieces_of_a_name(tagger):
    (entity, *_) = find_entities(TEXTS[:1], tagger)[0]
    with torch.inference_mode():
        inputs = tagger.tokenizer(TEXTS[0], return_tensors="pt")
        logits = tagger.model(**inputs).logits[0]  # (tokens, labels)
    albert, einstein = (row.softmax(-1).max().item() for row in logits[1:3])  # 0 is [CLS]
    assert math.isclose(entity["score"], (albert + einstein) / 2, abs_tol=1e-5)


def test_start_and_end_cut_the_text_as_written(tagger):
    text = "  Conan O'Brien met\tJean-Luc Godard in São Paulo. 😀 London! "
    (entities,) = find_entities([text], tagger)
    assert entities
    for entity in entities:
        assert text[entity["start"] : entity["end"]] == entity["text"] == entity["text"].strip()


def test_many_texts_give_what_single_texts_give_in_the_same_order(tagger):
    together = find_entities(TEXTS, tagger)
    alone = [find_entities([text], tagger)[0] for text in TEXTS]
    assert [names(entities) for entities in together] == [names(entities) for entities in alone]


def test_a_threshold_only_leaves_entities_out(tagger):
    everything, some, none = (find_entities(TEXTS, tagger, t) for t in (0.0, 0.9, 1.01))
    assert none == [[], [], []]
    for more, less in zip(everything, some, strict=True):
        assert [entity for entity in more if entity["score"] >= 0.9] == less


def test_no_texts_and_texts_without_names(tagger):
    assert find_entities([], tagger) == []
    assert find_entities(["", " \n", "It rained."], tagger) == [[], [], []]


@pytest.mark.parametrize(
    ("texts", "message"),
    [("one string", "pass a list"), (["fine", None], r"texts\[1\] is NoneType")],
)
def test_bad_input_is_named(tagger, texts, message):
    with pytest.raises(TypeError, match=message):
        find_entities(texts, tagger)


def test_a_long_text_is_read_to_its_end_and_the_bare_pipeline_stops_early(tagger):
    # 100,000 characters. A word over 100 characters is one unknown token: two windows, not fifty.
    tail = " Albert Einstein was born in Germany."
    text = ("x" * 149 + " ") * 700
    text = text[: 100_000 - len(tail)].rstrip() + tail
    bare = {text[entity["start"] : entity["end"]] for entity in tagger(text)}
    assert "Albert Einstein" not in bare
    (entities,) = find_entities([text], tagger)
    assert ("PER", "Albert Einstein") in names(entities)
    spans = [(entity["start"], entity["end"]) for entity in entities]
    assert spans == sorted(set(spans))  # the overlap of two windows is not counted twice
