# %% [markdown]
# # Demo {{ demo.captioning }} · Image captioning (BLIP-2)
#
# A shop has thousands of pictures, and a screen reader can say none of them. A captioner writes a sentence
# for each. It always writes one, and it always reads well. So this demo asks how often the sentence
# is true, against two baselines, and ends where it speaks of things that are not there.
#
# Models: [Salesforce/blip2-opt-2.7b](https://huggingface.co/Salesforce/blip2-opt-2.7b) where there is a GPU, for research
# only (see below), and [Salesforce/blip-image-captioning-base](https://huggingface.co/Salesforce/blip-image-captioning-base),
# BSD-3-Clause, on a CPU. The code is the same.
#
# Pictures: [24 scenes](scenes/captioning.webp) with [their true captions](scenes/captioning.csv) and
# [8 more](scenes/captioning-limits.webp), drawn for this page with Noto Color Emoji (Google, Apache-2.0), and
# photographs from scikit-image. The real models know photographs, the tiny stand-in knows such scenes, so expect
# each to be good on one and lost on the other.

# %% [markdown]
# ## The snippet
#
# It takes the checkpoint that the machine can carry, turns photographs upright, accepts any color mode, and says
# what is wrong with bad input. Its last lines caption a photograph of a cat.

# %% tags=["snippet"]
--8<-- "snippets/multimodal/captioning.py"

# %% [markdown]
# ## The call
#
# Three steps: pictures to numbers, numbers to token ids, ids to text. No text goes in: the model begins the sentence
# by itself. A scene and a photograph:

# %% tags=["run", "which"]
from skimage.data import chelsea

sheet = Image.open("scenes/captioning.webp").convert("RGB")
side = 96  # pixels
scenes = [
    sheet.crop((left, top, left + side, top + side))
    for top in range(0, sheet.height, side)
    for left in range(0, sheet.width, side)
]
cat = Image.fromarray(chelsea())

inputs = processor(images=[scenes[8], cat], return_tensors="pt")
inputs = inputs.to(model.device, model.dtype)
ids = model.generate(**inputs, max_new_tokens=30)
print(model.config.name_or_path)
for sentence in processor.batch_decode(ids, skip_special_tokens=True):
    print(sentence.strip())

# %% [markdown]
# ## What is inside
#
# A vision tower turns the picture into vectors, a language model writes. BLIP-2 has a third part between
# them, the *Q-Former*: a few learned queries that take from the picture what a sentence needs. Its authors trained
# that part and left the other two as they were. BLIP base has none; its text decoder looks at
# the vectors directly.

# %% tags=["inside"]
print("what the model sees:", tuple(inputs["pixel_values"].shape))
for part, module in model.named_children():
    count = sum(weight.numel() for weight in module.parameters())
    print(f"{part:<22}{count / 1e6:>8.1f} M parameters")
print("language model:", model.config.text_config.model_type)

# %% [markdown]
# The last line matters beyond technique: a language model inside a checkpoint brings its own license along.

# %% [markdown]
# ## How often is it true?
#
# The 24 scenes were drawn, so we know what is in them: one or two things, each painted in one of four colors, so that
# nobody can guess the color from the thing. A caption is **right** if it names every thing with its color and how many
# there are, and nothing else. `facts` reads that out of a sentence. Words for the same thing count as one.

# %% tags=["facts"]
import csv
import re
from collections import Counter

COLORS = "red yellow green blue".split()
THINGS = "airplane banana bicycle bird boat bottle bus car cat dog".split()
SAME = {"plane": "airplane", "jet": "airplane", "bike": "bicycle", "chick": "bird"}
SAME |= {"sailboat": "boat", "puppy": "dog", "kitten": "cat", "buses": "bus"}
MANY = {"two": 2, "three": 3, "four": 4, "five": 5, "couple": 2}


def facts(sentence: str) -> Counter:
    """(thing, color or None) with how many of it: all that a sentence claims."""
    found, number, color = Counter(), 1, None
    for word in re.findall("[a-z]+", sentence.lower()):
        single = word if word in THINGS or word in SAME else word.removesuffix("s")
        thing = SAME.get(single, single)
        if thing in THINGS:
            found[thing, color] += number
            number, color = 1, None
        elif word in COLORS:
            color = word
        elif word in ("a", "an", "the", *MANY):  # something new begins
            number, color = MANY.get(word, 1), None
    return found


