"""The second vendor: Microsoft's Fluent emoji in 3D style (MIT), from an npm package."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from hooks.worlds.emoji.art import NAMES, UNKNOWN

PACKAGE = "@lobehub/fluent-emoji-3d@1.1.0"
# How to get it: only the recipes that draw with it need it, so it is no dependency of the course.
FETCH = f"npm pack {PACKAGE} && tar xzf lobehub-fluent-emoji-3d-1.1.0.tgz"


def folder(package: Path, target: Path, names: Iterable[str] = (*NAMES, *UNKNOWN)) -> Path:
    """Copy the pictures of some classes out of the unpacked package, under their class names.

    Args:
        package: The folder `package` that `FETCH` leaves.
        target: An existing folder; it receives `<name>.webp`, 256 x 256 RGBA.
        names: Classes of `hooks.worlds.emoji.art`.

    Returns:
        `target`, as `hooks.worlds.emoji.art.glyph` takes it for its vendor.

    Raises:
        FileNotFoundError: The package is not there, or lacks a picture.
    """
    assets = package / "assets"
    if not assets.is_dir():
        raise FileNotFoundError(f"{assets} is missing: {FETCH}")
    for name in names:
        code = f"{ord((NAMES | UNKNOWN)[name]):04x}"
        # Some files carry the variation selector that asks for the colored picture.
        files = (assets / f"{code}{end}.webp" for end in ("", "-fe0f"))
        if (found := next(filter(Path.is_file, files), None)) is None:
            raise FileNotFoundError(f"{assets} has no {code}.webp for {name!r}: choose another")
        shutil.copyfile(found, target / f"{name}.webp")
    return target
