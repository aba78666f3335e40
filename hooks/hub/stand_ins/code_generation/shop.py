"""The shop that the demo asks about, and the values that its questions name.

`python -m hooks.hub.stand_ins.code_generation.shop` writes it as SQL to `docs/code/shop.sql`: four
tables, about 170 rows, the same ones in every run.
"""

import random

from hooks.core.paths import DOCS

FILE = DOCS / "code" / "shop.sql"
STATEMENTS = """\
CREATE TABLE customers (
  id INTEGER PRIMARY KEY, name TEXT, city TEXT, joined TEXT)
CREATE TABLE products (
  id INTEGER PRIMARY KEY, name TEXT, category TEXT, price INTEGER /* euros */)
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),
  ordered TEXT /* such as 2026-05-31 */,
  status TEXT /* open, shipped, returned or canceled */)
CREATE TABLE order_lines (
  order_id INTEGER REFERENCES orders (id),
  product_id INTEGER REFERENCES products (id), quantity INTEGER)"""
SCHEMA = [f"CREATE{one}".strip() for one in STATEMENTS.split("CREATE")[1:]]  # a statement each

# The shop sells and knows the first ones of each list. Training also uses the others.
NAMES = (
    """Ada Bruno Chloe Dario Emma Felix Greta Hugo Iris Jonas Klara Leo Mila Noah Olga Paul
    Rosa Simon Tilda Victor Wanda Yara Anton Bella""",
    """Berg Costa Dubois Ek Fischer Garcia Holm Ivanov Jansen Kovac Lopez Moreau Novak Olsen
    Petit Quist Rossi Silva Torres Urban Vidal Weber Young Zeman""",
    """Rome Lisbon Vienna Oslo Prague Lyon Ghent Porto Turin Malmo Bergen Basel Graz Nice
    Leeds Cork Gdansk Brno Split Tartu Riga Sofia Athens Dublin""",
)
FIRST, LAST, CITIES = (names.split() for names in NAMES)
CATEGORIES = ["kitchen", "garden", "office", "travel", "sports", "music", "bath", "school"]
PRODUCTS = {
    "kitchen": ["bread knife", "tea pot", "soup bowl", "salad fork", "rice cooker"],
    "garden": ["hose reel", "plant pot", "rain barrel", "bird house", "seed tray"],
    "office": ["desk lamp", "paper tray", "wall clock", "book stand", "note pad"],
    "travel": ["neck pillow", "rain coat", "day pack", "water flask", "map case"],
    "sports": ["yoga mat", "jump rope", "tennis ball", "swim cap", "ski wax"],
    "music": ["drum stick", "guitar strap", "piano bench", "violin bow", "flute case"],
    "bath": ["hand towel", "soap dish", "bath mat", "hair brush", "sponge bag"],
    "school": ["lunch box", "pencil case", "chalk board", "glue stick", "wax crayon"],
}
STATUSES = ["open", "shipped", "returned", "canceled"]
MONTHS = {
    "January": "01",
    "February": "02",
    "March": "03",
    "April": "04",
    "May": "05",
    "June": "06",
}
SOLD = CATEGORIES[:4]  # the shop's own categories
KNOWN = CITIES[:7]  # the cities of its customers
# Names of customers, fixed: questions written by hand name them.
CUSTOMERS = [f"{first} {last}" for first, last in zip(FIRST[:16], LAST[:16], strict=True)]


def tables(seed: int = 20) -> dict[str, list[tuple]]:
    """Return the rows of each table; another seed gives another shop with the same names.

    Two orders are from guests, without a customer. Two customers never ordered, two products were
    never ordered. All prices differ.
    """
    draw = random.Random(seed)
    joined = sorted(f"2025-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}" for _ in CUSTOMERS)
    cities = [*KNOWN, *draw.choices(KNOWN, k=len(CUSTOMERS) - len(KNOWN))]
    draw.shuffle(cities)
    customers = [(i, *one) for i, one in enumerate(zip(CUSTOMERS, cities, joined, strict=True), 1)]
    names = [(name, category) for category in SOLD for name in PRODUCTS[category]]
    prices = draw.sample(range(4, 95), len(names))
    products = [(i, *names[i - 1], price) for i, price in enumerate(prices, 1)]
    buyers = [*draw.sample(range(1, 17), 14)]
    ordering = [*buyers, *draw.choices(buyers, k=24), None, None]
    draw.shuffle(ordering)
    days = sorted(
        f"2026-{draw.choice(list(MONTHS.values()))}-{draw.randint(1, 28):02}" for _ in ordering
    )
    orders = [
        (101 + i, who, day, draw.choices(STATUSES, [3, 6, 2, 2])[0])
        for i, (who, day) in enumerate(zip(ordering, days, strict=True))
    ]
    wanted = draw.sample(range(1, len(products) + 1), len(products) - 2)
    lines = [
        (order[0], product, draw.choice([1, 1, 1, 2, 3, 5]))
        for order in orders
        for product in sorted(draw.sample(wanted, draw.choice([1, 2, 2, 3, 4])))
    ]
    return {"customers": customers, "products": products, "orders": orders, "order_lines": lines}


def script(seed: int = 20) -> str:
    """Return the SQL that builds the shop in an empty database."""
    parts = ["-- The shop of this demo: all invented."]
    for create, (name, rows) in zip(SCHEMA, tables(seed).items(), strict=True):
        values = ",\n".join(f"  ({', '.join(map(_literal, row))})" for row in rows)
        parts += [f"{create};", f"INSERT INTO {name} VALUES\n{values};"]
    return "\n".join(parts) + "\n"


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) else str(value)


def values(kind: str, shop: bool = False) -> list[str]:
    """Return what may stand in a question for `:city`, `:name` and the like.

    Args:
        kind: The slot's name.
        shop: Only what the shop knows; otherwise training's longer lists.

    Raises:
        KeyError: There is no such slot.
    """
    known = SOLD if shop else CATEGORIES
    return {
        "n": [*map(str, range(5, 91, 5 if shop else 1))],
        "k": [*map(str, range(2, 7))],
        "city": KNOWN if shop else CITIES,
        "name": CUSTOMERS if shop else [f"{a} {b}" for a in FIRST for b in LAST],
        "category": known,
        "product": [product for one in known for product in PRODUCTS[one]],
        "status": STATUSES,
        "month": list(MONTHS),
    }[kind]


if __name__ == "__main__":
    FILE.write_text(script(), encoding="utf-8")
