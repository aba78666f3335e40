# %% [markdown]
# # Demo {{ demo.speech_recognition }} · Speech recognition
#
# You have recordings and need text, and they must not leave the building. A recognizer that you
# downloaded can write them down. This demo calls one, looks at what it writes every 20
# milliseconds, counts its errors against a recognizer of the 1970s, and then makes it
# fail: with a wrong sampling rate, with noise, with a new speaker, and with silence.
#
# Model: [facebook/wav2vec2-base-960h](https://huggingface.co/facebook/wav2vec2-base-960h), Apache-2.0,
# trained on 960 hours of English read aloud. Recordings: twenty sequences of digits, put together for this course
# from the [Free Spoken Digit Dataset](https://github.com/Jakobovski/free-spoken-digit-dataset) (CC BY-SA 4.0; see
# [the notice](recognition/LICENSE)), and a sentence read by the program espeak-ng. The folder `recognition`
# must lie beside this notebook. It holds [known.ogg](recognition/known.ogg), [unseen.ogg](recognition/unseen.ogg) and
# [templates.ogg](recognition/templates.ogg) with many recordings each, three to listen to
# ([known-3.ogg](recognition/known-3.ogg), [unseen-0.ogg](recognition/unseen-0.ogg), [sentence.ogg](recognition/sentence.ogg)), and a table of who says
# what where, [recordings.csv](recognition/recordings.csv).

# %% tags=["recordings", "no-model"]
import csv

import soundfile

