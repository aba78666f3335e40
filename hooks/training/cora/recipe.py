"""Measure the demo's networks on the real Cora and on the drawn graph.

`python -m hooks.training cora`. Nothing is trained for the stand-in itself: `build.py` draws
it.
"""

import os
import tempfile
from pathlib import Path

import torch

from hooks.training.card import rows
from hooks.training.datasets import find
from hooks.training.frame import Recipe, Run

ADDRESS = "https://github.com/kimiyoung/planetoid/tree/master/data"
SEEDS = 10
NETWORKS = ("without edges", "with edges")


def _lay_out(home: Path, drawn: bool) -> None:
    """Put raw files where Planetoid looks for them before it downloads."""
    from hooks.hub.stand_ins.cora.build import build

    raw = home / "planetoid" / "Cora" / "raw"
    if drawn:
        build(raw)
    else:
        raw.mkdir(parents=True)
        for path in find("cora", ADDRESS).glob("ind.cora.*"):
            (raw / path.name).write_bytes(path.read_bytes())


def measure(drawn: bool) -> dict[str, torch.Tensor]:
    """Return test accuracies in percent, one per seed, of both networks."""
    from snippets.graphs.node_classification import accuracy, load_cora, train

    with tempfile.TemporaryDirectory() as home:
        _lay_out(Path(home), drawn)
        os.environ["PYG_HOME"] = home
        data = load_cora()
    found = {}
    for name, edges in zip(NETWORKS, (torch.empty(2, 0).long(), data.edge_index), strict=True):
        models = [train(data, edges, seed) for seed in range(SEEDS)]
        scores = [100 * accuracy(model, data, edges, data.test_mask) for model in models]
        found[name] = torch.tensor(scores)
        print(f"{'drawn' if drawn else 'Cora':<6} {name:<14} {found[name].mean():.1f}", flush=True)
    return found


def train(run: Run) -> None:
    """Train nothing."""


def evaluate(folder: Path) -> tuple[dict[str, torch.Tensor], ...]:
    """Measure the real graph, then the drawn one; nothing is read from `folder`."""
    return measure(drawn=False), measure(drawn=True)


def _describe(found: tuple[dict[str, torch.Tensor], ...], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, which has no metric."""
    lines = {name: [(one[name].mean(), one[name].std()) for one in found] for name in NETWORKS}
    measured = f"""
Test accuracy in percent of the snippet's network, mean and standard deviation of {SEEDS} seeds:

| network | real Cora | drawn graph |
| --- | ---: | ---: |
{rows(lines, "{0[0]:.1f} ± {0[1]:.1f}")}
"""
    return (measured,)


RECIPE = Recipe("cora", train, evaluate, _describe, seed=0, files=())
