"""`mkdocs serve` sees every source: what pages include, what they follow from, and the hooks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from hooks.core.paths import ROOT
from hooks.site.cache import LOADED, sources

WATCHED = ("snippets", "hooks")  # with the registry, the model cards and the theme

_serving = False


def watch(server: Any, config: MkDocsConfig, **_: object) -> Any:
    """Watch what MkDocs does not: it knows of docs/ and mkdocs.yml."""
    global _serving
    _serving = True
    for name in WATCHED:
        server.watch(str(Path(config.config_file_path).parent / name))
    return server


def restart(config: MkDocsConfig) -> MkDocsConfig:
    """Begin `mkdocs serve` anew where a hook's Python has changed: what is loaded is loaded.

    Raises:
        PluginError: The hooks cannot be loaded; the server goes on with what it has.
    """
    if _serving and sources("*.py") != LOADED:
        trial = [sys.executable, "-c", "import hooks.mkdocs"]
        tried = subprocess.run(trial, cwd=ROOT, capture_output=True, text=True, check=False)
        if tried.returncode:
            *_, where, what = ["", *tried.stderr.strip().splitlines()]
            found = [line for line in tried.stderr.splitlines() if line.startswith("  File ")]
            raise PluginError(f"{(found or [where])[-1].strip()}: {what}; mend it and save")
        shutil.rmtree(config.site_dir, ignore_errors=True)  # `mkdocs serve` made it for itself
        os.execv(sys.executable, sys.orig_argv)
    return config
