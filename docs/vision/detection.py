# %% [markdown]
# # Demo {{ demo.detection }} · Object detection (YOLOv8)
#
# How many are there, and where? A detector answers with boxes: a name, four edges and a score for
# each object. This demo calls YOLOv8n, compares what it finds with what is known to be in the
# picture, works out precision, recall and mAP by hand, and sets it beside template matching. It
# ends where the detector fails: small things, and things it has no name for.
#
# Model: `yolov8n.pt` from [Ultralytics/YOLOv8](https://huggingface.co/Ultralytics/YOLOv8).
# Code and weights are AGPL-3.0: a closed product needs a paid license.
#
# Pictures: [a sheet of 16 scenes](scenes/detection.webp), drawn for this course with Noto Color Emoji
# (Google, Apache-2.0), and a photograph from scikit-image.

# %% [markdown]
# ## The call
#
# The pin names one commit of the maker's own repository. `sync` is switched off first, because the
# package otherwise reports its use to Google Analytics.

# %% tags=["run"]
from huggingface_hub import hf_hub_download
from PIL import Image
from ultralytics import YOLO, settings

settings.update({"sync": False})
path = hf_hub_download(
    "Ultralytics/YOLOv8",
    "yolov8n.pt",
    revision="8a9e1a55f987a77f9966c2ac3f80aa8aa37b3c1a",
)
model = YOLO(path)

sheet = Image.open("scenes/detection.webp")  # 4 x 4 scenes of 192 pixels
scene = sheet.crop((0, 384, 192, 576))
(result,) = model(scene, conf=0.25, verbose=False)
for number, box, score in zip(result.boxes.cls, result.boxes.xyxy, result.boxes.conf):
    edges = [round(edge) for edge in box.tolist()]
    print(f"{model.names[int(number)]:<10}{score:.1f}  {edges}")

# %% [markdown]
# Give `YOLO` a path that exists. A bare `"yolov8n.pt"` is looked up in the current folder, then
# downloaded into it, and that is another file: the release on GitHub and the repository on the Hub
# hold different bytes under this one name. So say which one you tested.

# %% tags=["file"]
import hashlib
from pathlib import Path

data = Path(path).read_bytes()
print(f"{len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()[:16]}…")

# %% [markdown]
# Public repositories list the Hub's file at 6,534,387 bytes with a SHA-256 that starts with
# `31e20dde3def09e2`, and the release's at 6,549,796 bytes with `f59b3d833e2ff32e`. A stand-in has
# neither.

# %% [markdown]
# ## A .pt file is a pickle
#
# Opening a pickle can run any code that its author put in. Ultralytics has a loader that allows
# the known layers and nothing else. Here is what it says to a file with something else inside.

# %% tags=["pickle", "no-model"]
import tempfile

import torch
from ultralytics.nn.tasks import torch_safe_load


class Trap:
    def __reduce__(self):
        return print, ("This line was run by opening a file.",)


with tempfile.TemporaryDirectory() as folder:
    trap = Path(folder) / "trap.pt"
    torch.save({"model": Trap()}, trap)
    try:
        torch_safe_load(trap, safe_only=True)
    except TypeError as error:
        print("TypeError:", str(error).split(".pt ")[1].split(". ")[0])

# %% [markdown]
# The snippet below checks the file in this way before it hands it to `YOLO`. The check says that no
# foreign code runs. It cannot say that the weights are good: for that you trust whoever made the
# commit.

# %% [markdown]
# ## The snippet

# %% tags=["snippet"]
--8<-- "snippets/vision/detection.py"

# %% [markdown]
# ## A scene and a photograph
#
# The scene is drawn from emoji, and everything in it has a name among COCO's 80. The photograph
# shows a cup of coffee on a saucer, a spoon, a table. What the model learned from decides on which of
# the two it is at home: the real one from photographs, its stand-in from such scenes.
#
# Scene: Noto Color Emoji, Google, Apache-2.0. Photograph: Rachel Michetti, CC0, in scikit-image.

# %% tags=["figure", "hide-code"] alt="Two pictures side by side with the boxes that the model reports at 0.25: a drawn scene with several small emoji things, and a photograph of a coffee cup with a spoon on a wooden table. Each box carries a name and a score."
import io

