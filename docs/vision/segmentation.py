# %% [markdown]
# # Demo {{ demo.segmentation }} · Segmentation
#
# A box says roughly where a thing is. To measure its area, or to cut it out, you need its pixels.
# Two models answer two different questions. **DeepLabV3** gives every pixel one of 21 names and does not
# know how many things there are. **SAM 2.1** cuts out whatever you click on and does not know what it is.
# This demo runs both on the same pictures, scores them against a threshold, and ends where they fail.
#
# Models: [apple/deeplabv3-mobilevit-small](https://huggingface.co/apple/deeplabv3-mobilevit-small), for research
# only, and [facebook/sam2.1-hiera-tiny](https://huggingface.co/facebook/sam2.1-hiera-tiny), Apache-2.0.
# Pictures: [an emoji scene](scenes/segmentation.webp), drawn for this page with Noto Color Emoji (Apache-2.0), and
# *Chelsea* the cat by Stéfan van der Walt (CC0), from scikit-image. The real models know photographs, the tiny
# stand-ins know emoji, so expect each to be good on one of the two and lost on the other.

# %% [markdown]
# ## DeepLabV3: a name for each pixel
#
# The network returns 21 scores for each cell of a coarse grid. They are stretched to the size of the picture,
# and the highest score names the pixel.

# %% tags=["run", "only:apple/deeplabv3-mobilevit-small"]
import numpy as np
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForSemanticSegmentation

name = "apple/deeplabv3-mobilevit-small"
revision = "09a4c8fd616da94b5bc900a6babfbcb40d66f2af"
processor = AutoImageProcessor.from_pretrained(name, revision=revision)
deeplab = AutoModelForSemanticSegmentation.from_pretrained(name, revision=revision)
names = deeplab.config.id2label

scene = Image.open("scenes/segmentation.webp").convert("RGB")
# The whole picture; by default the processor takes the square in its middle.
whole = {"size": dict(processor.crop_size), "do_center_crop": False}
with torch.inference_mode():
    outputs = deeplab(**processor(images=scene, **whole, return_tensors="pt"))
size = (scene.height, scene.width)
(found,) = processor.post_process_semantic_segmentation(outputs, target_sizes=[size])

print("scores:", tuple(outputs.logits.shape), " classes:", tuple(found.shape))
for number, count in zip(*found.unique(return_counts=True)):
    print(
        f"{names[number.item()]:<12}{count.item() / found.numel():>4.0%} of the picture"
    )

# %% [markdown]
# `do_center_crop=False` matters. By default the processor cuts a square out of the middle. Stretched to the size of
# a wide picture, the answer then lies beside the things.

# %% [markdown]
# ## The same head in torchvision
#
# The outline's DeepLabV3 is torchvision's. It has the same head (*atrous* convolutions: filters with gaps,
# so that a pixel sees far around without a larger filter) and the same 21 names. Its weights come from
# download.pytorch.org, not from a Hub, so this cell builds the network without them: the call and its output are the
# same. With weights you write `deeplabv3_mobilenet_v3_large(weights=weights)`, which downloads them.

# %% tags=["torchvision", "no-model"]
from torchvision.models.segmentation import (
    DeepLabV3_MobileNet_V3_Large_Weights,
    deeplabv3_mobilenet_v3_large,
)

weights = DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1
network = deeplabv3_mobilenet_v3_large(
    weights=None, weights_backbone=None, num_classes=21
)
with torch.inference_mode():
    out = network.eval()(weights.transforms()(scene).unsqueeze(0))["out"]

about = weights.meta
print(
    f"{about['num_params']:,} parameters,",
    tuple(out.shape),
    weights.url.rpartition("/")[2],
)
for metric, value in about["_metrics"]["COCO-val2017-VOC-labels"].items():
    print(f"{metric}: {value}")

# %% [markdown]
# Whatever is in the picture, these are the only answers that either network has:

# %% tags=["names", "only:apple/deeplabv3-mobilevit-small"]
ours, theirs = list(names.values()), about["categories"]
print("the same after the first:", ours[1:] == theirs[1:])
for start in range(0, len(ours), 7):
    print(" ".join(f"{label:<12}" for label in ours[start : start + 7]).rstrip())

