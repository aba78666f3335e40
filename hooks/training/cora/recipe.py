"""Measure the demo's networks on the real Cora and on the drawn graph; fill in the card.

Nothing is trained for the stand-in itself: `build.py` draws it. The real files are read from the
folder of data beside the repository; without it PyTorch Geometric downloads them.
"""

import os
import tempfile
from pathlib import Path

import torch

from hooks.core.paths import SHARED, STAND_INS
from hooks.training.card import fill

HERE = STAND_INS / "cora"
DATA = SHARED / "cora"
SEEDS = 10
NETWORKS = ("without edges", "with edges")


def lay_out(home: Path, drawn: bool) -> None:
    """Put raw files where Planetoid looks for them before it downloads."""
    from hooks.hub.stand_ins.cora.build import build

    raw = home / "planetoid" / "Cora" / "raw"
    if drawn:
        build(raw)
    elif DATA.is_dir():
        raw.mkdir(parents=True)
        for path in DATA.glob("ind.cora.*"):
            (raw / path.name).write_bytes(path.read_bytes())


def measure(drawn: bool) -> dict[str, torch.Tensor]:
    """Return test accuracies in percent, one per seed, of both networks."""
    from snippets.graphs.node_classification import accuracy, load_cora, train

    with tempfile.TemporaryDirectory() as home:
        lay_out(Path(home), drawn)
        os.environ["PYG_HOME"] = home
        data = load_cora()
    found = {}
    for name, edges in zip(NETWORKS, (torch.empty(2, 0).long(), data.edge_index), strict=True):
        models = [train(data, edges, seed) for seed in range(SEEDS)]
        scores = [100 * accuracy(model, data, edges, data.test_mask) for model in models]
        found[name] = torch.tensor(scores)
        print(f"{'drawn' if drawn else 'Cora':<6} {name:<14} {found[name].mean():.1f}", flush=True)
    return found


def fill_card(path: Path, real: dict[str, torch.Tensor], drawn: dict[str, torch.Tensor]) -> None:
    """Put the measured figures into the card at `path`."""
    cell = "{:.1f} ± {:.1f}"
    rows = "\n".join(
        f"| {name} | "
        + " | ".join(cell.format(f[name].mean(), f[name].std()) for f in (real, drawn))
        + " |"
        for name in NETWORKS
    )
    measured = f"""
Test accuracy in percent of the snippet's network, mean and standard deviation of {SEEDS} seeds:

| network | real Cora | drawn graph |
| --- | ---: | ---: |
{rows}
"""
    fill(path, measured)


def main() -> None:
    """Measure both graphs."""
    torch.set_num_threads(1)
    fill_card(HERE / "README.md", real=measure(drawn=False), drawn=measure(drawn=True))


if __name__ == "__main__":
    main()