from IPython.display import Image as Shown
from PIL import ImageDraw, ImageFont
from skimage.data import coffee

BLUE, ORANGE = "#2f81f7", "#d97706"


def draw_boxes(image: Image.Image, objects: list[dict], color=BLUE) -> Image.Image:
    """The picture, 360 pixels wide, with boxes and names."""
    factor = 360 / image.width
    picture = image.convert("RGB").resize((360, round(image.height * factor)))
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(13)
    for one in objects:
        x0, y0, x1, y1 = (factor * edge for edge in one["box"])
        text = one["name"] + (f" {one['score']:.2f}" if "score" in one else "")
        pen.rectangle((x0, y0, x1, y1), outline=color, width=2)
        corner = x0 + 3, max(y0 - 16, 1)
        left, top, right, bottom = pen.textbbox(corner, text, font=font)
        pen.rectangle((left - 3, top - 1, right + 3, bottom + 2), fill=color)
        pen.text(corner, text, font=font, fill="white")
    return picture


def side_by_side(pictures: list[Image.Image]) -> Shown:
    """Pictures in a row, as WebP."""
    width = sum(picture.width for picture in pictures) + 8 * (len(pictures) - 1)
    row = Image.new("RGBA", (width, max(picture.height for picture in pictures)))
    place = 0
    for picture in pictures:
        row.paste(picture, (place, 0))
        place += picture.width + 8
    row.save(file := io.BytesIO(), "WEBP", quality=75)
    return Shown(file.getvalue(), format="webp", width=width)


model = load_detector()
photograph = Image.fromarray(coffee())
both = (scene, photograph)
side_by_side([draw_boxes(picture, detect(picture, model)) for picture in both])

# %% tags=["both"]
for label, picture in (("scene", scene), ("photograph", photograph)):
    for one in detect(picture, model)[:6]:
        print(f"{label:<12}{one['name']:<14}{one['score']:.1f}")

# %% [markdown]
# ## The truth
#
# Twelve scenes, and [a file](scenes/detection.json) that says what is in each. That is what a labeled
# validation set is.

# %% tags=["truth"]
import json

truth = json.loads(Path("scenes/detection.json").read_text())
corners = range(0, 768, 192)
scenes = [sheet.crop((x, y, x + 192, y + 192)) for y in corners for x in corners]
known, known_truth = scenes[:12], truth[:12]
print(sum(map(len, known_truth)), "objects in", len(known), "scenes")
print("first scene:", ", ".join(one["name"] for one in known_truth[0]))

# %% [markdown]
# A found box is **right** if an object of its name is there and the two overlap enough. Overlap is
# measured as IoU, the area that two boxes share divided by the area that they cover together; the
# usual bar is 0.5. Each object may be found once. What is left over on the model's side is a
# **ghost**, on the side of the truth a **miss**.

