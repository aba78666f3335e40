"""The solutions that the exercises of section 2 print are run, on the offline Hub."""

import runpy
from pathlib import Path

import pytest

from snippets.nlp.translation import load_translator, translate

SOLUTIONS = Path(__file__).parents[2] / "docs" / "nlp" / "solutions"


def solution(name: str) -> dict:
    return runpy.run_path(str(SOLUTIONS / f"{name}.py"))


# ---- exercise 1: text_classification

# ---- exercise 2: translation


def test_numbers_are_found_with_their_signs():
    numbers = solution("numbers")["numbers"]
    assert numbers("Room 318, 9:30 and 1,250.75 euros.") == ["1,250.75", "30", "318", "9"]
    assert numbers("Nothing here.") == []


def test_wrong_numbers_names_each_sentence_whose_number_did_not_arrive():
    found = solution("numbers")
    tokenizer, model = load_translator()
    sentences = [f"I am {n} years old." for n in (19, 318)]
    answers = translate(sentences, tokenizer, model)
    wrong = found["wrong_numbers"]("I am {} years old.", [19, 318], tokenizer, model)
    assert wrong == [
        pair
        for pair, number in zip(zip(sentences, answers, strict=True), ("19", "318"), strict=True)
        if found["numbers"](pair[1]) != [number]
    ]


# ---- exercise 3: ner

# ---- exercise 4: zero_shot

# ---- exercise 5: text_generation


def test_faithful_keeps_what_is_supported_and_copies_otherwise():
    faithful = solution("faithful")["faithful"]
    text = "It rained. Please call Emma before 16:30. The soup was hot."
    assert faithful("Call Emma before 16:30.", text) == "Call Emma before 16:30."
    assert faithful("Call Nora before 17:30.", text) == "Please call Emma before 16:30."
    assert faithful("", text) == "It rained."
    with pytest.raises(ValueError, match="empty"):
        faithful("Call Emma.", " ")


# ---- exercise 6: lora
