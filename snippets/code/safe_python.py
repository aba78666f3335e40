"""Run a Python function that a model wrote: parse it first, then limit its process."""

import ast
import json
import subprocess
import sys
from importlib.util import find_spec

NAMES = """abs all any bool dict divmod enumerate float int isinstance len list max min
range reversed round set sorted str sum tuple zip"""
METHODS = """add append capitalize count endswith extend find fromkeys get index isalnum
isalpha isdigit islower isspace isupper items join keys lower lstrip pop replace rstrip
sort split startswith strip title upper values"""
# Whole groups of syntax. Not here: import, class, lambda, try, with, global, async,
# decorators, f-strings, assignment to an attribute.
SYNTAX = (
    *(ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Expr),
    *(ast.Assign, ast.AugAssign, ast.If, ast.For, ast.While, ast.Break, ast.Continue),
    *(
        ast.BoolOp,
        ast.BinOp,
        ast.UnaryOp,
        ast.Compare,
        ast.IfExp,
        ast.Call,
        ast.keyword,
    ),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension),
    *(ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Starred),
    *(ast.Subscript, ast.Slice, ast.Attribute, ast.Pass),
    *(ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop),
)
# Runs in the other process: limits on itself first, then the function.
RUNNER = """
import json, resource, sys
for what, most in [(resource.RLIMIT_CPU, 1), (resource.RLIMIT_AS, 2**28),
                   (resource.RLIMIT_NOFILE, 3), (resource.RLIMIT_FSIZE, 0),
                   (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_CORE, 0)]:
    try:
        resource.setrlimit(what, (most, most))
    except ValueError:  # macOS cannot limit memory
        if what != resource.RLIMIT_AS:
            raise
job = json.load(sys.stdin)
space = {"__builtins__": {n: vars(__builtins__)[n] for n in job["builtins"]}}
exec(job["code"], space)
answers = []
for arguments in job["calls"]:
    try:
        text = json.dumps(space[job["name"]](*arguments))
        answers.append([text] if len(text) < 10_000 else "result too long")
    except Exception as error:
        answers.append(type(error).__name__)
print(json.dumps(answers))
"""


class Refused(ValueError):
    """Code that may not run, or that went over a limit. It says why, in one line."""


def run_function(code: str, calls: list[list], seconds: float = 5.0) -> list:
    r"""Call a function with each list of arguments, in a process of its own.

    Args:
        code: one function definition from a stranger.
        calls: n lists of arguments; numbers, texts, lists and dictionaries.
        seconds: time for all calls together; 1 second of computing at most.

    Returns:
        n results, a tuple as a list; a `RuntimeError` that names an error it raised.

    Raises:
        Refused: if it is not one function, uses anything that is not on the lists
            above, or needs too much time or memory. macOS cannot limit memory: there
            time is the limit. Windows has none of these limits: there nothing runs.

    Examples:
        >>> run_function("def double(x):\n    return 2 * x", [[3], ["ab"]])
        [6, 'abab']
    """
    name = check(code)
    if not find_spec("resource"):
        raise Refused("this system cannot limit a process: use Linux, macOS or WSL")
    job = {"code": code, "name": name, "calls": calls, "builtins": NAMES.split()}
    # -I: neither the folder, nor the environment, nor packages of the user are seen.
    command = [sys.executable, "-I", "-S", "-c", RUNNER]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=seconds,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"took longer than {seconds} s") from None
    if done.returncode:
        reason = (
            done.stderr.decode(errors="replace").strip().splitlines() or ["killed"]
        )[-1]
        raise Refused(f"ended with {done.returncode}, over a limit: {reason}")
    return [
        json.loads(one[0]) if isinstance(one, list) else RuntimeError(one)
        for one in json.loads(done.stdout)
    ]


def check(code: str) -> str:
    """Return the function's name if all its syntax is on the lists above.

    Raises:
        Refused: with the line and the first thing that is not.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Refused(f"not Python: {error}") from None
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        raise Refused("not one function definition and nothing else")
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 1)
        if not isinstance(node, SYNTAX) or getattr(node, "decorator_list", None):
            raise Refused(f"line {line}: {type(node).__name__} is not allowed")
        name = getattr(node, "id", getattr(node, "attr", getattr(node, "arg", "")))
        if "__" in (name or "") or (
            isinstance(node, ast.FunctionDef) and "__" in node.name
        ):
            raise Refused(f"line {line}: {name} is not allowed")
        if isinstance(node, ast.Attribute) and node.attr not in METHODS.split():
            raise Refused(f"line {line}: .{node.attr} is not allowed")
    return tree.body[0].name


if __name__ == "__main__":
    for text in ("def double(x):\n    return 2 * x", "import os"):
        try:
            print(run_function(text, [[21]]))
        except Refused as error:
            print("refused:", error)
