# %% [markdown]
# # Demo {{ demo.audio_classification }} · Audio classification
#
# A machine should stop when somebody says "stop". It need not understand sentences: it has to tell a few words
# apart, fast, and to know when none of them was said. A keyword classifier does that. This demo calls one,
# shows what it sees, sets it against a baseline that learns in a blink, and ends where it answers nonsense
# without a warning.
#
# Model: [speechbrain/google_speech_command_xvector](https://huggingface.co/speechbrain/google_speech_command_xvector),
# Apache-2.0 as far as we could check. Recordings: [stop](words/stop.flac) and [sheila](words/sheila.flac), spoken by
# the program espeak-ng, a person's [seven](words/seven.flac), and a computed [tune](words/tune.flac). To measure:
# [ten commands](words/commands.ogg) in four synthetic voices ([list](words/commands.csv)) and
# [180 digits](words/digits.ogg) by six people ([list](words/digits.csv)). The people's recordings are from the
# [Free Spoken Digit Dataset](https://github.com/Jakobovski/free-spoken-digit-dataset), CC BY-SA 4.0
# ([licenses](words/LICENSE)).

# %% [markdown]
# ## Listen first
#
# A synthetic voice says "stop", at 16,000 samples a second:

# %% tags=["listen-stop", "no-model"] alt="Transcript: stop. A synthetic voice, one word."
from IPython.display import Audio

Audio("words/stop.flac")

# %% [markdown]
# A person says "seven", recorded at 8,000 samples a second, as in a telephone:

# %% tags=["listen-seven", "no-model"] alt="Transcript: seven. A man's voice, one word, telephone quality."
Audio("words/seven.flac")

# %% [markdown]
# ## The call
#
# `from_hparams` fetches a recipe in YAML, builds what it names, and fills in the weights. `classify_file` reads a file, brings
# it to 16 kHz mono, and returns four things.

# %% tags=["run"]
from huggingface_hub.constants import HF_HOME
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.utils.fetching import FetchConfig, LocalStrategy

name = "speechbrain/google_speech_command_xvector"
revision = "b0cec0fb42423936ca0da2724ce52d82eb807e20"
classifier = EncoderClassifier.from_hparams(
    source=name,
    savedir=f"{HF_HOME}/speechbrain/{revision}",
    fetch_config=FetchConfig(revision=revision),
    local_strategy=LocalStrategy.COPY,
)
scores, best, index, label = classifier.classify_file("words/stop.flac")

print("scores:", tuple(scores.shape), " their exponentials sum to", end=" ")
print(f"{scores.exp().sum().item():.3f}")
print("best:", label, f"with probability {best.exp().item():.2f}")

# %% [markdown]
# The scores are logarithms of probabilities. Whatever the microphone picks up, one of these labels comes back:

# %% tags=["labels"]
encoder = classifier.hparams.label_encoder
labels = [encoder.ind2lab[number] for number in range(len(encoder.ind2lab))]
for start in range(0, len(labels), 6):
    print(" ".join(f"{label:<9}" for label in labels[start : start + 6]).rstrip())

# %% [markdown]
# The real model was trained on ten commands, on other words as "unknown", and on background noise as "silence". Digits count as
# unknown for it. The tiny stand-in adds the ten digits to the same twelve labels.

# %% [markdown]
# ## What the model sees
#
# Not samples, but a **log-mel spectrogram**: 25 ms of sound at a time, every 10 ms, the energy in bands that are narrow
# at the bottom and wide at the top, as hearing is, on a logarithmic scale. `torchaudio` computes it.

# %% tags=["features", "no-model"]
import numpy as np
import soundfile
import torch
from torchaudio.functional import resample
from torchaudio.transforms import AmplitudeToDB, MelSpectrogram

mel = MelSpectrogram(16_000, n_fft=400, hop_length=160, n_mels=40)
to_db = AmplitudeToDB(top_db=60)


def spectrogram(samples: torch.Tensor) -> torch.Tensor:
    """Return (40 bands, frames) in dB, for mono samples at 16 kHz."""
    return to_db(mel(samples))


stop, rate = soundfile.read("words/stop.flac", dtype="float32")
print(f"{len(stop):,} samples at {rate:,} Hz = {len(stop) / rate:.2f} s")
print("spectrogram:", tuple(spectrogram(torch.from_numpy(stop)).shape))

