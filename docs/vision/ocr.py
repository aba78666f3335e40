# %% [markdown]
# # Demo {{ demo.ocr }} · OCR
#
# A scan arrives, and somebody has to type it off. Two readers can do it instead: TrOCR, a network that
# reads one line, and Tesseract, a program that finds the lines on a page and reads them. This
# demo reads the same lines with both, counts wrong characters, and looks at where each of them fails.
#
# Models: [microsoft/trocr-small-printed](https://huggingface.co/microsoft/trocr-small-printed), no
# license stated, and the English data of [Tesseract](https://github.com/tesseract-ocr/tesseract),
# Apache-2.0, which needs the program: `apt-get install tesseract-ocr`. Pictures: twenty lines
# drawn for this course, [lines.webp](lines.webp) with their texts in [lines.csv](lines.csv) (CC BY 4.0),
# and two photographs that come with scikit-image (public domain).

# %% [markdown]
# ## Twenty lines
#
# Words, amounts, dates and codes in eight fonts, with the light and the noise of a scanner. A
# table says which text stands in which box of the sheet.

# %% tags=["lines", "no-model", "hide-code"] alt="A sheet of twenty short lines of printed text in two columns, in different fonts, sizes and shades of gray: words, dates, prices and codes."
import csv
from io import BytesIO

from IPython.display import Image as Shown
from IPython.display import display
from PIL import Image


def picture(image):
    """Return a picture that the notebook can show, as a small file."""
    image.save(file := BytesIO(), "webp", quality=70)
    return Shown(file.getvalue(), format="webp")


