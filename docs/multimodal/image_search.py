# %% [markdown]
# # Demo {{ demo.image_search }} · Similar-image search
#
# A customer sends a picture and asks for something like it. Nobody has tagged the 80,000 photographs, and
# nobody will. A pre-trained network turns each picture into a list of numbers, so that alike pictures get lists
# that lie close; an index finds the closest. This demo builds such a search, scores it against plain pixels and
# colors, measures what an approximate index gains and loses, and ends where neighbors are wrong.
#
# Model: [facebook/dinov2-small](https://huggingface.co/facebook/dinov2-small), Apache-2.0. Index: `faiss-cpu`, MIT.

# %% [markdown]
# ## The pictures
#
# Two collections. **Drawings**: six tiles each of 16 things on bricks and stripes, in
# [gallery.webp](gallery/gallery.webp); [others.webp](gallery/others.webp) comes in at the end, and
# [pictures.csv](gallery/pictures.csv) says what each tile shows. The art is Noto's and Fluent's, see the
# [notice](gallery/LICENSE). **Photographs**: nine pieces each of ten pictures that come with scikit-image (public domain or CC0)
# and scikit-learn (*China* and *Flower*, CC BY 2.0: danielbuechele and vultilion on Flickr). The tiny stand-in was trained on
# drawings, the real model on photographs.

# %% tags=["data"]
import csv

import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from skimage import data
from sklearn.datasets import load_sample_image

TILE = 64
with open("gallery/pictures.csv", encoding="utf-8", newline="") as file:
    listed = list(csv.DictReader(file))
