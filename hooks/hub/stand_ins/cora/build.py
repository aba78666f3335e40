"""Draw a graph in the shape of Cora, in the files that PyTorch Geometric's Planetoid reads."""

import pickle
import shutil
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

SEED = 20
TOPICS = (351, 217, 418, 818, 426, 298, 180)  # papers per topic, as in Cora
EDGES, WORDS, WORDS_PER_PAPER = 5_278, 1_433, 18  # Cora's sizes: undirected edges, features
SAME_TOPIC = 0.93  # share of citations inside a topic
OWN_WORDS = 0.61  # share of a paper's words that come from its topic's own vocabulary
STRAYS = 0.18  # share of papers that write and cite like another topic than their label says
TRAIN_PER_TOPIC, TEST = 20, 1_000


def draw(seed: int = SEED) -> tuple[np.ndarray, csr_matrix, np.ndarray]:
    """Return topics (2708,), words (2708, 1433) and citations (5278, 2), papers in drawn order.

    A planted partition: a citation stays in the topic with probability SAME_TOPIC, and some papers
    are famous and attract more. Words follow Zipf's law; some belong to one topic. A few papers
    are labeled with one topic and belong, by words and citations, to another.
    """
    rng = np.random.default_rng(seed)
    topics = rng.permutation(np.repeat(np.arange(len(TOPICS)), TOPICS))
    fame = rng.pareto(2.5, len(topics)) + 0.3
    strays = rng.random(len(topics)) < STRAYS
    habits = np.where(strays, rng.integers(len(TOPICS), size=len(topics)), topics)
    members = [np.flatnonzero(habits == topic) for topic in range(len(TOPICS))]
    weights = [fame[some] / fame[some].sum() for some in members]
    everyone = fame / fame.sum()
    edges: set[tuple[int, int]] = set()
    while len(edges) < EDGES:
        one = int(rng.integers(len(topics)))
        if rng.random() < SAME_TOPIC:
            other = int(rng.choice(members[habits[one]], p=weights[habits[one]]))
        else:
            other = int(rng.choice(len(topics), p=everyone))
        if one != other:
            edges.add((min(one, other), max(one, other)))
    zipf = 1 / (np.arange(WORDS) + 10)
    common = zipf / zipf.sum()
    own = [np.roll(common, rng.integers(WORDS)) for _ in TOPICS]
    papers = []
    for topic in habits:
        count = min(30, max(1, int(rng.poisson(WORDS_PER_PAPER))))
        mixed = OWN_WORDS * own[topic] + (1 - OWN_WORDS) * common
        papers.append(rng.choice(WORDS, count, replace=False, p=mixed))
    rows = np.repeat(np.arange(len(papers)), [len(words) for words in papers])
    ones = np.ones(len(rows), dtype=np.float32)
    words = csr_matrix((ones, (rows, np.concatenate(papers))), shape=(len(topics), WORDS))
    return topics, words, np.array(sorted(edges))


def arrange(topics: np.ndarray) -> np.ndarray:
    """Return the order of the public split: 20 papers per topic first, the 1,000 tested last."""
    first = [np.flatnonzero(topics == topic)[:TRAIN_PER_TOPIC] for topic in range(len(TOPICS))]
    train = np.concatenate(first)
    return np.concatenate([train, np.setdiff1d(np.arange(len(topics)), train)])


def build(folder: Path) -> None:
    """Write the eight raw files of Planetoid's Cora, and the card, to `folder`."""
    topics, words, edges = draw()
    order = arrange(topics)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    topics, words = topics[order], words[order]
    labels = np.eye(len(TOPICS), dtype=np.int32)[topics]
    train, known = TRAIN_PER_TOPIC * len(TOPICS), len(topics) - TEST
    graph: dict[int, list[int]] = {node: [] for node in range(len(topics))}
    for one, other in place[edges].tolist():
        graph[one].append(other)
        graph[other].append(one)
    split = {"": slice(train), "all": slice(known), "t": slice(known, None)}
    parts = {f"{name}x": words[rows] for name, rows in split.items()} | {"graph": graph}
    parts |= {f"{name}y": labels[rows] for name, rows in split.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in parts.items():
        # Planetoid's format is a pickle. This one is written here and read on the same machine.
        (folder / f"ind.cora.{name}").write_bytes(pickle.dumps(value, protocol=4))
    lines = "".join(f"{node}\n" for node in range(known, len(topics)))
    (folder / "ind.cora.test.index").write_text(lines, encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name("README.md"), folder / "README.md")
