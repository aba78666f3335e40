# %% [markdown]
# # Demo {{ demo.code_generation }} · Generating SQL and code
#
# "How many orders were placed in April?" A code model drafts the query. This demo runs the draft where it
# can do no harm, compares its rows with those that were expected, and counts: right, wrong without any
# error, did not run. Beside it stands a matcher that picks one of 23 stored queries, without any model. Then the same for
# Python functions, with tests that the model never saw.
#
# Model: [Qwen2.5-Coder-0.5B-Instruct](https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct), which
# follows instructions. It is pinned below.
#
# Data, all made for this course: [a small shop](shop.sql) as SQL, [stored queries](stored.csv),
# [64 questions](questions.csv) with the query that answers each, and
# [20 functions](tasks.json) with hidden tests.

# %% [markdown]
# ## The call
#
# The tables go into the system message, the question into the user's. What comes back is text.

# %% tags=["run"]
import sqlite3
from pathlib import Path

from transformers import pipeline

shop = sqlite3.connect(":memory:")
shop.executescript(Path("shop.sql").read_text())
creates = shop.execute("SELECT sql FROM sqlite_master WHERE type = 'table'").fetchall()
schema = "\n".join(sql for (sql,) in creates)
print(schema)

coder = pipeline(
    "text-generation",
    model="Qwen/Qwen2.5-Coder-0.5B-Instruct",
    revision="ea3f2471cf1b1f0db85067f1ef93848e38e88c25",
)
rules = "You write SQLite queries. Answer with one SELECT statement and nothing else."
chat = [
    {"role": "system", "content": f"{rules}\n{schema}"},
    {"role": "user", "content": "How many orders were placed in April?"},
]
(answer,) = coder(chat, max_new_tokens=80, do_sample=False)
print()
print(answer["generated_text"][-1]["content"])
del coder

# %% [markdown]
# ## The snippet
#
# The same for many requests at once, with the code taken out of its fence. It runs nothing.

# %% tags=["snippet"]
--8<-- "snippets/code/code_generation.py"

# %% [markdown]
# ## A place where a query can do no harm
#
# Four walls, one behind the other. The first word must be `SELECT` or `WITH`. SQLite asks a function of ours about every
# part of the statement, and that function knows a short list of what is allowed. The query runs on a copy
# that refuses writing. And it runs in a process of its own: killed after three seconds, stopped at the 101st row, at 1 MB of
# rows, or at 64 MB of memory.

# %% tags=["safe-query"]
--8<-- "snippets/code/safe_query.py"

# %% [markdown]
# Here is what happens to statements that a model, or somebody who talks to it, could come up with.

# %% tags=["refuse", "no-model"]
hostile = [
    "DROP TABLE customers",
    "SELECT 1; DROP TABLE customers",
    "-- only a SELECT\nDELETE FROM customers",
    "WITH x AS (SELECT 1) DELETE FROM customers",
    "ATTACH 'other.db' AS other",
    "PRAGMA query_only = OFF",
    "SELECT * FROM pragma_database_list",
    "SELECT load_extension('evil')",
    "SELECT sql FROM sqlite_master",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "SELECT COUNT(*) FROM orders a, orders b, orders c, orders d, orders e, orders f",
    "SELECT a.name FROM customers a, customers b",
]
before = list(shop.iterdump())
for text in hostile:
    try:
        verdict = f"ran: {run_query(text, shop)}"
    except Refused as error:
        verdict = str(error)
    print(text.replace("\n", " \\n ")[:84])
    print("    ->", verdict)
print("the shop is as it was:", list(shop.iterdump()) == before)

# %% [markdown]
# The first rule of the list is that it is a list of what may pass. A list of what may not (`DROP`, `DELETE`, …)
# always misses something.
#
# This guards the database, and your program against a query that never ends. SQLite itself is C code, and a
# new fault in it would be reachable, with the rights of that process. Where strangers can ask, run it in a container, too, and
# give the database user no rights but reading.

# %% [markdown]
# ## Rows, compared
#
# Two queries can look different and say the same. So the question is not what the query looks like but which rows it
# returns: *execution accuracy*. Three kinds of questions:
#
# - **stored wording**: one of 46 sentences, with a city, a name or a number filled in. The stand-in learned from such
#   sentences, and saw none of these 24.
# - **other wording**: the same things, asked as people ask.
# - **other question**: things that no stored query answers.

# %% tags=["ask"]
import csv

tokenizer, model = load_coder()
with open("questions.csv", encoding="utf-8", newline="") as file:
    questions = list(csv.DictReader(file))
system = f"{SQL}\n{schema}"
drafts = draft([row["question"] for row in questions], system, tokenizer, model)


def outcome(sql: str, expected: list[tuple], parameters: dict | None = None) -> str:
    try:
        rows = run_query(sql, shop, parameters)
    except (Refused, sqlite3.Error) as error:
        return f"did not run: {error}"
    return "right rows" if same_rows(rows, expected) else "wrong rows"


