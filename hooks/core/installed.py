"""What is installed here: the distributions of modules, their versions, those of programs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions, version

# Libraries whose results depend on another that they only import when they find it.
BACKENDS = {"transformers": ("torch", "tokenizers"), "sentence_transformers": ("torch",)}
# Distributions that are not named like their module. Any other is found too, only slower.
NAMED_OTHERWISE = {
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "PIL": "pillow",
    "cv2": "opencv-python",
    "faiss": "faiss-cpu",
    "chronos": "chronos-forecasting",
}


def with_backends(modules: Iterable[str]) -> set[str]:
    """Top-level modules and what those that are libraries compute with; none of Python's own."""
    found = set(modules)
    return found.union(*(BACKENDS.get(one, ()) for one in found)) - set(sys.stdlib_module_names)


def versions(modules: Iterable[str]) -> dict[str, str]:
    """Installed version of each distribution that the modules belong to, or "missing".

    >>> list(versions(["PIL"]))
    ['pillow']
    """
    names = {name for module in modules for name in distributions(module)}
    return dict(sorted((name.lower(), version_of(name)) for name in names))


@cache
def _all_distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())


@cache
def distributions(module: str) -> list[str]:
    """Distributions that a top-level module belongs to; the module's own name if there is none."""
    with suppress(PackageNotFoundError):
        # Most modules are named like their distribution. Looking there first spares reading the
        # file lists of everything installed, which takes half a second.
        namesake = distribution(NAMED_OTHERWISE.get(module, module))
        names = (namesake.read_text("top_level.txt") or "").split()
        # As `namesake.files` has it; but to read ten thousand lines as CSV takes long.
        listed = re.compile(rf"^{re.escape(module)}(?:/|\.py,)", re.M)
        if module in names or (not names and listed.search(namesake.read_text("RECORD") or "")):
            return [namesake.name]
    return _all_distributions().get(module, [module])


@cache
def version_of(name: str) -> str:
    """Version of a distribution, or "missing"."""
    with suppress(PackageNotFoundError):
        return version(name)
    return "missing"


@cache
def program_version(name: str) -> str:
    """Major and minor version of a program, or "missing"."""
    with suppress(OSError):
        said = subprocess.run([name, "--version"], capture_output=True, text=True, timeout=60)
        if number := re.search(r"\d+\.\d+", said.stdout + said.stderr):
            return number[0]
    return "missing"
