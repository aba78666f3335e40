# %% [markdown]
# # Demo {{ demo.classification }} · Image classification
#
# What is in this picture? One call names it, out of a fixed list. This demo makes the call on a
# drawing and on a photograph, scores the model against a baseline of plain colors, gets the
# preprocessing wrong on purpose, and ends with pictures unlike those that the model was trained on.
#
# Model: [timm/resnet50.a1_in1k](https://huggingface.co/timm/resnet50.a1_in1k), Apache-2.0, a ResNet-50
# trained on ImageNet's 1,000 classes. Photographs come with scikit-image: the cat (Stefan van der Walt), the
# coffee (Rachel Michetti) and the retina (Mikael Häggström) are CC0, the rocket (SpaceX) and the astronaut (NASA)
# are in the public domain, and no restrictions are known for the coins and the tissue (CMMI). Drawings: made for this course from Noto Color
# Emoji (Google, Apache-2.0) and, where the text says so, from Fluent Emoji (Microsoft, MIT); see
# [the notice](emoji/LICENSE). The folders `emoji` and `scenes` must lie beside this notebook; they hold
# [cat.webp](scenes/cat.webp), [noto.webp](emoji/noto.webp), [unknown.webp](emoji/unknown.webp),
# [fluent.webp](emoji/fluent.webp) and [classes.csv](emoji/classes.csv).

# %% [markdown]
# ## The call
#
# The part after `@` pins the revision. timm reads the size and the colors that the weights were
# trained with from the checkpoint, and builds the preprocessing from them.

# %% tags=["run"]
import timm
import torch
from PIL import Image
from skimage import data
from timm.data import create_transform, resolve_model_data_config

name = "timm/resnet50.a1_in1k@767268603ca0cb0bfe326fa87277f19c419566ef"
model = timm.create_model(f"hf-hub:{name}", pretrained=True).eval()
transform = create_transform(**resolve_model_data_config(model), is_training=False)

drawing = Image.open("scenes/cat.webp")
photo = Image.fromarray(data.chelsea())
batch = torch.stack([transform(image) for image in (drawing, photo)])
with torch.inference_mode():
    scores = model(batch)
print("pictures", tuple(batch.shape))
print("scores  ", tuple(scores.shape))

# %% [markdown]
# One row of raw scores per picture. They mean nothing by themselves: `softmax` turns a row into
# probabilities that add up to one, `topk` picks the largest. The names come with the checkpoint, or from
# timm where it has ImageNet's 1,000 classes in the usual order.

# %% [markdown]
# ## The snippet
#
# The same steps, ready to copy. It opens pictures of any kind, brings the names along, and says what is
# wrong with bad input.

# %% tags=["snippet"]
--8<-- "snippets/vision/classification.py"

# %% [markdown]
# ## Two cats
#
# A drawn one and a photographed one. Where the model is at home, the first bar is a cat and long. Where
# it is not, look at how it is wrong: with one long bar, sure of itself, or with five short ones.

# %% tags=["top5"]
classifier = load_classifier()
model, transform, names = classifier
answers = classify([drawing, photo], *classifier)
for title, answer in zip(("drawing", "photograph"), answers):
    print(title)
    for label, p in answer:
        print(f"  {p:6.1%}  {label[:50]}")

# %% tags=["top5-figure", "hide-code"] alt="Two rows. Each shows a picture of a cat, once drawn and once photographed, and beside it a horizontal bar for each of the five most probable names, from 0 to 1."
import matplotlib.pyplot as plt

figure, axes = plt.subplots(2, 2, figsize=(7, 4), width_ratios=[1, 2])
for row, image, answer in zip(axes, (drawing, photo), answers):
    small = image.copy()
    small.thumbnail((96, 96))
    row[0].imshow(small, interpolation="none")
    row[0].axis("off")
    labels = [label.split(",")[0] for label, _ in answer][::-1]
    row[1].barh(range(5), [p for _, p in answer][::-1])
    row[1].set_yticks(range(5), labels)
    row[1].set(xlim=(0, 1))
axes[1, 1].set(xlabel="probability")
plt.show()

# %% [markdown]
# Four more photographs, a batch of mixed sizes. Is the picture's main thing in the list of names at all?
# The portrait shows an astronaut: ImageNet has no class "person".

# %% tags=["photos"]
photos = {
    "cup of coffee": data.coffee(),
    "rocket launch": data.rocket(),
    "astronaut": data.astronaut(),
    "coins": data.coins(),
}
answers = classify([Image.fromarray(array) for array in photos.values()], *classifier)
for (title, array), answer in zip(photos.items(), answers):
    label, p = answer[0]
    print(f"{title:<14} {array.shape[1]} x {array.shape[0]:<5}{p:5.0%}  {label[:44]}")

