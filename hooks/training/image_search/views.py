"""Draw the pictures that the recipe learns from: two views of one thing, never its name."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from hooks.hub.stand_ins.image_search.build import MEAN, SIZE, STD
from hooks.worlds.emoji.art import NAMES, glyph
from hooks.worlds.emoji.background import background, shape

GLYPH = 64  # side of a stored thing in pixels
GRAY = torch.tensor([0.299, 0.587, 0.114])


class World:
    """Things, backgrounds and small shapes, drawn once; views are put together from them."""

    def __init__(self, seed: int, kinds: tuple[str, ...], pool: int) -> None:
        """Draw `pool` backgrounds of the given kinds, and as many layers of shapes."""
        rng = np.random.default_rng(seed)
        # The order of the things is all that is used of their names: it is a number of a picture.
        self.things = torch.stack([_thing(glyph(name, GLYPH)) for name in NAMES])
        backs, fronts = [], []
        for _ in range(pool):
            back = background(rng, SIZE, kinds)
            _scatter(rng, back, int(rng.integers(0, 5)), SIZE // 3)
            front = Image.new("RGBA", (SIZE, SIZE))
            _scatter(rng, front, int(rng.integers(0, 3)), SIZE // 6)
            backs.append(_tensor(back))
            fronts.append(_tensor(front))
        self.backs, self.fronts = torch.stack(backs), torch.stack(fronts)
        self.rng = torch.Generator().manual_seed(seed)

    def pairs(self, count: int) -> tuple[Tensor, Tensor]:
        """Draw `count` things in one pose each, and two views of every one.

        Returns:
            Two tensors (count, 3, SIZE, SIZE), normalized; row i of both shows the same thing.
        """
        what = torch.randint(len(self.things), (count,), generator=self.rng)
        pose = {
            "turn": self._uniform(count, -30, 30),
            "light": self._uniform(count, 0.75, 1.2),
            "color": self._uniform(count, 0.6, 1.2),
        }
        return self._view(what, pose), self._view(what, pose)

    def _view(self, what: Tensor, pose: dict[str, Tensor]) -> Tensor:
        count = len(what)
        angle = torch.deg2rad(pose["turn"] + self._uniform(count, -20, 20))
        flip = torch.where(self._uniform(count, 0, 1) < 0.5, -1.0, 1.0)
        size = self._uniform(count, 0.5, 1.0)
        shift = self._uniform((2, count), -0.15, 0.15)
        # From places in the picture to places in the thing, both from -1 to 1.
        cos, sin = torch.cos(angle) / size, torch.sin(angle) / size
        x, y = shift
        rows = [cos * flip, sin * flip, -(cos * x + sin * y) * flip, -sin, cos, sin * x - cos * y]
        turns = torch.stack(rows, 1).view(count, 2, 3)
        grid = affine_grid(turns, [count, 4, SIZE, SIZE], align_corners=False)
        thing = grid_sample(self.things[what], grid, align_corners=False)
        ink, alpha = thing[:, :3], thing[:, 3:]
        gray = torch.einsum("bchw,c->bhw", ink, GRAY)[:, None]
        ink = gray + (ink - gray) * _each(pose["color"] * self._uniform(count, 0.8, 1.2))
        ink = ink * _each(pose["light"] * self._uniform(count, 0.85, 1.15))
        picture = self._pick(self.backs, count) * (1 - alpha) + ink.clamp(0, 1)
        front = self._pick(self.fronts, count)
        picture = picture * (1 - front[:, 3:]) + front[:, :3] * front[:, 3:]
        picture = (picture * _each(self._uniform(count, 0.6, 1.25))).clamp(0, 1)
        mean = picture.mean((1, 2, 3), keepdim=True)
        picture = (mean + (picture - mean) * _each(self._uniform(count, 0.75, 1.15))).clamp(0, 1)
        return normalize(picture)

    def _pick(self, pool: Tensor, count: int) -> Tensor:
        """Some of the pool, mirrored and turned by quarters, 0 to 1."""
        chosen = pool[torch.randint(len(pool), (count,), generator=self.rng)].float() / 255
        quarter, flip = torch.randint(8, (2,), generator=self.rng).tolist()
        chosen = chosen.rot90(quarter % 4, (2, 3))
        return chosen.flip(3) if flip % 2 else chosen

    def _uniform(self, shape: int | tuple[int, ...], low: float, high: float) -> Tensor:
        shape = (shape,) if isinstance(shape, int) else shape
        return low + (high - low) * torch.rand(shape, generator=self.rng)


def normalize(pictures: Tensor) -> Tensor:
    """Scale (n, 3, height, width) from 0..1 as the model wants it."""
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    return (pictures - mean) / std


def _each(values: Tensor) -> Tensor:
    return values.view(-1, 1, 1, 1)


def _tensor(picture: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous()


def _thing(art: Image.Image) -> Tensor:
    """Square RGBA, 0 to 1, color times alpha, so that edges blend as they should."""
    square = Image.new("RGBA", (GLYPH, GLYPH))
    square.paste(art, ((GLYPH - art.width) // 2, (GLYPH - art.height) // 2))
    values = _tensor(square).float() / 255
    return torch.cat([values[:3] * values[3:], values[3:]])


def _scatter(rng: np.random.Generator, image: Image.Image, count: int, largest: int) -> None:
    for _ in range(count):
        thing = shape(rng, int(rng.integers(4, max(largest, 4) + 1)))
        image.paste(thing, tuple(rng.integers(0, SIZE, 2).tolist()), thing)
