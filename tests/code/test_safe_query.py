"""The place where a generated query runs: nothing gets out of it, and right answers come back."""

import math
import sqlite3
import subprocess
import sys
import time

import pytest

from hooks.core.paths import ROOT
from snippets.code.safe_query import Refused, run_query, same_rows

SELECTS = {
    "SELECT COUNT(*) FROM customers": [(16,)],
    "select count(*) from Customers;": [(16,)],
    "-- all of them\n/* really */ SELECT COUNT(*) FROM customers -- end": [(16,)],
    "WITH a AS (SELECT * FROM customers) SELECT COUNT(*) FROM a": [(16,)],
    "SELECT name FROM customers AS c WHERE c.id = 1": [("Ada Berg",)],
    "SELECT 'DROP TABLE customers; --'": [("DROP TABLE customers; --",)],
    "SELECT NULL, 1.5, 'a' || 'b'": [(None, 1.5, "ab")],
    "SELECT rank() OVER (ORDER BY id) FROM customers WHERE id = 1": [(1,)],
    "SELECT COUNT(*) FROM (SELECT 1 UNION SELECT 2)": [(2,)],
}


@pytest.mark.parametrize(("sql", "rows"), SELECTS.items())
def test_a_single_select_gives_its_rows(shop, sql, rows):
    assert run_query(sql, shop) == rows


def test_values_go_in_as_parameters(shop):
    sql = "SELECT COUNT(*) FROM customers WHERE name = :name"
    assert run_query(sql, shop, {"name": "Ada Berg"}) == [(1,)]
    assert run_query(sql, shop, {"name": "' OR 1 = 1 --"}) == [(0,)]


REFUSED = {
    "DROP TABLE customers": "not a SELECT: it begins with 'DROP'",
    "": "not a SELECT: it begins with ''",
    "/* SELECT */ DELETE FROM customers": "begins with 'DELETE'",
    "-- SELECT\nUPDATE customers SET name = ''": "begins with 'UPDATE'",
    "/* never closed": "not a SELECT",
    "-- never ended": "not a SELECT",
    "\ufeffSELECT 1": "not a SELECT",
    "INSERT INTO customers DEFAULT VALUES": "begins with 'INSERT'",
    "REPLACE INTO customers VALUES (1, '', '', '')": "begins with 'REPLACE'",
    "CREATE TABLE t (a)": "begins with 'CREATE'",
    "ALTER TABLE customers RENAME TO gone": "begins with 'ALTER'",
    "ATTACH 'x.db' AS x": "begins with 'ATTACH'",
    "DETACH main": "begins with 'DETACH'",
    "PRAGMA query_only = OFF": "begins with 'PRAGMA'",
    "VACUUM INTO 'x.db'": "begins with 'VACUUM'",
    "EXPLAIN SELECT 1": "begins with 'EXPLAIN'",
    "VALUES (1)": "begins with 'VALUES'",
    "BEGIN": "begins with 'BEGIN'",
    "SELECT 1; DROP TABLE customers": "not one statement",
    "SELECT 1; SELECT 2": "not one statement",
    "SELECT 1; -- \n DROP TABLE customers": "not one statement",
    "SELECT '\udc80'": "not one statement",
    "WITH a AS (SELECT 1) INSERT INTO customers SELECT 1, 2, 3, 4": "INSERT into customers",
    "WITH a AS (SELECT 1) DELETE FROM customers": "DELETE from customers",
    "WITH a AS (SELECT 1) UPDATE customers SET name = ''": "UPDATE of customers",
    "SELECT load_extension('x')": "function load_extension",
    "SELECT LOAD_EXTENSION('x')": "function load_extension",
    "SELECT hex(zeroblob(1000000000))": "function hex",
    "SELECT randomblob(1000000000)": "function randomblob",
    "SELECT printf('%.*c', 1000000000, 'x')": "function printf",
    "SELECT sql FROM sqlite_master": "tables of SQLite's own",
    "SELECT COUNT(*) FROM sqlite_schema": "tables of SQLite's own",
    "SELECT name FROM customers UNION SELECT sql FROM sqlite_master": "tables of SQLite's own",
    "SELECT * FROM pragma_table_info('customers')": "tables of SQLite's own",
    "SELECT COUNT(*) FROM pragma_database_list": "tables of SQLite's own",
    "SELECT * FROM json_each('[1]')": "tables of SQLite's own",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT n FROM r": "WITH RECURSIVE",
    ".shell ls": "not a SELECT",
    "EXPLAIN QUERY PLAN SELECT 1": "begins with 'EXPLAIN'",
    "CREATE TRIGGER t AFTER INSERT ON customers BEGIN SELECT 1; END": "begins with 'CREATE'",
    "SAVEPOINT a": "begins with 'SAVEPOINT'",
    "REINDEX": "begins with 'REINDEX'",
    "ANALYZE": "begins with 'ANALYZE'",
    "WITH a AS (SELECT 1) REPLACE INTO customers VALUES (1, '', '', '')": "INSERT into customers",
    "SELECT * FROM sqlite_temp_master": "tables of SQLite's own",
    "SELECT * FROM dbstat": "tables of SQLite's own",
    "SELECT zeroblob(1000000000)": "function zeroblob",
    "SELECT replace(name, 'a', name) FROM customers": "function replace",
    "SELECT 'a' GLOB 'b'": "function glob",
    "SELECT 'a' MATCH 'b'": "function match",
    "SELECT '{}' -> 'a'": "function ->",
    "SELECT json('{}')": "function json",
    "SELECT quote(name) FROM customers": "function quote",
    "SELECT format('%d', 1)": "function format",
    "SELECT random()": "function random",
    "SELECT sqlite_version()": "function sqlite_version",
    "SELECT fts3_tokenizer('x')": "function fts3_tokenizer",
}


