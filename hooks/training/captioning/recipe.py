"""Train the captioner on painted scenes: `python -m hooks.training captioning`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits, cross_entropy
from transformers import AutoModelForImageTextToText, AutoProcessor, Blip2ForConditionalGeneration

from hooks.hub.stand_ins.captioning import build as hub
from hooks.training.frame import Recipe, Run
from hooks.training.optimizers import muon_and_adamw, one_cycle
from hooks.training.weights import as_served, save_fp16
from hooks.worlds.emoji import painted
from hooks.worlds.emoji.captions import claims, plural
from hooks.worlds.emoji.painted import CLASSES, PAINTS, describe, paint, scene, sentence
from hooks.worlds.emoji.scene import Scene

SEED = 14
SCENES = 4000
HELD_OUT = 400
LOOK, SPEAK = 700, 1900  # steps of the two stages
BATCH = 48
MUON_RATE, LEARNING_RATE = 0.01, 2e-3  # of the matrices inside, which Muon trains, and the rest
LENGTH = 9  # tokens of the longest sentence, and the two marks around it
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)  # CLIP's
COLORS = tuple(PAINTS)


def words() -> list[str]:
    """Return every word of the small world, sorted."""
    plurals = [plural(name) for name in CLASSES]
    return sorted({"a", "two", "and", *COLORS, *CLASSES, *plurals})


class Scenes:
    """Unpainted scenes as tensors; painted anew each time that they are used."""

    def __init__(self, seed: int, count: int) -> None:
        rng = np.random.default_rng(seed)
        pictures, masks, names, places = [], [], [], []
        for _ in range(count):
            drawn = scene(rng)
            things, size = drawn.objects, (hub.SIZE, hub.SIZE)
            pictures.append(np.asarray(drawn.image.resize(size, Image.Resampling.BICUBIC)))
            two = np.zeros((2, *drawn.image.size), np.float32)
            for place, thing in enumerate(things):
                two[place] = thing.mask
            masks.append(avg_pool2d(torch.from_numpy(two), drawn.image.width // hub.SIZE))
            names.append([CLASSES.index(t.name) for t in things] + [-1] * (2 - len(things)))
            places.append([t.box[0] + t.box[2] for t in things] + [0] * (2 - len(things)))
        self.pixels = torch.from_numpy(np.stack(pictures))  # (n, side, side, 3) uint8
        self.masks = torch.stack(masks)  # (n, 2, side, side), 0 to 1
        self.names = torch.tensor(names)  # (n, 2), -1 where there is no second thing
        self.places = torch.tensor(places)  # (n, 2): which one is further left
        self.ids = {word: number for number, word in enumerate([*hub.SPECIAL, *words()])}

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Paint the chosen scenes.

        Returns:
            Pixels as the processor makes them (b, 3, side, side); what each patch shows
            (b, patches, classes and colors), 0 to 1; token ids (b, LENGTH).
        """
        pixels, masks = self.pixels[chosen].float() / 255, self.masks[chosen]
        names, places = self.names[chosen], self.places[chosen]
        count = len(chosen)
        colors = torch.randint(len(COLORS), (count, 2))
        same = names[:, 0] == names[:, 1]
        colors[same, 1] = colors[same, 0]
        # Backgrounds in other colors, too.
        things = masks.sum(1)[..., None]
        other = torch.stack([one[..., torch.randperm(3)] for one in pixels])
        pixels = things * pixels + (1 - things) * other
        patches = torch.zeros(count, (hub.SIZE // hub.PATCH) ** 2, len(CLASSES) + len(COLORS))
        values = torch.tensor(list(PAINTS.values()))
        rows = torch.arange(count)
        for place in range(2):
            mask = masks[:, place, ..., None]
            colored = painted.tint(pixels, values[colors[:, place]][:, None, None, :])
            pixels = mask * colored + (1 - mask) * pixels
            share = (2 * avg_pool2d(masks[:, place], hub.PATCH).flatten(1)).clamp(max=1)
            for column in (names[:, place].clamp(min=0), len(CLASSES) + colors[:, place]):
                patches[rows, :, column] = torch.maximum(patches[rows, :, column], share)
        pixels = pixels.permute(0, 3, 1, 2)
        flip = torch.rand(count) < 0.5
        pixels[flip] = pixels[flip].flip(-1)
        side = hub.SIZE // hub.PATCH
        patches[flip] = patches[flip].unflatten(1, (side, side)).flip(2).flatten(1, 2)
        order = torch.where(flip[:, None], -places, places)
        ids = torch.full((count, LENGTH), hub.PAD)
        for row in range(count):
            said = self._say(names[row].tolist(), colors[row].tolist(), order[row].tolist())
            tokens = [hub.BOS, *(self.ids[word] for word in said.split()), hub.EOS]
            ids[row, : len(tokens)] = torch.tensor(tokens)
        mean, std = (torch.tensor(three).view(3, 1, 1) for three in (MEAN, STD))
        return (pixels - mean) / std, patches, ids

    @staticmethod
    def _say(names: list[int], colors: list[int], places: list[int]) -> str:
        """Say the same as `hooks.worlds.emoji.painted.describe`, of numbers."""
        there = sorted((place for place in (0, 1) if names[place] >= 0), key=places.__getitem__)
        found = Counter((COLORS[colors[place]], CLASSES[names[place]]) for place in there)
        return sentence([(count, *pair) for pair, count in found.items()])


def fresh() -> Blip2ForConditionalGeneration:
    """Return the model with random weights, made to learn within minutes.

    transformers makes the queries of the Q-Former equal, which a checkpoint then replaces: equal
    ones would stay equal. And it makes positions too small to be told apart.
    """
    model = Blip2ForConditionalGeneration(hub.configure(len(hub.SPECIAL) + len(words())))
    nn.init.normal_(model.query_tokens)
    nn.init.normal_(model.vision_model.embeddings.position_embedding, std=0.3)
    return model


def batches(scenes: Scenes) -> Iterator[tuple[int, tuple[Tensor, Tensor, Tensor]]]:
    """Yield the number of each step and its batch: each scene once before any comes again."""
    order = torch.randperm(SCENES)
    for step in range(1, LOOK + SPEAK + 1):
        if len(order) < BATCH:
            order = torch.randperm(SCENES)
        chosen, order = order[:BATCH], order[BATCH:]
        yield step, scenes.batch(chosen)


def train(run: Run) -> None:
    """Train on freshly drawn scenes; write weights and words.

    First the vision tower learns what each patch shows, class and color. Then all three parts
    learn to speak, and the patches go on.
    """
    (run.folder / hub.WORDS).write_text("\n".join(words()) + "\n", encoding="utf-8")
    scenes = Scenes(SEED, SCENES)
    model = fresh().train()
    # Reads class and color off each patch; thrown away after training.
    reader = nn.Linear(hub.WIDTH, len(CLASSES) + len(COLORS))

    def losses(batch: tuple[int, tuple[Tensor, Tensor, Tensor]]) -> dict[str, Tensor]:
        step, (pixels, patches, ids) = batch
        seen = model.vision_model(pixels).last_hidden_state
        speech = _speak(model, seen, ids) if step > LOOK else seen.new_zeros(())
        look = binary_cross_entropy_with_logits(reader(seen[:, 1:]), patches)
        return {"look": 5 * look, "speech": speech}

    def inside(name: str, weight: nn.Parameter) -> bool:
        return weight.ndim == 2 and ".layer" in name

    learning = nn.ModuleList([model, reader])
    optimizers = muon_and_adamw(learning, inside, (MUON_RATE, LEARNING_RATE))
    schedules = one_cycle(optimizers, LOOK + SPEAK)
    run.fit(model, batches(scenes), losses, optimizers, schedules, clip=1.0)
    # Without the output layer: it is the embedding.
    save_fp16(model, run.folder / hub.WEIGHTS, without=("language_model.lm_head.weight",))


def _speak(model: Blip2ForConditionalGeneration, seen: Tensor, ids: Tensor) -> Tensor:
    """Return the language model's loss; what the vision tower saw is (b, patches + 1, width)."""
    queries = model.query_tokens.expand(len(ids), -1, -1)
    answers = model.qformer(query_embeds=queries, encoder_hidden_states=seen).last_hidden_state
    prefix = model.language_projection(answers)
    text = model.language_model.get_input_embeddings()(ids[:, :-1])
    there = torch.cat([ids.new_ones(len(ids), hub.QUERIES), (ids[:, :-1] != hub.PAD).long()], 1)
    logits = model.language_model(
        inputs_embeds=torch.cat([prefix, text], 1), attention_mask=there
    ).logits[:, hub.QUERIES :]
    return cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), ignore_index=hub.PAD)


