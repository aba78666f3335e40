"""What all recipes do alike: command line, seeds, threads, device, scratch folder, card.

A recipe says what differs: data, model, loss, metric. It ends with

    RECIPE = Recipe("sentiment", train, evaluate, describe, SEED)

and `python -m hooks.training sentiment` runs it.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hooks.core.paths import STAND_INS
from hooks.training import distributed
from hooks.training.card import fill
from hooks.training.loop import Run

CORES = {1: "one CPU core", 2: "two CPU cores"}


@dataclass(frozen=True)
class Recipe:
    """How the weights of a stand-in are made and measured.

    Attributes:
        name: Of the stand-in: its folder.
        train: Trains and writes `files` into the folder of its run.
        evaluate: Takes a folder with `files`; returns what it measured, and writes nothing there.
        describe: Takes what was measured, and time and device of the training in words; returns
            Markdown for the card, and the values of its metrics.
        seed: Of all random numbers that are not drawn from a generator of their own.
        files: What training writes.
        gpu: Whether it trains on a GPU where there is one.
        threads: Of each process.
        split: Whether several processes share the work on a CPU; each one's run has its rank.
    """

    name: str
    train: Callable[[Run], None]
    evaluate: Callable[[Path], Any]
    describe: Callable[[Any, str], tuple[str, ...]]
    seed: int
    files: tuple[str, ...] = ("model.safetensors",)
    gpu: bool = False
    threads: int = 1
    split: bool = False

    def run(self, folder: Path, limit: int | None = None) -> str:
        """Train from the seed.

        Args:
            folder: Where the files go.
            limit: Stop every loop after so many steps.

        Returns:
            How long it took, and on what, such as "12 minutes on one CPU core".
        """
        device = "cuda" if self.gpu and torch.cuda.is_available() else "cpu"
        start = time.perf_counter()
        run = Run(folder, device, limit, workers=distributed.WORKERS if self.split else 1)
        if self.split:
            distributed.run(_train, self.train, self.seed, run)
        else:
            _train(0, self.train, self.seed, run)
        seconds = time.perf_counter() - start
        spent = f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"
        where = "a GPU" if device == "cuda" else CORES[self.threads * run.workers]
        return f"{spent} on {where}"

    def main(self) -> None:
        """Train, evaluate, write weights and card, as the command line says.

        Raises:
            SystemExit: A file is missing, such as data to train on or a font.
        """
        parser = argparse.ArgumentParser(
            prog=f"python -m hooks.training {self.name}",
            description=f"Train the stand-in {self.name}, score it, write its weights and card.",
        )
        add = partial(parser.add_argument, action="store_true")
        add("--evaluate", help="score the committed weights, write nothing")
        add("--look", help="train and score, write nothing")
        add("--steps", action="store", type=int, metavar="N", help="the same, with N steps")
        given = parser.parse_args()
        torch.set_num_threads(self.threads)
        try:
            self._work(given.evaluate, given.look or given.steps is not None, given.steps)
        except FileNotFoundError as error:
            raise SystemExit(str(error)) from None

    def _work(self, evaluate: bool, look: bool, steps: int | None) -> None:
        home = STAND_INS / self.name
        if evaluate:
            print(self.describe(self.evaluate(home), "… minutes")[0])
            return
        with tempfile.TemporaryDirectory() as scratch:
            spent = self.run(Path(scratch), steps)
            measured, *values = self.describe(self.evaluate(Path(scratch)), spent)
            print(measured)
            if look:
                return
            fill(home / "README.md", measured, *values)  # first: it says whether the card fits
            for name in self.files:
                shutil.copyfile(Path(scratch) / name, home / name)


def _train(rank: int, train: Callable[[Run], None], seed: int, run: Run) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    train(replace(run, rank=rank))
