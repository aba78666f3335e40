import random
import sqlite3

from snippets.code.safe_query import run_query, same_rows  # in the notebook: there


def agreement(
    sql: str, expected: str, source: sqlite3.Connection, copies: int = 20
) -> int:
    """Return in how many copies, each with half of the orders, both give the same rows.

    Args:
        sql: a draft.
        expected: the query that is known to be right.
        source: a database with a table `orders`; it stays as it is.
        copies: how many are tried.
    """
    agree = 0
    for seed in range(copies):
        copy = sqlite3.connect(":memory:")
        source.backup(copy)
        ids = [one for (one,) in copy.execute("SELECT id FROM orders ORDER BY id")]
        gone = random.Random(seed).sample(ids, len(ids) // 2)
        copy.executemany("DELETE FROM orders WHERE id = ?", [(one,) for one in gone])
        copy.commit()
        agree += same_rows(run_query(sql, copy), run_query(expected, copy))
        copy.close()
    return agree
