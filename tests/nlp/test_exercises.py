"""The solutions that the exercises of section 2 print are run, on the offline Hub."""

import pytest

from snippets.nlp import lora
from snippets.nlp.translation import load_translator, translate

# ---- exercise 2: translation


def test_numbers_are_found_with_their_signs(solution):
    numbers = solution("numbers").numbers
    assert numbers("Room 318, 9:30 and 1,250.75 euros.") == ["1,250.75", "30", "318", "9"]
    assert numbers("Nothing here.") == []


def test_wrong_numbers_names_each_sentence_whose_number_did_not_arrive(solution):
    found = solution("numbers")
    tokenizer, model = load_translator()
    sentences = [f"I am {n} years old." for n in (19, 318)]
    answers = translate(sentences, tokenizer, model)
    wrong = found.wrong_numbers("I am {} years old.", [19, 318], tokenizer, model)
    triples = zip(sentences, answers, ("19", "318"), strict=True)
    assert wrong == [(a, b) for a, b, number in triples if found.numbers(b) != [number]]


# ---- exercise 3: ner


def test_entity_errors_sorts_each_kind(solution):
    entity_errors = solution("entity_errors").entity_errors
    truth = [{(0, 14, "ORG"), (21, 33, "PER")}, {(0, 5, "LOC"), (9, 12, "MISC")}, set()]
    found = [{(0, 7, "ORG"), (21, 33, "PER")}, {(0, 5, "PER"), (20, 22, "LOC")}, set()]
    counts = {"right": 1, "wrong boundary": 1, "wrong type": 1, "missed": 1, "invented": 1}
    assert entity_errors(truth, found) == counts
    assert entity_errors([{(0, 9, "ORG")}], [{(0, 4, "PER")}]) == {"both wrong": 1}
    assert entity_errors([], []) == {}


# ---- exercise 4: zero_shot


@pytest.mark.parametrize("multi_label", [False, True])
def test_one_more_label_shrinks_all_scores_alike_or_none(multi_label, solution):
    from snippets.nlp.zero_shot import load_classifier

    found = solution("one_more_label")
    text = "My parcel should have been here on Friday."
    labels = ["delivery", "billing", "praise"]
    pairs = found.before_and_after(text, labels, "weather", load_classifier(), multi_label)
    assert sorted(pairs) == sorted(labels)
    factors = [after / before for before, after in pairs.values()]
    assert factors == pytest.approx([factors[0]] * 3, rel=1e-3)  # fp32, padded to another length
    assert factors[0] == pytest.approx(1, rel=1e-3) if multi_label else factors[0] < 1
    assert found.passes(1000, 7) == 7000


# ---- exercise 5: text_generation


def test_faithful_keeps_what_is_supported_and_copies_otherwise(solution):
    faithful = solution("faithful").faithful
    text = "It rained. Please call Emma before 16:30. The soup was hot."
    assert faithful("Call Emma before 16:30.", text) == "Call Emma before 16:30."
    assert faithful("Call Nora before 17:30.", text) == "Please call Emma before 16:30."
    assert faithful("", text) == "It rained."
    with pytest.raises(ValueError, match="empty"):
        faithful("Call Emma.", " ")


# ---- exercise 6: lora


def test_two_adapters_share_one_base(tmp_path, solution):
    found = solution("two_adapters")
    texts = ["Where is my parcel?", "You charged me twice.", "It never came.", "Wrong amount."]
    teams = {"shop": ["delivery", "billing"] * 2, "utility": ["billing", "delivery"] * 2}
    folders, alone = {}, {}
    for domain, labels in teams.items():
        model = lora.Classifier(labels)
        lora.fit_head(model, texts, labels)
        model = lora.add_lora(model)
        lora.train(model, texts, labels, epochs=1)
        alone[domain] = lora.classify(model, texts)
        folders[domain] = tmp_path / domain
        model.save_pretrained(folders[domain])
    assert alone["shop"] != alone["utility"]
    mounted = found.mount(["billing", "delivery"], folders)
    for domain in ("utility", "shop", "utility"):
        assert found.classify_for(mounted, domain, texts) == alone[domain]
    _, added = found.weights(mounted)
    assert added == 2 * (73_728 + 384 * 2 + 2)
    with pytest.raises(ValueError, match="mounted: shop, utility"):
        found.classify_for(mounted, "clinic", texts)
