"""The translation stand-in: Marian's form, clean splits, chrF by hand."""

import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, MarianMTModel, MarianTokenizer

from hooks.core.paths import STAND_INS
from hooks.hub.stand_ins.translation.build import PIECES, vocabulary
from hooks.training.translation import recipe

SOURCE = STAND_INS / "translation" / PIECES


def test_the_plain_calls_load_a_marian(repository):
    tokenizer = AutoTokenizer.from_pretrained(repository)
    model = AutoModelForSeq2SeqLM.from_pretrained(repository)
    assert isinstance(tokenizer, MarianTokenizer)
    assert isinstance(model, MarianMTModel)
    # As in the real checkpoint: end of sentence 0, unknown 1, padding last, 512 positions.
    last = len(tokenizer) - 1
    assert (tokenizer.eos_token_id, tokenizer.unk_token_id, tokenizer.pad_token_id) == (0, 1, last)
    assert model.config.decoder_start_token_id == model.generation_config.pad_token_id == last
    assert tokenizer.model_max_length == model.config.max_position_embeddings == 512
    inputs = tokenizer(["I am happy."], return_tensors="pt")
    ids = model.generate(**inputs, max_new_tokens=20)
    assert tokenizer.batch_decode(ids, skip_special_tokens=True) == ["Je suis heureux."]
    # The recipe's tokenizer gives the same ids.
    encode = recipe.Encoder(SOURCE)
    for text in ("I have a question.", "Où est-elle ? Ça va !", "日本 9:30"):
        assert tokenizer(text)["input_ids"] == encode(text)
    assert set(vocabulary(SOURCE).values()) == set(range(len(tokenizer)))


def test_no_sentence_is_on_both_sides_of_the_split():
    pairs = [(f"I see {number}.", f"Je vois {number}.") for number in range(600)]
    pairs += [("I'm OK!", "Ça va !"), ("I am ok.", "Je vais bien."), ("I'm OK!", "Je vais bien.")]
    training, held_out = recipe.split(pairs)
    assert len(held_out) == recipe.HELD_OUT
    trained = {recipe.key(english) for english, _ in training}
    assert not trained & {recipe.key(english) for english, _ in held_out}
    assert recipe.key("I'm OK!") == recipe.key("I am ok.") == "iamok"


def test_chrf_by_hand():
    # Runs of 1: 2 of 5 and of 4 shared; of 2: 1 of 4 and of 3; of 3 to 6: none.
    by_hand = 100 * (1 / 2.1 + (5 / 12) / (4 / 3)) / 6
    assert recipe.chrf(["chien"], [["chat"]]) == pytest.approx(by_hand, abs=1e-3)
    assert recipe.chrf(["un chien"], [["un chat", "un chien"]]) == pytest.approx(100, abs=1e-3)