# %% [markdown]
# `soundfile.read` and not `torchaudio.load`: since version 2.9 the latter goes through TorchCodec, which is another package.

# %% [markdown]
# Three pictures: the word "stop", the word "seven" brought from 8 to 16 kHz, and the samples of "seven" taken for 16 kHz as they are.

# %% tags=["figure", "hide-code", "no-model"] alt="Three log-mel spectrograms, time from left to right and frequency from bottom to top. Stop: noise of the s up to 8 kHz, a gap, then a vowel. Seven at 16 kHz: dark above 4 kHz. Seven taken for 16 kHz: half as long, everything an octave higher."
import matplotlib.pyplot as plt

seven, telephone = soundfile.read("words/seven.flac", dtype="float32")
seven = torch.from_numpy(seven)
pictures = {
    "stop": torch.from_numpy(stop),
    "seven, resampled to 16 kHz": resample(seven, telephone, 16_000),
    "seven, taken for 16 kHz": seven,
}
figure, panels = plt.subplots(1, 3, figsize=(9, 2.8), sharey=True)
ticks = np.array([500, 1000, 2000, 4000, 8000])
place = 40 * np.log(1 + ticks / 700) / np.log(1 + 8000 / 700)  # the mel scale
for panel, (title, samples) in zip(panels, pictures.items()):
    picture = spectrogram(samples).numpy()
    panel.imshow(
        picture,
        origin="lower",
        aspect="auto",
        interpolation="none",
        cmap="viridis",
        extent=(0, len(samples) / 16_000, 0, 40),
    )
    panel.set(title=title, xlabel="seconds")
    panel.title.set_fontsize(11)
panels[0].set_yticks(place, [f"{f / 1000:g} kHz" for f in ticks])
plt.show()

# %% [markdown]
# The middle picture is empty above 4 kHz: recorded at 8 kHz, a sound holds nothing there, and no resampling brings it back. The
# right one is another word to the model: half as long, an octave too high.

# %% [markdown]
# ## The snippet
#
# The same call, ready to copy. It says the rate out loud, mixes stereo down, refuses what holds no word, puts a little
# silence around each clip, and keeps the files of each revision apart.

# %% tags=["snippet"]
--8<-- "snippets/signals/audio_classification.py"

# %% tags=["words"]
for word in ("stop", "seven", "sheila"):
    (answer,) = classify([read_audio(f"words/{word}.flac")], classifier, top=3)
    print(f"{word:<8}", "  ".join(f"{label} {share:.2f}" for label, share in answer))

# %% [markdown]
# "Sheila" is a word that neither model has a label for. The right answer is "unknown", and for the real model it is for
# "seven", too.

# %% [markdown]
# ## A baseline, and people who were never heard
#
# A hundred and eighty digits by six people: two recordings of each person and digit to learn from, one to be tested on. The
# baseline: thirteen MFCCs (a compressed spectrogram) averaged over the clip, and a logistic regression. It sees
# *which* sounds occur, not their order.

# %% tags=["packs", "hide-code", "no-model"]
import csv