sheets = {
    "gallery": Image.open("gallery/gallery.webp").convert("RGB"),
    "others": Image.open("gallery/others.webp").convert("RGB"),
}
for row in listed:
    sheet = sheets[row["sheet"]]
    down, right = divmod(int(row["tile"]), sheet.width // TILE)
    x, y = right * TILE, down * TILE
    row["picture"] = sheet.crop((x, y, x + TILE, y + TILE))
gallery = [row for row in listed if row["sheet"] == "gallery"]
drawings = [row["picture"] for row in gallery]
things = [row["name"] for row in gallery]


def nine_pieces(photograph: np.ndarray) -> list[Image.Image]:
    """Nine squares of 96 pixels, spread evenly, without overlap."""
    image = Image.fromarray(photograph).convert("RGB")
    step_x, step_y = ((side - 96) // 2 for side in image.size)
    corners = [(x * step_x, y * step_y) for y in range(3) for x in range(3)]
    return [image.crop((x, y, x + 96, y + 96)) for x, y in corners]


photographs = {
    name: getattr(data, name)()
    for name in (
        *("astronaut", "brick", "chelsea", "coffee"),
        *("grass", "gravel", "hubble_deep_field", "rocket"),
    )
}
for name in ("china", "flower"):
    photographs[name] = load_sample_image(f"{name}.jpg")
pieces = [piece for photo in photographs.values() for piece in nine_pieces(photo)]
origins = [name for name in photographs for _ in range(9)]
print(f"{len(drawings)} drawings of {len(set(things))} things")
print(f"{len(pieces)} pieces of {len(photographs)} photographs")

# %% [markdown]
# ## The call
#
# Three steps: pictures to vectors, vectors to length 1, products with all the others. FAISS would take every core of
# the machine; one thread keeps this demo's seconds comparable.

# %% tags=["run"]
import faiss
import torch
from transformers import AutoImageProcessor, AutoModel

faiss.omp_set_num_threads(1)

name = "facebook/dinov2-small"
revision = "ed25f3a31f01632728cabb09d1542f84ab7b0056"
processor = AutoImageProcessor.from_pretrained(name, revision=revision)
model = AutoModel.from_pretrained(name, revision=revision).eval()

inputs = processor(images=drawings, return_tensors="pt")
with torch.inference_mode():
    vectors = model(**inputs).pooler_output
vectors = torch.nn.functional.normalize(vectors, dim=-1).numpy()
print("the model sees:", tuple(inputs["pixel_values"].shape))
print("it returns:    ", vectors.shape)

index = faiss.IndexFlatIP(vectors.shape[1])
index.add(vectors)
scores, numbers = index.search(vectors[:1], 6)  # the first drawing, six nearest
for score, number in zip(scores[0], numbers[0]):
    print(f"row {number:<3} cosine {score:.2f}  {things[number]}")

# %% [markdown]
# The first hit is the picture itself: it is in the index, and nothing is closer to it than it is. `pipeline` gives the
# same numbers, as nested lists and not yet of length 1:

# %% tags=["pipeline"]
from transformers import pipeline

extractor = pipeline("image-feature-extraction", model=name, revision=revision)
(answer,) = extractor([drawings[0]], pool=True)
same = np.array(answer[0]) / np.linalg.norm(answer[0])
print("the same:", np.allclose(same, vectors[0], atol=1e-3))

# %% [markdown]
# ## The snippet
#
# The same, ready to copy. Whatever goes into the index or asks it passes through `unit`, so lengths cannot be forgotten;
# names and the revision are stored with the index.

# %% tags=["snippet"]
--8<-- "snippets/multimodal/image_search.py"

# %% [markdown]
# ## Neighbors
#
# On the left of each row the query, then its five nearest, itself left out. A cross marks a neighbor that shows
# another thing, or comes from another photograph.

# %% tags=["draw", "hide-code"]
import io

from IPython.display import Image as Figure
from IPython.display import display
from PIL import ImageDraw

SIDE = 56


def panel(lines: list[tuple[Image.Image, list[tuple[Image.Image, bool]]]]) -> None:
    """Show rows of a query and its neighbors, wrong ones crossed, as one small WebP."""
    width = SIDE * (1 + len(lines[0][1])) + 16 + 4 * len(lines[0][1])
    sheet = Image.new("RGBA", (width, len(lines) * (SIDE + 6) - 6))
    for down, (query, found) in enumerate(lines):
        y = down * (SIDE + 6)
        sheet.paste(query.resize((SIDE, SIDE)), (0, y))
        for right, (picture, good) in enumerate(found):
            x = SIDE + 16 + right * (SIDE + 4)
            sheet.paste(picture.resize((SIDE, SIDE)), (x, y))
            if not good:
                pen = ImageDraw.Draw(sheet)
                pen.rectangle((x + SIDE - 15, y, x + SIDE - 1, y + 14), fill="#b00020")
                for one, two in (((-12, 3), (-4, 11)), ((-12, 11), (-4, 3))):
                    ends = [(x + SIDE + a, y + b) for a, b in (one, two)]
                    pen.line(ends, fill="white", width=2)
    held = io.BytesIO()
    sheet.save(held, "webp", quality=75, method=6)
    display(Figure(held.getvalue(), format="webp"))


# %% tags=["collections"]
embedder = processor, model
collections = {
    "drawings": (drawings, things, embed(drawings, *embedder)),
    "photographs": (pieces, origins, embed(pieces, *embedder)),
}


def neighbors(vectors: np.ndarray, queries: np.ndarray, k: int = 5) -> list[list[int]]:
    """The k nearest rows of query i, row i itself left out."""
    _, found = search(build_index(vectors), queries, k + 1)
    return [
        [int(row) for row in line if row != number][:k]
        for number, line in enumerate(found)
    ]


# %% tags=["neighbors", "hide-code"] alt="Seven rows of six small pictures: a query, then its five nearest neighbors. Queries from above: drawings of a bicycle, a bus, a cat and a chair on bricks or stripes, then pieces of photographs of a cat, of coffee and of a Chinese temple. A white cross on red marks a neighbor that shows another thing or comes from another photograph."
lines = []
for label, chosen in {
    "drawings": [("bicycle", 1), ("bus", 3), ("cat", 2), ("chair", 0)],
    "photographs": [("chelsea", 4), ("coffee", 4), ("china", 4)],
}.items():
    pictures, names, vectors = collections[label]
    found = neighbors(vectors, vectors)
    for wanted, which in chosen:
        row = names.index(wanted) + which
        near = [(pictures[n], names[n] == wanted) for n in found[row]]
        lines.append((pictures[row], near))
panel(lines)

# %% [markdown]
# ## A score, and two baselines
#
# Each picture in turn is the query, and its five nearest vote on its name; at a tie the nearer name wins. The baselines are vectors,
# too, and use the same index: 16 × 16 **pixels**, and counts of 64 **colors**. In the last column the gallery
# stays as it is, and every query has half of the light.

# %% tags=["score"]
from collections import Counter


def pixels(pictures: list[Image.Image]) -> np.ndarray:
    rows = [np.asarray(p.resize((16, 16)), float).ravel() for p in pictures]
    return np.stack([row - row.mean() for row in rows])


def colors(pictures: list[Image.Image]) -> np.ndarray:
    bins = [(np.asarray(p).reshape(-1, 3) // 64) @ [16, 4, 1] for p in pictures]
    return np.stack([np.bincount(each, minlength=64) for each in bins])


def accuracy(vectors: np.ndarray, queries: np.ndarray, names: list[str]) -> float:
    """Percent of queries whose name wins the vote of their five nearest."""
    found = neighbors(vectors, queries)
    votes = [Counter(names[n] for n in line).most_common(1)[0][0] for line in found]
    return 100 * np.mean([vote == name for vote, name in zip(votes, names)])


def darker(pictures: list[Image.Image]) -> list[Image.Image]:
    return [ImageEnhance.Brightness(picture).enhance(0.5) for picture in pictures]


ways = {
    "pixels": pixels,
    "colors": colors,
    "DINOv2": lambda pictures: embed(pictures, *embedder),
}
print(f"{'5 nearest, % right':<20}drawings  photographs  with half of the light")
for way, vectors_of in ways.items():
    figures = []
    for pictures, names, vectors in collections.values():
        if way != "DINOv2":
            vectors = vectors_of(pictures)
        figures.append(accuracy(vectors, vectors, names))
    figures.append(accuracy(vectors, vectors_of(darker(pictures)), names))
    print(f"{way:<20}{figures[0]:>8.0f}{figures[1]:>13.0f}{figures[2]:>24.0f}")
print(f"{'guessing':<20}{100 / 16:>8.0f}{100 / 10:>13.0f}{100 / 10:>24.0f}")

# %% [markdown]
# Read it by column. Pieces of one photograph share its colors, so counting colors is hard to beat there, until the light
# changes. Drawings share no color with their background's kind, so there the thing itself has to be found.

# %% [markdown]
# ## Near-duplicates
#
# The most useful search of all: is this picture in the collection already? Every second drawing is changed, and
# asks for itself. How often is the original the first hit?

# %% tags=["duplicates"]
def jpeg(picture: Image.Image) -> Image.Image:
    held = io.BytesIO()
    picture.save(held, "jpeg", quality=10)
    return Image.open(held)


changes = {
    "JPEG, quality 10": jpeg,
    "half of the light": lambda p: ImageEnhance.Brightness(p).enhance(0.5),
    "gray": lambda p: p.convert("L"),
    "edges cut off": lambda p: p.crop((6, 6, 58, 58)),
    "mirrored": ImageOps.mirror,
    "turned by 90°": lambda p: p.transpose(Image.Transpose.ROTATE_90),
    "upside down": lambda p: p.transpose(Image.Transpose.ROTATE_180),
}
known = {
    "pixels": build_index(pixels(drawings)),
    "DINOv2": build_index(collections["drawings"][2]),
}
rows = np.arange(0, len(drawings), 2)
print(f"{'original first, %':<20}{'pixels':>8}{'DINOv2':>8}")
for change, apply in changes.items():
    changed = [apply(drawings[row]).convert("RGB") for row in rows]
    figures = []
    for way, index in known.items():
        _, first = search(index, ways[way](changed), k=1)
        figures.append(100 * np.mean(first[:, 0] == rows))
    print(f"{change:<20}{figures[0]:>8.0f}{figures[1]:>8.0f}")

# %% [markdown]
# Another vector of the same thing may lie closer than the changed picture's own: right for "more like this", wrong for
# "the same file". For exact duplicates compare bytes; for files saved again, pixels may do.

# %% [markdown]
# ## The mistake: vectors of any length
#
# `IndexFlatIP` adds up products. With vectors of length 1 the sum is the cosine of the angle between them. Without, the
# longest wins. By hand, in two dimensions: which of three vectors is closest to (1, 0)?

# %% tags=["by-hand", "no-model"]
three = np.array([[0.9, 0.1], [3, 4], [1, -1]], dtype=np.float32)
query = np.array([[1, 0]], dtype=np.float32)
for label, known in (("as they are", three), ("length 1", unit(three))):
    flat = faiss.IndexFlatIP(2)
    flat.add(known)
    products, order = flat.search(query, 3)
    found = [f"{three[n]} {p:.2f}" for n, p in zip(order[0], products[0])]
    print(f"{label:<12}", " | ".join(found))

# %% [markdown]
# (3, 4) lies 53 degrees off and comes first. Now in the collection, with raw brightness values: how many of
# 96 queries get the *same* tile as their first hit?

# %% tags=["lengths"]
def most_popular(known: np.ndarray) -> int:
    """How many queries share their most frequent first hit, themselves left out."""
    flat = faiss.IndexFlatIP(known.shape[1])
    flat.add(known)
    _, found = flat.search(known, 2)
    first = [int(a if a != n else b) for n, (a, b) in enumerate(found)]
    return Counter(first).most_common(1)[0][1]


brightness = np.stack([np.asarray(p, np.float32).ravel() for p in drawings])
with torch.inference_mode():
    raw = model(**inputs).pooler_output.numpy()
print(f"{'':<20}{'longest : shortest':>18}{'as they are':>13}{'length 1':>10}")
for label, vectors in (("brightness", brightness), ("DINOv2", raw)):
    lengths = np.linalg.norm(vectors, axis=1)
    spread = f"{lengths.max() / lengths.min():.1f}"
    before, after = most_popular(vectors), most_popular(unit(vectors))
    print(f"{label:<20}{spread:>18}{before:>13}{after:>10}")

# %% [markdown]
# DINOv2 ends in a layer that evens the lengths out, so there the mistake may hide for years, until somebody changes the
# checkpoint. Normalize always.

# %% [markdown]
# ## How much memory
#
# An exact index holds the numbers and nothing else: vectors × numbers × 4 bytes. What other kinds take, weighed on
# 10,000 made vectors of 64 numbers, and which share of the exact ten nearest each of them still finds (**recall@10**).

# %% tags=["bytes", "no-model"]
def make(count: int, seed: int) -> np.ndarray:
    """Vectors of 64 numbers that follow from 12, so that each has near neighbors."""
    mix = np.random.default_rng(0).standard_normal((12, 64), np.float32)
    hidden = np.random.default_rng(seed).standard_normal((count, 12), np.float32)
    vectors = hidden @ mix
    faiss.normalize_L2(vectors)
    return vectors


def recall(found: np.ndarray, exact: np.ndarray) -> float:
    """Share of the exact neighbors that were found."""
    return np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, exact)])


known, asked = make(10_000, seed=1), make(50, seed=2)
kinds = {
    "exact, 32 bits": "Flat",
    "16 bits": "SQfp16",
    "8 bits": "SQ8",
    "100 cells (IVF)": "IVF100,Flat",
    "graph (HNSW)": "HNSW16",
    "codes (PQ)": "PQ16",
}
print(f"{'kind':<17}{'bytes each':>11}{'recall@10':>11}")
for kind, recipe in kinds.items():
    index = faiss.index_factory(64, recipe, faiss.METRIC_INNER_PRODUCT)
    index.train(known)
    index.add(known)
    if recipe.startswith("IVF"):
        index.nprobe = 8  # how many of the cells it opens
    found = index.search(asked, 10)[1]
    if recipe == "Flat":
        exact = found
    each = len(faiss.serialize_index(index)) / len(known)
    print(f"{kind:<17}{each:>11.0f}{recall(found, exact):>11.2f}")
print()
for count in (80_000, 1_000_000):
    print(f"exact, {count:>9,} x 384 numbers: {count * 384 * 4 / 1e9:.2f} GB")

# %% [markdown]
# Smaller numbers cost little recall and halve the memory, or more. Cells and graphs save no memory at all: they take a bit more, to save time.
#
# ## How much time
#
# Exact search reads every vector. **IVF** sorts the vectors into cells first, about √n of them, and a query opens only the
# nearest few (`nprobe`). Made vectors again, of 64 numbers and not 384, so that a million of them fit into a
# minute; exact search takes six times as long with 384. Milliseconds for one query, one thread:

# %% tags=["scale", "timing", "no-model"]
import time

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PROBES = (1, 4, 16)
everything = make(SIZES[-1], seed=3)
asked = make(20, seed=4)


def milliseconds(index: faiss.Index) -> tuple[float, np.ndarray]:
    """Time for one query, and the rows found."""
    start = time.perf_counter()
    found = np.concatenate([index.search(query[None], 10)[1] for query in asked])
    return 1000 * (time.perf_counter() - start) / len(asked), found


table = {}
print(f"{'vectors':>9}{'exact':>9}{'1 cell':>9}{'4 cells':>9}{'16 cells':>10}", end="")
print(f"{'seconds to sort into cells':>28}")
for size in SIZES:
    flat = faiss.IndexFlatIP(64)
    flat.add(everything[:size])
    times, exact = milliseconds(flat)
    table[size] = [(times, 1.0)]
    del flat
    start = time.perf_counter()
    cells = f"IVF{round(size**0.5)},Flat"
    ivf = faiss.index_factory(64, cells, faiss.METRIC_INNER_PRODUCT)
    ivf.cp.min_points_per_centroid = 1
    ivf.cp.max_points_per_centroid = 40  # a sample is enough to place the cells
    ivf.train(everything[:size])
    ivf.add(everything[:size])
    seconds = time.perf_counter() - start
    for ivf.nprobe in PROBES:
        times, found = milliseconds(ivf)
        table[size].append((times, recall(found, exact)))
    line = "".join(f"{times:>9.3f}" for times, _ in table[size])
    print(f"{size:>9,}{line}{seconds:>28.1f}")

# %% [markdown]
# And the price, recall@10 of the same searches:

# %% tags=["recall", "no-model", "hide-code"]
print(f"{'vectors':>9}{'exact':>9}{'1 cell':>9}{'4 cells':>9}{'16 cells':>10}")
for size, columns in table.items():
    print(f"{size:>9,}" + "".join(f"{share:>9.2f}" for _, share in columns))

# %% tags=["scale-figure", "timing", "no-model", "hide-code"] alt="Line chart with logarithmic axes: milliseconds for one query against the number of vectors, from a thousand to a million, for exact search and for IVF with 1, 4 and 16 cells opened. The line of exact search rises in step with the number of vectors; those of IVF rise far more slowly."
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 3.4))
labels = ["exact", *(f"IVF, {n} cell{'s' * (n > 1)} opened" for n in PROBES)]
for column, (label, marker) in enumerate(zip(labels, "os^D")):
    times = [columns[column][0] for columns in table.values()]
    axes.plot(SIZES, times, marker=marker, label=label)
