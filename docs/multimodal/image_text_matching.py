# %% [markdown]
# # Demo {{ demo.image_text_matching }} · Matching pictures and texts
#
# A classifier has a fixed list of names. **CLIP** has none: it puts pictures and texts into one space, in which near
# means "this text could stand under this picture". So you write the list yourself, at the moment you need it, or
# type a sentence and search a collection with it. This demo does both, scores them against baselines, and then shows
# what a score is not, how a slip of paper changes the answer, and that CLIP can hardly count.
#
# Model: [openai/clip-vit-base-patch32](https://huggingface.co/openai/clip-vit-base-patch32), trained on
# pictures with captions from the web. No license is stated for it; see the end of this page.
# Pictures: emoji scenes drawn for this course with Noto Color Emoji (Google, Apache-2.0; [the notice](matching/LICENSE)):
# [scenes.webp](matching/scenes.webp) with [captions.csv](matching/captions.csv), [things.webp](matching/things.webp),
# [apple.webp](matching/apple.webp) and [counts.webp](matching/counts.webp), all in the folder `matching` beside this
# notebook. Photographs come with scikit-image: the cat (Stéfan van der Walt) and the coffee (Rachel Michetti) are CC0, the
# rocket (SpaceX) and the astronaut (NASA) are in the public domain.

# %% [markdown]
# ## The call
#
# A picture and a list of your own. The pipeline puts each label into a sentence, since CLIP learned from captions.

# %% tags=["run"]
from PIL import Image
from skimage import data
from transformers import pipeline

name = "openai/clip-vit-base-patch32"
revision = "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268"
matcher = pipeline("zero-shot-image-classification", model=name, revision=revision)

apple = Image.open("matching/apple.webp").convert("RGB")
photo = Image.fromarray(data.chelsea())
labels = ["an apple", "a banana", "a cat", "a car", "a cup"]
for title, image in (("drawn apple", apple), ("photographed cat", photo)):
    print(title)
    for answer in matcher(
        image, candidate_labels=labels, hypothesis_template="a photo of {}"
    ):
        print(f"  {answer['score']:6.1%}  {answer['label']}")

# %% [markdown]
# Each list is new to the model, and each adds up to one. Where the model is at home, the right label takes nearly
# all of it; elsewhere the same form holds a guess.

# %% [markdown]
# ## The snippet
#
# The same with `CLIPModel` and `CLIPProcessor`. It gives the raw cosines too, opens pictures of any kind, and says what is
# wrong with bad input. `get_image_features` returns an object since transformers 5; the vector is its `pooler_output`.

# %% tags=["snippet"]
--8<-- "snippets/multimodal/image_text_matching.py"

# %% [markdown]
# ## One space for both
#
# A vector for each picture, one for each text, all of length one. Their products are cosines.

# %% tags=["space"]
clip = load_matcher()
pictures = embed_pictures([apple, photo], clip)
texts = embed_texts([f"a photo of {one}" for one in labels], clip)
print("pictures", tuple(pictures.shape), " texts", tuple(texts.shape))
cosines = pictures @ texts.T
scale = clip[0].logit_scale.exp().item()
print(f"cosines   {cosines.min():.2f} to {cosines.max():.2f}, times {scale:.0f}")

answers = matcher(photo, candidate_labels=labels, hypothesis_template="a photo of {}")
piped = {answer["label"]: answer["score"] for answer in answers}
ours = {one: share for one, share, _ in label(photo, labels, clip)}
same = all(abs(piped[one] - ours[one]) < 1e-4 for one in labels)
print("pipeline and snippet agree:", same)

# %% [markdown]
# Cosines lie close together, so the model multiplies them by a learned factor before the softmax. That is why a small
# difference becomes a large share.

# %% [markdown]
# ## Search in words
#
# Embed the collection once; then every query costs one text. The collection: 32 drawn scenes, no two with the same
# things in them, and four photographs.

# %% tags=["search"]
import csv


def tiles(path: str, size: int = 64) -> list[Image.Image]:
    """Cut a sheet into its tiles, row by row."""
    sheet = Image.open(path).convert("RGB")
    rows, columns = range(0, sheet.height, size), range(0, sheet.width, size)
    return [sheet.crop((x, y, x + size, y + size)) for y in rows for x in columns]


scenes = tiles("matching/scenes.webp")
with open("matching/captions.csv", encoding="utf-8", newline="") as file:
    captions = [row["caption"] for row in csv.DictReader(file)]
photos = [data.chelsea(), data.coffee(), data.astronaut(), data.rocket()]
collection = scenes + [Image.fromarray(array) for array in photos]
vectors = embed_pictures(collection, clip)

