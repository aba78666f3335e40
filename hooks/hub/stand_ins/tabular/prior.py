"""Artificial tables for the TabPFN stand-in: columns, and classes that depend on them.

Each table is drawn by one of four rules. None of them has seen a real table.
"""

import torch
from torch import Tensor

CLASSES = 10  # at most, as TabPFN v2


def tables(
    rng: torch.Generator, count: int, rows: int, columns: int, classes: int
) -> tuple[Tensor, Tensor]:
    """Draw `count` tables of one shape.

    Args:
        rng: All that is random comes from it.
        count: Number of tables.
        rows: Rows of each.
        columns: Columns of each.
        classes: Classes of each; a rare one may be missing.

    Returns:
        Values (count, rows, columns), float32, and classes (count, rows), int64.
    """
    share = torch.multinomial(torch.tensor([0.4, 0.25, 0.15, 0.2]), count, True, generator=rng)
    rules = (clusters, linear, trees, network)
    x, y = torch.empty(count, rows, columns), torch.empty(count, rows, dtype=torch.int64)
    for number, rule in enumerate(rules):
        chosen = share == number
        many = int(chosen.sum())
        if many:
            x[chosen], y[chosen] = rule(rng, many, rows, columns, classes)
    return _finish(rng, x), _shuffle(rng, y, classes)


def _uniform(rng: torch.Generator, *shape: int, low: float = 0, high: float = 1) -> Tensor:
    """Return numbers between `low` and `high`."""
    return torch.rand(shape, generator=rng) * (high - low) + low


def _normal(rng: torch.Generator, *shape: int) -> Tensor:
    """Return standard normal numbers."""
    return torch.randn(shape, generator=rng)


def _mixed(rng: torch.Generator, count: int, rows: int, columns: int) -> Tensor:
    """Return correlated columns (count, rows, columns): few hidden causes and noise of its own."""
    causes = max(1, min(columns, int(_uniform(rng, 1, low=1, high=9))))
    loads = _normal(rng, count, causes, columns) / causes**0.5
    noise = _uniform(rng, count, 1, columns, low=-2.5, high=0.5).exp()
    return _normal(rng, count, rows, causes) @ loads + noise * _normal(rng, count, rows, columns)


def levels(score: Tensor, shares: Tensor) -> Tensor:
    """Cut scores (count, rows) into classes whose shares of the rows are (count, classes).

    Args:
        score: The higher, the later the class.
        shares: Of each class; a row adds up to 1.
    """
    rank = score.argsort(1).argsort(1).float() / score.shape[1]
    return (rank.unsqueeze(-1) >= shares.cumsum(1)[:, None, :-1]).sum(-1)


def _shares(rng: torch.Generator, count: int, classes: int) -> Tensor:
    """Return how common each class is: some tables are balanced, some are not."""
    return (_normal(rng, count, classes) * _uniform(rng, count, 1, high=0.8)).softmax(1)


def clusters(rng, count: int, rows: int, columns: int, classes: int) -> tuple[Tensor, Tensor]:
    """Each class is one cloud of points, or two.

    Args:
        rng: As all others, the one of `tables`.
        count: Of tables.
        rows: Of each.
        columns: Of each.
        classes: Of each, at most.
    """
    clouds = 2 if torch.rand((), generator=rng) < 0.3 else 1
    common = _shares(rng, count, classes * clouds)
    cloud = torch.multinomial(common, rows, True, generator=rng)  # (count, rows)
    # Tables with many columns need less distance in each.
    apart = _uniform(rng, count, 1, 1, low=-0.5, high=1.2).exp() * (4 / columns) ** 0.35
    useful = _uniform(rng, count, 1, columns) < _uniform(rng, count, 1, 1, low=0.3, high=1.2)
    middles = _normal(rng, count, classes * clouds, columns) * apart * useful
    spread = (_normal(rng, count, classes * clouds, 1) * 0.4).exp()
    at = cloud.unsqueeze(-1)
    x = middles.gather(1, at.expand(-1, -1, columns))
    x = x + _mixed(rng, count, rows, columns) * spread.gather(1, at)
    return x, cloud % classes