# %% [markdown]
# ## Preprocessing belongs to the weights

# %% tags=["config"]
for key, value in resolve_model_data_config(model).items():
    print(f"{key:<14}{value}")

# %% [markdown]
# ## Pictures with answers
#
# To measure anything you need labeled pictures. [noto.webp](emoji/noto.webp) holds 204 tiles of 64 pixels:
# four of each of 51 things, on bricks and on stripes. [classes.csv](emoji/classes.csv) names them, and lists for each the
# numbers of the ImageNet classes that we accept as right, such as 281 to 285 for a cat.

# %% tags=["data"]
import csv

from PIL import ImageDraw, ImageFont


def tiles(path: str, size: int = 64) -> list[Image.Image]:
    """Cut a sheet into its tiles, row by row."""
    sheet = Image.open(path).convert("RGB")
    rows, columns = range(0, sheet.height, size), range(0, sheet.width, size)
    return [sheet.crop((x, y, x + size, y + size)) for y in rows for x in columns]


def right_answers(row: dict[str, str]) -> set[str]:
    """The names that are right for a thing; none where the model has no name for it."""
    if len(names) != 1000:
        return {row["name"]} & set(names)
    ranges = [part.split("-") for part in row["imagenet"].split()]
    return {name for r in ranges for name in names[int(r[0]) : int(r[-1]) + 1]}


