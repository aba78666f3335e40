"""What the files of a repository say: model card, config.json, headers of safetensors files."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FRONT_MATTER = re.compile(r"---\s*\n(.*?\n)---\s*(\n|$)", re.DOTALL)  # of a model card


class HubError(Exception):
    """What went wrong, where, and how to mend it, in one line. `detail` holds a traceback."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def front_matter(card: str) -> dict[str, Any]:
    """The front matter of a model card, as JSON can say it.

    Raises:
        HubError: It is not YAML, or no mapping.
    """
    import yaml  # only needed after a build: a prepared Hub starts without it

    found = FRONT_MATTER.match(card)
    try:
        data = yaml.safe_load(found[1]) if found else {}
    except yaml.YAMLError as error:
        raise HubError(f"front matter of README.md: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise HubError("front matter of README.md is not a mapping")
    return json.loads(json.dumps(data, default=str))  # YAML knows dates, JSON does not


def config(path: Path) -> dict[str, Any]:
    """What the API tells of a config.json; nothing if there is none.

    Raises:
        HubError: It is not a JSON object.
    """
    if not path.is_file():
        return {}
    try:
        config = json.loads(path.read_bytes())
        return {key: config[key] for key in ("model_type", "architectures") if key in config}
    except (ValueError, TypeError) as error:
        raise HubError(f"config.json: {error}") from error


def parameters(weights: Iterable[Path]) -> dict[str, int]:
    """Parameter count by type of number, from the headers of safetensors files.

    Such a file starts with the header's length (8 bytes, little endian), then the header as JSON.

    Raises:
        HubError: A file is in another form.
    """
    counts: Counter[str] = Counter()
    for path in weights:
        try:
            with path.open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                if length > path.stat().st_size:
                    raise ValueError("header longer than the file")
                header = json.loads(file.read(length))
            header.pop("__metadata__", None)
            end = 8 + length + max((one["data_offsets"][1] for one in header.values()), default=0)
            if end != path.stat().st_size:
                raise ValueError(f"it has {path.stat().st_size:,} of {end:,} bytes")
            for tensor in header.values():
                counts[tensor["dtype"]] += math.prod(tensor["shape"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HubError(f"{path.name} is not a safetensors file: {error}") from error
    return dict(counts)