def pack(name: str) -> list[tuple[dict[str, str], torch.Tensor]]:
    """Return the clips of words/<name>.ogg with their lines of words/<name>.csv."""
    samples, rate = soundfile.read(f"words/{name}.ogg", dtype="float32")
    with open(f"words/{name}.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    pieces = [samples[int(row["start"]) : int(row["stop"])] for row in rows]
    return [(row, prepare(piece, rate)) for row, piece in zip(rows, pieces)]


digits, commands = pack("digits"), pack("commands")
training = [clip for clip in digits if clip[0]["split"] == "training"]
test = [clip for clip in digits if clip[0]["split"] == "test"]
print(f"digits: {len(training)} to learn from, {len(test)} to test")
print(f"commands: {len(commands)} to test")

# %% tags=["baseline", "no-model"]
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torchaudio.transforms import MFCC

settings = {"n_fft": 400, "hop_length": 160, "n_mels": 40}
mfcc = MFCC(16_000, n_mfcc=13, melkwargs=settings)


def fit(clips: list) -> object:
    """Learn words from clips: means of 13 MFCCs, logistic regression."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    means = [mfcc(samples).mean(-1).numpy() for _, samples in clips]
    return model.fit(means, [row["word"] for row, _ in clips])


def by_baseline(clips: list, model: object) -> float:
    """Return the share of right words."""
    said = model.predict([mfcc(samples).mean(-1).numpy() for _, samples in clips])
    return np.mean([a == row["word"] for a, (row, _) in zip(said, clips)])


simple = fit(training)
print(f"new recordings of the same six people: {by_baseline(test, simple):.0%}")
for speaker in sorted({row["speaker"] for row, _ in digits}):
    others = [clip for clip in training if clip[0]["speaker"] != speaker]
    own = [clip for clip in digits if clip[0]["speaker"] == speaker]
    print(f"{speaker:<9} never heard: {by_baseline(own, fit(others)):>4.0%}")

# %% [markdown]
# The first line is what a random split gives: it measures memory for voices as well as for words. The other six are what a
# new customer gets. Report the worst of them.

# %% [markdown]
# Now the pre-trained model. An answer is right if it is the word, or "unknown" for a word that is not on the model's list.

# %% tags=["accuracy"]
def by_model(clips: list) -> float:
    """Return the share of right answers; "unknown" is right for what has no label."""
    said = classify([samples for _, samples in clips], classifier)
    words = [row["word"] for row, _ in clips]
    truths = [word if word in labels else "unknown" for word in words]
    return np.mean([a == truth for ((a, _),), truth in zip(said, truths)])


has = sum(row["word"] in labels for row, _ in test) / len(test)
print(f"digits by people:    {by_model(test):>4.0%}, labels for {has:.0%} of them")
print(f"commands, synthetic: {by_model(commands):>4.0%}")

# %% [markdown]
# Where the model has labels for the digits, compare with the baseline's first line. Where it has none, all sixty
# are "unknown", which is right and of no use: then the baseline, learned from 120 clips in a blink, does what the large model can't.

# %% [markdown]
# ## Limits: cut close
#
# The digits were trimmed: each clip begins and ends with its word. A classifier that learned from clips with some silence around the word
# may hear such a clip badly. The bare call on the clips as they are, and with silence before and after:

# %% tags=["margin"]
def bare(clips: list, seconds: float) -> float:
    """Return the share of right answers with silence around each clip."""
    size = int(16_000 * seconds)
    right = 0
    for row, samples in clips:
        wave = torch.nn.functional.pad(samples, (size, size))
        truth = row["word"] if row["word"] in labels else "unknown"
        right += classifier.classify_batch(wave)[3][0] == truth
    return right / len(clips)


print("silence around   digits   commands")
for seconds in (0.0, 0.05, 0.1, 0.3):
    both = f"{bare(test, seconds):>9.0%}{bare(commands, seconds):>11.0%}"
    print(f"{seconds:>12.2f} s{both}")

# %% [markdown]
# The snippet puts 0.1 s around. It costs nothing, and the model's training clips decide whether it helps: so compare, as here, on clips
# of your own.

# %% [markdown]
# ## What it costs

# %% tags=["cost", "timing", "hide-code"]
import time

waves = [samples for _, samples in test]
start = time.perf_counter()
fit(training)
middle = time.perf_counter()
by_baseline(test, simple)
third = time.perf_counter()
classify(waves, classifier)
end = time.perf_counter()
parts = (classifier.mods.embedding_model, classifier.mods.classifier)
weights = sum(p.numel() for part in parts for p in part.parameters())
print("          ms a clip   parameters     memory   to train")
for title, seconds, size, learn in (
    ("baseline", third - middle, 10 * 14 + 26, f"{middle - start:.1f} s"),
    ("model", end - third, weights, "-"),
):
    each, memory = 1000 * seconds / len(waves), f"{4 * size / 1000:,.0f} kB"
    print(f"{title:<10}{each:>9.1f}{size:>13,}{memory:>11}{learn:>11}")

# %% [markdown]
# ## Limits: the wrong rate
#
# A file says its rate; an array does not. Three ways to get it wrong, each without an error: digits of 8 kHz taken for
# 16 kHz, commands of 16 kHz taken for 8 kHz, and for 22.05 kHz, which sounds nearly right.

# %% tags=["rates"]
def pretend(clips: list, true: int, said: int) -> list:
    """Return clips whose samples, of rate `true`, somebody took for rate `said`."""
    return [
        (row, prepare(resample(samples, 16_000, true).numpy(), said))
        for row, samples in clips
    ]


for title, clips, true, said in (
    ("digits", test, 8_000, 8_000),
    ("digits", test, 8_000, 16_000),
    ("commands", commands, 16_000, 16_000),
    ("commands", commands, 16_000, 22_050),
    ("commands", commands, 16_000, 8_000),
):
    right = by_model(pretend(clips, true, said))
    print(f"{title:<9}{true:>6} Hz taken for {said:>6} Hz: {right:>4.0%}")

# %% [markdown]
# Compare within digits and within commands. A wrong rate is speed and pitch at once, and a classifier that has only "unknown" for
# digits cannot even get worse at them.

# %% [markdown]
# ## Limits: noise
#
# White noise, from barely audible (30 dB below the voice) to as loud as the voice (0 dB) and louder. As in a room it goes on before and
# after the word, so these clips get their 0.1 s first and then the noise, and the bare call. The fourth curve is the snippet on clips whose noise
# begins and ends with the word.

# %% tags=["noise"]
def with_noise(clips: list, snr: float, margin: int = 0) -> list:
    """Return clips with white noise, `snr` dB below the mean power of each word."""
    generator = torch.Generator().manual_seed(16)
    noisy = []
    for row, samples in clips:
        power = samples.square().mean() / 10 ** (snr / 10)
        wave = torch.nn.functional.pad(samples, (margin, margin))
        noise = torch.randn(len(wave), generator=generator)
        noisy.append((row, wave + power.sqrt() * noise))
    return noisy


snrs = [30, 20, 10, 5, 0, -5]
curves = {
    "model, digits": [bare(with_noise(test, snr, MARGIN), 0) for snr in snrs],
    "model, commands": [bare(with_noise(commands, snr, MARGIN), 0) for snr in snrs],
    "baseline, digits": [by_baseline(with_noise(test, snr), simple) for snr in snrs],
    "snippet, digits": [by_model(with_noise(test, snr)) for snr in snrs],
}

# %% tags=["noise-figure", "hide-code"] alt="Line chart: accuracy against the signal-to-noise ratio from 30 to -5 dB, for the model on digits and on commands, the baseline on digits, and the snippet on digits whose noise stops with the word."
figure, axes = plt.subplots(figsize=(7, 3.2))
for (label, values), style in zip(curves.items(), ("o-", "s-", "^--", "d:")):
    axes.plot(snrs, [100 * value for value in values], style, label=label)
axes.invert_xaxis()
axes.set(ylim=(0, 102), xlabel="signal above noise, dB", ylabel="right, %")
axes.legend(
    fontsize=9, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4, frameon=False
)
plt.show()

# %% tags=["noise-table", "hide-code"]
print("dB above noise  ", "".join(f"{snr:>6}" for snr in snrs))
for label, values in curves.items():
    print(f"{label:<17}", "".join(f"{value:>6.0%}" for value in values))

# %% [markdown]
# Read off where each curve leaves its plateau: that is the noise you can promise for. The baseline is trained on clean
# clips only; both x-vectors heard noise in training. If the fourth curve falls before the first, then the digital silence that helped with
# quiet clips does harm in noise: no training clip was like that. Record a little longer instead.

# %% [markdown]
# ## Limits: a closed list
#
# Softmax divides 100 % among the labels, whatever was heard. First, four tones of music:

# %% tags=["listen-tune", "no-model"] alt="Transcript: no words. Four rising tones of a broken chord."
Audio("words/tune.flac")

# %% tags=["closed"]
generator = torch.Generator().manual_seed(1)
second = torch.arange(16_000) / 16_000
word, number = read_audio("words/stop.flac"), read_audio("words/seven.flac")
sounds = {
    "nothing at all": torch.zeros(16_000),
    "white noise": 0.1 * torch.randn(16_000, generator=generator),
    "music": read_audio("words/tune.flac"),
    "a rising whistle": 0.3 * torch.sin(2500 * (1 + 2 * second) * second),
    "sheila": read_audio("words/sheila.flac"),
    "stop, backwards": word.flip(0),
    "stop and seven": torch.cat([word, number]),
}
answers = classify(list(sounds.values()), classifier, top=None)
for title, answer in zip(sounds, answers):
    (first, one), (other, two) = answer[:2]
    total = sum(share for _, share in answer)
    print(f"{title:<17}{first:<9}{one:.2f}, {other:<9}{two:.2f}   all: {total:.2f}")

# %% [markdown]
# Look for a command with a high probability where no command was said. "Unknown" and "silence" are labels like the others: they
# catch what resembles their training clips, not everything else. And two words in one clip get one answer.
#
# A threshold helps with what is left. How much of the commands would still be obeyed?

# %% tags=["threshold"]
said = classify([samples for _, samples in commands], classifier)
for least in (0.0, 0.5, 0.8, 0.95):
    obeyed = [
        (answer, row["word"]) for ((answer, share),), (row, _) in zip(said, commands)
        if share >= least and answer not in ("unknown", "silence")
    ]  # fmt: skip
    wrong = sum(answer != word for answer, word in obeyed)
    print(f"at least {least:.2f}: {len(obeyed)} of {len(said)} obeyed, {wrong} wrong")

# %% [markdown]
# ## Code in the checkpoint
#
# The file that `from_hparams` reads first is no table of settings. Each `!new:` names a class to build and each `!apply:` a
# function to call, *any* class or function that Python can import. This is harmless:

# %% tags=["yaml", "no-model"]
from hyperpyyaml import load_hyperpyyaml

load_hyperpyyaml("x: !apply:print ['this line was printed by a YAML file']");

# %% [markdown]
# So read the file of the revision you pin, before you load it. These are the names in it, with their counts:

# %% tags=["tags"]
import re
from collections import Counter
from pathlib import Path

folder = Path(HF_HOME) / "speechbrain" / revision
text = (folder / "hyperparams.yaml").read_text(encoding="utf-8")
code = [line.partition("#")[0] for line in text.splitlines()]
found = Counter(re.findall(r"!(?:new|apply|name):\S+|!!python\S+", "\n".join(code)))
for tag, count in found.items():
    print(count, tag)

# %% [markdown]
# The weights are a second door: a `.ckpt` file is a pickle, and unpickling can run code. SpeechBrain 1.1.2 has no safetensors
# here; it calls `torch.load` without saying how. PyTorch answers since version 2.6 with `weights_only=True`, which knows
# tensors and refuses the rest. A file with something else in it:

# %% tags=["pickle", "no-model"]
import pickle
import tempfile

from speechbrain.utils.checkpoints import torch_parameter_transfer


class Trap:
    """Would call print when it is unpickled."""

    def __reduce__(self):
        return print, ("this would be somebody else's code",)


with tempfile.TemporaryDirectory() as scratch:
    path = f"{scratch}/embedding_model.ckpt"
    torch.save({"weight": Trap()}, path)
    try:
        torch_parameter_transfer(torch.nn.Linear(1, 1), path)
    except pickle.UnpicklingError as error:
        print(type(error).__name__, "-", str(error).partition(".")[0] + ".")

# %% [markdown]
# The pin has a gap. Files that lie in `savedir` already are used as they are: nobody compares revisions. Here the same folder,
# and a revision that doesn't exist:

# %% tags=["gap"]
EncoderClassifier.from_hparams(
    source=name,
    savedir=f"{HF_HOME}/speechbrain/{revision}",
    fetch_config=FetchConfig(revision="0" * 40),
    local_strategy=LocalStrategy.COPY,
)
print("loaded, though there is no revision", "0" * 7)

# %% [markdown]
# That is why the snippet's folder carries the revision in its name.

# %% [markdown]
# ## Bad input
#
# What the snippet makes of recordings as they come: stereo, other rates, and four that it refuses.

# %% tags=["bad"]
loud = stop[:, None] * np.array([1.0, 0.2], dtype="float32")
high = resample(torch.from_numpy(stop), 16_000, 44_100).numpy()
recordings = {
    "stereo, one side quiet": (loud, 16_000),
    "44.1 kHz": (high, 44_100),
    "very quiet": (stop / 1000, 16_000),
    "16-bit integers": ((stop * 32767).astype("int16"), 16_000),
    "empty": (stop[:0], 16_000),
    "20 ms": (stop[:320], 16_000),
    "a hole of NaN": (np.where(stop > 0.5, np.nan, stop), 16_000),
}
for title, (samples, rate) in recordings.items():
    try:
        ((label, share),) = classify([prepare(samples, rate)], classifier)[0]
        print(f"{title:<24}{label} {share:.2f}")
    except ValueError as error:
        print(f"{title:<24}{type(error).__name__}: {error}")

# %% [markdown]
# The bare call takes an array of NaN without complaint:

# %% tags=["nan"]
scores, best, index, label = classifier.classify_batch(torch.full((16_000,), torch.nan))
print(label, f"with probability {best.exp().item():.2f}")
