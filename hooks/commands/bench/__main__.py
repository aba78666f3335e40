"""`python -m hooks.commands.bench`: what all demos and the site cost, beside other tools.

Everything happens in a copy of the course in a temporary folder. The machine should do nothing
else meanwhile.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from hooks.commands.bench.measure import BenchError, Cost, measure
from hooks.commands.bench.table import Row, limit, slower, text, write
from hooks.core import files
from hooks.core.paths import ROOT
from hooks.executor import command as execute
from hooks.executor import dependencies, machine, record, session
from hooks.executor.plan import blank, stories
from hooks.hub import client

PAGE = ROOT / "docs" / "contributing.md"
COPIED = ("docs", "snippets", "hooks")
# Measured against, and not a part of this project: it goes into the temporary folder.
JUPYTER_CACHE = [
    *("jupyter-cache==1.0.1", "importlib_metadata==10.2.0", "tabulate==0.10.0"),
    *("lazy-importer==0.1.0", "zipp==4.1.2"),
]
# The goals: times the limit of the machine, seconds, demos that run.
LIMIT, NOTHING, EDITS = 1.05, 1.0, 1


class Bench:
    """One run of all measurements on a copy of the course."""

    def __init__(self, folder: Path, demos: list[str], jobs: int, hub: dict[str, str]) -> None:
        self.folder, self.jobs, self.demos = folder, jobs, demos
        self.root = folder / "course"
        for name in COPIED:
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("*.pyc"))
        self.notebooks = self._blank()
        # As the executor runs them: threads and instructions are no merit of who starts a process.
        self.environment = hub | session.limits(1) | machine.instruction_sets()

    def _blank(self) -> list[Path]:
        """The notebooks without outputs, in a second copy of the pages: beside their data."""
        settings = execute.read_settings(self.root, "offline")
        shutil.copytree(self.root / "docs", self.folder / "blank")
        found = []
        for story in stories(self.root, self.demos):
            path = self.folder / "blank" / story.section / f"{story.demo}.ipynb"
            files.write(path, blank(story, settings, None))
            found.append(path)
        return found

    def nbconvert(self, together: int) -> Cost:
        """Every notebook by a `jupyter nbconvert` of its own."""
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"]
        command += ["--ExecutePreprocessor.timeout=900", "--output-dir", str(self.folder / "out")]
        commands = [[*command, str(path)] for path in self.notebooks]
        return measure(commands, ROOT, self.environment, together)

    def jupyter_cache(self) -> Cost:
        """All notebooks by jupyter-cache, which runs one a core.

        Raises:
            BenchError: It did not run all of them.
        """
        packages = self.folder / "packages"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
        subprocess.run([*pip, str(packages), *JUPYTER_CACHE], check=True, stderr=subprocess.DEVNULL)
        jcache = [sys.executable, str(packages / "bin" / "jcache")]
        store = {"PYTHONPATH": str(packages), "JUPYTERCACHE": str(self.folder / "jcache")}
        environment = self.environment | store
        add = [*jcache, "notebook", "add", *map(str, self.notebooks)]
        measure([add], ROOT, environment, answer="y\n")
        run = [*jcache, "project", "execute", "--executor", "local-parallel", "--timeout", "900"]
        cost = measure([run], ROOT, environment)
        # It ends with 0 whatever happens; what it ran is what it has in its store.
        done = len(list((self.folder / "jcache" / "executed").glob("*/base.ipynb")))
        if done != len(self.notebooks):
            raise BenchError(f"jupyter-cache ran {done} of {len(self.notebooks)} notebooks")
        return cost

    def execute(self, *more: str) -> tuple[Cost, int]:
        """The executor; and how many demos it ran."""
        logs = self.root / ".cache" / "execute"
        shutil.rmtree(logs, ignore_errors=True)
        command = [sys.executable, "-m", "hooks.execute", "--root", str(self.root)]
        command += ["--jobs", str(self.jobs), *more, *self.demos]
        return measure([command], ROOT, {}), len(list(logs.glob("*.log")))

    def own_seconds(self) -> dict[str, float]:
        """What each demo's cells took when the executor ran them, without importing libraries.

        Raises:
            BenchError: A notebook does not say.
        """
        found = {}
        for story in stories(self.root, self.demos):
            if (seconds := record.seconds(files.read(story.notebook_path))) is None:
                raise BenchError(f"{story.name}: its notebook does not say how long it took")
            found[story.demo] = seconds
        return found

    def edit_a_story(self) -> str:
        """Adds a line of code to the first story; gives its name."""
        story = stories(self.root, self.demos)[0]
        story.path.write_text(story.path.read_text("utf-8") + "\n# %%\n1 + 1\n", "utf-8")
        return story.demo

    def change_a_pin(self) -> str:
        """Changes the revision of a checkpoint of the first story; gives the checkpoint's id."""
        path = self.root / "snippets" / "checkpoints.toml"
        known = execute.read_settings(self.root, "offline").registry
        story = stories(self.root, self.demos)[0]
        id_ = dependencies.checkpoints(story, known)[0]
        old = known[id_].revision
        path.write_text(path.read_text("utf-8").replace(old, old[::-1]), "utf-8")
        return id_

    def site(self) -> tuple[Cost, Cost, float]:
        """The site as `make site` builds it, from nothing and once more; and its size in MB."""
        folder = self.folder / "site"
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
        shutil.rmtree(ROOT / ".cache" / "site", ignore_errors=True)
        cold, warm = (measure([command], ROOT, {"NO_MKDOCS_2_WARNING": "true"}) for _ in range(2))
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return cold, warm, size / 1e6


