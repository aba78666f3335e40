"""The place where a generated function runs: what is refused, what is stopped, what comes back."""

import os

import pytest

from snippets.code import safe_python as snippet
from snippets.code.safe_python import Refused, check, run_function


def solve(body: str, argument: str = "x") -> str:
    return f"def solve({argument}):\n    {body}"


def test_results_come_back_in_order_and_an_error_by_name():
    results = run_function(solve("return 10 / x"), [[4], [0], ["a"]])
    assert results[0] == 2.5
    assert [str(one) for one in results[1:]] == ["ZeroDivisionError", "TypeError"]


def test_ordinary_code_passes():
    code = '''def solve(words: list, least: int = 2) -> dict:
    """Count long words."""
    counts = {}
    for word in words:
        if len(word) < least:
            continue
        counts[word.lower()] = counts.get(word.lower(), 0) + 1
    while False:
        pass
    return {key: counts[key] for key in sorted(counts)} if counts else {}
'''
    assert run_function(code, [[["Be", "be", "a", "see"]], [[]]]) == [{"be": 2, "see": 1}, {}]


def test_a_tuple_comes_back_as_a_list_and_a_set_not_at_all():
    assert run_function(solve("return (x, None)"), [[1]]) == [[1, None]]
    assert str(run_function(solve("return {x}"), [[1]])[0]) == "TypeError"


REFUSED = {
    "import os": "not one function",
    "x = 1": "not one function",
    solve("return 1") + "\nprint(1)": "not one function",
    "return 1": "not one function",
    "def solve(:": "not Python",
    "def solve():\n    return '\0'": "not Python",
    solve("import os"): "line 2: Import",
    solve("return x.__class__"): "line 2: __class__",
    solve("return __import__('os')"): "line 2: __import__",
    solve("return 1", "__builtins__"): "__builtins__",
    solve("return solve.gi_frame"): r"\.gi_frame",
    solve("return '{0.a}'.format(x)"): r"\.format",
    solve("return f'{x}'"): "JoinedStr",
    solve("return lambda: x"): "Lambda",
    solve("x.count = 1").replace(".count", ".data"): r"\.data",
    solve("global y"): "Global",
    solve("yield x"): "Yield",
    solve("return (y := x)"): "NamedExpr",
    solve("try:\n        return 1\n    finally:\n        pass"): "Try",
    solve("with x:\n        return 1"): "With",
    "@print\n" + solve("return 1"): "FunctionDef",
    "async " + solve("return 1"): "not one function",
    "class A:\n    pass": "not one function",
}


@pytest.mark.parametrize(("code", "reason"), REFUSED.items())
def test_what_is_not_on_the_lists_never_starts(monkeypatch, code, reason):
    monkeypatch.setattr(snippet.subprocess, "run", lambda *_, **__: pytest.fail("it started"))
    with pytest.raises(Refused, match=reason) as error:
        run_function(code, [[1]])
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["open", "eval", "exec", "getattr", "print", "input", "type"])
def test_other_builtins_are_not_there(name):
    assert str(run_function(solve(f"return {name}(x)"), [["1"]])[0]) == "NameError"


def test_a_loop_without_end_and_a_huge_number_are_stopped():
    for body in ("while True:\n        x += 1", "return 9 ** 9 ** 9"):
        with pytest.raises(Refused, match=r"over a limit|took longer"):
            run_function(solve(body), [[1]])


def test_memory_and_depth_are_limited():
    assert str(run_function(solve("return [0] * 10**9"), [[1]])[0]) == "MemoryError"
    assert str(run_function(solve("return solve(x)"), [[1]])[0]) == "RecursionError"
    assert str(run_function(solve("return 'a' * 10**6"), [[1]])[0]) == "result too long"


def test_a_system_that_cannot_limit_memory_still_limits_time(monkeypatch):
    as_on_macos = """
import resource
set_limit = resource.setrlimit
def setrlimit(what, limits):
    if what == resource.RLIMIT_AS:
        raise ValueError("current limit exceeds maximum limit")
    set_limit(what, limits)
resource.setrlimit = setrlimit
"""
    monkeypatch.setattr(snippet, "RUNNER", as_on_macos + snippet.RUNNER)
    # More than the limit on memory, in one go: a slow machine has one second of computing for it.
    assert run_function(solve("return len(x * 2**28)"), [["a"]]) == [2**28]
    with pytest.raises(Refused, match=r"over a limit|took longer"):
        run_function(solve("while True:\n        x += 1"), [[1]])


def test_a_system_without_such_limits_is_named(monkeypatch):
    monkeypatch.setattr(snippet, "find_spec", lambda name: None)  # as on Windows
    with pytest.raises(Refused, match="this system cannot limit a process: use Linux"):
        run_function(solve("return x"), [[1]])


def test_the_limits_hold_for_code_that_passed_the_lists(monkeypatch, tmp_path):
    # With the first wall taken away, the second has to stand: no files, no processes.
    monkeypatch.setattr(snippet, "check", lambda code: "solve")
    monkeypatch.setattr(snippet, "NAMES", snippet.NAMES + " open __import__")
    path = tmp_path / "out.txt"
    (result,) = run_function(solve(f"open({str(path)!r}, 'w').write('x')"), [[1]])
    assert str(result) == "OSError"
    assert not path.exists()
    if os.geteuid():  # for root the system counts no processes
        (result,) = run_function(solve("return __import__('os').fork()"), [[1]])
        assert str(result) == "BlockingIOError"


def test_the_environment_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    monkeypatch.setattr(snippet, "check", lambda code: "solve")
    monkeypatch.setattr(snippet, "NAMES", snippet.NAMES + " __import__")
    (result,) = run_function(solve("return dict(__import__('os').environ)"), [[1]])
    assert "SECRET" not in result


def test_the_name_of_the_function_does_not_matter():
    assert check("def other(x):\n    return x") == "other"
    assert run_function("def other(x):\n    return x", [[1]]) == [1]