# %% [markdown]
# ## SAM 2.1: a mask for each click
#
# A prompt is a point in pixels, here on the left cat. Four brackets: pictures, things in the picture, clicks
# on the thing, and x and y. The label 1 says "the thing is here", 0 would say "not this".

# %% tags=["click", "only:facebook/sam2.1-hiera-tiny"]
from transformers import Sam2Model, Sam2Processor

name = "facebook/sam2.1-hiera-tiny"
revision = "de431c4043854a71d8101e17995dfe596bf101a5"
sam_processor = Sam2Processor.from_pretrained(name, revision=revision)
sam = Sam2Model.from_pretrained(name, revision=revision)

inputs = sam_processor(
    images=scene,
    input_points=[[[[52, 150]]]],
    input_labels=[[[1]]],
    return_tensors="pt",
)
with torch.inference_mode():
    outputs = sam(**inputs)
(masks,) = sam_processor.post_process_masks(
    outputs.pred_masks, inputs["original_sizes"]
)
print("masks:", tuple(masks.shape))  # things, candidates, height, width
for mask, score in zip(masks[0], outputs.iou_scores[0, 0]):
    share = mask.float().mean().item()
    print(f"{share:>4.0%} of the picture, expected IoU {score.item():.2f}")

# %% [markdown]
# ## The snippet
#
# Both calls, ready to copy. It turns photographs upright, accepts any color mode, keeps the memory small on huge
# pictures, sorts SAM's candidates, and says what is wrong with bad input.

# %% tags=["snippet"]
--8<-- "snippets/vision/segmentation.py"

# %% [markdown]
# ## Both on the same picture
#
# Names without instances, instances without names.

# %% tags=["draw", "hide-code"]
import io

import matplotlib.pyplot as plt
from IPython.display import Image as Shown
from IPython.display import display

COLORS = plt.get_cmap("tab10").colors


def paint(picture, masks, colors=COLORS):
    """Lay each mask over the picture in a color of its own, with a bright edge."""
    values = np.asarray(picture.convert("RGB")) / 255
    for mask, color in zip(masks, colors):
        values[mask] = 0.4 * values[mask] + 0.6 * np.array(color)
        inner = mask.copy()
        inner[1:-1, 1:-1] &= (
            mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
        )
        values[mask & ~inner] = 1
    return values


def show(panels, columns, width=7.2, points=()):
    """Draw (title, picture) panels as one small WebP on a transparent ground."""
    rows = -(-len(panels) // columns)
    tall = [np.shape(picture)[0] / np.shape(picture)[1] for _, picture in panels]
    ratios = [max(tall[row * columns : (row + 1) * columns]) for row in range(rows)]
    size = (width, width / columns * sum(ratios) + 0.35 * rows)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=size,
        squeeze=False,
        height_ratios=ratios,
        layout="compressed",
    )
    for place, axis in enumerate(axes.flat):
        axis.set_axis_off()
        if place < len(panels):
            axis.imshow(panels[place][1], cmap="gray")
            axis.set_title(panels[place][0], fontsize=11)
            for x, y in points[place] if place < len(points) else ():
                axis.plot(x, y, "o", ms=7, mfc="white", mec="black", mew=1.5)
    held = io.BytesIO()
    figure.savefig(held, format="webp", dpi=110, pil_kwargs={"quality": 80})
    plt.close(figure)
    display(Shown(held.getvalue(), format="webp"))


# %% tags=["both", "hide-code"] alt="Four panels. Above, the emoji scene: left, DeepLab's classes as colored areas; right, SAM's masks, one color for each of five clicks. Below, the same for the photograph of a cat, with clicks on its forehead and on one eye."
from skimage.data import chelsea

photograph = Image.fromarray(chelsea())
clicks = {"scene": [(40, 34), (156, 36), (52, 150), (132, 146), (97, 88)]}
clicks["photograph"] = [(215, 80), (165, 110)]