with open("recognition/recordings.csv", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
paths = (
    "recognition/known.ogg",
    "recognition/unseen.ogg",
    "recognition/templates.ogg",
)
# Samples, and how many of them are a second.
tapes = {path: soundfile.read(path, dtype="float32") for path in paths}
digits, said = {"known": {}, "unseen": {}}, {}
for row in rows:
    group = row["name"].split("-")[0]
    if group in digits:
        samples, rate = tapes["recognition/" + row["file"]]
        digits[group][row["name"]] = samples[int(row["start"]) : int(row["end"])], rate
    said[row["name"]] = row["text"]
for group, some in digits.items():
    words = sum(len(said[name].split()) for name in some)
    speakers = sorted({row["speaker"] for row in rows if row["name"] in some})
    print(f"{group:<8}{len(some)} recordings, {words} digits, by", *speakers)

# %% [markdown]
# The stand-in of the offline Hub was trained on other recordings of the five speakers called `known`, and on
# none of the sixth. The real checkpoint was trained on LibriSpeech's readers, so all six are new to it. Listen: a
# known one says "nine three seven eight six".

# %% tags=["listen", "no-model"] alt="Transcript: nine three seven eight six. With pauses between the digits."
from IPython.display import Audio

Audio("recognition/known-3.ogg")

# %% [markdown]
# ## The call
#
# A file is a row of numbers and a rate. The digits have 8,000 numbers a second, as telephones do; the model
# reads 16,000. `resample` turns one into the other. The processor then brings the samples to mean 0 and
# variance 1, so loudness does not matter.

# %% tags=["run", "only:facebook/wav2vec2-base-960h"]
import soundfile
import torch
from torchaudio.functional import resample
from transformers import Wav2Vec2ForCTC, Wav2Vec2Processor

name = "facebook/wav2vec2-base-960h"
revision = "22aad52d435eb6dbaf354bdad9b0da84ce7d6156"
processor = Wav2Vec2Processor.from_pretrained(name, revision=revision)
model = Wav2Vec2ForCTC.from_pretrained(name, revision=revision)

samples, rate = soundfile.read("recognition/known-3.ogg", dtype="float32")
audio = resample(torch.from_numpy(samples), rate, 16_000).numpy()
inputs = processor(audio, sampling_rate=16_000, return_tensors="pt")
with torch.inference_mode():
    logits = model(inputs.input_values).logits
print("rate in the file:", rate, " samples:", len(samples), " at 16 kHz:", len(audio))
print("answer of the model:", tuple(logits.shape))
print(processor.batch_decode(logits.argmax(-1)))

# %% [markdown]
# ## What the model writes
#
# One row of 32 scores for every 20 milliseconds: 26 letters, an apostrophe, `|` between words, four marks.
# The mark `<pad>`, shown as a dot, is the **blank**: nothing new here. To get the text, take the best
# token of each row, merge neighbors that are equal, then drop the blanks. That rule is called CTC (Graves and
# others, 2006, [doi:10.1145/1143844.1143891](https://doi.org/10.1145/1143844.1143891)). It is why a
# double letter, as in THREE, needs a blank in between.

# %% tags=["frames"]
from itertools import groupby

best = processor.tokenizer.convert_ids_to_tokens(logits[0].argmax(-1).tolist())
row = "".join("·" if token == "<pad>" else token for token in best)
print("\n".join(row[start : start + 64] for start in range(0, len(row), 64)))
merged = "".join(token for token, _ in groupby(row))
print("\nmerged: ", merged)
print("by hand:", merged.replace("·", "").replace("|", " ").strip())

# %% [markdown]
# ## The snippet
#
# The same steps, ready to copy. It reads files of any rate, averages channels, and says what is wrong with
# bad input.

# %% tags=["snippet"]
--8<-- "snippets/signals/speech_recognition.py"

# %% [markdown]
# ## The pipeline, and when each word was said
#
# `pipeline` wraps the same steps. Give it a dictionary, the one form that states the rate. A bare array is taken for 16 kHz, and
# a path needs the program ffmpeg. It also knows the time of each word, because each row of the answer has a
# place in time.

# %% tags=["words", "hide-code"] alt="The waveform of five spoken digits: five bursts with pauses in between. Above the bursts stand the words that the model found, each over the time at which it found it."
import matplotlib.pyplot as plt
import numpy as np
from transformers import pipeline

recognizer = pipeline(
    "automatic-speech-recognition",
    model=model,
    tokenizer=processor.tokenizer,
    feature_extractor=processor.feature_extractor,
)
answer = recognizer({"raw": samples, "sampling_rate": rate}, return_timestamps="word")
step = len(samples) // 300
peaks = np.abs(samples[: 300 * step]).reshape(300, step).max(axis=1)
times = np.arange(300) * step / rate
figure, axes = plt.subplots(figsize=(8, 2.2))
axes.fill_between(times, -peaks, peaks, linewidth=0, alpha=0.7)
for index, word in enumerate(answer["chunks"]):
    start, end = word["timestamp"]
    height = 0.8 + 0.2 * (index % 2)
    axes.plot([start, end], [height - 0.03] * 2, color="C1")
    axes.text((start + end) / 2, height, word["text"], ha="center")
axes.set(xlabel="seconds", yticks=[], ylim=(-0.8, 1.2))
plt.show()

# %% [markdown]
# A word lasts, for CTC, from its first letter to its last. Letters come as short spikes, so the
# times are good enough to jump to a word and not good enough to cut one out.

# %% [markdown]
# ## A score: word error rate
#
# Lay what was heard beside what was said so that as few words as possible differ. **WER** is the number of words
# replaced, left out or added, divided by the number of words *said*. It is 1 for an empty text, and it can
# be more than 1. By hand and by the library:

# %% tags=["by-hand", "no-model"]
from torchmetrics.functional.text import word_error_rate


def errors(said, heard):
    """Return the fewest words to replace, leave out or add."""
    row = list(range(len(heard) + 1))
    for i, a in enumerate(said, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(heard, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


truth, heard = "NINE THREE SEVEN EIGHT SIX", "NINE TREE SEVEN SIX"
words = truth.split()
count = errors(words, heard.split())
print(f"by hand: {count} of {len(words)} words = {count / len(words):.2f}")
print(f"library: {float(word_error_rate([heard], [truth])):.2f}")
print(f"empty:   {float(word_error_rate([''], [truth])):.2f}")

# %% [markdown]
# ## A baseline from the 1970s
#
# Cut the recording where it is loud. Compare each piece with fifty templates, one recording of each digit by
# each known speaker, and take the nearest. A template may be stretched and squeezed in time to fit:
# **dynamic time warping** (Sakoe and Chiba, 1978,
# [doi:10.1109/TASSP.1978.1163055](https://doi.org/10.1109/TASSP.1978.1163055)). It can only ever say one of ten words.

# %% tags=["baseline", "no-model"]
from torchaudio.transforms import MFCC

SPECTRUM = {"n_fft": 512, "hop_length": 320, "n_mels": 40, "f_max": 4000}
mfcc = MFCC(16_000, n_mfcc=13, melkwargs=SPECTRUM)  # 13 numbers for each 20 ms


def features(audio):
    """Return (frames, 13): the shape of the spectrum, without its mean."""
    found = mfcc(torch.from_numpy(audio)).T.numpy()[:, 1:]  # the first is loudness
    return found - found.mean(axis=0)


def pieces(audio):
    """Return the loud parts: above the middle between quiet and loud, in decibels."""
    frames = audio[: len(audio) // 320 * 320].reshape(-1, 320)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-10)
    loud = level > (np.percentile(level, 10) + np.percentile(level, 95)) / 2
    found = []
    for at in np.flatnonzero(loud):
        if found and at - found[-1][1] < 5:  # a gap of under 0.1 s lies within a word
            found[-1][1] = at
        else:
            found.append([at, at])
    return [audio[320 * a : 320 * (b + 1)] for a, b in found if b - a >= 3]


def warp(one, many):
    """Return the warped distance of (frames, d) to each of many (n, longest, d)."""
    # (frames, n, longest)
    cost = np.linalg.norm(one[:, None, None] - many[None], axis=-1)
    total = np.full((len(one) + 1, many.shape[0], many.shape[1] + 1), np.inf)
    total[0, :, 0] = 0
    for i in range(len(one)):
        for j in range(many.shape[1]):
            before = np.minimum(total[i, :, j], total[i, :, j + 1])
            before = np.minimum(before, total[i + 1, :, j])
            total[i + 1, :, j + 1] = cost[i, :, j] + before
    return total[-1]  # (n, longest + 1): one column for each length of a template


tape, rate = tapes["recognition/templates.ogg"]
templates = []
for row in (row for row in rows if row["name"] == "template"):
    piece = tape[int(row["start"]) : int(row["end"])]
    templates.append((row["text"], features(open_recording((piece, rate)))))
lengths = np.array([len(one) for _, one in templates])
stacked = np.zeros((len(templates), lengths.max(), 12), np.float32)
for index, (_, one) in enumerate(templates):
    stacked[index, : len(one)] = one


def nearest(audio):
    """Return the words of the nearest templates, one for each piece."""
    words = []
    for piece in pieces(audio):
        one = features(piece)
        ends = warp(one, stacked)[np.arange(len(lengths)), lengths]
        words.append(templates[(ends / (len(one) + lengths)).argmin()][0])
    return " ".join(words)


print(nearest(open_recording(digits["known"]["known-3"])))

# %% [markdown]
# ## Both on twenty recordings
#
# Ten by known speakers, ten by the speaker whom neither the templates nor the stand-in know.

# %% tags=["scores"]
def recognize(some):
    """Transcribe samples at 16 kHz with the model."""
    return transcribe([(audio, 16_000) for audio in some], processor, model)


def by_template(some):
    """Transcribe samples at 16 kHz with the templates."""
    return [nearest(audio) for audio in some]


readers = {"wav2vec2": recognize, "templates": by_template}
audios = {
    group: {name: open_recording(one) for name, one in some.items()}
    for group, some in digits.items()
}
truths = {group: [said[name] for name in some] for group, some in digits.items()}
heard = {}
print(f"{'word error rate':<18}{'known':>8}{'unseen':>10}")
for reader, read in readers.items():
    rates = []
    for group, some in audios.items():
        heard[reader, group] = read(some.values())
        rates.append(100 * float(word_error_rate(heard[reader, group], truths[group])))
    print(f"{reader:<18}{rates[0]:>6.1f} %{rates[1]:>8.1f} %")

# %% [markdown]
# Forty words in each group: one wrong word is 2.5 points. The recordings that the model got wrong, with
# what it wrote:

# %% tags=["wrong"]
for group in audios:
    pairs = list(zip(truths[group], heard["wav2vec2", group]))
    wrong = [pair for pair in pairs if pair[0] != pair[1]]
    print(f"{group}: {len(wrong)} of {len(pairs)} recordings with an error")
    for truth, text in wrong[:4]:
        print(f"  said   {truth}\n  heard  {text}")

# %% [markdown]
# The model spells. It has no list of words, so a wrong word is often no word at all. A real service
# lays a language model over the letters; this page does not.

# %% [markdown]
# ## A real sentence
#
# The second input is what people would say: "Please send the invoice to our office before Friday and call me if
# the amount is wrong". The voice is a machine's.

# %% tags=["listen-sentence", "no-model"] alt="Transcript: please send the invoice to our office before Friday and call me if the amount is wrong. A synthetic voice."
Audio("recognition/sentence.ogg")

# %% tags=["sentence"]
(text,) = transcribe(["recognition/sentence.ogg"], processor, model)
rate = 100 * float(word_error_rate([text], [said["sentence"]]))
print("said: ", said["sentence"][:80])
print("heard:", text[:80])
print(f"WER {rate:.0f} %")

# %% [markdown]
# Here the real checkpoint is nearer to its home: English sentences, though not machine voices. The stand-in
# knows ten words. What it writes here is noise spelled out, and nothing in the answer says so. Compare both
# outputs with the table above: same code, same calls.

# %% [markdown]
# ## Limits: the wrong rate
#
# Read the file and forget to resample. 8,000 numbers a second, taken for 16,000, are speech at
# double speed and an octave higher. The shapes are fine, so no error comes.

# %% tags=["wrong-rate"]
for name in ("known-3", "known-5"):
    samples, rate = digits["known"][name]
    right, wrong = transcribe([(samples, rate), (samples, 16_000)], processor, model)
    print(f"said            {said[name]}")
    print(f"rate {rate:>6}     {right!r}")
    print(f"rate  16000     {wrong!r}")

# %% [markdown]
# The processor raises an error if you *tell* it another rate than the model's. It cannot
# know the rate that you do not tell.

# %% tags=["told"]
try:
    processor(samples, sampling_rate=rate, return_tensors="pt")
except ValueError as error:
    print("ValueError: …", *str(error).split("}")[-1].strip().split(". "), sep="\n  ")

# %% [markdown]
# ## Limits: noise
#
# The same twenty recordings with white noise. Zero decibels: digits and noise are equally loud.

# %% tags=["noise"]
def noisy(audio, decibels, seed):
    """Return speech with white noise that many decibels below it."""
    noise = np.random.default_rng(seed).standard_normal(len(audio))
    loud = np.abs(audio) > 0.02
    scale = np.sqrt(np.mean(audio[loud] ** 2) / 10 ** (decibels / 10))
    return (audio + scale * noise).astype(np.float32)


levels = [40, 30, 20, 15, 10, 5, 0]
curves = {}
print(f"{'dB above noise':<20}", *(f"{level:>6}" for level in levels))
lines = [("wav2vec2", "known"), ("wav2vec2", "unseen"), ("templates", "known")]
for reader, group in lines:
    curves[reader, group] = []
    for level in levels:
        some = enumerate(audios[group].values())
        worse = [noisy(one, level, seed) for seed, one in some]
        rate = float(word_error_rate(readers[reader](worse), truths[group]))
        curves[reader, group].append(100 * rate)
    rates = (f"{rate:>5.1f}%" for rate in curves[reader, group])
    print(f"{reader + ', ' + group:<20}", *rates)

# %% tags=["figure", "hide-code"] alt="Word error rate against noise, from 40 decibels above the noise down to 0: one line for the model on known speakers, one for the model on the unseen speaker, one for the templates on known speakers."
figure, axes = plt.subplots(figsize=(7, 3))
for (reader, group), style in zip(curves, ("o-", "^:", "s--")):
    axes.plot(np.minimum(curves[reader, group], 130), style, label=f"{reader}, {group}")
axes.set_xticks(range(len(levels)), levels)
axes.set(xlabel="decibels of speech above noise", ylabel="WER, %", ylim=(-4, 134))
axes.legend(loc="upper left")
plt.show()

# %% [markdown]
# Look for the step at which a curve leaves the floor, and whether the two curves of the model leave it together. The
# noise of your site is not white: record it, add it to clean recordings, and draw your own curve.

# %% [markdown]
# ## Limits: a new speaker
#
# The unseen speaker says "three two":

# %% tags=["listen-unseen", "no-model"] alt="Transcript: three two. Another speaker."
Audio("recognition/unseen-0.ogg")

# %% [markdown]
# For the stand-in and the templates, the difference between the columns *known* and *unseen* is what a speaker who
# was not in the training data costs: the same words, the same noise, the same way of cutting. For the real
# checkpoint all six are new. It is one speaker and forty words: enough to see whether the two readers pay the same,
# not enough to say anything about other people.
#
# For that there are studies. Koenecke and others (2020, [doi:10.1073/pnas.1915768117](https://doi.org/10.1073/pnas.1915768117)) tested five
# commercial recognizers: the average WER was 0.35 for 73 Black and 0.19 for 42 white speakers from the United
# States. Those are their figures about other products, not ours.

# %% [markdown]
# ## Limits: nothing to hear
#
# One second of zeros, a second of faint noise, a second of a tone. The processor makes everything equally
# loud, so faint noise reaches the model as loud noise.

# %% tags=["silence"]
second = np.arange(16_000) / 16_000
nothing = {
    "zeros": np.zeros(16_000),
    "faint noise": 0.001 * np.random.default_rng(0).standard_normal(16_000),
    "a tone of 440 Hz": 0.5 * np.sin(2 * np.pi * 440 * second),
}
texts = recognize(nothing.values())
for title, text in zip(nothing, texts):
    print(f"{title:<18}{text!r}")

# %% [markdown]
# For zeros the snippet answers without asking the model. Whatever stands in the other two lines came
# out of nothing. Where silence is common, put a voice activity detector in front.

# %% [markdown]
# ## Seconds and memory

# %% tags=["timing", "hide-code"]
import time

print(f"{'':<12}seconds for each second of speech")
some = list(audios["known"].values())
length = sum(len(audio) for audio in some) / 16_000
for reader, read in readers.items():
    start = time.perf_counter()
    read(some)
    print(f"{reader:<12}{(time.perf_counter() - start) / length:.3f}")
size = sum(weight.numel() * weight.element_size() for weight in model.parameters())
print(f"\nmemory: wav2vec2 {size / 1e6:.1f} MB of weights,", end=" ")
print(f"templates {stacked.nbytes / 1e6:.2f} MB of features")

# %% [markdown]
# ## Take away
#
# - State the rate with the samples, always. It is the one mistake that no shape check finds.
# - Decide on a WER that you can live with, and measure it on your recordings, your noise, your speakers.
# - Report the worst group of speakers beside the average.
