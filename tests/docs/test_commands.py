"""What pages, cards, comments and commands name of `hooks` and `tests` is there."""

import re
import subprocess
from pathlib import Path

import pytest

from hooks.core.paths import ROOT

NAMED = re.compile(r"(?<![\w.])hooks(?:\.[a-z_0-9]+)+|(?<![\w/.])(?:hooks|tests)/[\w/.<>*-]*[\w>*]")
MADE_UP = ("test_commands.py", "test_check.py")  # name what is not there on purpose
TEXT = (".md", ".py", ".yml", ".toml", ".js", ".css", ".html", "Makefile", "LICENSE")


def tracked() -> list[str]:
    """Text files of the repository; what a notebook says comes from its story."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [
        name
        for name in done.stdout.splitlines()
        if name.endswith(TEXT) and not name.endswith(MADE_UP)
    ]


def missing(text: str, root: Path = ROOT) -> list[str]:
    """Modules and paths that a text names and the repository lacks."""
    lost = []
    for name in sorted(set(NAMED.findall(text))):
        path = name if "/" in name else name.replace(".", "/")
        path = re.sub(r"<\w+>", "*", path)
        tries = [path, f"{path}.py"]
        if "/" not in name:  # a module; what it defines may follow: hooks.core.registry.load
            tries += [f"{path.rsplit('/', parts)[0]}.py" for parts in (1, 2)]
        if not any(next(root.glob(one), None) for one in tries):
            lost.append(name)
    return lost


def test_what_a_text_names_of_hooks_and_tests_is_there():
    texts = [path for path in map(ROOT.joinpath, tracked()) if path.is_file()]
    lost = {str(path): missing(path.read_text("utf-8")) for path in texts}
    assert {name: names for name, names in lost.items() if names} == {}, "name what there is today"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("run `python -m hooks.doctor`", ["hooks.doctor"]),
        ("`python -m hooks.hub.stand_ins.ner.recipe`", ["hooks.hub.stand_ins.ner.recipe"]),
        ("see hooks/expand.py, tests/hooks", ["hooks/expand.py"]),
        ("hooks.execute, hooks.core.registry.load, hooks/training/<name>/recipe.py", []),
    ],
)
def test_a_stale_command_or_path_is_found(text: str, lost: list[str]):
    assert missing(text) == lost