for sentence in ("two red cars and a bus", "a photo of a yellow sailboat"):
    print(dict(facts(sentence)))

# %% [markdown]
# Two baselines. The first says the same to every picture: the most frequent caption. The second copies the
# caption of the most similar other picture, by the differences of 12 x 12 pixels: no model, but 23 labeled pictures.

# %% tags=["score"]
with open("scenes/captioning.csv", encoding="utf-8") as file:
    truths = [row["caption"] for row in csv.DictReader(file)]

thumbs = [np.asarray(one.resize((12, 12)), float).ravel() for one in scenes]
apart = np.array([[np.abs(a - b).mean() for b in thumbs] for a in thumbs])
np.fill_diagonal(apart, np.inf)  # not its own neighbor
said = {
    "most frequent": [Counter(truths).most_common(1)[0][0]] * len(truths),
    "nearest picture": [truths[place] for place in apart.argmin(axis=1)],
    "model": caption(scenes, processor, model),
}


def share(sentences, look=facts):
    """Of the scenes, those in which a caption claims what is true, and nothing else."""
    return np.mean([look(one) == look(true) for one, true in zip(sentences, truths)])


def things(sentence):
    return {thing for thing, _ in facts(sentence)}


print(f"{'24 scenes':<18}things right   all right")
for label, sentences in said.items():
    print(f"{label:<18}{share(sentences, things):>12.0%}{share(sentences):>12.0%}")

# %% [markdown]
# The middle column forgives colors and counts. Here are the first eight scenes, and what the model says.

# %% tags=["show", "hide-code"] alt="Eight small scenes in two rows, numbered 1 to 8, each with one or two painted things: a bicycle and a bottle, a bus and an airplane, an airplane, a bicycle and a bird, a bottle, a bird and a banana, an airplane, a bus and an airplane. The text below says what the model wrote for each."
import io

import matplotlib.pyplot as plt
from IPython.display import Image as Shown
from IPython.display import display