@pytest.mark.parametrize(("sql", "reason"), REFUSED.items())
def test_all_else_is_refused_in_one_line_and_changes_nothing(shop, sql, reason):
    before = list(shop.iterdump())
    with pytest.raises(Refused) as error:
        run_query(sql, shop)
    assert reason in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert list(shop.iterdump()) == before


@pytest.fixture(scope="module")
def texts() -> sqlite3.Connection:
    """Twenty rows of two long texts, and the numbers from 0 to 999."""
    source = sqlite3.connect(":memory:")
    source.executescript("CREATE TABLE texts (a, b); CREATE TABLE n (i INTEGER)")
    source.executemany("INSERT INTO texts VALUES (?, ?)", [("a" * 98_000, "b" * 98_000)] * 20)
    source.executemany("INSERT INTO n VALUES (?)", [(number,) for number in range(1_000)])
    source.commit()
    return source


TIME, MEMORY, ROWS, BYTES = "took longer than", "64 MB of memory", "more than 100 rows", "1000000 b"
PAIRS = "SELECT COUNT(*) FROM texts x, texts y WHERE"
DOUBLES = ", ".join(f"c{n + 1} AS (SELECT 1 FROM c{n} a, c{n} b)" for n in range(24))
LIMITS = {
    # Time: many steps of SQLite's machine, or few long ones, which it cannot stop by itself.
    "SELECT COUNT(*) FROM n a, n b, n c, n d": TIME,
    "SELECT max((SELECT COUNT(*) FROM n a, n b WHERE a.i + b.i > c.i)) FROM n c": TIME,
    f"{PAIRS} instr(x.a || '', substr(y.a, 1, 49000) || 'b')": TIME,
    f"SELECT COUNT(*) FROM texts x, n WHERE x.a LIKE '%{'a' * 900}b'": TIME,
    f"{PAIRS} trim(x.a, substr(y.b, 1, 8000) || 'a') = ''": TIME,
    f"{PAIRS} x.a LIKE '%{'a' * 5_000}b'": "pattern too complex",
    f"{PAIRS} x.a LIKE y.a": "pattern too complex",
    # Memory, while it is run and already while it is read.
    "SELECT a.i, b.i, c.i FROM n a, n b, n c ORDER BY b.i - a.i": f"{MEMORY}|{TIME}",
    f"WITH c0 AS (SELECT 1), {DOUBLES} SELECT COUNT(*) FROM c24": f"{MEMORY}|{TIME}",
    # One value.
    "SELECT a || b FROM texts": "too big",
    "SELECT upper(a) || lower(b) FROM texts": "too big",
    "SELECT group_concat(a) FROM texts": "too big",
    # Rows, columns, and all of them together.
    "SELECT i FROM n": ROWS,
    "SELECT a.i, b.i FROM n a, n b LIMIT 101": ROWS,
    "SELECT group_concat(i) OVER (ORDER BY i) FROM n": ROWS,
    f"SELECT {', '.join(['a'] * 1_900)} FROM texts": "too many columns",
    "SELECT * FROM texts a, texts b, texts c, (SELECT " + "1, " * 195 + "1)": "too many columns",
    f"SELECT {', '.join(['a'] * 200)} FROM texts LIMIT 1": BYTES,
    "SELECT a, b FROM texts": BYTES,
    "SELECT CAST(a AS BLOB) FROM texts": BYTES,
    # The statement itself.
    f"SELECT '{'x' * 20_000}'": "too large",
    " UNION ALL ".join(["SELECT 1"] * 600): "too large",
    f"SELECT {'+'.join('1' * 4_000)}": "Expression tree is too large",
    f"SELECT {'(' * 2_000}1{')' * 2_000}": "parser stack overflow|too large",
    f"SELECT 1 FROM {', '.join(f'n t{number}' for number in range(70))}": "at most 64 tables",
}