axes.set(xscale="log", yscale="log", xlabel="vectors", ylabel="ms for one query")
axes.legend(frameon=False)
plt.show()
del everything

# %% [markdown]
# Made vectors show how to measure. How much recall your pictures lose you have to measure on them: search a few hundred queries
# exactly, once, and compare. Until exact search is too slow for your users, there is nothing to gain.

# %% [markdown]
# ## Keep names and revision with the index
#
# FAISS stores numbers only. The snippet writes the names beside them, and what made the vectors, and refuses an index that another
# checkpoint or revision made: its numbers would fit in size and mean something else.

# %% tags=["save"]
import json
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as place:
    folder = Path(place) / "drawings"
    save_index(folder, build_index(collections["drawings"][2]), things)
    index, names = load_index(folder)
    print(sorted(path.name for path in folder.iterdir()))
    print(index.ntotal, "rows,", len(names), "names")
    about = json.loads((folder / "index.json").read_text())
    about["revision"] = "0" * 40
    (folder / "index.json").write_text(json.dumps(about))
    try:
        load_index(folder)
    except ValueError as error:
        print("ValueError:", error)

# %% [markdown]
# ## Limits: search always answers
#
# Five queries to the collection of drawings that it can't answer well: a cat upside down, a cat by another artist, two things that are in no
# picture of the collection, and a photograph. Every one of them gets five neighbors, without a warning.

