# %% [markdown]
# # Demo {{ demo.lora }} · Fine-tuning with LoRA
#
# Support tickets come in, and six teams answer them. Which team should read a ticket? You have 150
# labeled ones. This demo climbs a ladder: no labels, a trained head, LoRA, all weights. Each step
# is measured on the same held-out tickets. Then the tickets change.
#
# Model: [all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2),
# Apache-2.0, 384 numbers per text. It is small, so the course carries its real weights everywhere.

# %% [markdown]
# ## The tickets
#
# [tickets.csv](tickets.csv), which must lie beside this notebook, holds 720 tickets: 240 each for a
# shop, a clinic and a utility that sells power, gas and water. The authors of this course invented
# them (CC BY 4.0); no real person or company stands behind them. Some name two topics, some have
# typos, and no single word gives a team away. Of the 40 tickets for each team of each house, 25 are
# for training and 15 for the test. No test text occurs among the training texts.

# %% tags=["data"]
import csv
from collections import Counter

with open("tickets.csv", encoding="utf-8", newline="") as file:
    tickets = list(csv.DictReader(file))


def part(domain: str, split: str) -> tuple[list[str], list[str]]:
    rows = [row for row in tickets if (row["domain"], row["split"]) == (domain, split)]
    return [row["text"] for row in rows], [row["team"] for row in rows]


for (domain, split), count in Counter(
    (t["domain"], t["split"]) for t in tickets
).items():
    print(f"{domain:<8} {split:<6} {count} tickets")
texts, teams = part("shop", "train")
TEAMS = sorted(set(teams))
for team in TEAMS:
    print(f"{team:<10} {min((t for t, y in zip(texts, teams) if y == team), key=len)}")

# %% [markdown]
# ## The call
#
# `LoraConfig` says where the adapter goes, `get_peft_model` puts it there and freezes the rest.

# %% tags=["run"]
from peft import LoraConfig, get_peft_model
from transformers import AutoModel

encoder = AutoModel.from_pretrained(
    "sentence-transformers/all-MiniLM-L6-v2",
    revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    add_pooling_layer=False,
)
config = LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"])
get_peft_model(encoder, config).print_trainable_parameters()

# %% [markdown]
# ## The snippet
#
# MiniLM with a head of one linear layer. `fit_head` trains the head alone, `add_lora` adds the
# adapter, `train` trains whatever is trainable. The head is fitted *before* LoRA starts: a head at
# zero would pull the adapter in random directions first.

# %% tags=["snippet"]
--8<-- "snippets/nlp/lora.py"

# %% [markdown]
# ## Baselines and zero-shot
#
# Macro F1 is the mean of the six teams' F1 scores, so that each team counts the same. *Majority*
# gives every ticket to one team. *TF-IDF* counts words and fits a logistic regression. *Zero-shot*
# uses no labeled ticket: it takes the team whose name, or whose description, has the embedding
# nearest to the ticket's.

# %% tags=["zero-shot"]
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

test, truth = part("shop", "test")
descriptions = {
    "account": "a question about an account or login",
    "billing": "a question about billing and payments",
    "delivery": "a question about a delivery",
    "returns": "a question about returns and exchanges",
    "sales": "a question before buying",
    "technical": "a technical problem",
}


def macro_f1(truth: list[str], answers: list[str]) -> float:
    return f1_score(truth, answers, average="macro")


def nearest(model: Classifier, texts: list[str], names: list[str]) -> list[str]:
    with torch.inference_mode():
        return [TEAMS[i] for i in (model.embed(texts) @ model.embed(names).T).argmax(1)]


base = Classifier(TEAMS).eval()
words = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=1000))
words.fit(texts, teams)
scores = {
    "majority": macro_f1(truth, [Counter(teams).most_common(1)[0][0]] * len(truth)),
    "TF-IDF": macro_f1(truth, list(words.predict(test))),
    "zero-shot, names": macro_f1(truth, nearest(base, test, TEAMS)),
    "zero-shot, described": macro_f1(
        truth, nearest(base, test, [descriptions[team] for team in TEAMS])
    ),
}
for name, score in scores.items():
    print(f"{name:<21} F1 {score:.2f}")

# %% [markdown]
# ## How much is trained?
#
# LoRA leaves each 384 × 384 matrix as it is and learns two thin ones, 384 × 8 and 8 × 384, whose
# product is added to it: 6,144 numbers in place of 147,456. MiniLM has six layers, and the adapter
# sits on two matrices of each, for the queries and the values.

# %% tags=["counts"]
import tempfile
from pathlib import Path

from safetensors.torch import save_file

folder = Path(tempfile.mkdtemp())


def trainable(model: nn.Module) -> int:
    return sum(w.numel() for w in model.parameters() if w.requires_grad)


