"""The OCR stand-in: its own picture size, characters as tokens, proportions kept."""

import numpy as np
import pytest
import torch
from transformers import DonutImageProcessor, TrOCRProcessor, VisionEncoderDecoderModel

from hooks.hub.stand_ins.ocr.build import make_image_processor, make_tokenizer
from hooks.training.ocr import recipe
from hooks.worlds.text_lines import draw, strings


def test_the_plain_calls_load_it_with_its_own_picture_size(repository):
    processor = TrOCRProcessor.from_pretrained(repository)
    model = VisionEncoderDecoderModel.from_pretrained(repository).eval()
    assert isinstance(processor.image_processor, DonutImageProcessor)
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
    decoder = model.decoder
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
    lines = recipe.lines(np.random.default_rng(1), 5, draw.FONTS[:1], taken=taken)
    assert not {text for text, _ in lines} & taken
