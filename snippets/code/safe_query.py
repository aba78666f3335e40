"""Run a query that a model wrote: one SELECT, on a copy, in a process with limits."""

import inspect
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

# Comments and white space, then the word that begins the statement.
START = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w*)", re.S)
# Plain arithmetic and text. Not here: load_extension, randomblob, printf, hex, ...
FUNCTIONS = """abs avg coalesce count date group_concat ifnull iif instr julianday
length like lower max min nullif round strftime substr substring sum total trim upper
dense_rank first_value lag last_value lead rank row_number"""
ANSWER_BYTES = 1_000_000  # of all rows together, as JSON


class Refused(ValueError):
    """A query that may not run, or that went over a limit. It says why, in one line."""


def run_query(
    sql: str,
    source: sqlite3.Connection,
    parameters: dict | None = None,
    seconds: float = 3.0,
    max_rows: int = 100,
) -> list[tuple]:
    """Return the rows of one SELECT; `source` is copied and stays as it is.

    Args:
        sql: a statement from a stranger.
        source: the database. Open a file so that nothing can write to it:
            `sqlite3.connect("file:shop.db?mode=ro", uri=True)`.
        parameters: values for `:name` in the statement: numbers and texts.
        seconds: by the clock, after which the process is killed.
        max_rows: more rows than that are an error: half an answer is a wrong one.

    Raises:
        Refused: if it is not a single SELECT over the tables of `source`, uses a
            function that is not on the list, or needs too much time, more than 64 MB
            of memory, too many rows, or rows of more than 1 MB together.
        sqlite3.Error: if SQLite cannot run it, for example for a column that is not
            there, a value of more than 100 kB, or more than 200 columns.
        ValueError: if `source` has changes that are not committed.

    Examples:
        >>> run_query("SELECT COUNT(*) FROM customers", sqlite3.connect("shop.db"))
        [(16,)]
    """
    if source.in_transaction:  # a copy would wait for its end
        raise ValueError("source has open changes: call source.commit() first")
    first = START.match(sql)[1].upper()
    if first not in ("SELECT", "WITH"):
        raise Refused(f"not a SELECT: it begins with {first or sql[:10]!r}")
    # The process gets the source of one function, and nothing else of this file.
    # -I -S: neither folder, nor environment, nor packages are seen.
    code = inspect.getsource(answer) + "answer()"
    command = [sys.executable, "-I", "-S", "-c", code]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "copy.db")
        with closing(sqlite3.connect(path)) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # it is thrown away
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, also of a WAL
        job: dict = {"copy": f"{path.as_uri()}?mode=ro", "sql": sql}
        job |= {"values": parameters or {}, "functions": FUNCTIONS.split()}
        job |= {"rows": max_rows, "bytes": ANSWER_BYTES}
        try:
            done = subprocess.run(
                command,
                input=json.dumps(job).encode(),
                capture_output=True,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            raise Refused(f"took longer than {seconds} s: ask for less") from None
    if done.returncode:
        raise Refused(f"the process ended with {done.returncode}")
    kind, said, rows = json.loads(done.stdout)
    if kind == "Refused":
        raise Refused(said)
    if kind:
        raise getattr(sqlite3, kind)(said)
    return [
        tuple(bytes.fromhex(v["blob"]) if isinstance(v, dict) else v for v in row)
        for row in rows
    ]


def answer() -> None:
    """Answer the job on standard input. This runs in the other process, alone."""
    import json
    import sqlite3
    import sys

    job = json.load(sys.stdin)
    copy = sqlite3.connect(job["copy"], uri=True)
    names = copy.execute("SELECT lower(name) FROM sqlite_master")
    tables = {name for (name,) in names if not name.startswith("sqlite_")}
    actions = {
        sqlite3.SQLITE_READ: "reading",
        sqlite3.SQLITE_FUNCTION: "function",
        sqlite3.SQLITE_INSERT: "INSERT into",
        sqlite3.SQLITE_UPDATE: "UPDATE of",
        sqlite3.SQLITE_DELETE: "DELETE from",
        sqlite3.SQLITE_RECURSIVE: "WITH RECURSIVE",
    }
    why = []  # the first thing that is not allowed, or over a limit

    def allowed(action: int, one: str | None, two: str | None, *_: str | None) -> int:
        """SQLite asks this for every part of a statement before it runs any of it."""
        own = (one or "").lower().startswith(("sqlite_", "pragma_"))
        fine = action == sqlite3.SQLITE_SELECT
        if action == sqlite3.SQLITE_FUNCTION:
            fine = two.lower() in job["functions"]
        if action == sqlite3.SQLITE_READ:
            # No column: COUNT(*), also of a query in a WITH, with a name of its own.
            fine = not own and (not two or one.lower() in tables)
        if fine:
            return sqlite3.SQLITE_OK
        what = actions.get(action, "anything but SELECT")
        name = two if what == "function" else one or ""
        what = "tables of SQLite's own" if own else f"{what} {name}".strip()
        why.append(f"not allowed: {what}")
        return sqlite3.SQLITE_DENY

    copy.execute("PRAGMA query_only = ON")
    copy.execute("PRAGMA temp_store = MEMORY")  # no files for sorting
    copy.execute("PRAGMA hard_heap_limit = 64000000")
    copy.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100_000)  # bytes of one value
    copy.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 200)
    copy.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 10_000)
    copy.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000)
    copy.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    copy.set_authorizer(allowed)
    rows, size, error = [], 0, ("", "")
    try:
        for row in copy.execute(job["sql"], job["values"]):
            rows.append([{"blob": v.hex()} if isinstance(v, bytes) else v for v in row])
            size += len(json.dumps(rows[-1]))
            if len(rows) > job["rows"]:
                why.append(f"more than {job['rows']} rows: narrow the question")
            elif size > job["bytes"]:
                why.append(f"rows of more than {job['bytes']} bytes: select less")
            if why:
                break
    except MemoryError:
        why.append("needs more than 64 MB of memory: ask for less")
    except (sqlite3.Error, sqlite3.Warning, ValueError) as found:
        error = type(found).__name__, str(found)
        if not isinstance(found, sqlite3.Error) or "one statement" in str(found):
            why.append(f"not one statement: {found}")
    print(json.dumps([*(("Refused", why[0]) if why else error), [] if why else rows]))


def same_rows(found: list[tuple], expected: list[tuple], ordered: bool = False) -> bool:
    """Return whether both hold the same rows; names of columns do not count.

    Args:
        found: what the query returned.
        expected: what it should return.
        ordered: whether the order of the rows is a part of the answer.
    """
    found, expected = (
        [tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in rows]
        for rows in (found, expected)
    )
    return found == expected if ordered else Counter(found) == Counter(expected)


if __name__ == "__main__":
    example = sqlite3.connect(":memory:")
    example.execute("CREATE TABLE customers (city TEXT)")
    for text in ("SELECT COUNT(*) FROM customers", "DROP TABLE customers"):
        try:
            print(run_query(text, example))
        except Refused as error:
            print("refused:", error)
