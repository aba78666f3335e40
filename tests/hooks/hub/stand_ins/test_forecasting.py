"""The forecasting stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from chronos import BaseChronosPipeline
from chronos.chronos_bolt import ChronosBoltPipeline
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file

from hooks.hub.stand_ins import forecasting
from hooks.hub.stand_ins.forecasting.build import CONTEXT, HORIZON, WEIGHTS, build
from hooks.training.forecasting import recipe, synthetic

SOURCE = Path(forecasting.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("forecasting")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert {"config.json", "model.safetensors", "README.md"} <= set(names)
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_no_file_names_a_folder_of_this_machine(repository):
    for path in [*repository.glob("*.json"), SOURCE / "README.md"]:
        text = path.read_text(encoding="utf-8")
        assert str(repository) not in text, path.name
        assert "site-packages" not in text, path.name


def test_the_plain_call_loads_a_bolt(repository):
    pipeline = BaseChronosPipeline.from_pretrained(repository, device_map="cpu")
    assert isinstance(pipeline, ChronosBoltPipeline)
    assert pipeline.model.dtype == torch.float32
    # As the real one: nine quantiles of 64 steps; it reads less.
    assert pipeline.model_prediction_length == HORIZON == 64
    assert pipeline.quantiles == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert pipeline.model_context_length == CONTEXT
    stored = load_file(SOURCE / WEIGHTS)
    state = pipeline.model.state_dict()
    assert all(torch.equal(state[name], tensor.float()) for name, tensor in stored.items())


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    name = "output_patch_embedding.output_layer.weight"
    save_file({k: t for k, t in tensors.items() if k != name}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=re.escape(f"does not fit: {name}")):
        build(tmp_path / "out", tmp_path)


def test_synthetic_series_are_the_same_each_time_and_standardized():
    drawn = synthetic.series(5, 60, 100)
    assert torch.equal(drawn, synthetic.series(5, 60, 100))
    assert not torch.equal(drawn, synthetic.series(6, 60, 100))
    assert drawn.shape == (60, 100)
    assert torch.isfinite(drawn).all()
    # Half precision keeps three digits; a series without spread stays near zero.
    assert drawn.float().mean(1).abs().max() < 0.01
    assert ((drawn.float().std(1) - 1).abs() < 0.01).float().mean() > 0.9


def test_scores_by_hand():
    past, wanted = np.array([10.0, 20, 12, 22]), np.array([14.0, 23])
    assert recipe.mase(past, wanted, np.array([12.0, 24]), season=2) == pytest.approx(1.5 / 2)
    # All nine quantiles on 13 and 23: one unit too low once. The mean level is a half, so the
    # mean pinball loss is 0.5, twice that over 37.
    quantiles = np.repeat([[13.0], [23.0]], 9, axis=1)
    assert recipe.wql(wanted, quantiles) == pytest.approx(1 / 37)


def test_the_card_records_what_the_weights_score(repository):
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    assert (result.metric_type, result.dataset_name) == (
        "weighted_quantile_loss",
        "1,000 held-out synthetic series, 24 steps ahead, seed 19",
    )
    pipeline = BaseChronosPipeline.from_pretrained(repository, device_map="cpu")
    scores = recipe.synthetic_scores(pipeline)
    assert scores["model"] == pytest.approx(result.metric_value, abs=0.002)  # other processors
    assert scores["model"] < 0.65 * min(scores["last"], scores["past"])
    # Headline and table must say the same, and the model must beat the seasonal naive forecast.
    assert f"loss **{result.metric_value:.3f}** on 1,000" in card.text
    rows = dict(re.findall(r"^\| (\w[\w ]*) \| ([\d.]+) \|", card.text, re.MULTILINE))
    assert float(rows["this model"]) < float(rows["SeasonalNaive"])


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size < 3_000_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