for row, sql in zip(questions, drafts):
    row["draft"] = sql
    row["expected"] = run_query(row["sql"], shop)
    row["model"] = outcome(sql, row["expected"])
    if row in questions[::16]:
        print(row["question"], "\n   ", sql[:110], "\n    ->", row["model"][:80])

# %% [markdown]
# ## The baseline: stored queries, no model
#
# Values are found because the database knows them. The stored query with the same kinds of values and the most
# words in common wins. If fewer than a third of the words agree, the matcher says that it has nothing, and a
# person can be asked. Values go in as parameters, never as text.

# %% tags=["baseline", "no-model"]
COLUMNS = {
    "city": "SELECT DISTINCT city FROM customers",
    "name": "SELECT name FROM customers",
    "product": "SELECT name FROM products",
    "category": "SELECT DISTINCT category FROM products",
    "status": "SELECT DISTINCT status FROM orders",
}
known = {slot: [one for (one,) in shop.execute(sql)] for slot, sql in COLUMNS.items()}
months = "January February March April May June".split()
known["month"] = months
with open("stored.csv", encoding="utf-8", newline="") as file:
    stored = [
        (set(re.findall(r":?\w+", row["question"].lower().replace(":k", ":n"))), row)
        for row in csv.DictReader(file)
    ]


def match(question: str) -> tuple[str, dict] | None:
    """The stored query that fits best, with its parameters; None if none fits."""
    found = {}
    for slot, values in known.items():
        for value in values:
            if re.search(rf"\b{value}\b", question):
                question = re.sub(rf"\b{value}\b", f":{slot}", question)
                found[slot] = value
    if number := re.search(r"\b\d+\b", question):
        question = question.replace(number[0], ":n", 1)
        found["n"] = int(number[0])
    words = set(re.findall(r":?\w+", question.lower()))
    slots = {f":{slot}" for slot in found}
    fits = [
        (len(words & other) / len(words | other), row["sql"])
        for other, row in stored
        if {word for word in other if word[0] == ":"} == slots
    ]
    score, sql = max(fits, default=(0, ""))
    if "month" in found:
        found["month"] = f"2026-{months.index(found['month']) + 1:02}"
    return (sql, found | {"k": found.get("n")}) if score > 1 / 3 else None


for row in questions:
    hit = match(row["question"])
    row["matcher"] = outcome(hit[0], row["expected"], hit[1]) if hit else "says no"

# %% tags=["score"]
kinds = list(dict.fromkeys(row["kind"] for row in questions))
print(f"{'':<22}" + "".join(f"{kind:>16}" for kind in kinds))
for who, last in (("model", "did not run"), ("matcher", "says no")):
    for what in ("right rows", "wrong rows", last):
        line = f"{who:<9}{what:<13}"
        for kind in kinds:
            of = [row for row in questions if row["kind"] == kind]
            count = sum(row[who].startswith(what) for row in of)
            line += f"{count:>10} of {len(of)}"
        print(line)

# %% [markdown]
# Read three things. The first column: what each of the two is worth where the questions are known. The fall from the first
# column to the others. And the middle line of each: *wrong rows* is the expensive outcome, because nobody is
# told.

# %% [markdown]
# ## Limits: wrong, and nothing says so
#
# The first drafts that ran without an error and returned the wrong rows.

# %% tags=["silent"]
silent = [row for row in questions if row["model"] == "wrong rows"]
print(len(silent), "of", len(questions), "drafts ran and were wrong, for example:")
for row in silent[:3]:
    print(f"\n{row['question']}\n    {row['draft'][:150]}")
    print("    rows:    ", str(run_query(row["draft"], shop, max_rows=9999))[:70])
    print("    expected:", str(row["expected"])[:70])

# %% [markdown]
# People make such mistakes, too. Three classics, written by hand. Each query looks right, runs, and returns
# something plausible.

# %% tags=["classics", "no-model"]
classics = [
    (
        "How many open orders are there?",
        "SELECT COUNT(*) FROM orders JOIN order_lines ON order_id = id"
        " WHERE status = 'open'",
        "SELECT COUNT(*) FROM orders WHERE status = 'open'",
        "counts lines: the join repeats an order for each of its lines",
    ),
    (
        "Which customers have never ordered?",
        "SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
        "SELECT name FROM customers WHERE NOT EXISTS"
        " (SELECT 1 FROM orders WHERE customer_id = customers.id)",
        "a guest's order has no customer: NOT IN a list with NULL is never true",
    ),
    (
        "What were the orders of January worth?",
        "SELECT SUM(price) FROM orders JOIN order_lines ON order_id = orders.id"
        " JOIN products ON products.id = product_id WHERE ordered LIKE '2026-01%'",
        "SELECT SUM(price * quantity) FROM orders JOIN order_lines"
        " ON order_id = orders.id JOIN products ON products.id = product_id"
        " WHERE ordered LIKE '2026-01%'",
        "forgets the quantity",
    ),
]
for question, wrong, good, why in classics:
    print(question)
    print("    plausible:", run_query(wrong, shop), " right:", run_query(good, shop))
    print(f"    {why}")

