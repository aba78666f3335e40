"""The entity stand-in: the real checkpoint's labels, whole spans."""

from transformers import pipeline

from hooks.training.ner.spans import Score, score, spans_of, text_of


def test_a_plain_sentence_through_the_real_pipeline(repository):
    tagger = pipeline("ner", model=str(repository), aggregation_strategy="simple")
    assert type(tagger.model).__name__ == "BertForTokenClassification"
    entities = tagger("Albert Einstein was born in Germany.")
    assert [(e["entity_group"], e["start"], e["end"]) for e in entities] == [
        ("PER", 0, 15),
        ("LOC", 28, 35),
    ]


def test_spans_by_hand():
    sentence = [
        ("Bank", "B-ORG"), ("of", "I-ORG"), ("France", "I-ORG"), ("and", "O"),
        ("Paul", "I-PER"), ("Ann", "B-PER"), ("Lee", "I-PER"), ("Lyon", "I-LOC"),
    ]  # fmt: skip
    assert text_of(sentence) == "Bank of France and Paul Ann Lee Lyon"
    assert spans_of(sentence) == {(0, 14, "ORG"), (19, 23, "PER"), (24, 31, "PER"), (32, 36, "LOC")}
    assert spans_of([("a", "O")]) == spans_of([]) == set()


def test_whole_spans_are_counted_by_hand():
    sentences = [[("Bank", "B-ORG"), ("of", "I-ORG"), ("France", "I-ORG"), ("Rome", "B-LOC")]]
    # "Bank of" has the right type and the wrong end; Rome is right; nobody is a PER.
    said = {(0, 7, "ORG"), (15, 19, "LOC"), (0, 4, "PER")}
    overall, by_type = score(sentences, lambda text: said)
    assert overall == Score(right=1, said=3, true=2)
    assert (overall.precision, overall.recall, overall.f1) == (1 / 3, 1 / 2, 2 / 5)
    assert by_type["LOC"].f1 == 1
    assert by_type["ORG"] == Score(right=0, said=1, true=1)
    assert by_type["MISC"].f1 == 0  # none said, none true
