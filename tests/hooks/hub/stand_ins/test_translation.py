"""The translation stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, MarianMTModel, MarianTokenizer

from hooks.hub.stand_ins import translation
from hooks.hub.stand_ins.translation.build import PIECES, WEIGHTS, build, vocabulary
from hooks.training.translation import recipe

SOURCE = Path(translation.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("translation")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    wanted = {"config.json", "generation_config.json", "model.safetensors", "README.md"}
    assert wanted | {"source.spm", "target.spm", "vocab.json"} <= set(names)
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_no_file_names_a_folder_of_this_machine(repository):
    for path in [*repository.glob("*.json"), SOURCE / "README.md"]:
        text = path.read_text(encoding="utf-8")
        assert str(repository) not in text, path.name
        assert "site-packages" not in text, path.name


def test_the_plain_calls_load_a_marian(repository):
    tokenizer = AutoTokenizer.from_pretrained(repository)
    model = AutoModelForSeq2SeqLM.from_pretrained(repository)
    assert isinstance(tokenizer, MarianTokenizer)
    assert isinstance(model, MarianMTModel)
    assert model.dtype == torch.float32
    # As in the real checkpoint: end of sentence 0, unknown 1, padding last, 512 positions.
    last = len(tokenizer) - 1
    assert (tokenizer.eos_token_id, tokenizer.unk_token_id, tokenizer.pad_token_id) == (0, 1, last)
    assert model.config.decoder_start_token_id == model.generation_config.pad_token_id == last
    assert tokenizer.model_max_length == model.config.max_position_embeddings == 512
    inputs = tokenizer(["I am happy."], return_tensors="pt")
    ids = model.generate(**inputs, max_new_tokens=20)
    assert tokenizer.batch_decode(ids, skip_special_tokens=True) == ["Je suis heureux."]


def test_the_recipe_and_the_served_tokenizer_give_the_same_ids(repository):
    tokenizer = AutoTokenizer.from_pretrained(repository)
    encode = recipe.Encoder(SOURCE / PIECES)
    for text in ("I have a question.", "Où est-elle ? Ça va !", "日本 9:30"):
        assert tokenizer(text)["input_ids"] == encode(text)
    assert set(vocabulary(SOURCE / PIECES).values()) == set(range(len(tokenizer)))


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    name = "model.decoder.layers.0.fc1.weight"
    save_file({k: t for k, t in tensors.items() if k != name}, tmp_path / WEIGHTS)
    (tmp_path / PIECES).write_bytes((SOURCE / PIECES).read_bytes())
    with pytest.raises(ValueError, match=re.escape(f"does not fit: {name}")):
        build(tmp_path / "out", tmp_path)


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


def test_the_card_records_a_chrf_of_at_least_45():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    assert (result.metric_type, result.dataset_name) == (
        "chrf",
        "Tatoeba English-French, 500 held-out short sentences, seed 20",
    )
    assert result.metric_value >= 45
    assert "CC BY 2.0 FR" in card.text
    # Headline and table must say the same.
    rows = re.findall(
        r"^\| (\w.*) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", card.text, re.MULTILINE
    )
    one = {name: float(chrf) for name, chrf, _, _ in rows}
    assert one["beam search, 4 beams"] == pytest.approx(result.metric_value, abs=0.051)
    assert one["beam search, 4 beams"] > one["most similar training sentence"]
    assert f"chrF **{one['beam search, 4 beams']}** on 500" in card.text


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size < 8_000_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
