# %% [markdown]
# # Demo {{ demo.fine_tuning }} · Fine-tuning on your own pictures
#
# A lost-property office photographs what it finds: keys, umbrellas, watches. It wants each
# picture sorted into one of eight classes, and its classes are in no model's list. Is a
# pre-trained backbone worth it? How many labeled pictures does it take? And what happens when
# the next office sends pictures in another style?
#
# Model: [timm/resnet18.a1_in1k](https://huggingface.co/timm/resnet18.a1_in1k), Apache-2.0,
# trained on ImageNet. It fits a laptop.

# %% [markdown]
# ## The pictures
#
# Eight classes, 64 × 64 pixels, drawn for this course from the emoji of two vendors. Every
# background is a piece of one of six photographs, the *places*; colors, size, turn and light
# differ. [pictures.csv](custom/pictures.csv) says what each tile of the two sheets
# ([fluent.webp](custom/fluent.webp), [noto.webp](custom/noto.webp)) shows. License and
# attribution: [notice](custom/LICENSE). **Our own pictures are Fluent.** Noto is the
# other style: we come to it at the end.

# %% tags=["data"]
import csv
from collections import Counter

import numpy as np
from PIL import Image

TILE = 64
sheets = {
    "fluent": Image.open("custom/fluent.webp").convert("RGB"),
    "noto": Image.open("custom/noto.webp").convert("RGB"),
}
with open("custom/pictures.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
for row in rows:
    sheet = sheets[row["sheet"]]
    down, right = divmod(int(row["tile"]), sheet.width // TILE)
    x, y = right * TILE, down * TILE
    row["picture"] = sheet.crop((x, y, x + TILE, y + TILE))


def part(sheet: str, name: str) -> list[dict]:
    return [row for row in rows if (row["sheet"], row["part"]) == (sheet, name)]


def column(rows: list[dict], name: str) -> list:
    return [row[name] for row in rows]


train, test = part("fluent", "train"), part("fluent", "test")
LABELS = sorted({row["label"] for row in rows})
for (sheet, name), count in Counter((r["sheet"], r["part"]) for r in rows).items():
    places = sorted({row["place"] for row in part(sheet, name)})
    print(f"{sheet:<7}{name:<6}{count:>4} pictures, places: {', '.join(places)}")

# %% tags=["pictures", "no-model", "hide-code"] alt="Four rows of eight small pictures, one column for each class from camera to watch: two rows of Fluent drawings, rounded and shaded as in 3D, on bricks and on gravel; two rows of Noto drawings of the same things, flatter and with outlines, on bricks and on gravel."
import io

from IPython.display import Image as Figure
from IPython.display import display


def show(lines: list[list[Image.Image]]) -> None:
    """Show rows of pictures as one figure."""
    size = (TILE * len(lines[0]), TILE * len(lines))
    figure, buffer = Image.new("RGB", size), io.BytesIO()
    for down, line in enumerate(lines):
        for right, picture in enumerate(line):
            figure.paste(picture.resize((TILE, TILE)), (right * TILE, down * TILE))
    figure.save(buffer, "webp", quality=80)
    display(Figure(buffer.getvalue(), format="webp"))


print("Columns:", ", ".join(LABELS))
print("Rows: Fluent training, Fluent test, Noto training, Noto test")
show(
    [
        column(part(sheet, name)[:8], "picture")
        for sheet in sheets
        for name in ("train", "test")
    ]
)

# %% [markdown]
# ## The call
#
# `num_classes` takes the old head off and puts a new one on, which knows nothing yet.

# %% tags=["run"]
import timm

name = "timm/resnet18.a1_in1k"
revision = "491b427b45c94c7fb0e78b5474cc919aff584bbf"
model = timm.create_model(
    f"hf-hub:{name}@{revision}", pretrained=True, num_classes=len(LABELS)
)


def size(module) -> int:
    return sum(weight.numel() for weight in module.parameters())


print(f"all weights {size(model):>12,}")
print(f"new head    {size(model.get_classifier()):>12,}")

# %% [markdown]
# ## The snippet
#
# `new_model` loads the backbone or leaves it untrained, `prepare` makes pictures of any size and
# mode what the model reads, `fit_head` is the linear probe, `fine_tune` trains all weights.

# %% tags=["snippet"]
--8<-- "snippets/vision/fine_tuning.py"

# %% [markdown]
# ## First the split
#
# A score is only as good as the split behind it. Suppose each training picture came from a short
# clip: four frames, the camera moved by four pixels. The baseline sorts by **color alone**: it
# counts the colors of a picture (4 × 4 × 4 bins) and takes the label of the training picture
# with the most similar counts. Three ways to hold a quarter of the frames out:

# %% tags=["split", "no-model"]
from sklearn.neighbors import KNeighborsClassifier


def colors(picture: Image.Image) -> np.ndarray:
    bins = (np.asarray(picture).reshape(-1, 3) // 64).astype(int) @ [16, 4, 1]
    return np.bincount(bins, minlength=64) / len(bins)


def by_color(known: list[dict], unseen: list[dict]) -> float:
    """Accuracy of the nearest color histogram."""
    model = KNeighborsClassifier(1, metric="manhattan")
    model.fit([colors(p) for p in column(known, "picture")], column(known, "label"))
    found = model.predict([colors(p) for p in column(unseen, "picture")])
    return float((found == column(unseen, "label")).mean())


frames = [
    row | {"source": number, "picture": row["picture"].crop((x, y, x + 60, y + 60))}
    for number, row in enumerate(train)
    for x, y in ((0, 0), (4, 0), (0, 4), (4, 4))
]
chance = np.random.default_rng(0)
aside = {
    "frames at random": chance.random(len(frames)) < 0.25,
    "whole clips at random": (chance.random(len(train)) < 0.25).repeat(4),
    "one place": np.array([frame["place"] == "grass" for frame in frames]),
}
for how, out in aside.items():
    known = [frame for frame, left in zip(frames, out) if not left]
    unseen = [frame for frame, left in zip(frames, out) if left]
    print(f"held out: {how:<22} accuracy {100 * by_color(known, unseen):>4.0f} %")
print(f"eight classes, so guessing gets {100 / len(LABELS):>16.1f} %")

# %% [markdown]
# One method, one set of frames. Where frames of one clip lie on both sides, the test asks whether
# the model remembers a picture, and counting colors is enough for that. So keep together what
# belongs together: a clip, a place, a day, a patient. Here training has four places and
# the test two others.

# %% [markdown]
# ## Three ways to train
#
# **From scratch**: the same network from random weights. **Linear probe**: the backbone stays as
# it is and reads each picture once; only the head is fitted. **Fine-tuned**: all weights go
# on from there. From scratch gets twice the epochs and a higher learning rate, or it
# would have no chance. Fine-tuning keeps the averages of BatchNorm (`freeze_norms`): a few
# pictures say too little about them. Seconds are those of one processor core.

# %% tags=["climb"]
import time

labels, truth = column(train, "label"), column(test, "label")
images = prepare(column(train, "picture"), model)  # (256, 3, height, width)
test_images = prepare(column(test, "picture"), model)


def accuracy(model: nn.Module, images: Tensor, labels: list[str]) -> float:
    found = classify(model, images)
    return sum(a == b for a, b in zip(found, labels)) / len(labels)


def from_scratch(images: Tensor, labels: list[str], seed: int = 0) -> nn.Module:
    model = new_model(LABELS, pretrained=False, seed=seed)
    rate, epochs = 3e-3, passes(images, 15)
    fine_tune(model, images, labels, epochs, rate, freeze_norms=False, seed=seed)
    return model


def linear_probe(images: Tensor, labels: list[str], seed: int = 0) -> nn.Module:
    model = new_model(LABELS)
    fit_head(model, images, labels)
    return model


def fine_tuned(images: Tensor, labels: list[str], seed: int = 0) -> nn.Module:
    model = linear_probe(images, labels)
    fine_tune(model, images, labels, epochs=passes(images, 8), seed=seed)
    return model


def passes(images: Tensor, epochs: int) -> int:
    """Few pictures mean few steps, so they are seen more often."""
    return epochs if len(images) > 64 else 2 * epochs


WAYS = {
    "from scratch": from_scratch,
    "linear probe": linear_probe,
    "fine-tuned": fine_tuned,
}

# %% tags=["ladder", "timing"]
models = {}
print(f"{'':<16}{'trained':>11}{'seconds':>9}{'training':>10}{'test':>6}")
start = time.perf_counter()
color_score = by_color(train, test)
seconds = time.perf_counter() - start
print(f"color histogram {0:>11}{seconds:>9.1f}{100:>8} %{100 * color_score:>4.0f} %")
for way, fit in WAYS.items():
    start = time.perf_counter()
    models[way] = fit(images, labels)
    seconds = time.perf_counter() - start
    trained = size(models[way])
    if way == "linear probe":
        trained = size(models[way].get_classifier())
    seen, new = (
        100 * accuracy(models[way], *data)
        for data in ((images, labels), (test_images, truth))
    )
    print(f"{way:<16}{trained:>11,}{seconds:>9.1f}{seen:>8.0f} %{new:>4.0f} %")

# %% [markdown]
# The column *training* is the accuracy on the pictures that were learned from. It says how well
# they are remembered, no more: the color histogram remembers them all. The gap between the two
# columns is **overfitting**. The test has 192 pictures, so one is half a point and one
# standard error is about three points.

# %% [markdown]
# ## How many pictures?
#
# The same three with fewer pictures per class. Few pictures make the result depend on *which*
# they are, so small numbers get several draws, and every draw its own point.


# %% tags=["draws", "timing"]
def draw(n: int, seed: int) -> tuple[Tensor, list[str]]:
    """Choose n training pictures of each class."""
    order = np.random.default_rng(seed).permutation(len(labels))
    chosen = [
        i for label in LABELS for i in [i for i in order if labels[i] == label][:n]
    ]
    return images[chosen], [labels[i] for i in chosen]


DRAWS = {
    "from scratch": {8: 2},
    "linear probe": {1: 3, 2: 3, 4: 3, 8: 3, 16: 3},
    "fine-tuned": {2: 3, 4: 2, 8: 2, 16: 1},
}
points = {}
for way, draws in DRAWS.items():
    points[way] = [
        (n, accuracy(WAYS[way](*draw(n, seed), seed), test_images, truth))
        for n, times in draws.items()
        for seed in range(times)
    ]
    points[way].append((32, accuracy(models[way], test_images, truth)))
    print(way)
    for n in sorted({n for n, _ in points[way]}):
        found = "  ".join(f"{100 * score:.0f} %" for m, score in points[way] if m == n)
        print(f"{n:>5} per class  {found}")

# %% tags=["curve", "timing", "hide-code"] alt="Accuracy on the test pictures against the number of training pictures per class, 1 to 32, on a logarithmic axis: one point per draw and a line through the means, for training from scratch, the linear probe and fine-tuning. A dashed level shows the color histogram."
import matplotlib.pyplot as plt
from matplotlib.ticker import NullLocator

axes = plt.subplots()[1]
for way, found in points.items():
    numbers = sorted({n for n, _ in found})
    groups = [[100 * score for m, score in found if m == n] for n in numbers]
    (line,) = axes.plot(numbers, [sum(g) / len(g) for g in groups], label=way)
    axes.plot(
        [n for n, _ in found],
        [100 * score for _, score in found],
        "o",
        markersize=4,
        color=line.get_color(),
    )
axes.axhline(
    100 * color_score,
    color="#757575",
    linestyle="--",
    label="color histogram, 32 per class",
)
axes.set_xscale("log")
axes.xaxis.set_minor_locator(NullLocator())
axes.set_xticks([1, 2, 4, 8, 16, 32], [1, 2, 4, 8, 16, 32])
axes.set(ylim=(0, 100), xlabel="training pictures per class", ylabel="accuracy, %")
axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
plt.show()

# %% [markdown]
# Three questions to ask of the figure, on any machine. How many pictures does training from
# scratch need to reach what the probe has with few? That is what the backbone is worth. Where
# do probe and fine-tuning part? Up to there the probe is enough. And is the upper curve still
# climbing at 32? Then label more pictures. If it is flat, more of the same will not help:
# change the model, or collect pictures from other places.

# %% [markdown]
# ## Augmentation
#
# The snippet shows each picture mirrored or cropped, different every time. Without that, eight
# pictures per class are seen over and over as they are.

# %% tags=["augmentation", "timing"]
few = draw(8, seed=0)
for augment in (False, True):
    tuned = linear_probe(*few)
    fine_tune(tuned, *few, epochs=16, augment=augment)
    seen, new = accuracy(tuned, *few), accuracy(tuned, test_images, truth)
    print(f"augment={augment!s:<6} training {100 * seen:.0f} %  test {100 * new:.0f} %")

# %% [markdown]
# An augmentation must not change the label. Mirroring is right for keys and wrong for letters and
# road signs.

# %% [markdown]
# ## Limits: another style
#
# The other office's pictures are Noto's. Train on them (16 per class), then test on theirs and on
# ours. All that changes is who drew the things.

# %% tags=["shift", "timing", "hide-code"]
import copy

theirs, theirs_test = part("noto", "train"), part("noto", "test")
known = prepare(column(theirs, "picture"), model), column(theirs, "label")
home = prepare(column(theirs_test, "picture"), model), column(theirs_test, "label")
away = test_images, truth
source = {way: WAYS[way](*known) for way in ("linear probe", "fine-tuned")}
print(f"{'trained on Noto':<16}{'on Noto':>9}{'on Fluent':>11}{'drop':>7}")
for way, trained in source.items():
    near, far = accuracy(trained, *home), accuracy(trained, *away)
    print(f"{way:<16}{100 * near:>7.0f} %{100 * far:>9.0f} %{100 * (near - far):>7.0f}")

# %% [markdown]
# Now label n of our own pictures per class and train the fine-tuned model on, with these alone. How
# much of the drop comes back, and what does the other office lose?

# %% tags=["recovery", "timing", "hide-code"]
far = accuracy(source["fine-tuned"], *away)
drop = accuracy(source["fine-tuned"], *home) - far
print(f"{'n per class':<13}{'on Fluent':>10}{'of the drop':>13}{'on Noto':>9}")
for n in (1, 2, 4, 8):
    ours, old = [], []
    for seed in range(2):
        repaired = copy.deepcopy(source["fine-tuned"])
        few, names = draw(n, seed)
        fine_tune(repaired, few, names, epochs=passes(few, 8), seed=seed)
        ours.append(accuracy(repaired, *away))
        old.append(accuracy(repaired, *home))
    share = (np.mean(ours) - far) / drop if drop > 0 else float("nan")
    print(
        f"{n:<13}{100 * np.mean(ours):>8.0f} %{100 * share:>11.0f} %"
        f"{100 * np.mean(old):>7.0f} %"
    )

# %% [markdown]
# Means of two draws. The share can pass 100 %: what the model is asked for now may simply be easier
# than what it came from. Watch the last column, too. Where it falls, the model forgets the first
# style; train on both together if you need both.

# %% [markdown]
# ## Limits: a photograph, and no class at all
#
# Three inputs for the fine-tuned model: a test picture, a photograph of a man with a camera, cut
# to the camera, and a cat, which is none of the eight. Both photographs come with scikit-image
# (CC0).

# %% tags=["inputs", "no-model"] alt="Three small pictures side by side: a camera in Fluent style on gravel, a gray photograph of a camera on a tripod before a man's face, and the face of a tabby cat."
import skimage.data

inputs = {
    "test picture": next(row["picture"] for row in test if row["label"] == "camera"),
    "photograph": Image.fromarray(skimage.data.camera()).crop((210, 60, 390, 240)),
    "cat": Image.fromarray(skimage.data.chelsea()).crop((60, 0, 360, 300)),
}
show([list(inputs.values())])

# %% tags=["answers", "timing"]
for what, row in zip(
    inputs, probabilities(models["fine-tuned"], prepare(list(inputs.values()), model))
):
    best = row.topk(3)
    answers = [f"{LABELS[i]} {p:.2f}" for p, i in zip(*map(Tensor.tolist, best))]
    print(f"{what:<14}{', '.join(answers)}")

# %% [markdown]
# All training pictures were drawings. A backbone that has seen a million photographs may still get
# the second input right; a small one that has only ever seen drawings can at best be lucky. The third
# input has no right answer, and yet its probabilities add up to one. The fine-tuned model
# knows eight words, and nothing of what it knew before.

# %% [markdown]
# ## Limits: bad input
#
# The snippet says what is wrong. Pictures of other sizes, in gray, or with transparency are no fault:
# `prepare` takes them.

# %% tags=["errors"]
gray = inputs["test picture"].convert("L").resize((200, 90))
print("gray, 200 × 90:", tuple(prepare([gray], model).shape))
for call in (
    lambda: prepare([], model),
    lambda: new_model(["key", "key"]),
    lambda: fit_head(models["linear probe"], images[:2], ["key", "wallet"]),
    lambda: fit_head(models["linear probe"], images, labels[1:]),
):
    try:
        call()
    except ValueError as error:
        print("ValueError:", str(error)[:70])