queries = ["a photo of a cat", "a photo of a cup", "a photo of two red cars"]
best = (embed_texts(queries, clip) @ vectors.T).topk(4)
for query, cosine, rows in zip(queries, best.values, best.indices):
    print(f"{query:<24}", *(f"{row:>3} ({c:.2f})" for row, c in zip(rows, cosine)))

# %% tags=["search-figure", "hide-code"] alt="Three rows, one for each query: a cat, a cup, two red cars. Each shows the four pictures of the collection that the model finds nearest, best first: drawn scenes and photographs."
from io import BytesIO

from IPython import display
from PIL import ImageDraw, ImageFont


def show(rows: dict[str, list[Image.Image]], size: int = 84, head: int = 150) -> None:
    """Show rows of small pictures, with a title before each."""
    width = head + size * max(len(images) for images in rows.values())
    grid = Image.new("RGBA", (width, size * len(rows)))
    font = ImageFont.load_default(13)
    for y, (title, images) in enumerate(rows.items()):
        ImageDraw.Draw(grid).text(
            (0, size * y + size // 3), title, fill="#808080", font=font
        )
        for x, image in enumerate(images):
            side = min(image.size)
            tile = image.crop((0, 0, side, side)).resize((size - 4, size - 4))
            grid.paste(tile, (head + size * x, size * y))
    grid.save(file := BytesIO(), "WEBP", quality=60)
    display.display(display.Image(file.getvalue(), format="webp"))


show(
    {
        query.removeprefix("a photo of "): [collection[row] for row in rows]
        for query, rows in zip(queries, best.indices.tolist())
    }
)

# %% [markdown]
# ## How good is it?
#
# Each of the 32 captions picks one of the 32 scenes, and each scene one of the captions. Chance is 1 in 32.
#
# The baseline needs no model: it counts the colors of each scene, and for a caption it looks up the words that name
# colors. "A photo of two green trees" goes to the greenest scene.

# %% tags=["retrieval", "hide-code"]
import numpy as np

COLORS = {
    "red": (200, 40, 40), "orange": (240, 150, 50), "yellow": (240, 210, 60),
    "green": (80, 160, 60), "blue": (50, 130, 210), "white": (235, 235, 235),
    "gray": (130, 130, 130), "black": (25, 25, 25), "brown": (130, 80, 50),
}  # fmt: skip


def share_of(color: tuple[int, int, int], image: Image.Image) -> float:
    """Share of the pixels that are near to one color."""
    return float(np.mean(np.abs(np.asarray(image, int) - color).sum(-1) < 120))


cosines = embed_texts(captions, clip) @ vectors[: len(scenes)].T  # (captions, scenes)
right = np.arange(len(scenes))
by_text = np.mean(cosines.argmax(1).numpy() == right)
by_picture = np.mean(cosines.argmax(0).numpy() == right)
asked = [[COLORS[word] for word in text.split() if word in COLORS] for text in captions]
shares = [[sum(share_of(c, one) for c in some) for one in scenes] for some in asked]
colors = np.array(shares)  # (captions, scenes)
by_color = np.mean(colors.argmax(1) == right)
print(f"{'chance':<22}{1 / len(scenes):>5.0%}")
print(f"{'color words':<22}{by_color:>5.0%}   (text to picture)")
print(f"{'CLIP, text to picture':<22}{by_text:>5.0%}")
print(f"{'CLIP, picture to text':<22}{by_picture:>5.0%}")

# %% [markdown]
# ## Words around the word
#
# The names of 24 things, 72 tiles with one thing each. The same names in seven sentences: which one you choose is a
# setting of the model like any other. The last row averages the text vectors of the first three.
#
# The baseline is given labeled pictures: each tile gets the name of the other tile with the most similar colors.

# %% tags=["templates", "hide-code"]
NAMES = """airplane apple banana bicycle bird boat book bus car cat chair clock cow cup
dog elephant fish guitar horse person pizza train tree umbrella""".split()
things = tiles("matching/things.webp")
truth = np.repeat(np.arange(len(NAMES)), 3)
seen = embed_pictures(things, clip)


def named_right(texts: torch.Tensor) -> float:
    """Share of the tiles whose nearest text is the right one."""
    return float(np.mean((seen @ texts.T).argmax(1).numpy() == truth))


def histogram(image: Image.Image) -> np.ndarray:
    """Shares of 4 x 4 x 4 colors."""
    bins = (np.asarray(image).reshape(-1, 3) // 64).astype(int) @ [16, 4, 1]
    return np.bincount(bins, minlength=64) / len(bins)


TEMPLATES = [
    "a photo of {a}", "there is {a}", "an image of {a}", "{a}", "{bare}",
    "This is a photo of {bare}.", "the opposite of {a}",
]  # fmt: skip
with_article = [("an " if one[0] in "aeiou" else "a ") + one for one in NAMES]
filled = {
    template: embed_texts(
        [template.format(a=a, bare=bare) for a, bare in zip(with_article, NAMES)], clip
    )
    for template in TEMPLATES
}
filled["mean of the first three"] = torch.nn.functional.normalize(
    sum(filled[template] for template in TEMPLATES[:3]), dim=-1
)
counted = np.stack([histogram(image) for image in things])
apart = np.abs(counted[:, None] - counted[None]).sum(-1)
np.fill_diagonal(apart, np.inf)
print(f"{'chance':<28}{1 / len(NAMES):>5.0%}")
print(f"{'nearest colors':<28}{np.mean(truth[apart.argmin(1)] == truth):>5.0%}")
for template, texts in filled.items():
    print(f"{template:<28}{named_right(texts):>5.0%}")

# %% [markdown]
# `{a}` is the name with its article, `{bare}` the name alone; the pipeline's own default is "This is a photo of {}.".
# Where all rows are equal the pictures are too easy to choose by. If "the opposite of a cat" does about as well as "a cat", then
# the model hears the noun and not the sentence.

# %% [markdown]
# What it costs, on one processor core of the machine named below. The texts are embedded once and kept; so are the pictures
# of a collection.

# %% tags=["cost", "timing", "hide-code"]
import time

start = time.perf_counter()
embed_pictures(things, clip)
middle = time.perf_counter()
embed_texts(captions, clip)
later = time.perf_counter()
[histogram(image) for image in things]
end = time.perf_counter()
weights = sum(t.nbytes for t in clip[0].state_dict().values())
width = seen.shape[1]
print("            ms each    memory")
for title, seconds, count, size in (
    ("picture", middle - start, len(things), weights),
    ("text", later - middle, len(captions), weights),
    ("histogram", end - later, len(things), 0),
):
    print(f"{title:<11}{1000 * seconds / count:>8.2f}{size / 1e6:>7.1f} MB")
print(f"a kept vector: {width} numbers, {4 * width} bytes")

# %% [markdown]
# ## Limits: it always sums to one
#
# The cat again, with labels of which none fits. Then with one more label, "something else". Then the cosines, which do not
# depend on the other labels.

# %% tags=["closed"]
wrong = ["a car", "a pizza", "an umbrella"]
cat = things[3 * NAMES.index("cat")]
for title, image in (("drawn cat", cat), ("photographed cat", photo)):
    for choice in (wrong, [*wrong, "something else"], [*wrong, "a cat"]):
        answer = label(image, choice, clip)
        said = ", ".join(f"{one} {share:.0%} ({c:.2f})" for one, share, c in answer[:2])
        print(f"{title:<17}{len(choice)} labels: {said}")

# %% [markdown]
# "Something else" is only a text: it wins if pictures like this one stood beside those words, and it knows nothing of
# your other labels. A limit on the cosine works better, but only one that you set on labeled pictures of your own. Here
# are the best wrong and the right cosine of all 72 tiles.

# %% tags=["threshold"]
all_cosines = (seen @ filled["a photo of {a}"].T).numpy()
fits = all_cosines[np.arange(len(things)), truth]
others = all_cosines.copy()
others[np.arange(len(things)), truth] = -1
misfits = others.max(1)
for title, some in (("right label", fits), ("best wrong label", misfits)):
    low, middle, high = np.percentile(some, [10, 50, 90])
    print(f"{title:<17} 10 %: {low:.2f}   half: {middle:.2f}   90 %: {high:.2f}")
limits = np.unique(np.concatenate([fits, misfits]))
kept = [((fits >= limit).mean() + (misfits < limit).mean()) / 2 for limit in limits]
best_limit = limits[np.argmax(kept)]
print(f"best limit {best_limit:.2f}: right for {max(kept):.0%} of both kinds")

# %% [markdown]
# ## Limits: text beats picture
#
# CLIP learned from captions, and pictures on the web often hold written words that stand in the caption as well. So it
# reads. How well it reads decides how far the attack goes. An apple, and the same apple with a paper note:

# %% tags=["note"]
def stick(image: Image.Image, word: str, width: float = 0.8) -> Image.Image:
    """Stick a paper note with a word on a copy of a picture, below its middle."""
    font = ImageFont.load_default(48)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(word))
    note = Image.new("RGB", (right - left + 24, bottom - top + 24), "#f4f4f4")
    ImageDraw.Draw(note).text((12 - left, 12 - top), word, fill="#141414", font=font)
    scale = min(width * image.width / note.width, 0.33 * image.height / note.height)
    note = note.resize([max(1, round(side * scale)) for side in note.size])
    fooled = image.copy()
    fooled.paste(note, ((image.width - note.width) // 2, image.height * 3 // 5))
    return fooled


labels = ["an apple", "a car", "a pizza", "a train"]
trials = {"no note": apple}
trials |= {word: stick(apple, word) for word in ("apple", "car", "pizza", "train")}
for title, image in trials.items():
    answer = label(image, labels, clip)
    said = ", ".join(f"{one} {share:.0%}" for one, share, _ in answer[:2])
    print(f"{title:<9}{said}")

# %% tags=["note-figure", "no-model", "hide-code"] alt="The same drawn apple five times: without a note, and with a white paper note that says apple, car, pizza and train."
show({"": list(trials.values())}, size=110, head=0)

# %% [markdown]
# One picture proves little. All 72 tiles, each with the name of another thing on the note, for four sizes of the note:
# how often is the answer the thing, and how often the word?

# %% tags=["attack"]
names = filled["a photo of {a}"]
written = (truth + 7) % len(NAMES)  # what the note says: never what the tile shows
print("note    thing   word   neither")
for width in (0, 0.3, 0.5, 0.7, 0.9):
    tried = [
        stick(image, NAMES[word], width) if width else image
        for image, word in zip(things, written)
    ]
    answers = (embed_pictures(tried, clip) @ names.T).argmax(1).numpy()
    thing, word = np.mean(answers == truth), np.mean(answers == written)
    print(f"{width:>4.0%}{thing:>9.0%}{word:>7.0%}{1 - thing - word:>10.0%}")

# %% [markdown]
# The first column is the note's width as a share of the picture's. A row in which *thing* falls and *word* rises is the attack
# at work. Where *neither* grows instead, the model reads little, and the note merely hides the thing. The model card of the
# stand-in says how many written words it reads.

# %% [markdown]
# ## Limits: counting
#
# One to five cats, and the sentences that say so. A model that counts has its largest share on the diagonal.

# %% tags=["counting"]
cats = tiles("matching/counts.webp")
numbers = ["a cat", "two cats", "three cats", "four cats", "five cats"]
print("cats  " + "".join(f"{one.split()[0]:>7}" for one in numbers))
hits = 0
for count, image in enumerate(cats, 1):
    shares = {one: share for one, share, _ in label(image, numbers, clip)}
    hits += max(shares, key=shares.get) == numbers[count - 1]
    print(f"{count:>4}  " + "".join(f"{shares[one]:>7.0%}" for one in numbers))
print(f"right: {hits} of {len(cats)}")

# %% tags=["counting-figure", "no-model", "hide-code"] alt="Five small pictures of a meadow with one, two, three, four and five yellow cats."
show({"": cats}, size=110, head=0)

# %% [markdown]
# To count, use a detector (Demo {{ demo.detection }}).

# %% [markdown]
# ## Limits: bad input
#
# No labels, a text that is too long, a file that is no picture, and pictures of other kinds.

# %% tags=["bad"]
for picture, choice in (
    (cat, []),
    (cat, ["a cat", " "]),
    (cat, ["a cat", "a very long story of " + 80 * "cat "]),
    ("matching/captions.csv", ["a cat"]),
):
    try:
        label(picture, choice, clip)
    except ValueError as error:
        print(error)
for mode in ("L", "RGBA"):
    print(f"{mode:<5}", label(cat.convert(mode), ["a cat", "a car"], clip)[0][0])
turned = cat.rotate(90)
turned.getexif()[0x0112] = 6  # a camera that was held upright
print("EXIF ", label(turned, ["a cat", "a car"], clip)[0][0])

# %% [markdown]
# The pipeline says less. It takes an empty list as far as the tokenizer, and a long text as far as the model:

# %% tags=["bad-pipeline"]
for choice in ([], ["a cat", 80 * "cat "]):
    try:
        matcher(cat, candidate_labels=choice)
    except Exception as error:  # whatever it is
        print(f"{type(error).__name__}: {str(error).splitlines()[0][:76]}")

# %% [markdown]
# ## License moment
#
# A license is a field of the model card. This is what the Hub says about CLIP:

# %% tags=["license"]
from huggingface_hub import model_info

card = model_info(CHECKPOINT, revision=REVISION).card_data
print("license:", getattr(card, "license", None))

# %% [markdown]
# Nobody stated a license for these weights, and where none is stated nothing is granted. That the *code* is MIT
# does not change this, and copies of the weights under other names contradict one another. Besides, the authors'
# [model card](https://github.com/openai/CLIP/blob/main/model-card.md) calls every deployed use out of scope.
#
# ## Take away
#
# - Your own labels, no training: a list of sentences is a classifier, and a sentence is a query.
# - Shares compare the labels of your list. They sum to one for every picture, also for one that none of them fits.
# - To a model that reads, a word on a slip of paper can count more than the thing. Never let CLIP alone decide where somebody gains by fooling it.
