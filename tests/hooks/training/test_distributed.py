"""Two real processes average their gradients."""

from pathlib import Path

import pytest
import torch
from torch import nn

from hooks.training import distributed as workers


def learn(rank: int, folder: Path) -> None:
    """One step of plain gradient descent; each process sees numbers of its own."""
    torch.manual_seed(0)
    model = nn.ModuleList([nn.Linear(2, 1), nn.Linear(2, 1)])  # the second one is not used
    model[0](torch.full((1, 2), 1.0 + rank)).sum().backward()
    workers.average_gradients(model.parameters())
    gradients = [weight.grad for weight in model.parameters()]
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    torch.save([gradients, model.state_dict()], folder / str(rank))


def fail(rank: int) -> None:
    """Stop with an error."""
    raise ValueError(f"no data for {rank}")


def test_each_process_gets_the_mean_gradient(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "WORKERS", 2)
    workers.run(learn, tmp_path)
    (first, one), (second, two) = (torch.load(tmp_path / str(rank)) for rank in (0, 1))
    assert torch.equal(first[0], torch.tensor([[1.5, 1.5]]))  # of 1 and 2
    assert torch.equal(first[2], torch.zeros(1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_alone_nothing_is_shared(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "WORKERS", 1)
    workers.run(learn, tmp_path)
    gradients, _ = torch.load(tmp_path / "0")
    assert torch.equal(gradients[0], torch.ones(1, 2))
    assert gradients[2] is None
    assert [file.name for file in tmp_path.iterdir()] == ["0"]


def test_an_error_in_a_process_is_reported(monkeypatch):
    monkeypatch.setattr(workers, "WORKERS", 2)
    with pytest.raises(torch.multiprocessing.ProcessRaisedException, match="no data for"):
        workers.run(fail)
