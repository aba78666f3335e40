"""Compare TabPFN v2 with three baselines on a table: quality and seconds."""

from time import perf_counter

import numpy as np
import pandas as pd
import torch
from huggingface_hub import hf_hub_download
from sklearn.base import BaseEstimator, clone
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tabpfn import TabPFNClassifier
from xgboost import XGBClassifier

CHECKPOINT = "Prior-Labs/TabPFN-v2-clf"
REVISION = "main"  # no commit is known to be the one: keep the file and its SHA-256
FILE = "tabpfn-v2-classifier-finetuned-zk73skhh.ckpt"  # the name says v2: keep it


def load_tabpfn(estimators: int = 4) -> TabPFNClassifier:
    """Return TabPFN v2, with weights that need no account.

    Args:
        estimators: passes over differently shuffled columns and classes, averaged.

    Source: https://huggingface.co/Prior-Labs/TabPFN-v2-clf
    """
    path = hf_hub_download(CHECKPOINT, FILE, revision=REVISION)
    return TabPFNClassifier(
        model_path=path,
        n_estimators=estimators,
        random_state=0,
        inference_precision=torch.float32,  # "auto" decides by the processor
    )


def baselines() -> dict[str, BaseEstimator]:
    """Return unfitted classifiers that learn from the table alone, simplest first."""
    return {
        "majority": DummyClassifier(),
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
        "XGBoost": XGBClassifier(n_jobs=1, random_state=0),
    }


def candidates() -> dict[str, BaseEstimator]:
    """Return the baselines and TabPFN."""
    return baselines() | {"TabPFN": load_tabpfn()}


def compare(
    models: dict[str, BaseEstimator], X: np.ndarray, y: np.ndarray, splits: int = 3
) -> pd.DataFrame:
    """Fit each model on 70 % of the rows, score it on the others; mean over `splits`.

    Args:
        models: unfitted classifiers by name.
        X: numbers, (rows, columns); NaN where a value is missing.
        y: classes 0, 1, ... of the rows, (rows,).
        splits: random splits that keep the shares of the classes.

    Returns:
        One row a model: accuracy, log_loss, auc (one class against the rest), fit and
        predict in seconds.

    Raises:
        ValueError: if X and y do not fit, or a class has fewer than two rows.

    Examples:
        >>> X = np.arange(40.0).reshape(-1, 1)
        >>> y = np.arange(40) // 20
        >>> compare({"logistic": LogisticRegression()}, X, y).auc.item()
        1.0
    """
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim != 2 or len(X) != len(y):
        raise ValueError(
            f"X {X.shape} and y {y.shape}: one row of X for each class in y"
        )
    if not np.array_equal(np.unique(y), np.arange(len(np.unique(y)))):
        raise ValueError("y: number the classes 0, 1, ..., for example by LabelEncoder")
    rows = []
    shuffle = StratifiedShuffleSplit(splits, test_size=0.3, random_state=0)
    for train, test in shuffle.split(X, y):
        for name, model in models.items():
            start = perf_counter()
            fitted = clone(model).fit(X[train], y[train])
            middle = perf_counter()
            chances = fitted.predict_proba(X[test])  # (rows, classes)
            end = perf_counter()
            two = chances.shape[1] == 2
            rows.append(
                {
                    "model": name,
                    "accuracy": accuracy_score(y[test], chances.argmax(1)),
                    "log_loss": log_loss(y[test], chances),
                    "auc": roc_auc_score(
                        y[test], chances[:, 1] if two else chances, multi_class="ovr"
                    ),
                    "fit": middle - start,
                    "predict": end - middle,
                }
            )
    return pd.DataFrame(rows).groupby("model", sort=False).mean()


if __name__ == "__main__":
    from sklearn.datasets import load_wine

    found = compare(candidates(), *load_wine(return_X_y=True))
    print(found[["accuracy", "log_loss", "auc"]].round(3))