def rows(bench: Bench) -> list[Row]:
    """All measurements, in the order of the table."""
    say = partial(print, file=sys.stderr, flush=True)
    say("nbconvert, one process at a time")
    serial = bench.nbconvert(1)
    say(f"nbconvert, {bench.jobs} at a time")
    two = bench.nbconvert(bench.jobs)
    say("jupyter-cache")
    cached = bench.jupyter_cache()
    say("hooks.execute, cold")
    cold, ran = bench.execute("--force")
    own = bench.own_seconds()
    total = sum(own.values())
    least = Cost(total / bench.jobs, 0)
    beside = dict(zip(own, two.each, strict=True))
    near = limit(total, cold, bench.jobs, LIMIT)
    longer = slower(own, beside)
    found = [
        Row("`jupyter nbconvert`, one process at a time", serial, _times(serial, cold)),
        Row(f"`jupyter nbconvert`, {bench.jobs} at a time", two, _times(two, cold)),
        Row("jupyter-cache 1.0.1, one a core", cached, _times(cached, cold)),
        Row("the limit", least, f"the demos' own {total:.0f} s on {bench.jobs} cores"),
        Row("`hooks.execute`, all demos", cold, f"{ran} ran; {near}; slower demos: {longer}"),
    ]
    say("hooks.execute, nothing to do, an edit, a pin")
    nothing, ran = bench.execute()
    goal = f"goal {NOTHING:g} s: {'met' if nothing.seconds <= NOTHING else 'missed'}"
    found.append(Row("`hooks.execute`, nothing changed", nothing, f"{ran} ran; {goal}"))
    story = bench.edit_a_story()
    edit, ran = bench.execute()
    goal = f"goal {EDITS}: {'met' if ran == EDITS else 'missed'}"
    found.append(Row(f"… story `{story}` edited", edit, f"{ran} ran; {goal}"))
    pin = bench.change_a_pin()
    changed, ran = bench.execute()
    found.append(Row(f"… pin of `{pin}` changed", changed, f"{ran} ran"))
    say("the site")
    site, again, size = bench.site()
    found.append(Row("`mkdocs build --strict`, from nothing", site, f"{size:.1f} MB"))
    return [*found, Row("… nothing changed", again)]


def _times(slow: Cost, fast: Cost) -> str:
    return f"{slow.seconds / fast.seconds:.1f} times what the executor takes"


def main(argv: list[str] | None = None) -> int:
    """Measures, prints the table, and writes it into docs/contributing.md."""
    parser = argparse.ArgumentParser(prog="python -m hooks.commands.bench", description=__doc__)
    parser.add_argument("demos", nargs="*", metavar="demo", help="(default: all; else no writing)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="workers")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, client.running() as hub:
        try:
            bench = Bench(Path(folder), options.demos, options.jobs, hub)
            table = text(rows(bench), len(bench.notebooks), options.jobs)
            print(f"\n{table}")
            if not options.demos:
                write(PAGE, table)
        except (BenchError, ValueError, *execute.BAD_INPUT) as error:
            print(f"hooks.commands.bench: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