# %% tags=["failures", "hide-code"] alt="Five rows of six small pictures: a query, then its five nearest drawings. Queries from above: a cat upside down, a cat in the shaded style of another artist, a zebra, a key, and a piece of the photograph of a cat. A white cross on red marks a neighbor that shows another thing; for zebra and key that is every neighbor."
others = {
    art: [row for row in listed if (row["sheet"], row["art"]) == ("others", art)]
    for art in ("fluent", "noto")
}


def called(rows: list[dict], name: str) -> Image.Image:
    return next(row["picture"] for row in rows if row["name"] == name)


upside_down = changes["upside down"](drawings[things.index("cat") + 2])
queries = [
    (upside_down, "cat"),
    (called(others["fluent"], "cat"), "cat"),
    (called(others["noto"], "zebra"), "zebra"),
    (called(others["noto"], "key"), "key"),
    (pieces[origins.index("chelsea") + 4], "cat"),
]
known = build_index(collections["drawings"][2])
_, found = search(known, embed([query for query, _ in queries], *embedder), k=5)
lines = [
    (query, [(drawings[n], things[n] == name) for n in line])
    for (query, name), line in zip(queries, found)
]
panel(lines)

# %% [markdown]
# How often the vote of five is right, over all such queries, and how near the nearest one is:

