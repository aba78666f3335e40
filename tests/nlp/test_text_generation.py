"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import pytest
import torch

from snippets.nlp.text_generation import generate, load_generator

PROMPTS = [
    "sst2 sentence: The food was great.",
    "sst2 sentence: The food was terrible.",
    "translate English to German: The small dog is in the garden.",
    "question: When does the flight leave? context: Flight BM66 to Rome leaves at 16:15.",
]
generator = pytest.fixture(load_generator, scope="module")


def test_plain_prompts_get_the_answer_that_a_person_gives(generator):
    answers = generate(PROMPTS, *generator)
    assert answers[:2] == ["positive", "negative"]
    assert answers[2] == "Der kleine Hund ist im Garten."


def test_the_first_token_is_the_likeliest_one(generator):
    tokenizer, model = generator
    inputs = tokenizer(PROMPTS[0], return_tensors="pt")
    start = torch.tensor([[model.config.decoder_start_token_id]])
    with torch.inference_mode():
        logits = model(**inputs, decoder_input_ids=start).logits[0, 0]
    assert tokenizer.decode(logits.argmax()).strip() == "positive"


def test_a_batch_gives_what_single_prompts_give_in_the_same_order(generator):
    alone = [generate([prompt], *generator)[0] for prompt in PROMPTS]
    assert generate(PROMPTS, *generator) == alone


def test_an_answer_ends_at_the_limit(generator):
    tokenizer, _ = generator
    (answer,) = generate(PROMPTS[2:3], *generator, max_new_tokens=2)
    assert len(tokenizer(answer, add_special_tokens=False)["input_ids"]) <= 2


def test_no_prompts_give_no_texts(generator):
    assert generate([], *generator) == []


def test_bad_input_is_named(generator, bad_texts):
    texts, refused = bad_texts
    with refused:
        generate(texts, *generator)


def test_a_longer_limit_lets_a_longer_text_through(generator):
    long = "summarize: " + "We all enjoyed the music. " * 120
    with pytest.raises(ValueError, match=r"prompts\[0\] has \d+ tokens, more than 512"):
        generate([long], *generator)
    (answer,) = generate([long], *generator, max_tokens=5000, max_new_tokens=5)
    assert isinstance(answer, str)
