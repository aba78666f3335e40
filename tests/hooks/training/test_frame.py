"""A recipe's frame: its loop, its command, and what it writes."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from hooks.training import datasets, distributed, frame
from hooks.training.card import END, START
from hooks.training.datasets import MissingData
from hooks.training.frame import Recipe
from hooks.training.loop import Run, running_average
from hooks.training.optimizers import muon_and_adamw, one_cycle, paced
from hooks.training.weights import save_fp16

WEIGHTS = "model.safetensors"
CARD = f"---\n  value: 0\n---\n{START}\nold\n{END}\n"


def line(weight: float = 0.0) -> nn.Linear:
    """y = weight * x"""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, weight)
    return model


def fit(losses, batches, **options) -> float:
    """The weight after plain gradient descent with rate 0.5 from 0."""
    model = line()
    sgd = torch.optim.SGD(model.parameters(), lr=0.5)
    run = Run(Path("unused"), limit=options.pop("limit", None))
    run.fit(model, batches, lambda x: losses(model.weight[0, 0], x), [sgd], [], **options)
    return model.weight.item()


@pytest.mark.parametrize(
    ("losses", "clip", "weight"),
    [
        (lambda w, x: x * w, None, -0.5 * (3 + 4)),
        (lambda w, x: x * w, 1.0, -0.5 * (1 + 1)),  # each gradient is cut to length 1
        (lambda w, x: {"one": x * w, "two": 2 * x * w}, None, -0.5 * 3 * (3 + 4)),
        (lambda w, x: (part * w for part in (x, x)), None, -0.5 * 2 * (3 + 4)),
    ],
    ids=["plain", "clipped", "named losses", "losses one by one"],
)
def test_a_step_for_each_batch(losses, clip, weight):
    assert fit(losses, [3.0, 4.0], clip=clip) == pytest.approx(weight, abs=1e-5)  # of fp32


def test_a_limit_draws_the_same_numbers_and_no_more_and_reports(capsys):
    drawn = []

    def batches(count=5):
        generator = torch.Generator().manual_seed(0)
        for _ in range(count):
            drawn.append(torch.rand((), generator=generator).item())
            yield drawn[-1]

    seen = []
    first = fit(lambda w, x: x * w, batches(), limit=3, every=2, after=lambda: seen.append(1))
    assert len(drawn) == len(seen) == 3
    assert first == fit(lambda w, x: x * w, batches(3))
    assert "step 2: loss" in capsys.readouterr().out


def test_a_running_average_starts_from_what_there_is_and_forgets_that_fast():
    model = line(1.0)
    average = running_average(model, keep=0.75, rise=1)
    for weight in (3.0, 4.0):
        nn.init.constant_(model.weight, weight)
        average.update_parameters(model)
    # 1 / 2 of 1 and of 3; then 2 / 3 of that, and 1 / 3 of 4
    assert average.module.weight.item() == pytest.approx(2 / 3 * 2 + 4 / 3)


def test_muon_takes_what_is_inside_and_both_follow_their_schedule():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].bias.requires_grad_(False)
    both = muon_and_adamw(model, lambda name, p: name.startswith("0") and p.ndim == 2, (0.1, 0.2))
    muon, adamw = (one.param_groups[0]["params"] for one in both)
    assert [id(p) for p in (*muon, *adamw)] == [
        id(p) for p in (model[0].weight, model[0].bias, model[1].weight)
    ]
    for one, highest in zip(one_cycle(both, steps=10, rise=0.3), (0.1, 0.2), strict=True):
        rates = [one.get_last_lr()[0]]
        for _ in range(9):
            one.optimizer.step()
            one.step()
            rates.append(one.get_last_lr()[0])
        assert rates[2] == max(rates) == pytest.approx(highest)
        assert rates[-1] < rates[0] < highest
    sgd = torch.optim.SGD(model.parameters(), 0.4)
    assert [one.get_last_lr() for one in paced([sgd], lambda step: 0.5)] == [[0.2]]


def test_weights_are_stored_in_half_precision_but_whole_numbers_as_they_are(tmp_path):
    save_fp16(nn.BatchNorm1d(2), tmp_path / WEIGHTS, without=("_var", "bias"))
    stored = {name: tensor.dtype for name, tensor in load_file(tmp_path / WEIGHTS).items()}
    wanted = {"weight": torch.half, "running_mean": torch.half, "num_batches_tracked": torch.long}
    assert stored == wanted


def train(run: Run) -> None:
    """One step, toward a random number."""
    target, model = torch.rand(()), line()
    sgd = torch.optim.SGD(model.parameters(), lr=0.5)
    run.fit(model, range(2), lambda _: (model.weight - target).square().sum(), [sgd], [])
    save_fp16(model, run.folder / WEIGHTS)


def evaluate(folder: Path) -> float:
    return load_file(folder / WEIGHTS)["weight"].item()


RECIPE = Recipe("line", train, evaluate, lambda found, spent: (f"{spent}: {found:.4f}", "1"), 20)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The stand-in's folder, with weights of 7; the command line is empty."""
    monkeypatch.setattr(sys, "argv", ["recipe"])
    monkeypatch.setattr(frame, "STAND_INS", tmp_path)
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    folder = tmp_path / "line"
    folder.mkdir()
    save_fp16(line(7.0), folder / WEIGHTS)
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("options", "shown"), [(["--evaluate"], "7.0000"), (["--look"], ""), (["--steps", "1"], "")]
)
def test_what_only_looks_shows_the_figures_and_writes_nothing(
    home, monkeypatch, capsys, options, shown
):
    before = contents(home)
    monkeypatch.setattr(sys, "argv", ["recipe", *options])
    RECIPE.main()
    assert contents(home) == before
    assert f"{shown}\n" in capsys.readouterr().out


@pytest.mark.parametrize("split", [False, True])
def test_training_starts_from_the_seed_and_writes_weights_and_card(home, monkeypatch, split):
    torch.manual_seed(20)
    target = torch.rand(()).item()
    monkeypatch.setattr(distributed, "WORKERS", 1)
    replace(RECIPE, split=split).main()
    assert evaluate(home) == pytest.approx(target, abs=1e-3)  # fp16
    card = (home / "README.md").read_text(encoding="utf-8")
    assert f"0 seconds on one CPU core: {evaluate(home):.4f}" in card
    assert "  value: 1\n" in card


def test_a_card_that_does_not_fit_leaves_the_old_weights(home):
    (home / "README.md").write_text("no measured part", encoding="utf-8")
    before = contents(home)
    with pytest.raises(ValueError, match="no measured part"):
        RECIPE.main()
    assert contents(home) == before


def test_missing_data_stops_a_recipe_with_one_line(home, tmp_path, monkeypatch):
    def train(run: Run) -> None:
        datasets.read("reviews/all.txt", "https://example.org")

    monkeypatch.setattr(datasets, "SHARED", tmp_path)
    folder = tmp_path / "reviews"
    line = f"{folder / 'all.txt'} is missing: put all.txt from https://example.org into {folder}"
    with pytest.raises(SystemExit) as stop:
        replace(RECIPE, train=train).main()
    assert str(stop.value) == line
    with pytest.raises(MissingData):
        datasets.find("reviews", "https://example.org")
    folder.mkdir()
    (folder / "all.txt").write_text("good\t1", encoding="utf-8")
    assert datasets.read("reviews/all.txt", "https://example.org") == "good\t1"
