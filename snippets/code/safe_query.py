"""Run a query that a model wrote: one SELECT, on a throw-away copy, within limits."""

import re
import sqlite3
import time
from collections import Counter

# Comments and white space, then the word that begins the statement.
START = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w*)", re.S)
# Plain arithmetic and text. Not here: load_extension, randomblob, printf, hex, ...
FUNCTIONS = """abs avg coalesce count date group_concat ifnull iif instr julianday
length like lower max min nullif round strftime substr substring sum total trim upper
dense_rank first_value lag last_value lead rank row_number"""
ACTIONS = {
    sqlite3.SQLITE_READ: "reading",
    sqlite3.SQLITE_FUNCTION: "function",
    sqlite3.SQLITE_INSERT: "INSERT into",
    sqlite3.SQLITE_UPDATE: "UPDATE of",
    sqlite3.SQLITE_DELETE: "DELETE from",
    sqlite3.SQLITE_RECURSIVE: "WITH RECURSIVE",
}


class Refused(ValueError):
    """A query that may not run, or that went over a limit. It says why, in one line."""


def run_query(
    sql: str,
    source: sqlite3.Connection,
    parameters: dict | None = None,
    seconds: float = 1.0,
    max_rows: int = 100,
) -> list[tuple]:
    """Return the rows of one SELECT; `source` is copied and stays as it is.

    Args:
        sql: a statement from a stranger.
        source: the database. Open a file so that nothing can write to it:
            `sqlite3.connect("file:shop.db?mode=ro", uri=True)`.
        parameters: values for `:name` in the statement.
        seconds: time after which the query is stopped.
        max_rows: more rows than that are an error: half an answer is a wrong one.

    Raises:
        Refused: if it is not a single SELECT over the tables of `source`, or needs too
            much time, too many rows or a function that is not on the list.
        sqlite3.Error: if SQLite cannot run it, for example for a column that is not
            there.
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
    names = source.execute("SELECT lower(name) FROM sqlite_master")
    tables = {name for (name,) in names if not name.startswith("sqlite_")}
    why = []  # what the two callbacks below have to say

    def allowed(action: int, one: str | None, two: str | None, *_: str | None) -> int:
        """SQLite asks this for every part of a statement before it runs any of it."""
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and two.lower() in FUNCTIONS.split():
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            # No column: COUNT(*), also of a query in a WITH, with a name of its own.
            own = not two and not one.lower().startswith(("sqlite_", "pragma_"))
            if own or one.lower() in tables:
                return sqlite3.SQLITE_OK
        what = ACTIONS.get(action, "anything but SELECT")
        why.append(
            f"not allowed: {what} {two if what == 'function' else one or ''}".strip()
        )
        return sqlite3.SQLITE_DENY

    end = time.monotonic() + seconds

    def late() -> bool:
        if time.monotonic() > end:
            why.append(f"took longer than {seconds} s: ask for less")
        return bool(why)

    copy = sqlite3.connect(":memory:")
    try:
        source.backup(copy)
        copy.execute("PRAGMA query_only = ON")
        copy.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100_000)  # bytes of one value
        copy.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 10_000)
        copy.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        copy.set_authorizer(allowed)
        copy.set_progress_handler(late, 1_000)  # every 1,000 steps of SQLite's machine
        rows = copy.execute(sql, parameters or {}).fetchmany(max_rows + 1)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        if why:
            raise Refused(why[0]) from None
        if not isinstance(error, sqlite3.Error) or "one statement" in str(error):
            raise Refused(f"not one statement: {error}") from None
        raise
    finally:
        copy.close()
    if len(rows) > max_rows:
        raise Refused(f"more than {max_rows} rows: narrow the question")
    return rows


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
