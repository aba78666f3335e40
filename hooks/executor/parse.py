"""What a text says: the cells of a story, and the names in Python code. Remembered between runs."""

from __future__ import annotations

import ast
import hashlib
import itertools
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hooks.core import files, memo, syntax

_SOURCES = Path(__file__).read_bytes() + Path(syntax.__file__).read_bytes()
MADE_BY = " ".join([sys.version, version("jupytext"), hashlib.sha256(_SOURCES).hexdigest()])


plain = memo.of_text(version("nbformat"))(files.plain)


@memo.of_text(MADE_BY)
def cells(text: str) -> list[dict[str, Any]]:
    """The cells of a story in jupytext's percent form: type, source and metadata of each.

    Raises:
        ValueError, SyntaxError: It is in another form.
    """
    import jupytext  # a tenth of a second, spared where the answer is remembered

    read = jupytext.reads(text, fmt="py:percent").cells
    return [
        {"cell_type": c.cell_type, "source": c.source, "metadata": dict(c.metadata)} for c in read
    ]


@memo.of_text(MADE_BY)
def names(code: str) -> dict[str, list]:
    """What Python code, or a cell for IPython, names, gathered on one walk through its syntax tree.

    Returns:
        imports: of each import statement itself and a list of the full names of its modules.
        texts: its strings, each once, and the words of what IPython hands on (`!cat words.csv`).
        calls: last names of what it calls, each once.

    Raises:
        SyntaxError: It is neither.
    """
    imports, texts, calls = [], {}, {}
    for node in ast.walk(syntax.parsed(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append([ast.unparse(node), _modules(node)])
        elif isinstance(node, ast.Call):
            name, first = syntax.callee(node.func)
            calls[name] = None
            if first == "get_ipython":
                given = (arg.value for arg in node.args if isinstance(arg, ast.Constant))
                words = (re.findall(r"[^\s'\"]+", str(one)) for one in given)
                texts |= dict.fromkeys(itertools.chain.from_iterable(words))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts[node.value] = None
    return {"imports": imports, "texts": list(texts), "calls": list(calls)}


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level or not node.module:
        return []
    # `from package import module` imports a module too.
    return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
