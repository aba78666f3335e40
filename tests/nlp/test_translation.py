"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import pytest
import torch
from torchmetrics.text import CHRFScore

from snippets.nlp.translation import MAX_TOKENS, load_translator, translate

TEXTS = ["I am very tired.", "We have two cats.", "I am happy."]
translator = pytest.fixture(load_translator, scope="module")


def test_plain_sentences_come_out_in_french(translator):
    assert translate(TEXTS, *translator) == [
        "Je suis très fatigué.",
        "Nous avons deux chats.",
        "Je suis heureux.",
    ]


def test_one_beam_is_the_likeliest_token_at_each_step(translator):
    tokenizer, model = translator
    inputs = tokenizer(TEXTS[1], return_tensors="pt")
    ids = [model.config.decoder_start_token_id]
    with torch.inference_mode():
        while ids[-1] != model.config.eos_token_id and len(ids) < 30:
            logits = model(**inputs, decoder_input_ids=torch.tensor([ids])).logits[0, -1]
            ids.append(logits.argmax().item())
    by_hand = tokenizer.decode(ids, skip_special_tokens=True)
    assert translate([TEXTS[1]], *translator, beams=1) == [by_hand]


@pytest.mark.parametrize("batch_size", [1, 2])
def test_a_batch_gives_what_single_texts_give_in_the_same_order(translator, batch_size):
    assert translate(TEXTS, *translator, batch_size=batch_size) == translate(TEXTS, *translator)


def test_no_texts_give_no_translations(translator):
    assert translate([], *translator) == []


def test_bad_input_is_named(translator, bad_texts):
    texts, refused = bad_texts
    with refused:
        translate(texts, *translator)


def test_512_tokens_are_read_and_one_more_is_refused(translator):
    tokenizer, model = translator
    text = "I" + " I" * (MAX_TOKENS - 2)  # one piece each, and the mark for the end
    assert len(tokenizer(text)["input_ids"]) == MAX_TOKENS
    assert len(translate([text], tokenizer, model, beams=1)) == 1
    with pytest.raises(ValueError, match=r"texts\[0\] has 513 tokens.* 512: split it"):
        translate([text + " I"], tokenizer, model)
    with pytest.raises(IndexError):  # what the bare call says
        model.generate(**tokenizer([text + " I"], return_tensors="pt"))


def test_chrf_by_hand():
    # c, h of chien and chat: precision 2/5, recall 2/4. ch: 1/4 and 1/3. F2 = 5PR / (4P + R).
    expected = ((5 * 0.4 * 0.5) / (4 * 0.4 + 0.5) + (5 / 12) / (1 + 1 / 3)) / 2
    chrf = CHRFScore(n_char_order=2, n_word_order=0)(["chien"], [["chat"]])
    assert float(chrf) == pytest.approx(expected, abs=1e-6)
