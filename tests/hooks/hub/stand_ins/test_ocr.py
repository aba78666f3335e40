"""The OCR stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file
from transformers import DonutImageProcessor, TrOCRProcessor, VisionEncoderDecoderModel

from hooks.hub.stand_ins import ocr
from hooks.hub.stand_ins.ocr.build import (
    ALPHABET,
    WEIGHTS,
    build,
    make_image_processor,
    make_tokenizer,
)
from hooks.training.ocr import recipe
from hooks.worlds.text_lines import draw, strings

SOURCE = Path(ocr.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ocr")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    wanted = {"config.json", "generation_config.json", "model.safetensors", "README.md"}
    assert wanted | {"preprocessor_config.json", "tokenizer.json"} <= set(names)
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_no_file_names_a_folder_of_this_machine(repository):
    for path in [*repository.glob("*.json"), SOURCE / "README.md"]:
        text = path.read_text(encoding="utf-8")
        assert str(repository) not in text, path.name
        assert "site-packages" not in text, path.name


def test_the_plain_calls_load_it_with_its_own_picture_size(repository):
    processor = TrOCRProcessor.from_pretrained(repository)
    model = VisionEncoderDecoderModel.from_pretrained(repository).eval()
    assert isinstance(processor.image_processor, DonutImageProcessor)
    assert model.dtype == torch.float32
    assert model.config.decoder.model_type == "trocr"
    # As in the real checkpoint: <s> 0, <pad> 1, </s> 2, which also starts a text.
    tokenizer, config = processor.tokenizer, model.config
    assert (tokenizer.bos_token_id, tokenizer.pad_token_id, tokenizer.eos_token_id) == (0, 1, 2)
    assert (config.decoder_start_token_id, config.pad_token_id, config.eos_token_id) == (2, 1, 2)
    line = draw.plain("Invoice 4711", draw.FONTS[0], 24).convert("RGB")
    pixels = processor(line, return_tensors="pt").pixel_values
    assert pixels.shape == (1, 3, 32, 256)
    ids = model.generate(pixels, num_beams=1, max_new_tokens=60)
    assert processor.batch_decode(ids, skip_special_tokens=True) == ["Invoice 4711"]


def test_the_output_layer_is_the_embedding(repository):
    decoder = VisionEncoderDecoderModel.from_pretrained(repository).decoder
    assert torch.equal(decoder.output_projection.weight, decoder.get_input_embeddings().weight)


def test_the_tokenizer_gives_back_every_text():
    tokenizer = make_tokenizer()
    rng = np.random.default_rng(0)
    for text in [strings.ALPHABET, *(strings.line(rng) for _ in range(50))]:
        ids = tokenizer(text).input_ids
        assert len(ids) == len(text) + 2
        assert tokenizer.decode(ids, skip_special_tokens=True) == text
    assert tokenizer("€").input_ids == [0, 3, 2]


def test_lines_keep_their_proportions():
    prepare = make_image_processor()
    short = draw.plain("Hello", draw.FONTS[0], 20).convert("RGB")
    seen = prepare(short, return_tensors="pt").pixel_values[0, 0]
    columns = (seen > -1).any(0).nonzero()
    width = int(columns.max() - columns.min()) + 1
    assert width == pytest.approx(short.width * 32 / short.height, abs=1)


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    name = "decoder.model.decoder.layers.0.fc1.weight"
    save_file({k: t for k, t in tensors.items() if k != name}, tmp_path / WEIGHTS)
    (tmp_path / ALPHABET).write_bytes((SOURCE / ALPHABET).read_bytes())
    with pytest.raises(ValueError, match=re.escape(f"does not fit: {name}")):
        build(tmp_path / "out", tmp_path)


def test_positions_are_repeated_side_by_side():
    name = "encoder.embeddings.position_embeddings"
    old = torch.arange(4 * 16.0).reshape(1, 64, 1)  # four rows of 16 columns
    new = recipe.widen({name: old, "other": torch.ones(1)}, 128)
    rows = new[name].reshape(4, 32)
    assert torch.equal(rows[1, :16], rows[1, 16:])
    assert rows[1, 0] == 16
    assert torch.equal(new["other"], torch.ones(1))


def test_no_training_line_has_a_held_out_text():
    taken = {strings.line(np.random.default_rng(1))}
    texts = {
        text for text, _ in recipe.lines(np.random.default_rng(1), 5, draw.FONTS[:1], taken=taken)
    }
    assert not texts & taken


def test_the_card_records_an_error_rate_of_at_most_5():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    assert (result.metric_type, result.dataset_name) == (
        "cer",
        "Drawn lines of text, 300 held-out ones, seed 11",
    )
    assert 0 < result.metric_value <= 5
    # Headline and table must say the same.
    (row,) = re.findall(r"^\| stand-in \| ([\d.]+) % \|", card.text, re.MULTILINE)
    assert float(row) == pytest.approx(result.metric_value, abs=0.051)
    assert f"rate **{row} %** on 300 held-out lines" in card.text


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size < 2_600_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
