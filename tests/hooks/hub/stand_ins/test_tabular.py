"""The tabular stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file
from sklearn.datasets import load_wine
from tabpfn import TabPFNClassifier

from hooks.hub.stand_ins import tabular
from hooks.hub.stand_ins.tabular import prior
from hooks.hub.stand_ins.tabular.build import FILE, WEIGHTS, build
from hooks.training.tabular import recipe
from snippets.limits.tabular import compare

SOURCE = Path(tabular.__file__).parent
RULES = (prior.clusters, prior.linear, prior.trees, prior.network)


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tabular")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    assert sorted(path.name for path in repository.iterdir()) == ["README.md", FILE]
    for path in repository.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_it_opens_without_running_code(repository):
    loaded = torch.load(repository / FILE, weights_only=True)
    assert loaded.keys() == {"state_dict", "config", "inference_config"}


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    tensors.popitem()
    save_file(tensors, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match="does not fit"):
        build(tmp_path / "repository", tmp_path)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_draws_classes_that_the_columns_tell(rule):
    rng = torch.Generator().manual_seed(0)
    x, y = rule(rng, 3, 200, 6, 4)
    assert (x.shape, y.shape) == ((3, 200, 6), (3, 200))
    assert torch.isfinite(x).all()
    assert set(y.unique().tolist()) <= set(range(4))


def test_tables_are_the_same_for_the_same_seed_and_scaled():
    one, two = (prior.tables(torch.Generator().manual_seed(5), 8, 100, 5, 3) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    x, _ = one
    assert torch.isfinite(x).all()
    assert 0.3 < x.std(1).median() < 2  # columns were scaled to 1 and some were bent after it


def test_shares_are_kept_by_levels():
    score = torch.arange(100.0)[None]
    found = prior.levels(score, torch.tensor([[0.2, 0.5, 0.3]]))
    assert found[0].bincount().tolist() == [20, 50, 30]


def test_the_card_records_the_measured_auc():
    card = ModelCard.load(SOURCE / "README.md")
    value = card.data.eval_results[0].metric_value
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    ours, logistic = (
        float(n) for n in re.findall(r"\*\*mean\*\* \| ([\d.]+) \| ([\d.]+)", text)[0]
    )
    assert value == pytest.approx(ours, abs=5e-4)
    assert value > logistic - 0.03  # what the course asks of it


def test_the_card_holds_on_one_table(repository):
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    on_card = float(re.search(r"\| wine \| ([\d.]+)", text)[1])
    model = TabPFNClassifier(
        model_path=str(repository / FILE), n_estimators=4, random_state=0, device="cpu"
    )
    auc = compare({"TabPFN": model}, *load_wine(return_X_y=True)).auc.item()
    assert auc == pytest.approx(on_card, abs=0.005)  # other machines add up in another order


def test_every_batch_has_all_classes_among_the_known_rows():
    rng = torch.Generator().manual_seed(1)
    for progress in np.linspace(0, 1, 20):
        x, y, known = recipe.batch(rng, progress, 4000)
        assert 0 < known < y.shape[1]
        for table in y:
            classes = np.unique(table[:known])
            assert np.array_equal(classes, np.arange(len(classes)))
        assert len(x) == len(y)