# %% tags=["match"]
def iou(a: list, b: list) -> float:
    """Shared area of two boxes divided by their joint area."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return shared / (sum(areas) - shared)


def match(found: list[dict], objects: list[dict], bar: float = 0.5) -> tuple:
    """For each found box whether it is right, and the objects that nothing found."""
    left, right = list(objects), []
    for one in found:  # best score first
        same = [thing for thing in left if thing["name"] == one["name"]]
        best = max(same, key=lambda thing: iou(one["box"], thing["box"]), default=None)
        right.append(best is not None and iou(one["box"], best["box"]) >= bar)
        if right[-1]:
            left.remove(best)
    return right, left


for by in (10, 20):
    value = iou([0, 0, 40, 40], [by, 0, 40 + by, 40])
    print(f"40 wide, moved by {by}: IoU {value:.2f}")

# %% [markdown]
# ## The threshold
#
# The model reports every box whose score reaches the threshold. Precision is the share of its boxes
# that are right, recall the share of the objects that it found.

# %% tags=["thresholds", "hide-code"]
every = [detect(picture, model, threshold=0.01) for picture in known]


def count(bar: float, results: list = every) -> tuple[int, int, int]:
    """Right boxes, ghosts and misses over all scenes at one threshold."""
    right = ghosts = misses = 0
    for found, objects in zip(results, known_truth):
        marks, left = match([one for one in found if one["score"] >= bar], objects)
        right += sum(marks)
        ghosts += marks.count(False)
        misses += len(left)
    return right, ghosts, misses


print("threshold  right  ghosts  missed  precision  recall")
for bar in (0.1, 0.25, 0.5):
    right, ghosts, misses = count(bar)
    precision = right / max(right + ghosts, 1)
    recall = right / (right + misses)
    print(f"{bar:<11}{right:>5}{ghosts:>8}{misses:>8}{precision:>11.2f}{recall:>8.2f}")

# %% [markdown]
# Read the rows from top to bottom. Ghosts go down, and so do right boxes: a threshold trades one
# for the other and makes no model better. Here is one scene three times.

# %% tags=["series", "hide-code"] alt="One scene three times with the boxes that the model reports at thresholds of 0.1, 0.25 and 0.5: the higher the threshold, the fewer boxes."
shown = known[10]
side_by_side([draw_boxes(shown, detect(shown, model, bar)) for bar in (0.1, 0.25, 0.5)])

# %% [markdown]
# ## mAP, by hand
#
# Precision and recall hold for one threshold. **Average precision** takes them all: sort the boxes of
# all scenes by score, walk down the list, and note precision and recall after each box. The area
# under that curve is the AP. At each recall the best precision still to come counts, so that a
# single ghost does not leave a notch.

# %% tags=["ap"]
def average_precision(marks: list[tuple[float, bool]], objects: int) -> tuple:
    """AP of (score, right) pairs, with the points of the curve."""
    right, recalls, precisions = 0, [0.0], [1.0]
    for place, (_, mark) in enumerate(sorted(marks, key=lambda pair: -pair[0]), 1):
        right += mark
        recalls.append(right / objects)
        precisions.append(right / place)
    area, best = 0.0, 0.0
    for i in range(len(recalls) - 1, 0, -1):
        best = max(best, precisions[i])
        area += (recalls[i] - recalls[i - 1]) * best
    return area, recalls, precisions


area, *_ = average_precision([(0.9, True), (0.8, False), (0.7, True)], objects=2)
print(f"right, ghost, right, two objects in all: AP {area:.2f} = 1/2 x 1 + 1/2 x 2/3")

# %% [markdown]
# The **m** is the mean over classes; **mAP50** asks for an IoU of 0.5, and **mAP50-95** is the mean
# over ten bars from 0.5 to 0.95, which also pays for boxes that fit tightly.

# %% tags=["map", "hide-code"]
def mean_ap(results: list, bar: float) -> float:
    """Mean over the classes of the twelve scenes, 0 to 1."""
    values = []
    for name in sorted({thing["name"] for objects in known_truth for thing in objects}):
        marks, objects = [], 0
        for found, things in zip(results, known_truth):
            mine = [one for one in found if one["name"] == name]
            theirs = [thing for thing in things if thing["name"] == name]
            right, _ = match(mine, theirs, bar)
            marks += [(one["score"], mark) for one, mark in zip(mine, right)]
            objects += len(theirs)
        values.append(average_precision(marks, objects)[0])
    return sum(values) / len(values)


bars = [0.5 + 0.05 * step for step in range(10)]
print(f"mAP50     {mean_ap(every, 0.5):.2f}")
print(f"mAP75     {mean_ap(every, 0.75):.2f}")
print(f"mAP50-95  {sum(mean_ap(every, bar) for bar in bars) / 10:.2f}")

# %% tags=["curve", "hide-code"] alt="Precision against recall over all boxes of the twelve scenes, with the points of the thresholds 0.1, 0.25 and 0.5 marked on the curve."
import matplotlib.pyplot as plt

marks = []
for found, objects in zip(every, known_truth):
    marks += zip([one["score"] for one in found], match(found, objects)[0])
total = sum(map(len, known_truth))
area, recalls, precisions = average_precision(marks, total)

figure, axes = plt.subplots(figsize=(6, 3.4))
axes.plot(recalls, precisions)
for bar in (0.1, 0.25, 0.5):
    right, ghosts, misses = count(bar)
    point = right / total, right / max(right + ghosts, 1)
    axes.plot(*point, "o", color=ORANGE)
    axes.annotate(f"{bar}", point, (-4, -16), textcoords="offset points", ha="right")
axes.set(xlim=(0, 1.03), ylim=(0, 1.05), xlabel="recall", ylabel="precision")
plt.show()

# %% [markdown]
# The curve is the model, the point on it is your choice. An mAP is about the curve. It says nothing
# about the point.

# %% [markdown]
# ## A baseline: template matching
#
# Keep one picture of each thing, slide it over the scene, and report where the two agree: no
# training, no license. [The templates](scenes/templates.webp) are the very drawings that the scenes were made from, which is more
# than a real camera would grant. Each is tried at three sizes. The score is the normalized
# cross-correlation from scikit-image, 1 for a perfect fit.

# %% tags=["template"]
import numpy as np
from skimage.feature import match_template, peak_local_max

strip = Image.open("scenes/templates.webp")
names = """airplane banana bicycle bird boat bottle bus car
cat chair cow dog horse person pizza train""".split()
templates = {
    name: strip.crop((48 * number, 0, 48 * number + 48, 48))
    for number, name in enumerate(names)
}


def template_detect(image: Image.Image, sizes: tuple = (24, 48, 80)) -> list[dict]:
    """What fits a template, best first; of boxes that overlap, the best is kept."""
    gray = np.asarray(image.convert("L"), float)
    found = []
    for name, art in templates.items():
        thing = Image.new("RGBA", art.size, "gray")
        thing.alpha_composite(art)
        thing = thing.crop(art.getbbox()).convert("L")
        for size in sizes:
            factor = size / max(thing.size)
            small = thing.resize([max(8, round(factor * side)) for side in thing.size])
            scores = match_template(gray, np.asarray(small, float))
            peaks = peak_local_max(scores, 8, threshold_abs=0.4, num_peaks=3)
            for y, x in peaks:
                box = [int(x), int(y), int(x) + small.width, int(y) + small.height]
                found.append({"name": name, "box": box, "score": float(scores[y, x])})
    kept = []
    for one in sorted(found, key=lambda one: -one["score"]):
        if all(iou(one["box"], other["box"]) < 0.5 for other in kept):
            kept.append(one)
    return kept


# %% tags=["baseline", "hide-code"]
matched = [template_detect(picture) for picture in known]


def best_f1(results: list) -> tuple:
    """F1, precision, recall at the threshold that suits these very scenes best."""
    rows = []
    for bar in np.linspace(0.02, 0.98, 49):
        right, ghosts, misses = count(bar, results)
        f1 = 2 * right / (2 * right + ghosts + misses)
        rows.append((f1, right / max(right + ghosts, 1), right / (right + misses)))
    return max(rows)


print("each at its own best threshold   F1  precision  recall  mAP50")
for label, results in (("template matching", matched), ("detector", every)):
    f1, precision, recall = best_f1(results)
    values = f"{f1:>7.2f}{precision:>11.2f}{recall:>8.2f}{mean_ap(results, 0.5):>7.2f}"
    print(f"{label:<28}{values}")

# %% [markdown]
# On an upright object of a size that it has, a template is hard to beat. Turn the object, or change
# its size by a little, and look what is left.

# %% tags=["turned", "hide-code"]
canvas = Image.new("RGB", (192, 192), "#8a9a7b")
art = templates["cat"]


def place(size: int, angle: float) -> tuple[Image.Image, list[dict]]:
    """The cat on a plain ground, and where it is."""
    thing = art.crop(art.getbbox())
    thing = thing.resize([round(size / max(thing.size) * side) for side in thing.size])
    thing = thing.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    thing = thing.crop(thing.getbbox())
    picture = canvas.copy()
    picture.paste(thing, (60, 60), thing)
    box = [60, 60, 60 + thing.width, 60 + thing.height]
    return picture, [{"name": "cat", "box": box}]


def score(found: list[dict], objects: list[dict]) -> str:
    """Score of the right box, or a dash."""
    right = [one["score"] for one, mark in zip(found, match(found, objects)[0]) if mark]
    return f"{right[0]:.1f}" if right else "-"


print("size  turned  template  detector")
for size, angle in ((48, 0), (48, 10), (48, 25), (48, 90), (40, 0), (64, 0), (64, 25)):
    picture, cat = place(size, angle)
    one = score(template_detect(picture), cat)
    print(f"{size:<6}{angle:<8}{one:<10}{score(detect(picture, model), cat)}")

# %% [markdown]
# ## Limits: small objects
#
# The twelve scenes again, shrunk step by step on a gray canvas of the old size. Nothing changes but
# the number of pixels per object.

# %% tags=["small"]
edges = [4, 8, 12, 16, 24, 32, 48, 96]
found_at, total_at = [0] * 7, [0] * 7
for factor in (1, 0.75, 0.5, 0.35, 0.25):
    for picture, objects in zip(known, known_truth):
        side = round(192 * factor)
        small = Image.new("RGB", (192, 192), "gray")
        small.paste(picture.resize((side, side), Image.Resampling.LANCZOS))
        things = [
            {"name": thing["name"], "box": [edge * factor for edge in thing["box"]]}
            for thing in objects
        ]
        _, left = match(detect(small, model), things)
        for thing in things:
            x0, y0, x1, y1 = thing["box"]
            group = sum(max(x1 - x0, y1 - y0) >= edge for edge in edges[1:-1])
            total_at[group] += 1
            found_at[group] += thing not in left

print("long side    objects  found")
for low, high, all_, found in zip(edges, edges[1:], total_at, found_at):
    print(f"{low:>2} to {high:<4}px{all_:>10}{found / max(all_, 1):>7.0%}")

# %% tags=["small-figure", "hide-code"] alt="Share of objects found at a threshold of 0.25, in bars from the smallest objects on the left to the largest on the right."
figure, axes = plt.subplots(figsize=(6, 3))
labels = ["to 8", "8-12", "12-16", "16-24", "24-32", "32-48", "48 up"]
axes.bar(labels, [found / max(all_, 1) for found, all_ in zip(found_at, total_at)])
axes.set(ylim=(0, 1), xlabel="long side of the object, pixels", ylabel="recall")
plt.show()

# %% [markdown]
# The first layers look at blocks of 8 x 8 pixels. What is not much larger than such a block leaves
# little to tell a cat from a dog. Before it gets there, a large photograph has been scaled down to
# the size that the model was trained with, and small things with it.

# %% [markdown]
# The remedy is to cut the picture into overlapping tiles, and to detect in each. It costs one call
# per tile.

# %% [markdown]
# ## Limits: no name for it
#
# A rocket, a crown, an octopus, a mushroom: none of them is among COCO's 80 names.

# %% tags=["unknown-names"]
for picture, (thing,) in zip(scenes[12:], truth[12:]):
    known_name = thing["name"] in model.names.values()
    found = detect(picture, model, threshold=0.1)
    said = ", ".join(f"{one['name']} {one['score']:.1f}" for one in found[:3])
    print(f"{thing['name']:<10}in the list: {known_name!s:<7}said: {said or 'nothing'}")

# %% tags=["unknown"] alt="Four scenes, each with one thing that no class of COCO covers: a rocket, a crown, an octopus and a mushroom, with the boxes that the model reports at a threshold of 0.25."
side_by_side(
    [
        draw_boxes(picture, detect(picture, model), ORANGE).resize((240, 240))
        for picture in scenes[12:]
    ]
)

# %% [markdown]
# A detector has two ways to be wrong about a new thing: silence, or the wrong name. Neither raises an
# error, and the score does not tell them from a hard but familiar thing. Look at the class list before you
# start, and keep pictures of what must *not* be reported in your validation set.

# %% [markdown]
# ## What it costs
#
# Milliseconds per scene, and the memory that the weights take.

# %% tags=["timing", "hide-code"]
import time


def milliseconds(run, pictures: list) -> float:
    start = time.perf_counter()
    for picture in pictures:
        run(picture)
    return (time.perf_counter() - start) / len(pictures) * 1000


def detector(picture: Image.Image) -> list[dict]:
    return detect(picture, model)


large = [photograph.resize((1920, 1280))]
print(f"template matching {milliseconds(template_detect, known[:4]):.0f} ms per scene")
print(f"detector          {milliseconds(detector, known[:4]):.0f} ms per scene")
print(f"detector          {milliseconds(detector, large):.0f} ms for 1920 x 1280")
weights = sum(p.numel() * p.element_size() for p in model.model.parameters())
print(f"{'detector':<18}{weights / 1e6:.1f} MB of weights in memory")
print(f"{'templates':<18}{16 * 48 * 48 / 1e6:.2f} MB")