@pytest.mark.parametrize(("sql", "ending"), LIMITS.items())
def test_limits_hold_for_time_memory_rows_columns_and_bytes(texts, sql, ending):
    start = time.monotonic()
    with pytest.raises((Refused, sqlite3.Error), match=ending):
        run_query(sql, texts, seconds=1 if TIME in ending else 30)
    if ending == TIME:  # the process was killed, whatever it did
        assert time.monotonic() - start < 20  # 1 s and a machine that does other work


def test_just_enough_is_no_error(shop, texts):
    assert len(run_query("SELECT id FROM customers", shop, max_rows=16)) == 16
    with pytest.raises(Refused, match="more than 15 rows"):
        run_query("SELECT id FROM customers", shop, max_rows=15)
    (row,) = run_query(f"SELECT {', '.join(['a'] * 10)} FROM texts LIMIT 1", texts)
    assert sum(map(len, row)) == 980_000


@pytest.mark.skipif(sys.platform == "win32", reason="a process's memory is read as on Unix")
def test_the_memory_of_the_process_stays_small(texts):
    """In a process of its own, since the system counts the largest child of all."""
    code = f"""if True:
        import resource, sqlite3
        from snippets.code.safe_query import run_query
        source = sqlite3.connect(":memory:")
        source.executescript("CREATE TABLE t (a)")
        source.executemany("INSERT INTO t VALUES (?)", [("é" * 20_000,)] * 20)
        source.commit()
        for sql in (
            "SELECT {", ".join(["a"] * 200)} FROM t",
            "SELECT x.a || y.rowid FROM t x, t y, t z ORDER BY y.rowid * z.rowid",
        ):
            try:
                run_query(sql, source)
            except ValueError as error:
                print(error)
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    one, two, size = done.stdout.splitlines()
    assert BYTES in one and MEMORY in two
    unit = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, kB on Linux
    assert int(size) * unit < 250e6


def test_a_mistake_in_the_sql_is_sqlites_own_error(shop):
    with pytest.raises(sqlite3.OperationalError, match="no such column: town"):
        run_query("SELECT town FROM customers", shop)


def test_open_changes_are_an_error_at_once_instead_of_a_wait_for_ever():
    source = sqlite3.connect(":memory:")
    source.executescript("CREATE TABLE t (a)")
    source.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(ValueError, match=r"call source\.commit\(\) first"):
        run_query("SELECT a FROM t", source)
    source.commit()
    assert run_query("SELECT a FROM t", source) == [(1,)]


def test_a_file_that_is_written_while_it_is_read(tmp_path):
    source = sqlite3.connect(tmp_path / "shop.db")
    source.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    assert run_query("SELECT a, x'00ff', 1e999 FROM t", source) == [(1, b"\x00\xff", math.inf)]


def test_a_file_is_opened_so_that_nothing_can_write_to_it(tmp_path):
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as writable:
        writable.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    content = path.read_bytes()
    assert run_query("SELECT a FROM t", source) == [(1,)]
    with pytest.raises(Refused):
        run_query("WITH x AS (SELECT 1) DELETE FROM t", source)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        source.execute("DELETE FROM t")
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["shop.db"]


def test_rows_are_compared_as_a_bag_unless_their_order_counts():
    one, two = [("a", 1), ("b", 2)], [("b", 2), ("a", 1)]
    assert [same_rows(one, two, ordered=order) for order in (False, True)] == [True, False]
    assert same_rows(one, one, ordered=True)
    assert same_rows([(0.1 + 0.2, None)], [(0.3, None)])
    others = {"a row too often": (one, [*one, ("a", 1)]), "none": ([], [(None,)])}
    others["turned"] = [(1, 2)], [(2, 1)]
    assert [why for why, pair in others.items() if same_rows(*pair)] == []