def show(pictures, sentences, columns, right=None):
    """Draw numbered pictures as one small WebP, and print the sentence for each."""
    rows = -(-len(pictures) // columns)
    high = max(one.height / one.width for one in pictures)
    size = (8, rows * (8 / columns * high + 0.4))  # inches
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for place, axis in enumerate(axes.flat):
        axis.set_axis_off()
        if place < len(pictures):
            axis.imshow(pictures[place])
            axis.set_title(place + 1, fontsize=18)
    held = io.BytesIO()
    how = {"dpi": 90, "bbox_inches": "tight", "pil_kwargs": {"quality": 75}}
    figure.savefig(held, format="webp", **how)
    plt.close(figure)
    display(Shown(held.getvalue(), format="webp"))
    for place, sentence in enumerate(sentences):
        mark = "" if right is None else ("right  " if right[place] else "wrong  ")
        print(f"{place + 1}  {mark}{sentence[:60]}")


good = [facts(one) == facts(true) for one, true in zip(said["model"], truths)]
show(scenes[:8], said["model"][:8], 4, good)

# %% tags=["wrong"]
for one, true, is_good in zip(said["model"], truths, good):
    if not is_good:
        print(f"says  {one[:60]}\ntruth {true}\n")
print(sum(good), "of", len(good), "right")

# %% [markdown]
# ## Photographs
#
# Four photographs that nobody drew for a small world. Before you read what the model says, write a sentence for
# each yourself. There is no list of true facts here, so a person has to judge.

# %% tags=["photographs", "hide-code"] alt="Four photographs: a cat's face, a cup of coffee on a wooden table, an astronaut in an orange suit before a flag and a model of a shuttle, a rocket on its launch pad at dusk. The text below says what the model wrote for each."
from skimage.data import astronaut, coffee, rocket

photographs = [cat, *(Image.fromarray(one()) for one in (coffee, astronaut, rocket))]
drafts = caption(photographs, processor, model)
small = [one.resize((180, round(180 * one.height / one.width))) for one in photographs]
show(small, drafts, 4)

# %% [markdown]
# ## A draft of an alternative text
#
# A caption says what is in the picture. An alternative text says what the picture is *for*: on a page about coffee,
# the roast; on a page about wood, the table. The model cannot know your page. So store the draft as a draft, with the
# checkpoint that wrote it, and let nothing be published that no person has read.

# %% tags=["alt"]
import json

record = {
    "file": "coffee.png",
    "draft": drafts[1],
    "by": model.config.name_or_path,
    "checked_by": None,
}
print(json.dumps(record, indent=1))


def alt(record: dict) -> str:
    """The text for the page, once a person has answered for it."""
    if not record["checked_by"]:
        raise ValueError(f"{record['file']}: nobody has checked the draft")
    return record.get("text", record["draft"])


try:
    alt(record)
except ValueError as error:
    print("ValueError:", error)
print(alt(record | {"checked_by": "mk", "text": "Espresso, medium roast"}))

# %% [markdown]
# ## Greedy or beam search
#
# Greedy takes the likeliest word at each step. Beam search keeps several beginnings and returns the sentence
# that is likeliest as a whole. Does it tell more of the truth?

# %% tags=["beams"]
said["model, 4 beams"] = caption(scenes, processor, model, beams=4)
changed = sum(a != b for a, b in zip(said["model"], said["model, 4 beams"]))
print(f"{changed} of {len(scenes)} captions change")
for label in ("model", "model, 4 beams"):
    print(f"{label:<18}{share(said[label]):>5.0%} right")
print()
for label, beams in (("greedy", 1), ("4 beams", 4)):
    print(f"{label:<9}{caption([cat], processor, model, beams=beams)[0][:70]}")

# %% [markdown]
# Likelier is not truer. Look whether the share moves by more than a scene or two, and then at the time that beams
# cost, below.

# %% [markdown]
# ## The prompt puts words into its mouth
#
# A prompt is the beginning of the sentence. The model goes on from there, whatever the picture shows. Here is one
# scene, and prompts from true to false.

# %% tags=["prompts"]
print("truth:", truths[2], "\n")
for prompt in ("a", "a blue", "a red", "two", "a dog and"):
    (rest,) = caption([scenes[2]], processor, model, prompt=prompt)
    print(f"{prompt:>10} … {rest[:50]}")

# %% [markdown]
# Look at what follows "two", and whether "a red" is taken back. A prompt is no question, and the answer no evidence: ask
# for a dog, and you get a sentence with a dog in it.

# %% [markdown]
# ## Limits: counting
#
# One to four blue cars.

# %% tags=["counting", "hide-code"] alt="Four scenes with one, two, three and four blue cars. The text below says what the model wrote for each, and whether it is right."
strip = Image.open("scenes/captioning-limits.webp").convert("RGB")
odd = [strip.crop((left, 0, left + side, side)) for left in range(0, strip.width, side)]
counted = caption(odd[1:5], processor, model)
right = [facts(one) == {("car", "blue"): n} for n, one in enumerate(counted, 1)]
show(odd[1:5], counted, 4, right)

# %% [markdown]
# A captioner has learned how sentences count, not to count. Where you need a number, use a detector (Demo {{ demo.detection }}).

# %% [markdown]
# ## Limits: things that are not there
#
# Nothing, a plain gray picture, noise, and three things that the stand-in has no word for. There is no "I do not know"
# in the model's training, so a sentence comes in any case. To name what is not there is called **hallucination**.

# %% tags=["odd", "hide-code"] alt="Six pictures: an empty cloudy background, plain gray, colored noise, a red crown, a green octopus, a yellow key. The text below says what the model wrote for each."
rng = np.random.default_rng(0)
gray = Image.new("RGB", (side, side), (128, 128, 128))
noise = Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8))
strange = [odd[0], gray, noise, *odd[5:]]
spoken = caption(strange, processor, model)
show(strange, spoken, 6)
named = sum(bool(things(one)) for one in spoken)
print(f"{named} of {len(spoken)} captions name one of our ten things; none is there")

# %% [markdown]
# ## Does it know that it does not know?
#
# The model has an opinion of each word: a probability. Here is the least sure word of each sentence, on scenes
# where the caption is right, on those where it is wrong, and on the six pictures above.