def held_out(seed: int, count: int) -> list[tuple[Scene, list[str]]]:
    """Return scenes with the color of each thing.

    Args:
        seed: Of all that is random.
        count: How many.
    """
    rng = np.random.default_rng(seed)
    drawn = [scene(rng) for _ in range(count)]
    return [(one, painted.choose(rng, one)) for one in drawn]


def _say(pictures: list[Image.Image], folder: Path) -> list[str]:
    """Return captions of the model as it is served, greedy."""
    processor, model = as_served(hub.build, folder, AutoProcessor, AutoModelForImageTextToText)
    found = []
    for start in range(0, len(pictures), 50):
        inputs = processor(images=pictures[start : start + 50], return_tensors="pt")
        ids = model.generate(**inputs, max_new_tokens=20)
        found += [one.strip() for one in processor.batch_decode(ids, skip_special_tokens=True)]
    return found


def right(said: str, true: str) -> bool:
    """Whether a caption names every thing, its color and how many, and nothing else.

    Args:
        said: The caption.
        true: What there is to say.
    """
    return facts(said) == facts(true)


def facts(text: str) -> Counter:
    """Return how many things of each color and class a caption claims."""
    found: Counter = Counter()
    for count, color, name in claims(text):
        found[color, name] += count
    return found


def named(said: str, true: str) -> bool:
    """Whether a caption names every kind of thing and no other; colors and counts are free.

    Args:
        said: The caption.
        true: What there is to say.
    """
    one, two = ({name for _, _, name in claims(text)} for text in (said, true))
    return one == two