panels, dots, masks, classes = [], [], {}, {}
for label, picture in {"scene": scene, "photograph": photograph}.items():
    classes[label] = name_pixels(picture, processor, deeplab)
    masks[label], _ = cut_out(picture, clicks[label], sam_processor, sam)
    there = [number for number in np.unique(classes[label]) if number]
    areas = [classes[label] == number for number in there]
    by_number = [COLORS[number % 10] for number in there]
    panels.append(
        (
            "DeepLab: " + ", ".join(names[n] for n in there)[:34],
            paint(picture, areas, by_number),
        )
    )
    panels.append(
        (f"SAM: {len(clicks[label])} clicks", paint(picture, masks[label][:, 0]))
    )
    dots += [[], clicks[label]]
show(panels, columns=2, points=dots)

# %% [markdown]
# ## Two touching cats
#
# Count the cats. DeepLab's answer is an area; count its connected pieces. SAM was asked twice and answers twice. The
# scene was drawn, so [the true mask of each thing](scenes/segmentation.png) is known, and **IoU** says how well two
# masks agree: shared pixels divided by joint pixels.

# %% tags=["cats", "hide-code"]
from skimage.measure import label as pieces

truth = np.asarray(Image.open("scenes/segmentation.png"))
things = dict(enumerate("bus plane cat cat crown".split(), 1))


def iou(one: np.ndarray, two: np.ndarray) -> float:
    """Shared pixels divided by joint pixels of two masks."""
    return float((one & two).sum() / max((one | two).sum(), 1))


cat = classes["scene"] == ours.index("cat")
large = [piece for piece in np.bincount(pieces(cat).ravel())[1:] if piece >= 50]
shared_area = iou(cat, (truth == 3) | (truth == 4))
print(f"DeepLab: {len(large)} piece(s) of cat, IoU with both cats {shared_area:.2f}")
for side, number in (("left", 3), ("right", 4)):
    overlap = iou(masks["scene"][number - 1, 0], truth == number)
    print(f"SAM: the {side} cat, IoU {overlap:.2f}")

# %% [markdown]
# ## IoU by hand
#
# Two masks on a grid of 4 x 3: the prediction is shifted by one column.

# %% tags=["by-hand", "no-model"]
true = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]], bool)
shifted = np.roll(true, 1, axis=1)
shared, joint = (true & shifted).sum(), (true | shifted).sum()
right = (true == shifted).mean()
print(f"{shared} shared / {joint} joint = {shared / joint:.2f}")
print(f"pixel accuracy {right:.2f}")
nothing = np.zeros_like(true)
print(f"empty: IoU {iou(true, nothing):.2f}, pixel accuracy {1 - true.mean():.2f}")

# %% [markdown]
# Pixel accuracy counts background, too. Where things are small, an empty mask gets a high accuracy and an IoU of
# zero. **mIoU** is the mean of the IoU over all classes.

# %% [markdown]
# ## The model's opinion of itself
#
# SAM answers each click with three candidates, because a click is ambiguous: the eye, the face or the cat? With each
# comes the IoU that the model *expects*. Here beside the IoU that we measure.

# %% tags=["opinion", "only:facebook/sam2.1-hiera-tiny", "hide-code"]
three, expected = cut_out(scene, clicks["scene"], sam_processor, sam)
print("           expected          measured")
for place, word in enumerate(things.values()):
    real = [iou(mask, truth == place + 1) for mask in three[place]]
    row = " ".join(f"{score:.2f}" for score in expected[place])
    print(f"{word:<8}{row:>16}    " + " ".join(f"{value:.2f}" for value in real))

# %% tags=["candidates"] alt="Three panels: the photograph of the cat with a click on its eye, and over it the three masks that SAM offers, best opinion first, each with the IoU it expects."
eye = clicks["photograph"][1:]
offers, opinions = cut_out(photograph, eye, sam_processor, sam)
panels = [
    (f"expects {s:.2f}", paint(photograph, [m])) for m, s in zip(offers[0], opinions[0])
]
show(panels, columns=3, points=[eye] * 3)

