"""The solutions that the exercises of section 7 print are run."""

import json

from hooks.core.paths import DOCS


def test_a_right_query_agrees_in_all_copies_and_a_wrong_one_in_some(shop, solution):
    agreement = solution("agreement").agreement
    count = "SELECT COUNT(*) FROM orders WHERE status = '{}'"
    right = "SELECT SUM(status = 'canceled') FROM orders"
    before = list(shop.iterdump())
    assert agreement(right, count.format("canceled"), shop) == 20
    wrong = agreement(count.format("returned"), count.format("canceled"), shop)
    assert 0 < wrong < 20  # the exercise says: in some of them, by luck
    tables = "customers JOIN orders ON customer_id = customers.id"
    names = f"SELECT DISTINCT name FROM {tables} WHERE status = '{{}}'"
    assert agreement(names.format("shipped"), names.format("canceled"), shop) <= wrong
    assert list(shop.iterdump()) == before


def test_survivors_are_what_the_cases_do_not_notice(solution):
    found = solution("survivors")
    survivors, lazy = found.survivors, found.LAZY
    assert survivors([[1], [0]], [1, 0], lazy) == lazy[2:]
    assert survivors([[1], [0]], [2, 0], lazy) == []
    assert survivors([[0]], [0], lazy) == [lazy[0], lazy[2]]


def test_no_lazy_function_passes_and_one_that_is_slightly_off_does(solution):
    found = solution("survivors")
    rows = json.loads((DOCS / "code" / "tasks.json").read_text("utf-8"))
    for row in rows:
        assert found.survivors(row["calls"], row["expected"], found.LAZY) == [], row["request"]
    (bound,) = [row for row in rows if "greater than 17" in row["request"]]
    off = ["def solve(x):\n    return x > 20"]
    assert found.survivors(bound["calls"], bound["expected"], off) == off
    assert found.survivors([*bound["calls"], [18]], [*bound["expected"], True], off) == []
