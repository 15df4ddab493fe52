"""The table of one order: what it brings and costs, by channel or strategy, before ads, by ads, after ads.

`order_table` shows it, `in_cents` rounds it so that what is printed adds up, for the table and for sentences alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.text.labels import Say
from sim.text.numbers import money, shared_out
from sim.text.table import Cell, Table

COSTS = ("goods", "freight", "duty", "fees", "returns", "losses")
"""Lines that, with the price, add up to what is left before ads."""

ROWS = (
    ("order_price", ("price",)),
    ("order_goods", ("goods",)),
    ("order_freight_duty", ("freight", "duty")),
    ("order_fees", ("fees",)),
    ("order_returns_losses", ("returns", "losses")),
    ("order_before_ads", ("before_ads",)),
    ("order_ads_at_start", ("ads_at_start",)),
    ("order_ads", ("ads",)),
    ("order_after_ads", ("after_ads",)),
)
"""Label of each row, and the lines that stand in it."""

GROWN = {"order_ads": "order_ads_grown", "order_after_ads": "order_after_ads_grown"}
"""What two rows are called where ads at the start stand beside those of a grown shop."""

WHOLE = 100_000.0
"""From this amount on, cents are left away."""


def means_of(order: Mapping[str, Any]) -> dict[str, float]:
    """Return the means of an order's lines by name; with ``ads_at_start`` where they are known."""
    means = {line["line"]: float(line["mean"]) for line in order["lines"]}
    if order.get("ads_at_start") is not None:
        means["ads_at_start"] = float(order["ads_at_start"]["mean"])
    return means


def in_cents(means: Mapping[str, float]) -> dict[str, int]:
    """Return the lines in hundredths, rounded so that they add up to what is left before and after ads.

    Price and subtotals are rounded as they are; of the costs, those that lose least by it are rounded the other way.
    """
    found = {name: round(100.0 * value) for name, value in means.items()}
    found["after_ads"] = found["before_ads"] + found["ads"]
    costs = shared_out([means[name] for name in COSTS], found["before_ads"] - found["price"])
    return found | dict(zip(COSTS, costs, strict=True))


def amount(cents: int, *, whole: bool = False) -> str:
    """Return hundredths as money, with or without them."""
    return f"{cents / 100:,.{0 if whole else 2}f}".replace("-", "−")


def order_table(orders: Mapping[str, Mapping[str, Any] | None], say: Say, may_cost: bool = True) -> Table:
    """Return what an order brings and costs: a column for each name that has orders, a row for each line.

    Parameters
    ----------
    orders : mapping of str to dict or None
        By strategy or channel: ``lines`` and ``break_even`` as in a summary's ``per_order``, or as
        `sim.results.expected_order` has them, then with ``ads_at_start``.
    may_cost : bool
        Whether to say in a row of its own what ads an order may cost: what is left before ads.
    """
    there = {name: order for name, order in orders.items() if order is not None}
    means = {name: means_of(order) for name, order in there.items()}
    cents = {name: in_cents(found) for name, found in means.items()}
    staged = any("ads_at_start" in found for found in cents.values())
    table = Table("", [say("order_expected_title" if staged else "order_title"), *map(say, there)])
    for key, lines in ROWS:
        if key == "order_ads_at_start" and not staged:
            continue
        cells = (_cell(means[name], found, lines) for name, found in cents.items())
        table.add_row(say(GROWN.get(key, key) if staged else key), *cells)
    if may_cost:
        table.add_row(say("order_may_cost"), *(_may_cost(means[name], cents[name], say) for name in there))
    return table


def orders_table(summary: Mapping[str, Any], say: Say) -> Table | None:
    """Return what one order of a run brought and cost by strategy; None where nobody ordered or no lines were kept."""
    found = {name: strategy.get("per_order") for name, strategy in summary["strategies"].items()}
    known = {name: order for name, order in found.items() if order and "lines" in order}
    if not known:
        return None
    table = order_table(known, say, may_cost=False)
    means = {name: summary["strategies"][name]["settled_profit"]["mean"]["estimate"] for name in known}
    orders = {name: order["orders"] for name, order in known.items()}
    below = {name: means[name] - orders[name] * means_of(order)["after_ads"] for name, order in known.items()}
    table.add_row(say("order_count"), *(Cell(f"{count:,.1f}", count) for count in orders.values()))
    table.add_row(say("order_running"), *(Cell(money(cost), cost) for cost in below.values()))
    table.add_row(say("order_profit"), *(Cell(money(mean), mean) for mean in means.values()))
    return table


def _cell(means: Mapping[str, float], cents: Mapping[str, int], lines: tuple[str, ...]) -> Cell:
    if lines[0] not in cents:
        return Cell("–", None)
    total = sum(cents[line] for line in lines)
    return Cell(amount(total, whole=means["price"] >= WHOLE), total)


def _may_cost(means: Mapping[str, float], cents: Mapping[str, int], say: Say) -> Cell:
    left = cents["before_ads"]
    if left <= 0:
        return Cell(say("order_no_ads"), None)
    return Cell(amount(left, whole=means["price"] >= WHOLE), left)


def expected_table(expected: Mapping[str, Mapping[str, Any]], say: Say) -> Table:
    """Return the table of orders as they are expected before any run: a column a channel, each once.

    A channel that several strategies sell by stands as in the one that sells by it alone, or in the first one.
    """
    strategies = [found["strategy"] for found in expected.values()]
    columns: dict[str, Mapping[str, Any]] = {}
    for found in sorted(expected.values(), key=lambda found: strategies.count(found["strategy"]) > 1):
        columns.setdefault(found["channel"], found)
    return order_table(columns, say)