# %% [markdown]
# On the scene we know the truth, so the opinion can be checked: is the candidate that expects most the best one, and
# is its number right? On the photograph nobody has drawn the truth, and the number looks just as
# precise. Rank with it; do not report it.

# %% [markdown]
# ## A baseline: a threshold
#
# Otsu's method finds the brightness that splits a picture best into two groups. No model, no download. With a click
# it becomes a one-click tool: take the connected piece under the click. Two pictures: the meadow from above, and
# [cars and bicycles on a white belt](scenes/segmentation-sizes.webp), with [their true masks](scenes/segmentation-sizes.png).

# %% tags=["otsu", "no-model"]
from skimage.filters import threshold_otsu


def under_click(picture: Image.Image, point: tuple[int, int]) -> np.ndarray:
    """The connected piece, on its side of Otsu's threshold, that holds the point."""
    gray = np.asarray(picture.convert("L"))
    bright = gray > threshold_otsu(gray)
    x, y = point
    found = pieces(bright == bright[y, x], background=-1, connectivity=1)
    side = found * (bright == bright[y, x])
    return side == side[y, x]


belt = Image.open("scenes/segmentation-sizes.webp").convert("RGB")
belt_truth = np.asarray(Image.open("scenes/segmentation-sizes.png"))


# %% tags=["baseline", "hide-code"]
def middle(mask: np.ndarray) -> tuple[int, int]:
    """The pixel of a mask that lies nearest to the mean of its pixels: a fair click."""
    rows, columns = np.nonzero(mask)
    nearest = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
    return int(columns[nearest]), int(rows[nearest])


table = {}
print("mean IoU of one click     Otsu   SAM")
for label, picture, answer in (("meadow", scene, truth), ("belt", belt, belt_truth)):
    numbers = range(1, answer.max() + 1)
    points = [middle(answer == number) for number in numbers]
    by_sam, _ = cut_out(picture, points, sam_processor, sam)
    table[label] = [
        [
            iou(under_click(picture, point), answer == n)
            for point, n in zip(points, numbers)
        ],
        [iou(mask[0], answer == n) for mask, n in zip(by_sam, numbers)],
    ]
    otsu, model = (np.mean(column) for column in table[label])
    print(f"{label:<24}{otsu:>6.2f}{model:>6.2f}")

# %% tags=["baseline-figure"] alt="Four panels. Above, the meadow: the pieces under each click by Otsu's threshold, and SAM's masks. Below, the white belt with five cars and five bicycles from 10 to 64 pixels: the same two."
panels = []
for label, picture, answer in (("meadow", scene, truth), ("belt", belt, belt_truth)):
    points = [middle(answer == number) for number in range(1, answer.max() + 1)]
    by_sam, _ = cut_out(picture, points, sam_processor, sam)
    panels.append(
        (f"{label}, Otsu", paint(picture, [under_click(picture, p) for p in points]))
    )
    panels.append((f"{label}, SAM", paint(picture, by_sam[:, 0])))
show(panels, columns=2)

# %% [markdown]
# Where brightness tells thing from ground, take the threshold: it is exact to the pixel and cannot be
# surprised. Where it does not, no other threshold will save it.

# %% [markdown]
# ## Limits: small and thin
#
# The same belt, thing by thing. The network reads a shrunk picture and answers on a coarser grid still. A wheel
# rim that is thinner than a cell cannot come out.

# %% tags=["sizes", "hide-code"] alt="Four lines: IoU of one-click masks against the length of the thing, 10 to 64 pixels on a logarithmic axis. Cars and bicycles, each by Otsu's threshold and by SAM."
lengths = [10, 16, 26, 42, 64]
otsu, model = table["belt"]
figure, axes = plt.subplots(figsize=(7, 3.2))
for start, word in ((0, "car"), (5, "bicycle")):
    color = f"C{start // 5}"
    axes.plot(
        lengths, model[start : start + 5], "o-", color=color, label=f"{word}, SAM"
    )
    axes.plot(
        lengths, otsu[start : start + 5], "s--", color=color, label=f"{word}, Otsu"
    )