# %% tags=["shift"]
turned = [changes["upside down"](picture) for picture in drawings]
fluent = [row["picture"] for row in others["fluent"]]
noto = [row["picture"] for row in others["noto"]]
sets = {
    "as drawn": (collections["drawings"][2], things),
    "upside down": (embed(turned, *embedder), things),
    "another artist": (
        embed(fluent, *embedder),
        [row["name"] for row in others["fluent"]],
    ),
    "not in there": (embed(noto, *embedder), None),
    "photographs": (collections["photographs"][2], None),
}
nearest = {}
print(f"{'':<32}   cosine of the nearest")
print(f"{'':<16}{'queries':>8}{'% right':>8}{'lowest':>10}{'median':>8}{'highest':>9}")
for label, (vectors, names) in sets.items():
    scores, found = search(known, vectors, k=6)
    # A drawing must find neither itself nor the copy that was not turned.
    own = np.arange(len(vectors))[:, None] if names is things else -1
    order = np.argsort(found == own, axis=1, kind="stable")[:, :5]
    found = np.take_along_axis(found, order, axis=1)
    nearest[label] = np.take_along_axis(scores, order, axis=1)[:, 0]
    votes = [Counter(things[n] for n in line).most_common(1)[0][0] for line in found]
    right = "-" if names is None else f"{100 * np.mean(np.array(votes) == names):.0f}"
    low, middle, high = np.quantile(nearest[label], [0, 0.5, 1])
    figures = f"{low:>10.2f}{middle:>8.2f}{high:>9.2f}"
    print(f"{label:<16}{len(vectors):>8}{right:>8}{figures}")