def evaluate(folder: Path) -> dict[str, float]:
    """Return shares of held-out captions that are right, of the model and of a baseline."""
    tests = held_out(SEED + 1, HELD_OUT)
    truths = [describe(*one) for one in tests]
    said = _say([paint(*one) for one in tests], folder)
    usual = Counter(truths).most_common(1)[0][0]
    single = [len(one.objects) == 1 for one, _ in tests]
    good = [right(*pair) for pair in zip(said, truths, strict=True)]
    return {
        "right": float(np.mean(good)),
        "names": float(np.mean([named(*pair) for pair in zip(said, truths, strict=True)])),
        "one thing": float(np.mean([g for g, s in zip(good, single, strict=True) if s])),
        "two things": float(np.mean([g for g, s in zip(good, single, strict=True) if not s])),
        "most frequent": float(np.mean([right(usual, true) for true in truths])),
    }


def _describe(scores: dict[str, float], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    value, scores = scores["right"], {name: 100 * one for name, one in scores.items()}
    measured = f"""
**{scores["right"]:.1f} %** of {HELD_OUT} held-out captions are right (seed {SEED + 1}): every thing
named, with its color and how many, and nothing else. Trained on {SCENES:,} other scenes (seed
{SEED}), painted anew each time: {(LOOK + SPEAK) * BATCH:,} pictures in {trained}.

| Held-out captions | Share |
| --- | ---: |
| right | {scores["right"]:.1f} % |
| right, of scenes with one thing | {scores["one thing"]:.1f} % |
| right, of scenes with two things | {scores["two things"]:.1f} % |
| the right kinds of things; colors and counts free | {scores["names"]:.1f} % |
| right, when always the most frequent caption is said | {scores["most frequent"]:.1f} % |
"""
    return measured, f"{value:.4f}"


RECIPE = Recipe("captioning", train, evaluate, _describe, SEED, files=(hub.WEIGHTS, hub.WORDS))
