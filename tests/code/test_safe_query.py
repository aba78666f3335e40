"""The place where a generated query runs: nothing gets out of it, and right answers come back."""

import sqlite3
import time

import pytest

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
    "SELECT sql FROM sqlite_master": "reading sqlite_master",
    "SELECT COUNT(*) FROM sqlite_schema": "reading sqlite_",
    "SELECT name FROM customers UNION SELECT sql FROM sqlite_master": "reading sqlite_master",
    "SELECT * FROM pragma_table_info('customers')": "not allowed",
    "SELECT COUNT(*) FROM pragma_database_list": "not allowed",
    "SELECT * FROM json_each('[1]')": "not allowed",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT n FROM r": "WITH RECURSIVE",
}


@pytest.mark.parametrize(("sql", "reason"), REFUSED.items())
def test_all_else_is_refused_in_one_line_and_changes_nothing(shop, sql, reason):
    before = list(shop.iterdump())
    with pytest.raises(Refused) as error:
        run_query(sql, shop)
    assert reason in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert list(shop.iterdump()) == before


@pytest.mark.parametrize(
    "query", ["SELECT COUNT(*) FROM {}", "SELECT DISTINCT 1 FROM {} ORDER BY t1.rowid"]
)
def test_a_query_that_would_run_for_ever_is_stopped(shop, query):
    joined = ", ".join(f"order_lines AS t{number}" for number in range(12))
    start = time.monotonic()
    with pytest.raises(Refused, match=r"took longer than 0\.2 s"):
        run_query(query.format(joined), shop, seconds=0.2)
    assert time.monotonic() - start < 10  # 0.2 s and a machine that does other work


def test_too_many_rows_are_an_error_and_exactly_enough_are_not(shop):
    with pytest.raises(Refused, match="more than 15 rows"):
        run_query("SELECT id FROM customers", shop, max_rows=15)
    assert len(run_query("SELECT id FROM customers", shop, max_rows=16)) == 16


def test_a_value_cannot_fill_the_memory(shop):
    sql = "SELECT group_concat(a.name) FROM customers a, customers b, customers c, customers d"
    with pytest.raises(sqlite3.Error, match="too big"):
        run_query(sql, shop)


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
