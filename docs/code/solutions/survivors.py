from snippets.code.safe_python import run_function  # in the notebook: it is there

LAZY = [
    "def solve(*given):\n    return 0",
    "def solve(*given):\n    return []",
    "def solve(*given):\n    return given[0]",
]


def survivors(calls: list[list], expected: list, wrong: list[str]) -> list[str]:
    """Return the wrong functions that pass every case: the tests do not notice them.

    Args:
        calls: n lists of arguments.
        expected: n results.
        wrong: source code of functions that are known to be wrong.
    """
    return [code for code in wrong if run_function(code, calls) == expected]