def linear(rng, count: int, rows: int, columns: int, classes: int) -> tuple[Tensor, Tensor]:
    """The class is the highest of some weighted sums, or the band into which one sum falls.

    Args:
        rng: As all others, the one of `tables`.
        count: Of tables.
        rows: Of each.
        columns: Of each.
        classes: Of each, at most.
    """
    x = _mixed(rng, count, rows, columns)
    x = x / x.std(1, keepdim=True).clamp(min=1e-3)
    weights = _normal(rng, count, columns, classes)
    weights = weights * (_uniform(rng, count, columns, 1) < _uniform(rng, count, 1, 1, low=0.2))
    noise = _uniform(rng, count, 1, 1, low=-3, high=0.3).exp()
    scores = x @ weights
    scores = scores / scores.std((1, 2), keepdim=True).clamp(min=1e-3)
    scores = scores + noise * _normal(rng, count, rows, classes)
    if classes == 2 or torch.rand((), generator=rng) < 0.3:
        return x, levels(scores[..., 0], _shares(rng, count, classes))
    return x, (scores + _normal(rng, count, 1, classes) * 0.3).argmax(-1)


def trees(rng, count: int, rows: int, columns: int, classes: int) -> tuple[Tensor, Tensor]:
    """A tree of thresholds: each leaf belongs to one class, and a few rows to a wrong one.

    Args:
        rng: As all others, the one of `tables`.
        count: Of tables.
        rows: Of each.
        columns: Of each.
        classes: Of each, at most.
    """
    x = _mixed(rng, count, rows, columns)
    depth = int(torch.randint(1, 6, (), generator=rng))
    asked = torch.randint(columns, (count, depth), generator=rng)
    values = x.gather(2, asked[:, None].expand(-1, rows, -1))
    at = torch.randint(rows, (count, 1, depth), generator=rng)
    bits = (values > values.gather(1, at)).long()
    leaf = (bits * 2 ** torch.arange(depth)).sum(-1)
    owner = torch.randint(classes, (count, 2**depth), generator=rng)
    y = owner.gather(1, leaf)
    wrong = _uniform(rng, count, rows) < _uniform(rng, count, 1, high=0.2)
    return x, torch.where(wrong, torch.randint(classes, y.shape, generator=rng), y)


def network(rng, count: int, rows: int, columns: int, classes: int) -> tuple[Tensor, Tensor]:
    """A random network of one hidden layer; columns may be effects of the class's causes, too.

    Args:
        rng: As all others, the one of `tables`.
        count: Of tables.
        rows: Of each.
        columns: Of each.
        classes: Of each, at most.
    """
    causes = _mixed(rng, count, rows, columns)
    width = 16
    hidden = torch.tanh(causes @ _normal(rng, count, columns, width) * (1.5 / columns**0.5))
    scores = hidden @ _normal(rng, count, width, classes)
    scores = scores / scores.std(1, keepdim=True).clamp(min=1e-3)
    noise = _uniform(rng, count, 1, 1, low=-3, high=0).exp()
    scores = scores + noise * _normal(rng, count, rows, classes)
    y = scores.argmax(-1) if classes > 2 else levels(scores[..., 0], _shares(rng, count, 2))
    effects = hidden @ _normal(rng, count, width, columns) / width**0.5
    effects = effects + 0.1 * _normal(rng, count, rows, columns)
    seen = _uniform(rng, count, 1, columns) < _uniform(rng, count, 1, 1)
    return torch.where(seen, effects, causes), y


def _finish(rng, x: Tensor) -> Tensor:
    """Bend, round and scale columns, and put columns without information among them."""
    count, rows, columns = x.shape
    x = (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True).clamp(min=1e-3)
    kind = _uniform(rng, count, 1, columns) * _uniform(rng, count, 1, 1, low=0.6)
    x = torch.where(kind > 0.8, (0.7 * x).exp(), x)  # skewed, as prices and counts are
    x = torch.where((kind > 0.7) & (kind <= 0.8), x.sign() * x.abs().sqrt(), x)
    x = torch.where((kind > 0.6) & (kind <= 0.7), (2 * x).round(), x)
    noise = _uniform(rng, count, 1, columns) < _uniform(rng, count, 1, 1, low=-0.3, high=0.4)
    return torch.where(noise, _normal(rng, count, rows, columns), x)


def _shuffle(rng, y: Tensor, classes: int) -> Tensor:
    """Name the classes in another order in each table."""
    order = _uniform(rng, len(y), classes).argsort(1)
    return order.gather(1, y)