counts, sizes = {}, {}
save_file(base.head.state_dict(), folder / "head.safetensors")
save_file(base.state_dict(), folder / "full.safetensors")
counts["linear probe"] = trainable(base.head)
counts["full"] = trainable(base)
adapted = add_lora(Classifier(TEAMS))
adapted.save_pretrained(folder / "untrained")
counts["LoRA"] = trainable(adapted)
files = {"linear probe": "head.safetensors", "full": "full.safetensors"}
files["LoRA"] = "untrained/adapter_model.safetensors"
for name in ("linear probe", "LoRA", "full"):
    sizes[name] = (folder / files[name]).stat().st_size
    print(f"{name:<13} {counts[name]:>10,} weights {sizes[name]:>11,} bytes")
print("head    6 * 384 + 6         =", 6 * 384 + 6)
print("adapter 6 * 2 * 2 * 384 * 8 =", 6 * 2 * 2 * 384 * 8)
print(f"LoRA is {100 * counts['LoRA'] / counts['full']:.2f} % of the full training")

# %% [markdown]
# ## The ladder
#
# Each step starts where the one before it ended: LoRA and full fine-tuning begin with the head of
# the linear probe. Learning rates and epochs were chosen on a part of the training tickets, never
# on the test. The seconds are those of one processor core.

# %% tags=["climb"]
import time

models, seconds = {}, {}


def climb(
    texts: list[str], teams: list[str], seed: int = 0, epochs: int = 5
) -> PeftModel:
    model = Classifier(TEAMS)
    fit_head(model, texts, teams)
    model = add_lora(model, seed=seed)
    train(model, texts, teams, epochs=epochs, seed=seed)
    return model


start = time.perf_counter()
models["linear probe"] = Classifier(TEAMS)
fit_head(models["linear probe"], texts, teams)
seconds["linear probe"] = time.perf_counter() - start

start = time.perf_counter()
models["LoRA"] = climb(texts, teams)
seconds["LoRA"] = time.perf_counter() - start

start = time.perf_counter()
models["full"] = Classifier(TEAMS)
fit_head(models["full"], texts, teams)
train(models["full"], texts, teams, epochs=3, rate=1e-4)
seconds["full"] = time.perf_counter() - start

# %% tags=["ladder", "timing"]
print(f"{'':<21} {'trained':>10} {'seconds':>8} {'bytes':>11} {'F1':>5}")
for name, score in scores.items():
    print(f"{name:<21} {'':>10} {'':>8} {'':>11} {score:>5.2f}")
for name, model in models.items():
    scores[name] = macro_f1(truth, classify(model, test))
    numbers = f"{counts[name]:>10,} {seconds[name]:>8.1f} {sizes[name]:>11,}"
    print(f"{name:<21} {numbers} {scores[name]:>5.2f}")

# %% [markdown]
# How to read it, whatever the figures are. There are 90 test tickets: one ticket is about one point
# of F1, and two models closer than five to ten points may well change places on other tickets. If
# LoRA is not clearly above the linear probe, keep the probe: it trains in a second, and its file
# is a few kilobytes. If full fine-tuning is not clearly above LoRA, there is no reason to store 91
# MB for each task.

# %% [markdown]
# ## Save, load, merge
#
# `save_pretrained` writes the adapter and the head, not the base. Whoever loads it brings the base,
# at the revision that the configuration names. Merging adds the product of the thin matrices to
# the large ones: one model again, and as fast as before.

# %% tags=["save"]
import json

models["LoRA"].save_pretrained(folder / "adapter")
config = json.loads((folder / "adapter" / "adapter_config.json").read_text())
print("base    ", config["base_model_name_or_path"])
print("revision", config["revision"])
loaded = PeftModel.from_pretrained(Classifier(TEAMS), folder / "adapter").eval()
with torch.inference_mode():
    before, after = models["LoRA"](test), loaded(test)
    merged = loaded.merge_and_unload()(test)
print("loaded: the same scores:", torch.equal(before, after))
print("merged: apart by less than 0.001:", (before - merged).abs().max().item() < 1e-3)

# %% [markdown]
# ## Limits: another domain
#
# The company buys a clinic and a utility. Their tickets go to six teams with the same names. At the
# clinic the names mean the same work as in the shop. At the utility *delivery* is the supply of
# power, gas and water, and *returns* is the solar power that customers feed back into the grid. How
# well do the models for the shop do there, with no new label?

# %% tags=["domains", "timing"]
print(f"{'trained on the shop':<21} {'shop':>8} {'clinic':>8} {'utility':>8}")
for name, model in {"TF-IDF": words, **models}.items():
    row = []
    for domain in ("shop", "clinic", "utility"):
        unseen, right = part(domain, "test")
        answers = words.predict(unseen) if model is words else classify(model, unseen)
        row.append(macro_f1(right, list(answers)))
    print(f"{name:<21} " + " ".join(f"{score:>8.2f}" for score in row))

# %% [markdown]
# New words alone (the clinic) do less harm than new meanings (the utility). Which teams suffer?

