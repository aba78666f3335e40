"""The command line of `python -m hooks.execute`."""

import argparse
import os
from pathlib import Path

from hooks.core.paths import ROOT

WHAT = "Runs the demos whose inputs changed and writes their notebooks."


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Reads the command line; None stands for the process's own."""
    parser = argparse.ArgumentParser(prog="python -m hooks.execute", description=WHAT)
    parser.add_argument("demos", nargs="*", metavar="demo", help="demos to look at (default: all)")
    parser.add_argument(
        "--hub",
        choices=("offline", "huggingface"),
        default="offline",
        help="who serves the checkpoints (default: offline)",
    )
    parser.add_argument(
        "--jobs",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="demos to run side by side (default: one a core)",
    )
    parser.add_argument(
        "--threads",
        type=_positive,
        metavar="N",
        help="threads of each demo (default: 1 on the offline Hub, else the cores shared out)",
    )
    parser.add_argument(
        "--shard",
        type=_shard,
        default=(1, 1),
        metavar="I/N",
        help="take the I-th of N parts that should take equally long, from the notebooks' recorded "
        "seconds: start all of them from the same notebooks",
    )
    parser.add_argument(
        "--prefetch",
        action="store_true",
        help="first download all weights from the Hub and check their SHA-256",
    )
    parser.add_argument("--force", action="store_true", help="run even what did not change")
    parser.add_argument(
        "--timeout",
        type=_positive,
        default=900,
        metavar="SECONDS",
        help="longest time for one cell (default: 900)",
    )
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="run nothing; say what is out of date")
    mode.add_argument(
        "--verify",
        action="store_true",
        help="run all into a temporary folder and compare with the notebooks: words and whole "
        "numbers exactly, scores within the tolerance that the story states",
    )
    return parser.parse_args(argv)  # fmt: skip


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    index, _, count = text.partition("/")
    if not (index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with 1 <= I <= N, such as 2/4")
    return int(index), int(count)
