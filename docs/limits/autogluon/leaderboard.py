# /// script
# requires-python = "==3.11.*"
# dependencies = ["autogluon.tabular[lightgbm,xgboost]==1.6.3"]
# ///
"""Let AutoGluon train and stack models for a minute: `uv run leaderboard.py`.

An environment of its own, because AutoGluon's extras ask for other versions than this course.
Source: https://auto.gluon.ai
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from autogluon.tabular import TabularPredictor


def leaderboard(table: pd.DataFrame, label: str, seconds: int = 60) -> pd.DataFrame:
    """Train on 70 % of the rows and return the models' scores on the others, best first.

    Args:
        table: columns of any kind, and the answer.
        label: name of the column that holds the answer.
        seconds: how long all training together may take.

    Raises:
        KeyError: if there is no such column.
    """
    train = table.sample(frac=0.7, random_state=0)
    with TemporaryDirectory() as folder:
        predictor = TabularPredictor(label, path=Path(folder) / "models")
        predictor.fit(train, time_limit=seconds, presets="medium_quality")
        return predictor.leaderboard(table.drop(train.index))


if __name__ == "__main__":
    from sklearn.datasets import load_wine

    print(leaderboard(load_wine(as_frame=True).frame, "target"))