with open("emoji/classes.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
shown = [row for row in rows if row["sheet"] == "noto"]
pictures = tiles("emoji/noto.webp")
truth = [right_answers(row) for row in shown for _ in range(4)]
missing = [row["name"] for row in shown if not right_answers(row)]
print(len(pictures), "pictures of", len(shown), "things")
print("without a name in this model:", ", ".join(missing) or "none")

# %% tags=["sheet-figure", "no-model", "hide-code"] alt="Two tiles each of ten things, from bird to chair: colorful drawings, turned, light or dark, on walls of brick and on stripes."
from io import BytesIO

from IPython import display


def show(columns: dict[str, list[Image.Image]], size: int = 90) -> None:
    """Show a grid of small pictures, with a title over each column."""
    height = 20 + size * max(len(images) for images in columns.values())
    grid = Image.new("RGBA", (size * len(columns), height))
    for x, (title, images) in enumerate(columns.items()):
        font = ImageFont.load_default(13)
        ImageDraw.Draw(grid).text((size * x, 2), title, fill="#808080", font=font)
        for y, image in enumerate(images):
            grid.paste(image.resize((size - 4, size - 4)), (size * x, 20 + size * y))
    grid.save(file := BytesIO(), "WEBP", quality=60)
    display.display(display.Image(file.getvalue(), format="webp"))


show({shown[4 * i]["name"]: pictures[16 * i : 16 * i + 2] for i in range(10)}, 72)

# %% [markdown]
# ## A baseline: colors
#
# Count the colors of a picture in 64 bins and take the name of the other labeled picture with the
# most similar counts. No model, no training. Each tile may look at the 203 others, so three of them show
# the same thing.

# %% tags=["baseline", "no-model"]
import numpy as np

labels = np.array([row["name"] for row in shown for _ in range(4)])


def histogram(image: Image.Image) -> np.ndarray:
    """Shares of 4 x 4 x 4 colors."""
    bins = (np.asarray(image).reshape(-1, 3) // 64).astype(int) @ [16, 4, 1]
    return np.bincount(bins, minlength=64) / len(bins)


def by_color(images: list[Image.Image]) -> np.ndarray:
    """Name each picture after the one with the nearest histogram, itself left out."""
    counts = np.stack([histogram(image) for image in images])
    distance = np.abs(counts[:, None] - counts[None]).sum(-1)
    np.fill_diagonal(distance, np.inf)
    return labels[distance.argmin(1)]


color = np.mean(by_color(pictures) == labels)
print(f"right: {color:.0%}, chance {1 / len(shown):.0%}")

# %% [markdown]
# The model on the same tiles. "In the top five" is the kinder score: it counts an answer as right if one
# of the five most probable names is.

# %% tags=["accuracy"]
def accuracy(images: list[Image.Image], transform=transform) -> tuple[float, ...]:
    """Share right at first, share right among five, mean probability of the first."""
    answers = classify(images, model, transform, names)
    hits = [[label in right for label, _ in a] for a, right in zip(answers, truth)]
    sure = np.mean([answer[0][1] for answer in answers])
    return np.mean([h[0] for h in hits]), np.mean([any(h) for h in hits]), sure


top1, top5, sure = accuracy(pictures)
print(f"right: {top1:.0%}, in the top five: {top5:.0%}, says {sure:.0%} on average")

# %% [markdown]
# What that costs, on one processor core of the machine named below. Memory is what has to be kept: the weights, or
# the labeled pictures' counts.

# %% tags=["cost", "timing", "hide-code"]
import time

start = time.perf_counter()
classify(pictures, *classifier, top=1)
middle = time.perf_counter()
by_color(pictures)
end = time.perf_counter()
weights = sum(t.nbytes for t in model.state_dict().values())
print("        right   s per 1,000   memory")
for title, share, seconds, size in (
    ("colors", color, end - middle, len(pictures) * 64 * 8),
    ("model", top1, middle - start, weights),
):
    each = 1000 * seconds / len(pictures)
    print(f"{title:<7}{share:>6.0%}{each:>14.1f}{size / 1e6:>7.1f} MB")

# %% [markdown]
# ## Wrong preprocessing
#
# Four mistakes that raise no error. Each is made on purpose, on the same 204 tiles.

# %% tags=["mistakes"]
from torchvision.transforms.functional import resize

height = resolve_model_data_config(model)["input_size"][1]
to_tensor = create_transform(
    **resolve_model_data_config(model) | {"mean": (0, 0, 0), "std": (1, 1, 1)}
)
wrong = {
    "as trained": transform,
    "not normalized, 0 to 1": to_tensor,
    "not normalized, 0 to 255": lambda image: 255 * to_tensor(image),
    "blue and red swapped": lambda image: transform(
        Image.fromarray(np.asarray(image)[..., ::-1])
    ),
    "half the size": lambda image: resize(transform(image), [height // 2]),
}
mistakes = {title: accuracy(pictures, how) for title, how in wrong.items()}
print(f"{'':<26}{'right':>6}{'top five':>10}{'says':>7}")
for title, (top1, top5, sure) in mistakes.items():
    print(f"{title:<26}{top1:>6.0%}{top5:>10.0%}{sure:>7.0%}")

# %% [markdown]
# Compare each row with the first. A mistake that costs much would be noticed. One that costs a little
# stays in production for years. And look at the last column: a model says "sure" to spoiled
# input, too.

# %% [markdown]
# ## When to trust an answer
#
# Take an answer only when its probability is high enough, and leave the rest to a person. A higher
# threshold answers fewer pictures and gets more of those right. Choose it on labeled pictures of your own.

# %% tags=["threshold"]
answers = [answer[0] for answer in classify(pictures, *classifier, top=1)]
right = np.array([label in ok for (label, _), ok in zip(answers, truth)])
p = np.array([p for _, p in answers])
print("threshold   answered   right among them")
for threshold in (0, 0.25, 0.5, 0.75, 0.9):
    taken = p >= threshold
    share = f"{right[taken].mean():.0%}" if taken.any() else "-"
    print(f"{threshold:<9}{taken.mean():>11.0%}{share:>19}")

# %% [markdown]
# ## Limits: another style, another light
#
# The same 204 pictures, spoiled in one way each; in the last row the same things on the same backgrounds,
# drawn by another vendor. A person would name nearly all of them.

# %% tags=["shifts"]
from PIL import ImageEnhance, ImageFilter


def sketch(image: Image.Image) -> Image.Image:
    """Dark outlines on white."""
    lines = image.convert("L").filter(ImageFilter.SMOOTH)
    lines = ImageOps.crop(lines.filter(ImageFilter.FIND_EDGES), 2)
    return ImageOps.invert(ImageOps.autocontrast(lines)).convert("RGB")


shifts = {
    "as drawn": pictures,
    "greyscale": [ImageOps.grayscale(image).convert("RGB") for image in pictures],
    "low light": [ImageEnhance.Brightness(image).enhance(0.2) for image in pictures],
    "quarter turn": [image.transpose(Image.Transpose.ROTATE_90) for image in pictures],
    "upside down": [image.transpose(Image.Transpose.ROTATE_180) for image in pictures],
    "sketch": [sketch(image) for image in pictures],
    "other vendor": tiles("emoji/fluent.webp"),
}

# %% tags=["shift-figure", "no-model", "hide-code"] alt="A car and a guitar, seven times each: as drawn, in grey, very dark, turned by a quarter, upside down, as a sketch of dark lines on white, and drawn by another vendor."
show({title: [images[i] for i in (66, 162)] for title, images in shifts.items()}, 100)

# %% tags=["shift-table", "hide-code"]
table = {title: accuracy(images) for title, images in shifts.items()}
first = table["as drawn"][0]
print(f"{'':<12}{'right':>6}{'drop':>5}{'says':>5}{'colors':>7}")
for title, (top1, _, sure) in table.items():
    colors = np.mean(by_color(shifts[title]) == labels)
    drop = round(100 * top1) - round(100 * first)
    print(f"{title:<12}{top1:>6.0%}{drop:>5}{sure:>5.0%}{colors:>7.0%}")

# %% [markdown]
# *Drop* is in percentage points against the first row, *says* the mean probability of the answers, *colors* the
# baseline with labeled pictures of that row's kind. If *right* falls further than *says*, the
# model does not notice that it is lost: a probability is no alarm.

# %% [markdown]
# ## Limits: things that have no name in the list
#
# The model answers with one of its names, always. Here are 28 more pictures of 14 things, and those of the 51 that have
# no name in this model. What does it say to a thing that it can't name?

# %% tags=["unknown", "hide-code"]
extra = [row for row in rows if row["sheet"] == "unknown"]
named, unnamed = [], []
others = tiles("emoji/unknown.webp")[: 2 * len(extra)]  # the last row is not full
for group, images, each in ((shown, pictures, 4), (extra, others, 2)):
    for index, [(label, p)] in enumerate(classify(images, *classifier, top=1)):
        row = group[index // each]
        answer = row["name"], label.split(",")[0], p
        (named if right_answers(row) else unnamed).append(answer)
print("what it is, and what it is called")
for thing, label, p in unnamed[:: max(1, len(unnamed) // 8)]:
    print(f"{thing:<10}{p:>4.0%}  {label}")

# %% tags=["sure", "hide-code"]
print("share of answers at 90 % or more")
for title, group in (("with a name", named), ("without", unnamed)):
    sure = np.mean([p >= 0.9 for _, _, p in group])
    print(f"{title:<12}{sure:>4.0%} of {len(group)} pictures")

# %% [markdown]
# The gap between the two shares is what a threshold can use; it never filters out all of the second
# kind. If "none of these" is a possible answer in your work, collect pictures of it and train for it.

# %% [markdown]
# ## Limits: medicine
#
# An eye's retina, and colon tissue under the microscope, both from scikit-image. ImageNet's list holds
# nothing that fits, and one name will come first all the same.

# %% tags=["medical"]
slides = {"retina": data.retina(), "colon tissue": data.immunohistochemistry()}
images = [Image.fromarray(array) for array in slides.values()]
for title, answer in zip(slides, classify(images, *classifier, top=3)):
    said = [f"{label.split(',')[0]} {p:.0%}" for label, p in answer]
    print(f"{title:<14}{', '.join(said)}")

# %% [markdown]
# ## Limits: not a picture

# %% tags=["bad", "no-model"]
for bad in ("emoji/classes.csv", Image.new("RGB", (0, 9)), Image.new("I;16", (64, 64))):
    try:
        open_picture(bad)
    except ValueError as error:
        print(str(error).replace(str(bad), "..."))
turned = Image.new("RGB", (40, 30))
turned.getexif()[0x0112] = 6  # a camera that was held upright
print(turned.size, "becomes", open_picture(turned).size)

# %% [markdown]
# ## License moment
#
# timm's code is Apache-2.0. Each set of weights has a license of its own. Ask all of them:

# %% tags=["licenses", "no-model"]
from collections import Counter

weights = timm.list_pretrained()
terms = {one: str(timm.get_pretrained_cfg(one).license) for one in weights}
counted = Counter(terms.values())
print(len(weights), "sets of weights")
for license_, count in counted.most_common(9):
    print(f"{count:>5}  {license_}")
print(f"{sum(counted.values()) - sum(n for _, n in counted.most_common(9)):>5}  others")
families = Counter(one.split("_")[0] for one in weights if "-nc" in terms[one])
print("NC:", ", ".join(f"{name} {n}" for name, n in families.most_common(5)))

# %% [markdown]
# `None` and `unknown` mean that nobody has said; that is no permission.
#
# ## Take away
#
# - One call, one name per picture, out of a fixed list. Preprocessing, weights and names belong together: load
#   all three from the same checkpoint.
# - Score a baseline on the same pictures. Then count what a better answer costs in seconds and memory.
# - A probability says how the model ranks its own names. It is no measure of whether the picture is one that it knows.
