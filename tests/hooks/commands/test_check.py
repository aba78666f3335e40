"""A made-up demo in section 2: what the check says on the way; no other section changes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hooks.commands.check.__main__ import missing
from hooks.core.course import DEMOS
from hooks.core.paths import ROOT
from hooks.site import weight

ENTRY = """
["made/up"]
kind = "model"
host = "huggingface"
revision = "0123456789012345678901234567890123456789"
task = "text-classification"
demos = ["greeting"]
parameters = 1000
bytes = 4000
license = "MIT"
license_url = "https://huggingface.co/made/up"
commercial = "yes"
gated = false
stand_in = ""
"""
SNIPPET = '''"""Greets."""

CHECKPOINT = "made/up"
REVISION = "0123456789012345678901234567890123456789"


def greet(name: str) -> str:
    """Return a greeting."""
    if not name:
        raise ValueError("no name: pass one")
    return f"Hello {name}"
'''
TEST = '''"""The snippet."""

from snippets.nlp.greeting import greet


def test_it_greets():
    assert greet("Ada") == "Hello Ada"
'''
STORY = """# %% [markdown]
# # Demo {{ demo.greeting }} · Greeting

# %% tags=["snippet"]
--8<-- "snippets/nlp/greeting.py"

# %% tags=["run", "no-model"]
greet("Ada")

# %% [markdown]
# ## Limits
#
# It greets nobody without a name.
"""
PAGE = """
## Demo {{ demo.greeting }} · Greeting

--8<-- "nlp/greeting.ipynb:run"

The file to copy: [`snippets.nlp.greeting`](../reference/nlp/greeting.md).

--8<-- "snippets/checkpoints.toml:greeting"
"""


def _light(source: str, target: str) -> None:
    """Copies a file; weights are not written here, a link will do."""
    if source.endswith((".safetensors", ".spm", ".webp", ".woff2", ".flac")):
        Path(target).symlink_to(source)
    else:
        shutil.copyfile(source, target)


class Tree:
    """A copy of the repository in which somebody adds a demo."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("docs", "hooks", "snippets", "tests"):
            shutil.copytree(
                ROOT / name, root / name, copy_function=_light,
                ignore=shutil.ignore_patterns("__pycache__"),
            )  # fmt: skip
        for name in ("mkdocs.yml", "pyproject.toml"):
            shutil.copyfile(ROOT / name, root / name)
        (root / "node_modules").symlink_to(ROOT / "node_modules")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, "utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", "-m", *command], cwd=self.root, capture_output=True, text=True
        )

    def check(self, *arguments: str) -> list[str]:
        """What the check says; all of it is one line a fault."""
        run = self.run("hooks.commands.check", "greeting", *arguments)
        assert run.returncode == 1 and not run.stderr, run.stderr
        return run.stdout.splitlines()

    def tells(self, *starts: str) -> None:
        """Sees that for each start the check says a line that begins so."""
        lines = self.check()
        assert [one for one in starts if not any(line.startswith(one) for line in lines)] == []

    def changed(self) -> set[str]:
        """Files that differ from the repository's."""
        paths = {p.relative_to(self.root) for p in self.root.rglob("*") if p.is_file()}
        return {
            path.as_posix()
            for path in paths
            if path.parts[0] not in ("node_modules", ".cache")
            and not (
                (ROOT / path).is_file()
                and (ROOT / path).read_bytes() == (self.root / path).read_bytes()
            )
        }


