"""Train the reader on drawn lines: `python -m hooks.training ocr`.

Needs Debian's fonts-dejavu, fonts-liberation2 and fonts-freefont-ttf, and tesseract-ocr to compare.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytesseract
import torch
from PIL import Image
from torch.nn.functional import cross_entropy, ctc_loss
from torchmetrics.functional.text import char_error_rate
from transformers import TrOCRProcessor, VisionEncoderDecoderModel

from hooks.hub.stand_ins.ocr import build as hub
from hooks.training.card import rows
from hooks.training.frame import Recipe, Run
from hooks.training.loop import running_average
from hooks.training.optimizers import paced
from hooks.training.weights import as_served, save_fp16
from hooks.worlds.text_lines import draw, strings

SEED = 11
HELD_OUT = 300  # lines of each of the two tests
# Width of the picture in pixels, characters of a line, steps. Short pieces of lines teach the
# letters at a fraction of the price of whole lines.
STAGES = ((64, 5, 1500), (128, 10, 600), (hub.WIDTH, strings.LONGEST, 2600))
STEPS = sum(steps for _, _, steps in STAGES)
BATCH = 24
LEARNING_RATE, WARMUP = 1.5e-3, 100
AVERAGING, CTC = 0.998, 0.5

Line = tuple[str, Image.Image]


def lines(
    rng: np.random.Generator,
    count: int,
    fonts: tuple[str, ...],
    longest: int = strings.LONGEST,
    taken: set[str] | None = None,
) -> list[Line]:
    """Draw `count` lines with their texts.

    Args:
        rng: Decides everything: texts, fonts, light.
        count: How many.
        fonts: To choose from.
        longest: Characters; of a longer line a piece is taken.
        taken: Texts to leave out; None draws held-out lines, made of held-out words.
    """
    drawn = []
    while len(drawn) < count:
        text = strings.line(rng, held_out=taken is None)
        if taken is not None and text in taken:
            continue
        first = rng.integers(max(1, len(text) - longest + 1))
        text = text[first : first + longest].strip()
        drawn.append((text, draw.scan(rng, text, fonts[rng.integers(len(fonts))])))
    return drawn


def held_out() -> dict[str, list[Line]]:
    """Return the two tests: fonts of the training, and one font that it lacks."""
    rng = np.random.default_rng(SEED)
    fonts = {"fonts of the training": draw.FONTS, "a new font": (draw.HELD_OUT_FONT,)}
    return {name: lines(rng, HELD_OUT, some) for name, some in fonts.items()}


def train(run: Run) -> None:
    """Train on lines whose texts are not held out; write weights and alphabet."""
    taken = {text for test in held_out().values() for text, _ in test}
    (run.folder / hub.ALPHABET).write_text(strings.ALPHABET + "\n", encoding="utf-8")
    tokenizer = hub.make_tokenizer(run.folder)
    size = len(tokenizer)
    # Reads single characters off the columns: teaches the encoder, and is thrown away.
    helper = torch.nn.Linear(hub.configure(size).encoder.hidden_size, size).to(run.device)
    known, done = None, 0
    for width, longest, steps in STAGES:
        model = VisionEncoderDecoderModel(hub.configure(size, width)).to(run.device).train()
        if known:
            model.load_state_dict(widen(known.state_dict(), width))
        rng = np.random.default_rng([SEED, width])
        average = running_average(model, AVERAGING, rise=10)
        learning = torch.nn.ModuleList([model, helper])
        weights = learning.parameters()
        adamw = torch.optim.AdamW(weights, LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
        batches = (lines(rng, BATCH, draw.FONTS, longest, taken) for _ in range(steps))
        loss = partial(_loss_of, model, helper, tokenizer, hub.make_image_processor(width))
        schedules = paced([adamw], partial(pace, done))
        update = partial(average.update_parameters, model)
        run.fit(learning, batches, loss, [adamw], schedules, clip=1.0, after=update, every=250)
        done += steps
        known = average.module
    # Without the output layer: it is the embedding.
    save_fp16(known, run.folder / hub.WEIGHTS, without=("decoder.output_projection.weight",))


def pace(done: int, step: int) -> float:
    """Return the share of the learning rate: up in each stage, down to 0.02 over all of them.

    Args:
        done: Steps of the stages before.
        step: Steps of this stage before this one.
    """
    return min((step + 1) / WARMUP, 1, max(0.02, 1.5 * (1 - (done + step + 1) / STEPS)))


def widen(state: dict[str, torch.Tensor], width: int) -> dict[str, torch.Tensor]:
    """Return the weights for wider pictures: positions are repeated side by side.

    Args:
        state: Weights by name.
        width: Of the pictures, in pixels: a multiple of the one so far.
    """
    name = "encoder.embeddings.position_embeddings"
    old = state[name]  # (1, 4 rows x columns, dimensions)
    rows = old.reshape(4, -1, old.shape[-1])
    rows = rows.repeat(1, width // 4 // rows.shape[1], 1)
    return {**state, name: rows.reshape(1, -1, old.shape[-1])}


def _loss_of(model, helper, tokenizer, prepare, batch: list[Line]) -> torch.Tensor:
    """Return the loss of the decoder's next characters plus that of the helper's columns."""
    device = model.device
    pixels = prepare([image.convert("RGB") for _, image in batch], return_tensors="pt").pixel_values
    ids = [tokenizer(text).input_ids[1:] for text, _ in batch]  # without the first mark
    longest = max(map(len, ids))
    targets = torch.tensor([row + [hub.PAD] * (longest - len(row)) for row in ids], device=device)
    before = torch.nn.functional.pad(targets[:, :-1], (1, 0), value=hub.EOS)
    with torch.autocast(device.type, torch.bfloat16):
        answer = model(pixel_values=pixels.to(device), decoder_input_ids=before)
        columns = helper(answer.encoder_last_hidden_state)  # (batch, columns, tokens)
    logits = answer.logits.float().flatten(0, 1)
    loss = cross_entropy(logits, targets.flatten(), ignore_index=hub.PAD)
    return loss + CTC * ctc_loss(
        columns.float().log_softmax(-1).transpose(0, 1),
        targets[targets >= len(hub.SPECIAL)],
        torch.full((len(batch),), columns.shape[1]),
        torch.tensor([len(row) - 1 for row in ids]),
        blank=hub.PAD,
        zero_infinity=True,
    )


def _read(images: Sequence[Image.Image], folder: Path) -> list[str]:
    """Read lines with the model as it is served, greedily."""
    processor, model = as_served(hub.build, folder, TrOCRProcessor, VisionEncoderDecoderModel)
    texts = []
    images = [image.convert("RGB") for image in images]
    for start in range(0, len(images), 50):
        pixels = processor(images[start : start + 50], return_tensors="pt").pixel_values
        ids = model.generate(pixels, num_beams=1, max_new_tokens=60)
        texts += processor.batch_decode(ids, skip_special_tokens=True)
    return texts


def error_rate(texts: Sequence[str], truths: Sequence[str]) -> float:
    """Return the character error rate in percent.

    Args:
        texts: As read.
        truths: As written.
    """
    return 100 * float(char_error_rate([*texts], [*truths]))


def evaluate(folder: Path) -> dict[str, list[float]]:
    """Return for each reader its error rates: of each test, as they are and without case."""
    scores: dict[str, list[float]] = {"stand-in": [], "Tesseract, one line": []}
    for test in held_out().values():
        truths, images = zip(*test, strict=True)
        # Tesseract is told that each is a single line.
        known = [pytesseract.image_to_string(one, config="--psm 7").strip() for one in images]
        for name, texts in zip(scores, (_read(images, folder), known), strict=True):
            small = [text.lower() for text in texts], [text.lower() for text in truths]
            scores[name] += [error_rate(texts, truths), error_rate(*small)]
    return scores


def _describe(scores: dict[str, list[float]], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    ours, new = scores["stand-in"][0], scores["stand-in"][2]
    measured = f"""
Character error rate **{ours:.1f} %** on {HELD_OUT} held-out lines, {new:.1f} % on {HELD_OUT} more
in a font that it never saw: greedy decoding, case counts. Trained on {STEPS * BATCH:,} drawn lines
and pieces of lines, seed {SEED}, in {trained}.

| Reader | Fonts of the training | Case ignored | A new font | Case ignored |
| --- | ---: | ---: | ---: | ---: |
{rows(scores, "{:.1f} %")}
"""
    return measured, f"{ours:.2f}"


FILES = (hub.WEIGHTS, hub.ALPHABET)
RECIPE = Recipe("ocr", train, evaluate, _describe, SEED, FILES, gpu=True)