# %% tags=["teams", "timing"]
unseen, right = part("utility", "test")
answers = classify(models["LoRA"], unseen)
for team, score in zip(TEAMS, f1_score(right, answers, average=None, labels=TEAMS)):
    given = Counter(a for a, r in zip(answers, right) if r == team).most_common(2)
    print(
        f"{team:<10} F1 {score:.2f}   sent to", ", ".join(f"{t} {n}" for t, n in given)
    )

# %% [markdown]
# ## How many labels repair it?
#
# Label some of the utility's tickets and climb the ladder again: a new head, a new adapter, the same
# base. With few examples the result depends on *which* tickets they are. So each small number is
# tried with several draws, and every draw has its own point. Few tickets also mean few steps of
# training, so they are seen more often.

# %% tags=["draws", "timing"]
import random


def draw(
    texts: list[str], teams: list[str], n: int, seed: int
) -> tuple[list[str], list[str]]:
    """Take n examples, the teams in turn, so that each team has its share."""
    piles = {team: [t for t, y in zip(texts, teams) if y == team] for team in TEAMS}
    order = random.Random(seed)
    for pile in piles.values():
        order.shuffle(pile)
    turns = order.sample(TEAMS, len(TEAMS))
    chosen = [(piles[turns[i % 6]][i // 6], turns[i % 6]) for i in range(n)]
    return [text for text, _ in chosen], [team for _, team in chosen]


pool, pool_teams = part("utility", "train")
points = {"linear probe": [], "LoRA": []}
for n, draws in ((8, 3), (16, 3), (32, 2), (64, 2), (150, 1)):
    for seed in range(draws):
        few = draw(pool, pool_teams, n, seed)
        fit_head(base, *few)
        points["linear probe"].append((n, macro_f1(right, classify(base, unseen))))
        repaired = climb(*few, seed=seed, epochs=8 if n < 64 else 5)
        points["LoRA"].append((n, macro_f1(right, classify(repaired, unseen))))
for name, found in points.items():
    print(name)
    for n in sorted({n for n, _ in found}):
        print(f"{n:>5} ", "  ".join(f"{score:.2f}" for m, score in found if m == n))

# %% tags=["plot"]
import matplotlib.pyplot as plt
from matplotlib.ticker import NullLocator


def plot(points: dict[str, list[tuple[int, float]]], level: float) -> None:
    axes = plt.subplots()[1]
    for name, found in points.items():
        numbers = sorted({n for n, _ in found})
        groups = [[score for m, score in found if m == n] for n in numbers]
        (line,) = axes.plot(numbers, [sum(g) / len(g) for g in groups], label=name)
        axes.plot(*zip(*found), "o", markersize=4, color=line.get_color())
    axes.axhline(level, color="#757575", linestyle="--", label="the shop's LoRA model")
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks([8, 16, 32, 64, 150], ["8", "16", "32", "64", "all 150"])
    axes.set(ylim=(0, 1), xlabel="labeled tickets of the utility", ylabel="macro F1")
    axes.legend()
    plt.show()


# %% tags=["curve", "timing"] alt="Macro F1 on the utility's test tickets against the number of its labeled examples, 8 to 150, on a logarithmic axis: one point per draw and a line through the means, for the linear probe and for LoRA. A dashed level shows the shop's LoRA model without any new label."
plot(points, level=macro_f1(right, answers))

# %% [markdown]
# Three questions to ask of the figure, on any machine. Where does a curve cross the dashed level?
# Below that number of labels, the old model is the better choice. Where do the two curves lie
# together? There the linear probe is enough. And how far apart are the points of one number? A
# difference smaller than that is luck.

# %% [markdown]
# ## Limits: the wrong base
#
# An adapter is a correction to particular weights. PEFT checks shapes, not weights: put the
# utility's adapter on a MiniLM that was trained further (here: the one fine-tuned for the shop), or on
# one with random weights. What that costs depends on how far the weights are apart. What does not
# depend on it: nothing complains.

# %% tags=["bases"]
import copy
import warnings

repaired.save_pretrained(folder / "utility")
random_base = Classifier(TEAMS)
torch.manual_seed(0)
for weight in random_base.encoder.parameters():
    nn.init.normal_(weight, std=0.02)
bases = {
    "the base it was trained on": Classifier(TEAMS),
    "the same, trained further": copy.deepcopy(models["full"]),
    "random weights": random_base,
}

# %% tags=["wrong-base", "timing"]
for name, other in bases.items():
    with warnings.catch_warnings(record=True, action="always") as caught:
        model = PeftModel.from_pretrained(other, folder / "utility")
    score = macro_f1(right, classify(model, unseen))
    print(f"{name:<27} F1 {score:.2f}   warnings: {len(caught)}")

# %% [markdown]
# So compare `base_model_name_or_path` and `revision` with what you load, before you load it.