def test_a_new_demo_is_guided_to_its_end_and_touches_no_other_section(tmp_path):
    tree = Tree(tmp_path)
    [line] = tree.check()
    assert line.startswith('hooks/core/course.py: no Demo("greeting", "…") in the list')

    listed = 'Demo("lora", "Fine-tuning with LoRA"),\n'
    tree.change("hooks/core/course.py", listed, f'{listed}Demo("greeting", "Greeting"),\n')
    tree.tells(
        "snippets/nlp/greeting.py: no snippet yet, write it",
        "docs/nlp/greeting.py: no story yet, write it",
        "docs/nlp/greeting.ipynb: no notebook yet, run python -m hooks.execute greeting",
        "tests/nlp/test_greeting.py: no test yet, write it",
        "docs/nlp/index.md: demos is [",
        "snippets/checkpoints.toml: no entry has 'greeting' in its demos",
        "docs/nlp/index.md: does not show executed cells, add --8<--",
    )

    registry = "snippets/checkpoints.toml"
    entries = (ROOT / registry).read_text("utf-8")
    tree.write(registry, entries + ENTRY)
    tree.write("snippets/nlp/greeting.py", SNIPPET.replace('6789"', '6780"') + "import os\n")
    tree.write("tests/nlp/test_greeting.py", '"""Nothing."""\n')
    story = STORY.replace('"run", "no-model"', '"nomodel"').replace("Limits", "More")
    tree.write("docs/nlp/greeting.py", story.replace('"Ada")', "'Ada')"))
    tree.change("docs/nlp/index.md", "  - lora\n", "  - lora\n  - greeting\n")
    tree.change("docs/nlp/index.md", "## Demo {{ demo.lora }}", "    typed = 1\n\n## Demo 7")
    where = (tree.root / "docs/nlp/index.md").read_text("utf-8").split("\n").index("    typed = 1")
    tree.tells(
        "snippets/nlp/greeting.py:4: revision '0123456789012345678901234567890123456780' of",
        f"snippets/nlp/greeting.py:{len(SNIPPET.splitlines()) + 1}: `os` imported but unused",
        "tests/nlp/test_greeting.py: tests nothing, write one exact value",
        "docs/nlp/greeting.py:7: tag 'nomodel': unknown, did you mean 'no-model'?",
        "docs/nlp/greeting.py:8, cell 4: ruff sets it as 'greet(\"Ada\")'",
        "docs/nlp/greeting.py: no heading with Limits",
        f"docs/nlp/index.md:{where + 1}: 'typed = 1' is indented, which makes it code; include it",
        f"docs/nlp/index.md:{where + 3}: 'Demo 7' is typed, write {{{{ demo.lora }}}}",
    )

    tree.write("snippets/nlp/greeting.py", SNIPPET)
    tree.write("tests/nlp/test_greeting.py", TEST)
    tree.write("docs/nlp/greeting.py", STORY)
    tree.change("docs/nlp/index.md", "    typed = 1\n\n## Demo 7", "## Demo {{ demo.lora }}")
    page = (tree.root / "docs/nlp/index.md").read_text("utf-8")
    # The page is full: something has to make room.
    page = re.sub(r'--8<-- "nlp/zero_shot\.ipynb:.*"\n', "", page)
    tree.write("docs/nlp/index.md", page.rstrip() + "\n" + PAGE)
    ran = tree.run("hooks.execute", "greeting")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    end = tree.run("hooks.commands.check", "greeting")
    assert (end.returncode, end.stdout) == (0, "greeting: nothing is missing; make test runs it\n")

    assert tree.changed() == {
        "hooks/core/course.py",
        "snippets/checkpoints.toml",
        "snippets/nlp/greeting.py",
        "tests/nlp/test_greeting.py",
        "docs/nlp/greeting.py",
        "docs/nlp/greeting.ipynb",
        "docs/nlp/index.md",
    }
    code = "from hooks.core.numbers import filled; print(filled('{{ demo.classification }}', ''))"
    number = subprocess.run(
        [sys.executable, "-c", code], cwd=tree.root, capture_output=True, text=True
    ).stdout
    assert int(number) == DEMOS["classification"].number + 1


@pytest.mark.parametrize("demo", ["sentiment", "code_generation", "license_check"])
def test_a_demo_of_the_course_lacks_nothing(demo):
    # Whether its notebook is fresh, hooks.execute --check says of all.
    assert [line for line in missing(demo, ROOT) if "out of date" not in line] == []


def test_a_name_that_is_nearly_a_demo_s_is_guessed_and_bad_entries_are_told_first(tmp_path):
    [line] = missing("sentimnt", ROOT)
    assert line.endswith("did you mean sentiment?")
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "checkpoints.toml").write_text('["a/b"]\nkind = "model"\n', "utf-8")
    lines = missing("sentiment", tmp_path)
    assert len(lines) > 5 and all(": a/b: no " in line for line in lines)


def test_a_page_that_is_too_heavy_is_told_the_limit_and_the_cure(tmp_path):
    (tmp_path / "nlp").mkdir()
    (tmp_path / "nlp" / "index.html").write_bytes(b"x" * 1001)
    assert weight.heavy(tmp_path, ["nlp/"], 1001) == []
    [line] = weight.heavy(tmp_path, ["nlp/"], 1000)
    assert line.startswith("nlp/: 1,001 bytes of HTML, 1,000 at most; show less")
