"""The code stand-in: Qwen2's own classes, clean splits, a shop that is drawn."""

import csv
import random
import sqlite3

import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from hooks.core.paths import DOCS
from hooks.hub.stand_ins.code_generation import functions, questions, shop
from hooks.training.code_generation import recipe
from snippets.code.code_generation import PYTHON, SQL


@pytest.fixture(scope="module")
def coder(repository):
    tokenizer = AutoTokenizer.from_pretrained(repository, padding_side="left")
    return tokenizer, AutoModelForCausalLM.from_pretrained(repository).eval()


def test_it_loads_through_the_plain_calls(coder):
    tokenizer, model = coder
    kinds = type(model).__name__, type(tokenizer).__name__
    assert kinds == ("Qwen2ForCausalLM", "Qwen2Tokenizer")
    assert len(tokenizer) == model.config.vocab_size


def test_any_text_survives_the_tokenizer(coder):
    tokenizer, _ = coder
    draw = random.Random(7)
    texts = [text for pair in questions.held_out()[::9] for text in pair]
    texts += [text for _ in range(30) for text in functions.pair(draw, held_out=True)]
    for text in [*texts, "Quixotic zebras, 1234!\n\té"]:
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_the_prompts_of_snippet_and_shop_are_pieces_it_knows(coder):
    tokenizer, _ = coder
    for text in (PYTHON, "\n".join([SQL, *shop.SCHEMA])):
        assert len(tokenizer(text)["input_ids"]) == 1


def test_the_shop_of_the_page_is_the_one_that_is_drawn():
    assert shop.FILE.read_text("utf-8") == shop.script()
    assert shop.script(21) != shop.script()
    for one in recipe.shops():
        count = "SELECT COUNT(*) FROM customers WHERE NOT EXISTS "
        count += "(SELECT 1 FROM orders WHERE customer_id = customers.id)"
        assert one.execute(count).fetchone() == (2,)
        assert one.execute("SELECT COUNT(DISTINCT price) FROM products").fetchone() == (20,)
        (orphans,) = one.execute("SELECT COUNT(*) FROM orders WHERE customer_id IS NULL").fetchone()
        assert orphans == 2


def test_every_stored_query_runs_and_every_slot_has_values():
    source = sqlite3.connect(":memory:")
    source.executescript(shop.script())
    for question, sql in questions.stored():
        slots = questions.SLOT.findall(question)
        assert slots == list(dict.fromkeys(slots))
        assert set(slots) == set(questions.SLOT.findall(sql))
        chosen = {slot: shop.values(slot, shop=True)[0] for slot in slots}
        source.execute(questions.filled(question, sql, chosen)[1])
        for slot in slots:
            assert set(shop.values(slot, shop=True)) <= set(shop.values(slot))
    with pytest.raises(KeyError):
        shop.values("color")


def test_training_and_evaluation_share_no_query_and_no_function():
    draw = random.Random(8)
    held_out = {sql for _, sql in questions.held_out()}
    assert len(held_out) > 100
    stored = questions.stored()
    assert not held_out & {questions.training_pair(draw, stored)[1] for _ in range(2_000)}
    evaluated = {functions.pair(draw, held_out=True)[1] for _ in range(200)}
    assert not evaluated & {functions.pair(draw)[1] for _ in range(2_000)}


def test_the_pages_stored_wordings_were_held_out():
    known = dict(questions.held_out())
    with (DOCS / "code" / "questions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "stored wording"]
    assert len(rows) == 24
    assert all(known[row["question"]] == row["sql"] for row in rows)
