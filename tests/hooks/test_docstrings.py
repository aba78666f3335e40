"""Docstrings of `hooks`: what a caller passes and what can go wrong is said where it is defined."""

import ast
import re
from collections.abc import Iterator

import pytest

from hooks.core.paths import ROOT

HOOKS = ROOT / "hooks"
FILES = [path.relative_to(HOOKS).as_posix() for path in sorted(HOOKS.rglob("*.py"))]
# MkDocs and http.server name the parameters of what they call; `main` gets the command line.
EXEMPT = {"main", "handle_error", "log_message"} | {
    node.attr
    for node in ast.walk(ast.parse((HOOKS / "mkdocs.py").read_text("utf-8")))
    if isinstance(node, ast.Attribute)
}


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Functions that others may call: of a module and of its public classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node.body)


def own(node: ast.AST) -> Iterator[ast.AST]:
    """A function's nodes, without those of functions and classes inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from own(child)


def parameters(function: ast.FunctionDef) -> list[str]:
    """What a caller passes: without `self` and `cls`, and without names that begin with `_`."""
    found = function.args
    every = [*found.posonlyargs, *found.args, found.vararg, *found.kwonlyargs, found.kwarg]
    names = [one.arg for one in every if one]
    return [name for name in names if name not in ("self", "cls") and not name.startswith("_")]


def raised(function: ast.FunctionDef) -> set[str]:
    """Names of the exceptions that a function itself makes, raises and does not catch."""
    made = [node.exc for node in own(function) if isinstance(node, ast.Raise)]
    names = {ast.unparse(n.func).split(".")[-1] for n in made if isinstance(n, ast.Call)}
    caught = [node.type for node in own(function) if isinstance(node, ast.ExceptHandler)]
    # One with a small letter is made by a function: no name of an exception.
    return {name for name in names if name[0].isupper()} - set(
        re.findall(r"\w+", " ".join(map(ast.unparse, filter(None, caught))))
    )


def section(text: str, title: str) -> list[str]:
    """Names that a section of a docstring in Google's style lists, without their types."""
    _, found, rest = text.partition(f"\n{title}:\n")
    lines = rest.split("\n\n")[0] if found else ""
    names = re.findall(r"^    (\S.*?)(?: \(.*?\))?:", lines, re.M)
    return [name.strip("*`") for part in names for name in part.split(", ")]


def lacking(source: str) -> list[str]:
    """What the docstrings of a source do not say, as "line name: Args of a, b"."""
    found = []
    for function in public(ast.parse(source).body):
        if function.name in EXEMPT:
            continue
        text, names = ast.get_docstring(function) or "", parameters(function)
        where = f"{function.lineno} {function.name}"
        said = section(text, "Args")
        if len(names) > 1 and (gone := [name for name in names if name not in said]):
            found.append(f"{where}: Args of {', '.join(gone)}")
        if strange := set(said) - set(names):
            found.append(f"{where}: no parameter {', '.join(sorted(strange))}")
        if gone := raised(function) - {name.split(".")[-1] for name in section(text, "Raises")}:
            found.append(f"{where}: Raises {', '.join(sorted(gone))}")
    return found


@pytest.mark.parametrize("file", FILES)
def test_a_docstring_names_what_is_passed_and_what_is_raised(file: str):
    assert lacking((HOOKS / file).read_text("utf-8")) == []


def test_what_a_docstring_leaves_out_is_found():
    source = '''
def f(a, *, b):
    """Do.

    Args:
        a: One.
        c: Gone.
    """
    raise ValueError("no")
def g(a, _b):
    def inner(a, b):
        raise KeyError
    try:
        inner(a, 1)
    except KeyError:
        raise
'''
    assert lacking(source) == ["2 f: Args of b", "2 f: no parameter c", "2 f: Raises ValueError"]
