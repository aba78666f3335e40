"""Data sets that a library downloads by itself: drawn ones lie where it looks first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.hub import builder, store
from hooks.hub.repository import HubError

if TYPE_CHECKING:
    from hooks.core.registry import Checkpoint

# Below the clients' cache folder. PyTorch Geometric's own folder is set by PYG_HOME.
PYG = "pyg"
PLACES = {"kimiyoung/planetoid": f"{PYG}/planetoid/Cora/raw"}


def lay_out(
    registry: Mapping[str, Checkpoint],
    home: Path,
    stand_ins: Path = store.STAND_INS,
    report: Callable[[str], None] = lambda line: None,
) -> None:
    """Draws what is missing; a folder appears whole or not at all.

    Args:
        registry: All registered checkpoints and data sets by id.
        home: The clients' cache folder, of exactly these stand-ins.
        stand_ins: Where stand-ins are looked up.
        report: Called with one line before a data set is drawn.

    Raises:
        HubError: A build fails, or the disk is full.
    """
    for id_, place in PLACES.items():
        entry, target = registry.get(id_), home / place
        if entry is None or not store.is_dataset_stand_in(entry) or target.is_dir():
            continue
        report(f"{id_}: drawing stand-in {entry.stand_in}")
        building = target.with_name(f".{target.name}.building-{os.getpid()}")
        try:
            building.mkdir(parents=True)
            builder.run_build(entry, building, stand_ins)
            if not target.is_dir():  # another process may have been first
                building.rename(target)
        except OSError as error:
            if not target.is_dir():
                raise HubError(f"{id_}: cannot put it under {home}: {error}") from error
        finally:
            shutil.rmtree(building, ignore_errors=True)