# %% [markdown]
# A threshold on the cosine is the only "I don't know" that search has. Set it so that nine in ten of the queries as drawn pass.
# Who else passes?

# %% tags=["threshold"]
limit = np.quantile(nearest["as drawn"], 0.1)
for label, values in nearest.items():
    print(f"{label:<16}{100 * np.mean(values >= limit):>4.0f} % pass")

# %% [markdown]
# ## Limits: bad input
#
# What the bare library does, and what the snippet says instead.

# %% tags=["bad", "no-model"]
flat = faiss.IndexFlatIP(2)
flat.add(unit(three))
print("7 of 3, bare:         ", flat.search(query, 7)[1][0])
print("7 of 3, snippet:      ", search(flat, query, k=7)[1][0])
try:
    flat.search(np.ones((1, 3), np.float32), 1)
except AssertionError as error:
    print(f"3 numbers, bare:       AssertionError, message {str(error)!r}")
for label, call in {
    "3 numbers": lambda: search(flat, np.ones((1, 3)), k=1),
    "not a number": lambda: search(flat, np.array([[np.nan, 0]]), k=1),
    "no pictures": lambda: build_index(np.empty((0, 2))),
    "no picture": lambda: embed(["gallery/pictures.csv"], processor, model),
}.items():
    try:
        call()
    except ValueError as error:
        print(f"{label + ':':<14}{error}")

# %% [markdown]
# ## What it costs
#
# Nearly all the time goes into the vectors, once for each picture.

# %% tags=["cost", "timing"]
for way, vectors_of in ways.items():
    start = time.perf_counter()
    vectors = vectors_of(drawings)
    each = 1000 * (time.perf_counter() - start) / len(drawings)
    print(f"{way:<10}{vectors.shape[1]:>5} numbers{each:>8.2f} ms a picture")
size = sum(p.numel() * p.element_size() for p in model.parameters())
print(f"weights: {size / 1e6:.0f} MB in memory")
