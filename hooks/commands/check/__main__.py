"""`python -m hooks.commands.check DEMO`: all that is missing or wrong in one demo, in seconds.

Runs no demo and loads no model. When nothing else is wrong, it builds the site into a temporary
folder, for what only a build can tell: links, slides, the weight of the pages.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from difflib import get_close_matches
from pathlib import Path

from hooks.commands.check.parts import PARTS, Demo
from hooks.core import registry
from hooks.core.course import DEMOS
from hooks.core.paths import ROOT
from hooks.site import weight


def missing(name: str, root: Path) -> list[str]:
    """What is missing or wrong in a demo: one line each, with file, line and how to mend it.

    Args:
        name: The demo.
        root: The repository's root.
    """
    if name not in DEMOS:
        near = get_close_matches(name, DEMOS, 1)
        hint = f"did you mean {near[0]}?" if near else "add it to its section"
        return [f'hooks/core/course.py: no Demo("{name}", "…") in the list, {hint}']
    try:
        known = registry.load(root / "snippets" / "checkpoints.toml")
    except registry.RegistryError as error:
        return str(error).splitlines()
    demo = Demo(name, root, known)
    return list(dict.fromkeys(line for part in PARTS for line in part(demo)))


def built(name: str, root: Path) -> list[str]:
    """What a build of the site has to say: its errors, and pages that are too heavy.

    Args:
        name: The demo.
        root: The repository's root.
    """
    folder = Demo(name, root, {}).folder
    with tempfile.TemporaryDirectory(prefix="check-") as site:
        run = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", site],
            cwd=root, capture_output=True, text=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "true"},
        )  # fmt: skip
        if run.returncode:
            return [line for line in (run.stdout + run.stderr).splitlines() if line.strip()]
        heavy = weight.heavy(Path(site), [f"{folder}/"], weight.SECTION)
        return heavy + weight.heavy(Path(site), [f"{folder}/{name}/"], weight.NOTEBOOK)


def main(argv: list[str] | None = None) -> int:
    """Run the check; return 0 if nothing is missing, else 1."""
    parser = argparse.ArgumentParser(prog="python -m hooks.commands.check", description=__doc__)
    parser.add_argument("demo", help="its name: make check DEMO=name")
    parser.add_argument("--no-build", action="store_true", help="leave out the build of the site")
    args = parser.parse_args(argv)
    lines = missing(args.demo, ROOT)
    if not lines and not args.no_build:
        lines = built(args.demo, ROOT)
    print(*lines or [f"{args.demo}: nothing is missing; make test runs it"], sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
