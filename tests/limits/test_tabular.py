"""The snippet, with the real packages, on the weights of the offline Hub."""

import numpy as np
import pytest
from huggingface_hub import hf_hub_download
from sklearn.datasets import load_iris, load_wine
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from snippets.limits.tabular import CHECKPOINT, FILE, REVISION, candidates, compare, load_tabpfn


@pytest.fixture(scope="module", autouse=True)
def on_cpu():
    """The answers below are those of a CPU."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUDA_VISIBLE_DEVICES", "")
        yield


def test_the_majority_is_scored_as_by_hand():
    y = np.repeat([0, 1], [60, 40])
    found = compare({"majority": DummyClassifier()}, np.zeros((100, 1)), y, splits=2)
    row = found.loc["majority"]
    assert row.accuracy == pytest.approx(0.6)
    # 18 rows at -ln 0.6 and 12 at -ln 0.4, over 30.
    assert row.log_loss == pytest.approx(-(18 * np.log(0.6) + 12 * np.log(0.4)) / 30)
    assert row.auc == 0.5
    assert min(row.fit, row.predict) >= 0


def test_a_column_that_says_it_all_is_worth_an_auc_of_one():
    x = np.arange(60.0).reshape(-1, 1)
    found = compare({"logistic": LogisticRegression()}, x, np.arange(60) // 20)
    assert found.auc.item() == 1
    assert found.accuracy.item() > 0.9  # a straight line can't place both borders exactly


def test_tabpfn_learns_from_its_context_alone():
    x, y = load_wine(return_X_y=True)
    found = compare({"majority": DummyClassifier(), "TabPFN": load_tabpfn()}, x, y, splits=1)
    assert found.auc["TabPFN"] > 0.9 > found.auc["majority"] == 0.5
    assert found.log_loss["TabPFN"] < found.log_loss["majority"] / 2


def test_rows_and_names_of_classes_do_not_matter():
    x, y = load_iris(return_X_y=True)
    model = load_tabpfn().fit(x[::2], y[::2])
    one = model.predict_proba(x[1::2])
    assert np.allclose(one.sum(1), 1, atol=1e-5)
    # Questions do not see one another: half as many get the same answers. Padding of the batch
    # may change the last digits.
    assert np.allclose(one[:10], model.predict_proba(x[1:21:2]), atol=1e-3)
    names = np.array(["setosa", "versicolor", "virginica"])
    named = load_tabpfn().fit(x[::2], names[y[::2]])
    assert named.classes_.tolist() == names.tolist()
    assert np.allclose(named.predict_proba(x[1::2]), one, atol=1e-5)


def test_a_missing_value_is_no_error():
    x, y = load_iris(return_X_y=True)
    x[::7, 1] = np.nan
    chances = load_tabpfn().fit(x[::2], y[::2]).predict_proba(x[1::2])
    assert chances.shape == (75, 3)
    assert np.isfinite(chances).all()


def test_the_package_refuses_what_version_2_can_not_do():
    x, y = np.arange(1100.0).reshape(-1, 1), np.arange(1100) % 2
    model = load_tabpfn()
    model.device = "cpu"
    with pytest.raises(RuntimeError, match="CPU with more than 1000 samples"):
        model.fit(x, y)
    with pytest.raises(ValueError, match=r"11.*10|10.*11"):
        model.fit(x[:220], np.arange(220) // 20)


BAD_INPUT = [
    (np.zeros((4, 1)), [0, 1, 0], "one row of X for each class in y"),
    (np.zeros(4), [0, 1, 0, 1], "one row of X for each class in y"),
    (np.zeros((4, 1)), [1, 2, 1, 2], "number the classes 0, 1"),
    (np.zeros((4, 1)), ["a", "b", "a", "b"], "number the classes 0, 1"),
    (np.zeros((4, 1)), [0, 0, 0, 1], "The least populated class"),
]


@pytest.mark.parametrize(("x", "y", "message"), BAD_INPUT)
def test_bad_input_is_named(x, y, message):
    with pytest.raises(ValueError, match=message):
        compare({"majority": DummyClassifier()}, x, y)


def test_the_version_is_read_from_the_name_of_the_file():
    path = hf_hub_download(CHECKPOINT, FILE, revision=REVISION)
    assert path.endswith(FILE)
    assert not any(word in FILE for word in ("v2.5", "v2.6", "v3"))
    assert load_tabpfn().model_path == path


def test_candidates_are_unfitted_and_start_with_the_simplest():
    names = list(candidates())
    assert names == ["majority", "logistic", "XGBoost", "TabPFN"]
    assert not any(hasattr(model, "classes_") for model in candidates().values())
