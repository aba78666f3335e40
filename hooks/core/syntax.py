"""What a Python syntax tree tells without running it: constants, imports, names of calls."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from hooks.core.includes import includes

# Cell magics whose cell is Python. The cell of any other (`%%bash`) is a text to us.
PYTHON_CELLS = re.compile(r"%%(capture|prun|time|timeit)\b.*")


def parsed(code: str) -> ast.Module:
    """Syntax tree of what IPython runs: Python, and its lines such as `%pip`, `x = !ls`, `print?`.

    Raises:
        SyntaxError: Neither Python nor IPython; its line is the one in `code`.
    """
    try:
        return ast.parse(code)
    except SyntaxError:
        # Half a second, which plain Python is spared.
        from IPython.core.inputtransformer2 import TransformerManager
    rows = code.split("\n")
    if PYTHON_CELLS.fullmatch(rows[0]):
        rows[0] = ""
    python = TransformerManager().transform_cell("\n".join(rows))
    try:
        return ast.parse(python)
    except SyntaxError as error:
        # IPython makes one line of continued ones, so that a line can come from further below.
        number = error.lineno or 1
        text = [*python.split("\n"), "", ""][number - 1].strip()
        same = (n for n, row in enumerate(rows, 1) if n >= number and row.strip() == text)
        error.lineno = next(same, number)
        raise


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and values of `NAME = value` and `NAME: type = value`."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                yield target.id, node.value


def strings(tree: ast.Module) -> dict[str, str]:
    """String constants of a module."""
    pairs = [pair for node in tree.body for pair in assigned(node)]
    constants = {name: value.value for name, value in pairs if isinstance(value, ast.Constant)}
    return {name: value for name, value in constants.items() if isinstance(value, str)}


def origins(tree: ast.Module) -> dict[str, str]:
    """Package that each imported name comes from; "" for what the source itself defines."""
    origins = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            origins[node.name] = ""
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                package = getattr(node, "module", None) or alias.name
                origins[(alias.asname or alias.name).split(".")[0]] = package.split(".")[0]
    return origins


def borrowed(source: str, tree: ast.Module, root: Path) -> dict[str, str]:
    """String constants that a source takes from the snippets it includes or imports from.

    Args:
        source: Python text, with lines that include.
        tree: Its syntax tree.
        root: Repository root, where the snippets are found.

    Raises:
        IncludeError: A line begins like an include and is none.
    """
    strings: dict[str, str] = {}
    for include in includes(source):
        if include.path.endswith(".py"):
            strings |= _strings_of(root / include.path)
    for node in tree.body:
        module = getattr(node, "module", None) or ""
        if isinstance(node, ast.ImportFrom) and module.startswith("snippets."):
            theirs = _strings_of(root / (module.replace(".", "/") + ".py"))
            names = [(alias.name, alias.asname or alias.name) for alias in node.names]
            strings |= {ours: theirs[name] for name, ours in names if name in theirs}
    return strings


def _strings_of(file: Path) -> dict[str, str]:
    """String constants of a file; none where it is missing or broken, which others report."""
    try:
        return strings(ast.parse(file.read_text(encoding="utf-8")))
    except (OSError, SyntaxError):
        return {}


def callee(function: ast.AST | None) -> tuple[str, str]:
    """Last and first name of what is called: `HfApi().model_info` gives model_info, HfApi."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    while function is not None and not isinstance(function, ast.Name):
        function = getattr(function, "value", None) or getattr(function, "func", None)
    return name, function.id if function else ""


def false(value: ast.expr | None) -> bool:
    """Whether an argument is left out or plainly False."""
    return value is None or (isinstance(value, ast.Constant) and value.value is False)