# %% [markdown]
# ## Limits: another schema
#
# The same questions over the same shop, after somebody renamed two columns. The new schema stands in the prompt: a model that
# reads it keeps its score.

# %% tags=["renamed"]
import contextlib

changed = schema.replace("city TEXT", "town TEXT").replace("ordered TEXT", "day TEXT")
moved = sqlite3.connect(":memory:")
shop.backup(moved)
moved.execute("ALTER TABLE customers RENAME COLUMN city TO town")
moved.execute("ALTER TABLE orders RENAME COLUMN ordered TO day")
moved.commit()
some = [
    row
    for row in questions
    if row["kind"] == "stored wording" and re.search(r"city|ordered", row["sql"])
]
again = draft([row["question"] for row in some], f"{SQL}\n{changed}", tokenizer, model)
right = 0
for row, sql in zip(some, again):
    with contextlib.suppress(Refused, sqlite3.Error):
        right += same_rows(run_query(sql, moved), row["expected"])
before = sum(row["model"] == "right rows" for row in some)
print(f"{len(some)} questions that need a renamed column")
print(f"old names: {before} right, new names: {right} right")

# %% [markdown]
# ## A Python function, and tests it never saw
#
# Generated Python is worse than generated SQL: it can do anything that you can. `safe_python` parses it first. What is not on a
# list of allowed syntax, names and methods is refused before it runs. Then it runs in a process of its
# own, with limits on time, memory, files and processes.

# %% tags=["safe-python"]
--8<-- "snippets/code/safe_python.py"

# %% tags=["python-refuse", "no-model"]
hostile = [
    "import os\nos.remove('shop.db')",
    "def solve(x):\n    return __import__('os').listdir('/')",
    "def solve(x):\n    return x.__class__.__base__.__subclasses__()",
    "def solve(x):\n    return open('/etc/passwd')",
    "def solve(x):\n    return '{0.__class__}'.format(x)",
    "def solve(x):\n    while True:\n        x = x + 1",
]
for code in hostile:
    try:
        verdict = f"ran: {run_function(code, [[1]])}"
    except Refused as error:
        verdict = str(error)
    print(code.replace("\n", " \\n ")[:84])
    print("    ->", verdict.split(":")[0] if "limit" in verdict else verdict)

# %% [markdown]
# The fourth ran into a name that does not exist there. Such a list keeps accidents away, and most attacks that we know of. It is
# no proof: Python was never made to hold hostile code. For code from strangers take a container or
# a virtual machine without network, and throw it away afterwards.
#
# Twenty requests. Ten are put together from parts that the stand-in knows, in combinations that it never
# saw; ten are other small functions. A function passes if *all* its hidden cases give the expected
# result, empty lists and texts included.

# %% tags=["python"]
import json

functions = json.loads(Path("tasks.json").read_text())
codes = draft([row["request"] for row in functions], PYTHON, tokenizer, model)
for row, code in zip(functions, codes):
    row["code"] = code
    try:
        results = run_function(code, row["calls"])
        good = sum(one == two for one, two in zip(results, row["expected"]))
        row["result"] = f"{good} of {len(results)} cases"
        row["passes"] = good == len(results)
    except Refused:
        row["result"], row["passes"] = "refused", False
for kind in dict.fromkeys(row["kind"] for row in functions):
    some = [row for row in functions if row["kind"] == kind]
    print(f"{kind}: {sum(row['passes'] for row in some)} of {len(some)} pass")
failed = [row for row in functions if not row["passes"]]
for row in failed[:2]:
    print(f"\n{row['request']}\n{row['code'][:200]}\n-> {row['result']}")

# %% [markdown]
# A result such as *3 of 4 cases* is the one to look for: a function that is right on the examples one would
# try, and wrong on the empty list.

# %% [markdown]
# ## What it costs
#
# The model against the matcher, on the same 64 questions.

# %% tags=["timing"]
import time

start = time.perf_counter()
draft([row["question"] for row in questions], system, tokenizer, model)
seconds = (time.perf_counter() - start) / len(questions)
weights = sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6
start = time.perf_counter()
for row in questions:
    match(row["question"])
matching = (time.perf_counter() - start) / len(questions)
stored_mb = Path("stored.csv").stat().st_size / 1e6
print(f"{'':<9}{'ms a question':>14}{'MB':>10}")
print(f"{'model':<9}{1000 * seconds:>14.1f}{weights:>10,.1f}  weights")
print(f"{'matcher':<9}{1000 * matching:>14.1f}{stored_mb:>10.3f}  stored queries")