axes.set(
    xscale="log", ylim=(0, 1.02), xlabel="length of the thing, pixels", ylabel="IoU"
)
axes.set_xticks(lengths, [str(length) for length in lengths])
axes.minorticks_off()
axes.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=10)
plt.show()

# %% [markdown]
# Cut out the part of the picture that matters, at full resolution, and segment that.

# %% [markdown]
# ## Limits: a thing that has no name
#
# The crown is in neither model's list: VOC has no crown, and the stand-in for SAM never saw one. What does DeepLab call
# its pixels?

# %% tags=["unknown", "hide-code"]
crown = truth == 5
for number, count in zip(*np.unique(classes["scene"][crown], return_counts=True)):
    print(f"DeepLab calls {count / crown.sum():>4.0%} of the crown {names[number]}")
print(f"SAM cuts it out with an IoU of {iou(masks['scene'][4, 0], crown):.2f}")

# %% [markdown]
# "Background" is the honest answer, for DeepLab has no other word for "none of mine". Any other name is wrong and
# looks like a find. SAM needs no name, and that is its strength and its limit.

# %% [markdown]
# ## Limits: a click on nothing
#
# The sky is no thing. SAM cannot decline: three masks come back, each with an opinion.

# %% tags=["nothing", "only:facebook/sam2.1-hiera-tiny"]
empty, opinion = cut_out(scene, [(100, 20)], sam_processor, sam)
print("the click lies on thing", truth[20, 100], "(0: background)")
for mask, score in zip(empty[0], opinion[0]):
    on_things = (mask & (truth > 0)).sum() / max(mask.sum(), 1)
    print(f"{mask.mean():>4.0%} of the picture, {on_things:.0%} on things,", end=" ")
    print(f"expects {score:.2f}")

# %% [markdown]
# The real model often returns the background region itself, which is a fair answer to "what is here?". It is no answer
# to "is anything here?".

# %% [markdown]
# ## Limits: a medical picture
#
# The back of an eye, photographed by Mikael Häggström (CC0), from scikit-image. The bright disc is where the nerve leaves; its size is
# a sign of glaucoma. DeepLab has no word for it. SAM gets a click in its middle.

# %% tags=["medical"] alt="Two panels: a photograph of a retina, orange, with the bright disc of the optic nerve at the left; left, what DeepLab finds; right, SAM's best mask for a click on the disc."
from skimage.data import retina

eye = Image.fromarray(retina()).resize((353, 353))
disc = [(60, 165)]
found = name_pixels(eye, processor, deeplab)
(cut,), (score,) = cut_out(eye, disc, sam_processor, sam)
seen = [number for number in np.unique(found) if number]
title = ", ".join(names[number] for number in seen) or "background only"
panels = [(f"DeepLab: {title[:34]}", paint(eye, [found == number for number in seen]))]
panels.append((f"SAM, expects {score[0]:.2f}", paint(eye, cut[:1])))
show(panels, columns=2, points=[[], disc])

# %% [markdown]
# Is the edge of the mask the edge of the disc? You cannot tell from the expected IoU. Before such a mask may
# measure anything, an expert draws some dozens of discs, and you report the IoU against those.

# %% [markdown]
# ## What it costs
#
# Seconds a picture and what the weights take, beside the threshold. SAM reads a picture once; further clicks in
# the same call are cheap.

# %% tags=["timing", "hide-code"]
import time


def seconds(run, repeat: int = 3) -> float:
    """Shortest of some runs: the others waited for something else."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def size(model) -> float:
    """Megabytes of a model's weights in memory."""
    return sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6


one, five = clicks["scene"][:1], clicks["scene"]
rows = {
    "Otsu, one click": (lambda: under_click(scene, one[0]), 0),
    "DeepLab": (lambda: name_pixels(scene, processor, deeplab), size(deeplab)),
    "SAM, one click": (lambda: cut_out(scene, one, sam_processor, sam), size(sam)),
    "SAM, five clicks": (lambda: cut_out(scene, five, sam_processor, sam), size(sam)),
}
for label, (run, megabytes) in rows.items():
    print(f"{label:<18}{1000 * seconds(run):>7.1f} ms{megabytes:>8.1f} MB of weights")