# %% tags=["sure"]
def least_sure(pictures) -> np.ndarray:
    """Probability of the least likely word that greedy search wrote, per picture."""
    inputs = processor(images=pictures, return_tensors="pt")
    out = model.generate(
        **inputs.to(model.device, model.dtype),
        num_beams=1,
        max_new_tokens=30,
        output_logits=True,
        return_dict_in_generate=True,
    )
    steps = torch.stack(out.logits, dim=1).float().softmax(-1)  # (n, words, vocabulary)
    written = out.sequences[:, -steps.shape[1] :]
    chances = steps.gather(-1, written.unsqueeze(-1)).squeeze(-1)
    pad = model.config.text_config.pad_token_id
    return chances.masked_fill(written == pad, 1).min(dim=1).values.cpu().numpy()


sure = least_sure(scenes)
good = np.array(good)
groups = {"right": sure[good], "wrong": sure[~good]}
groups["nothing there"] = least_sure(strange)
print(f"{'least sure word':<16}pictures   lowest   middle   highest")
for label, values in groups.items():
    if len(values):
        low, middle, top = np.quantile(values, [0, 0.5, 1])
        print(f"{label:<16}{len(values):>8}{low:>9.1f}{middle:>9.1f}{top:>10.1f}")

# %% [markdown]
# If the groups overlap, no threshold parts truth from invention. Choose one on labeled pictures of your own, and
# count what it lets through.

# %% [markdown]
# ## Limits: the license under the license
#
# BLIP-2 with OPT is said to carry an MIT tag, which we could not read again. Its language half is Meta's
# OPT-2.7b, and OPT models come under a license for non-commercial research. The tag on top does not lift
# the terms below. What is inside, the configuration tells, whatever the tag says:

# %% tags=["license"]
for part in ("vision_config", "qformer_config", "text_config"):
    inside = getattr(model.config, part, None)
    print(f"{part:<16}{inside.model_type if inside is not None else 'none'}")

# %% [markdown]
# `opt` in the last line sends you to OPT's license, `blip_text_model` to BLIP's own (BSD-3-Clause). The stand-in has
# BLIP-2's form, and weights of its own that are MIT.

# %% [markdown]
# ## Bad input
#
# A cut-off file, a picture without pixels, and one picture instead of a list. An empty list is fine.

# %% tags=["bad", "no-model"]
from pathlib import Path
from tempfile import TemporaryDirectory

with TemporaryDirectory() as folder:
    broken = Path(folder) / "broken.webp"
    broken.write_bytes(Path("scenes/captioning.webp").read_bytes()[:2000])
    for pictures in ([broken], [Image.new("RGB", (0, 5))], cat):
        try:
            caption(pictures, processor, model)
        except (OSError, ValueError, TypeError) as error:
            print(f"{type(error).__name__}: {str(error)[:70]}")
print(caption([], processor, model))

# %% [markdown]
# ## Seconds and memory
#
# Eight scenes, on the machine named below. Longer sentences take longer: every word is one more call of the language
# model.

# %% tags=["timing", "hide-code"]
import resource
import time


def seconds(run, repeat: int = 3) -> float:
    """Shortest of some runs: the others waited for something else."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def eight(**how):
    return lambda: caption(scenes[:8], processor, model, **how)


def copy_nearest():
    thumbs = [np.asarray(one.resize((12, 12)), float).ravel() for one in scenes]
    return [[np.abs(a - b).mean() for b in thumbs] for a in thumbs[:8]]


rows = {
    "nearest picture": copy_nearest,
    "greedy, 8 at once": eight(),
    "greedy, 1 at a time": eight(batch_size=1),
    "4 beams, 8 at once": eight(beams=4),
}
for label, run in rows.items():
    print(f"{label:<21}{1000 * seconds(run) / 8:>8.1f} ms a picture")
weights = sum(one.numel() * one.element_size() for one in model.parameters())
print(f"weights {weights / 1e6:,.0f} MB on", model.device.type)
if torch.cuda.is_available():
    print(f"peak on the GPU {torch.cuda.max_memory_allocated() / 1e6:,.0f} MB")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print(f"peak of the process {peak:,.0f} MB, libraries included")

# %% [markdown]
# ## Take away
#
# - A caption is a draft. It reads well whether or not it is true, so measure facts, not style.
# - Say what counts as right before you look: every thing, every color, every count, nothing else.
# - For facts use a detector or OCR. Follow the license down to the language model.