sheet = Image.open("lines.webp").convert("RGB")
with open("lines.csv", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
corners = ("left", "top", "right", "bottom")
lines = [sheet.crop([int(row[c]) for c in corners]) for row in rows]
texts = [row["text"] for row in rows]
display(picture(sheet))

# %% [markdown]
# ## The call
#
# A processor turns a picture into numbers, the model writes one token after the other, and the
# processor turns tokens into text. Above, `lines[8]` is the last but one on the left.

# %% tags=["run", "only:microsoft/trocr-small-printed"]
from transformers import TrOCRProcessor, VisionEncoderDecoderModel

name = "microsoft/trocr-small-printed"
revision = "e6eff164f5957036a190e94b1febb6d1d7f165e7"
processor = TrOCRProcessor.from_pretrained(name, revision=revision)
model = VisionEncoderDecoderModel.from_pretrained(name, revision=revision)

pixels = processor(lines[8], return_tensors="pt").pixel_values
ids = model.generate(pixels, max_new_tokens=60)
print(processor.batch_decode(ids, skip_special_tokens=True))

# %% [markdown]
# Tesseract is another kind of thing: a program, called through a package.

# %% tags=["tesseract", "no-model"]
import pytesseract

text = pytesseract.image_to_string(lines[8], config="--psm 7")  # 7: a single line
print(text.strip())
print("Tesseract", pytesseract.get_tesseract_version().base_version[:3])

# %% [markdown]
# ## What the model sees
#
# Whatever you pass is brought to one size. TrOCR presses every line into a square, however long it is. The
# stand-in keeps the proportions and fills up with black. A line that is too long ends up
# small or narrow either way.

# %% tags=["pixels", "only:microsoft/trocr-small-printed"] alt="One line of the sheet as the model sees it, after preprocessing: with TrOCR's own weights pressed into a square, with the stand-in's a small strip between black bars."
import numpy as np

print("picture:", lines[8].size, " what the model sees:", tuple(pixels.shape))
seen = ((pixels[0, 0].numpy() + 1) * 127.5).round().astype(np.uint8)
display(picture(Image.fromarray(seen)))

# %% [markdown]
# ## The snippet
#
# Both readers, ready to copy. It turns photographs upright, puts transparent pictures on white, reads lines in
# batches, and says how to install Tesseract where it is missing.

# %% tags=["snippet"]
--8<-- "snippets/vision/ocr.py"

# %% [markdown]
# ## Which characters are wrong
#
# To count errors, lay the two texts side by side so that as few characters as possible differ. A dot
# stands for a character that one side lacks; `^` marks an error, `~` one of case only.

# %% tags=["align", "no-model"]
def align(truth, text):
    """Return pairs of characters, with the fewest possible that differ."""
    cost = [[i + j for j in range(len(text) + 1)] for i in range(len(truth) + 1)]
    for i, a in enumerate(truth, 1):
        for j, b in enumerate(text, 1):
            diagonal = cost[i - 1][j - 1] + (a != b)
            cost[i][j] = min(diagonal, cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    pairs, i, j = [], len(truth), len(text)
    while i or j:
        differ = i and j and truth[i - 1] != text[j - 1]
        if i and j and cost[i][j] == cost[i - 1][j - 1] + differ:
            i, j = i - 1, j - 1
            pairs.append((truth[i], text[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((truth[i], "·"))
        else:
            j -= 1
            pairs.append(("·", text[j]))
    return pairs[::-1]


def show(truth, text, reader):
    """Print truth and text one above the other, with marks under what differs."""
    pairs = align(truth, text)
    marks = ["^~"[a.lower() == b.lower()] if a != b else " " for a, b in pairs]
    print(f"{'truth':<10}{''.join(a for a, _ in pairs)}")
    print(f"{reader:<10}{''.join(b for _, b in pairs)}")
    print(f"{'':<10}{''.join(marks)}".rstrip())


show("TOTAL: 9.50", "T0taL 9.5O", "example")

# %% [markdown]
# **CER**, the character error rate, is the number of marks divided by the length of the truth. By hand and
# by the library:

# %% tags=["by-hand", "no-model"]
pairs = align("TOTAL: 9.50", "T0taL 9.5O")
wrong = sum(a != b for a, b in pairs)
print(f"by hand: {wrong} of {len('TOTAL: 9.50')} = {wrong / len('TOTAL: 9.50'):.3f}")
print(f"library: {character_error_rate(['TOTAL: 9.50'], ['T0taL 9.5O']):.3f}")

# %% [markdown]
# ## Both readers on the twenty lines

# %% tags=["both"]
def tesseract_lines(pictures):
    """Read single lines with Tesseract."""
    found = [read_page(one, layout=7) for one in pictures]
    return [" ".join(word["text"] for word in words) for words in found]


def trocr_lines(pictures):
    """Read single lines with TrOCR."""
    return read_lines(pictures, processor, model)


readers = {"TrOCR": trocr_lines, "Tesseract": tesseract_lines}
answers = {reader: read(lines) for reader, read in readers.items()}
show(texts[8], answers["TrOCR"][8], "TrOCR")
show(texts[8], answers["Tesseract"][8], "Tesseract")

# %% [markdown]
# The other lines that were not read right:

# %% tags=["wrong"]
for reader, found in answers.items():
    wrong = [pair for pair in zip(texts, found) if pair[0] != pair[1]]
    print(f"{reader}: {len(wrong)} of {len(texts)} lines with an error\n")
    for truth, text in wrong[:4]:
        show(truth, text, reader)

# %% [markdown]
# ## Does case count?
#
# TrOCR's printed models were fine-tuned on receipts in capital letters. On `Total` they may well answer
# `TOTAL`. Whether that is an error is for you to say, before you see the figures: to a search it does
# not matter, to a mailing it does. So every table here has both.

# %% tags=["scores"]
def rates(truths, found):
    """Return the error rate as read, and with case ignored, in percent."""
    small = [text.lower() for text in truths], [text.lower() for text in found]
    return 100 * character_error_rate(truths, found), 100 * character_error_rate(*small)


print("twenty lines          CER   case ignored   lines right")
for reader, found in answers.items():
    as_read, ignored = rates(texts, found)
    right = sum(truth == text for truth, text in zip(texts, found))
    print(f"{reader:<18}{as_read:>5.1f} %{ignored:>13.1f} %{right:>14}")

# %% [markdown]
# ## A photographed page
#
# The second input is a photograph of a printed page, with a shadow along its left edge. The boxes of
# its lines, and what they say, were written down by a person.

# %% tags=["page", "no-model"] alt="A photograph of a printed page: the heading Region-based segmentation, a paragraph of five slightly curved lines, and a line of code. The left edge lies in shadow."
from skimage import data

page = Image.fromarray(data.page())
written = {
    "Region-based segmentation": (2, 10, 298, 37),
    "Let us first determine markers of the coins and the": (2, 48, 382, 66),
    "background. These markers are pixels that we can label": (2, 65, 382, 84),
    "unambiguously as either object or background. Here,": (2, 83, 382, 102),
    "the markers are found at the two extreme parts of the": (2, 100, 382, 119),
    "histogram of grey values:": (2, 116, 176, 138),
    ">>> markers = np.zeros_like(coins)": (16, 167, 246, 190),
}
display(picture(page))

# %% tags=["page-lines"]
crops = [page.crop(box) for box in written.values()]
truths = list(written)
print("lines of the page     CER   case ignored")
for reader, read in readers.items():
    found = read(crops)
    as_read, ignored = rates(truths, found)
    print(f"{reader:<18}{as_read:>5.1f} %{ignored:>13.1f} %    {found[0]!r}")

# %% [markdown]
# The real checkpoint has fifty times as many weights as its stand-in. The stand-in knows lines of up to
# 24 characters: all of these are longer, and some are bent. Compare with the table of the twenty lines: same
# code, same weights, other pictures.

# %% [markdown]
# ## Limits: TrOCR and a whole page
#
# TrOCR does not find lines. Give it the page, and no error comes, only a text, and not the page's. Tesseract
# finds the lines, and loses what lies in the shadow.

# %% tags=["whole"]
truth = " ".join(truths)
whole = {
    "TrOCR": trocr_lines([page])[0],
    "Tesseract": " ".join(word["text"] for word in read_page(page)),
}
for reader, text in whole.items():
    rate = rates([truth], [text])[0]
    print(f"{reader}: {len(text)} of {len(truth)} characters, CER {rate:.0f} %")
    print("  " + text[:72])

# %% [markdown]
# ### Help Tesseract: the threshold
#
# Before it reads, Tesseract turns gray into black and white, by default with one threshold for the whole
# picture (Otsu). In the shadow, that makes everything black. The other two methods choose it anew in
# each part of the picture. One setting, and no other model.

# %% tags=["threshold", "no-model"]
for method, title in enumerate(("Otsu", "adaptive Otsu", "Sauvola")):
    words = read_page(page, settings=f"-c thresholding_method={method}")
    text = " ".join(word["text"] for word in words)
    print(f"{title:<14} CER {rates([truth], [text])[0]:>4.0f} %   {text[:46]}")

# %% [markdown]
# ### Help TrOCR: somebody finds the lines
#
# Together they make a pipeline: Tesseract's boxes say where the lines are, TrOCR reads each of
# them. It pays where TrOCR reads lines better than Tesseract does; the table of the page's lines tells you.

# %% tags=["pipeline"]
words = read_page(page, settings="-c thresholding_method=2")
boxes = {}
for word in words:
    boxes.setdefault(word["line"], []).append(word["box"])
found = []
for some in boxes.values():
    left, top, right, bottom = zip(*some)
    box = min(left) - 3, min(top) - 2, max(right) + 3, max(bottom) + 2
    found.append(page.crop(box))
text = " ".join(trocr_lines(found))
print(f"{len(found)} lines, CER {rates([truth], [text])[0]:.0f} %")
print(text[:72])

# %% [markdown]
# ## How sure is Tesseract?
#
# `image_to_data` gives each word a confidence from 0 to 100. Words under a threshold go to a person. Does it
# point at the right ones?

# %% tags=["confidence", "no-model"]
known = set(truth.split())
for threshold in (0, 30, 60, 90):
    kept = [word["text"] for word in words if word["confidence"] >= threshold]
    wrong = [text for text in kept if text not in known]
    some = " ".join(wrong[:4])
    print(f"confidence >= {threshold:<3}{len(kept)} words, {len(wrong)} wrong: {some}")

# %% [markdown]
# ## Limits: blur, faint print, tilt
#
# The first six lines again, made worse step by step. Blur is the radius in percent of the line's height, contrast
# what is left of the difference to the paper, tilt an angle in degrees.

# %% tags=["worse"]
from PIL import ImageFilter


def blurred(picture, percent):
    return picture.filter(ImageFilter.GaussianBlur(picture.height * percent / 100))


def faint(picture, percent):
    paper = Image.new("RGB", picture.size, "white")
    return Image.blend(paper, picture, percent / 100)


def tilted(picture, degrees):
    kind = Image.Resampling.BICUBIC
    return picture.rotate(degrees, kind, expand=True, fillcolor="white")


series = {
    "blur, % of height": (blurred, (0, 3, 6, 9)),
    "contrast left, %": (faint, (100, 40, 20, 10)),
    "tilt, degrees": (tilted, (0, 3, 6, 12)),
}
curves = {}
for title, (change, levels) in series.items():
    for reader, read in readers.items():
        worse = [answers[reader][:6]]  # the first level is no change
        for level in levels[1:]:
            worse.append(read([change(one, level) for one in lines[:6]]))
        curves[title, reader] = [rates(texts[:6], found)[1] for found in worse]
    print(f"{title:<18}", *(f"{level:>6}" for level in levels))
    for reader in readers:
        print(f"  {reader:<16}", *(f"{rate:>5.0f}%" for rate in curves[title, reader]))

# %% tags=["figure", "hide-code"] alt="Three panels, each with one line for TrOCR and one for Tesseract: the character error rate, case ignored, on six lines as blur grows, as contrast falls and as tilt grows."
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 3, figsize=(9, 3), sharey=True)
for axes, (title, (_, levels)) in zip(panels, series.items()):
    for reader, style in zip(readers, ("o-", "s--")):
        rate = np.minimum(curves[title, reader], 100)
        axes.plot(range(len(levels)), rate, style, label=reader)
    axes.set_xticks(range(len(levels)), levels)
    axes.set(xlabel=title, ylim=(-3, 103))
panels[0].set(ylabel="CER, case ignored, %")
panels[0].legend(loc="upper left")
plt.show()

# %% [markdown]
# Look for the step at which a curve leaves the floor. Your scanner has to stay on the near side of it.

# %% [markdown]
# ## Limits: a line that is too long
#
# The third line of the page has 54 characters. As a whole, then cut into three at gaps between words.

# %% tags=["long"]
long, box = truths[2], written[truths[2]]
thirds = [(2, 65, 134, 84), (134, 65, 264, 84), (264, 65, 382, 84)]
for title, parts in (("whole", [box]), ("in three", thirds)):
    text = " ".join(trocr_lines([page.crop(part) for part in parts]))
    print(f"{title:<9} CER {rates([long], [text])[1]:>4.0f} %   {text[:54]}")

# %% [markdown]
# ## Limits: handwriting
#
# Formulas on squared paper. Neither reader was made for them, and neither says so: one writes something in any
# case, the other finds nothing or little, with a confidence that you should look at. For handwriting there is
# another checkpoint, `microsoft/trocr-base-handwritten`; for formulas, neither.

# %% tags=["handwriting"] alt="A gray photograph of handwritten formulas on squared paper, seen at a slant."
hand = Image.fromarray(data.text())
display(picture(hand))
print("TrOCR:    ", trocr_lines([hand.crop((100, 20, 300, 110))]))
found = [(word["text"], round(word["confidence"])) for word in read_page(hand)]
print("Tesseract:", found[:6])

# %% [markdown]
# ## Limits: the license
#
# `card_data.license` is what the model's page states. For TrOCR's printed models it was empty when this
# was written, and many tables fill in MIT, after the repository of the *code*. Nothing stated means nothing
# granted: `None` is a no until the owner says otherwise. The stand-in's own card states
# its own license, so offline you read that one.

# %% tags=["license", "only:microsoft/trocr-small-printed"]
from huggingface_hub import model_info

print("license:", model_info(name, revision=revision).card_data.license)

# %% [markdown]
# ## Seconds and memory
#
# Ten of the lines, on the machine named below. Tesseract starts anew for every picture, which is
# part of its time. A network can read many lines at once.

# %% tags=["timing", "hide-code"]
import subprocess
import sys
import time

for reader, read in readers.items():
    start = time.perf_counter()
    read(lines[:10])
    seconds = (time.perf_counter() - start) / 10
    print(f"{reader:<10} {seconds:.3f} seconds a line")
size = sum(weight.numel() * weight.element_size() for weight in model.parameters())
print(f"TrOCR      {size / 1e6:.0f} MB of weights")
# The most memory that the program held, asked of a process whose only child it is.
ask = """import resource, subprocess
subprocess.run(["tesseract", "lines.webp", "-"], capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""
command = [sys.executable, "-c", ask]
memory = subprocess.run(command, capture_output=True).stdout
print(f"Tesseract  {int(memory) / 1e3:.0f} MB for the program at work")

# %% [markdown]
# ## Take away
#
# - Tesseract is the baseline. TrOCR has to beat it on *your* lines, by a rate that you decided on before.
# - Look at the picture first. Light, contrast and tilt decide more than the choice of the model.
# - Amounts and dates have a form: check it, since one wrong character is enough.
