"""The snippet and its data, with the real library, on what the offline Hub serves."""

import json

import pytest

from hooks.core.paths import DOCS
from snippets.code.code_generation import FENCE, PYTHON, SQL, draft, load_coder
from snippets.code.safe_python import run_function
from snippets.code.safe_query import run_query, same_rows
from tests.conftest import rows

CODE = DOCS / "code"
coder = pytest.fixture(load_coder, scope="module")


@pytest.fixture(scope="module")
def system(shop) -> str:
    tables = shop.execute("SELECT sql FROM sqlite_master WHERE type = 'table'").fetchall()
    return "\n".join([SQL, *(sql for (sql,) in tables)])


def test_a_plain_question_gets_a_query_with_the_right_rows(coder, shop, system):
    (sql,) = draft(["How many customers live in Lyon?"], system, *coder)
    assert sql.upper().startswith("SELECT")
    assert run_query(sql, shop) == [(3,)]


def test_a_plain_request_gets_a_function_that_works(coder):
    (code,) = draft(["Write the function solve(x). It returns x plus 17."], PYTHON, *coder)
    assert run_function(code, [[0], [25]]) == [17, 42]


def test_a_batch_gives_what_single_requests_give_in_the_same_order(coder, system):
    asked = [row["question"] for row in rows(CODE / "questions.csv")[:5]]
    assert len({len(one.split()) for one in asked}) > 1  # of several lengths: padding counts
    alone = [draft([one], system, *coder)[0] for one in asked]
    assert draft(asked, system, *coder, batch_size=3) == alone


def test_an_answer_ends_at_the_limit(coder, system):
    tokenizer, _ = coder
    (sql,) = draft(["How many customers live in Lyon?"], system, *coder, max_new_tokens=2)
    assert len(tokenizer(sql)["input_ids"]) <= 2


def test_no_requests_give_no_drafts(coder):
    assert draft([], SQL, *coder) == []


def test_bad_input_is_named(coder, bad_texts):
    texts, refused = bad_texts
    with refused:
        draft(texts, SQL, *coder)


@pytest.mark.parametrize(
    "text",
    [
        "```sql\nSELECT 1;\n```",
        "Here it is:\n```\nSELECT 1;\n```\nIt returns one.",
        "```SQL\nSELECT 1;",  # cut off at the limit
        "```sql\nSELECT 1;\n```\n```sql\nSELECT 2;\n```",
    ],
)
def test_the_first_fence_is_taken_off(text):
    assert FENCE.findall(text)[0].strip() == "SELECT 1;"


# ---- the data that the demo asks about


def test_every_question_has_a_query_that_gives_rows_in_this_shop(shop):
    found = rows(CODE / "questions.csv")
    kinds = [row["kind"] for row in found]
    assert [kinds.count(kind) for kind in dict.fromkeys(kinds)] == [24, 24, 16]
    assert len({row["question"] for row in found}) == 64
    for row in found:  # an empty answer would agree with any query that finds nothing
        assert run_query(row["sql"], shop) not in ([], [(None,)], [(0,)]), row["question"]


def test_a_stored_query_is_the_same_for_each_of_its_wordings(shop):
    found = rows(CODE / "stored.csv")
    assert len(found) == 46
    assert len({row["sql"] for row in found}) == 23


def test_by_hand_rows_of_the_shop(shop):
    # Counted in shop.sql with a text editor.
    cities = "SELECT name FROM customers WHERE city = 'Rome'"
    assert same_rows(run_query(cities, shop), [("Iris Jansen",), ("Jonas Kovac",)])
    assert run_query("SELECT price FROM products WHERE name = 'tea pot'", shop) == [(83,)]


def test_each_function_has_a_case_that_is_empty_or_negative_or_an_edge():
    found = json.loads((CODE / "tasks.json").read_text("utf-8"))
    assert len(found) == 20
    for row in found:
        assert len(row["calls"]) == len(row["expected"]) >= 3
        assert row["request"].startswith("Write the function solve(")
