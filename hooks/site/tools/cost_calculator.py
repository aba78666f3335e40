"""The cost calculator: its fields with defaults and sources, its formula, its static table."""

import math
from dataclasses import dataclass
from html import escape

from hooks.site.tools import data, money

REQUESTS = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)


@dataclass(frozen=True)
class Field:
    """One number that the reader can change."""

    name: str  # also its name in the page's address
    label: str
    default: float
    source: str  # where the default is from, with its date; "" for a plain example
    least: float = 0


GROUPS: dict[str, tuple[Field, ...]] = {
    "Your use": (
        Field("requests", "Requests per month", 1_000_000, "An example.", 1),
        Field("tokens_in", "Tokens in, per request", 300, "An example: a short text."),
        Field("tokens_out", "Tokens out, per request", 20, "An example: a label and a reason."),
    ),
    "API": (
        Field("price_in", "Dollars per million tokens in", 0.10, "gpt-6-luna, November 2026."),
        Field("price_out", "Dollars per million tokens out", 0.50, "gpt-6-luna, November 2026."),
    ),
    "Your own GPU": (
        Field("gpu", "Dollars per GPU hour", 1.79, "A100 80 GB, $1.39 to $1.79, October 2026."),
        Field("hours", "Hours per month", 730, "Always on.", 1),
        Field("speed", "Requests per second and GPU", 50, "No source: measure yours.", 0.001),
        Field("months", "Months that the training pays off over", 12, "An example.", 1),
    ),
    "LoRA, once": (
        Field("lora_hours", "GPU hours of training", 10, "Ten hours cost $14 to $18."),
        Field("lora_people", "Dollars for data and people", 0, "No source: put in yours."),
    ),
    "From scratch, once": (
        Field("scratch", "Dollars for compute", 20, "BERT-base: $20 (MosaicBERT, 2023)."),
        Field("scratch_people", "Dollars for data and people", 0, "No source: put in yours."),
    ),
}
FIELDS = {field.name: field for group in GROUPS.values() for field in group}
DEFAULTS = {name: field.default for name, field in FIELDS.items()}


def per_request(v: dict[str, float]) -> float:
    """Return the API's price of one request, in dollars."""
    return (v["tokens_in"] * v["price_in"] + v["tokens_out"] * v["price_out"]) / 1e6


def own(v: dict[str, float], requests: float, once: float) -> float:
    """Return dollars per month of own GPUs, with what is paid once spread over the months.

    Args:
        v: The values of the form, by name.
        requests: A month.
        once: Dollars that are paid once.
    """
    capacity = v["speed"] * 3600 * v["hours"]
    gpus = max(1, math.ceil(requests / capacity))
    return gpus * v["gpu"] * v["hours"] + once / v["months"]


def once(v: dict[str, float]) -> dict[str, float]:
    """Return what is paid once, in dollars."""
    return {
        "lora": v["lora_hours"] * v["gpu"] + v["lora_people"],
        "scratch": v["scratch"] + v["scratch_people"],
    }


def costs(v: dict[str, float], requests: float) -> dict[str, float]:
    """Return dollars per month of the three ways.

    Args:
        v: The values of the form, by name.
        requests: A month.
    """
    paid = {name: own(v, requests, amount) for name, amount in once(v).items()}
    return {"api": per_request(v) * requests, **paid}


def break_even(v: dict[str, float], paid_once: float) -> float | None:
    """Return the requests per month from which own GPUs are cheaper for good; None if never.

    One more GPU is a step in the cost, so own GPUs can be cheaper, dearer, and cheaper again. What
    counts is the last crossing.

    Args:
        v: The values of the form, by name.
        paid_once: In dollars.
    """
    price, month = per_request(v), v["gpu"] * v["hours"]
    capacity = v["speed"] * 3600 * v["hours"]
    if price * capacity <= month:  # a full GPU costs no less than the API asks for its work
        return None
    fixed = paid_once / v["months"]
    gpus = 1
    # Just above n full GPUs, n + 1 are paid: the API must cost more than that from some n on.
    while price * gpus * capacity < (gpus + 1) * month + fixed and gpus < 10**6:
        gpus += 1
    crossing = (gpus * month + fixed) / price
    return max(crossing, (gpus - 1) * capacity)


def table() -> str:
    """Return the static table: the defaults at six volumes."""
    rows = [
        "| Requests per month | API | LoRA, own GPU | From scratch, own GPU |",
        "| --: " * 4 + "|",
    ]
    for requests in REQUESTS:
        found = costs(DEFAULTS, requests)
        cells = (money(found[name]) for name in ("api", "lora", "scratch"))
        rows.append(f"| {requests:,} | {' | '.join(cells)} |")
    return "\n".join(rows)


def controls() -> str:
    """Return the form, shown by its script only."""
    groups = "".join(
        f'<fieldset class="tool__group"><legend>{escape(title)}</legend>'
        f"{''.join(map(_field, fields))}</fieldset>"
        for title, fields in GROUPS.items()
    )
    return (
        '<form class="tool screen-only" data-tool="cost_calculator" hidden>'
        f'<div class="tool__groups">{groups}</div><div class="tool__buttons">'
        '<button class="md-button" type="button" data-copy>Copy a link to these numbers</button>'
        '<button class="md-button" type="reset">Back to the defaults</button></div>'
        '<div class="tool__result"><p class="tool__verdict" role="status"></p>'
        '<div class="tool__drawing"></div><div class="tool__table"></div></div></form>'
        + data({"defaults": DEFAULTS, "requests": REQUESTS})
    )


def _field(field: Field) -> str:
    name, value = f"cost-{field.name}", f"{field.default:.10g}"
    return (
        f'<div class="tool__field"><label for="{name}">{escape(field.label)}</label>'
        f'<input id="{name}" name="{field.name}" type="number" inputmode="decimal" step="any" '
        f'min="{field.least:g}" value="{value}" aria-describedby="{name}-source">'
        f'<small id="{name}-source">{escape(field.source)}</small></div>'
    )
