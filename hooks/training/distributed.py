"""Train in two processes, one on each CPU core, that average their gradients.

A step of the DeepLab stand-in on 16 pictures took 0.24 s in one thread, 0.19 s in two threads, and
0.17 s in two processes with 8 pictures each (AMD EPYC, two cores, November 2026). Data is drawn in
both processes, too.
"""

import tempfile
from collections.abc import Callable, Iterable

import torch
from torch import distributed, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

WORKERS = 1 if torch.cuda.is_available() else 2


def run(train: Callable[..., None], *given: object) -> None:
    """Call `train(rank, *given)` in each of `WORKERS` processes, and wait for all.

    Args:
        train: A function of a module; ranks count from 0.
        given: What else it takes.

    Raises:
        torch.multiprocessing.ProcessRaisedException: If one of them fails.
    """
    if WORKERS == 1:
        return train(0, *given)
    with tempfile.TemporaryDirectory() as folder:
        rendezvous = f"file://{folder}/rendezvous"
        torch.multiprocessing.spawn(_worker, (rendezvous, train, given), WORKERS)


def average_gradients(weights: Iterable[nn.Parameter]) -> None:
    """Replace each gradient by its mean over the processes; a missing one counts as 0."""
    if not distributed.is_initialized():
        return
    gradients = []
    for weight in weights:
        if weight.grad is None:
            weight.grad = torch.zeros_like(weight)
        gradients.append(weight.grad)
    joint = parameters_to_vector(gradients)
    distributed.all_reduce(joint)
    vector_to_parameters(joint / distributed.get_world_size(), gradients)


def _worker(rank: int, rendezvous: str, train: Callable[..., None], given: tuple) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", rendezvous, rank=rank, world_size=WORKERS)
    try:
        train(rank, *given)
    finally:
        distributed.destroy_process_group()
