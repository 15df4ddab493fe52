"""Tables of a run's summary, the same on a terminal, in a notebook and on the page.

`strategies_table` puts strategies side by side, under any of the columns that `figures_of` words; `monthly_table` shows
a chance by month, `comparison_table` every strategy against every other. Each cell knows the number it is sorted by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.text.decision import pays_owner
from sim.text.doubts import shops_in_words
from sim.text.labels import Say
from sim.text.numbers import (
    at_least,
    band,
    cash,
    horizon,
    money,
    month_number,
    percent,
    signed_interval,
    stable,
    stopped,
    three,
    with_error,
)
from sim.text.table import Cell, Table

HEADLINES = ("chance_of_profit", "parameter_band", "range_of_outcomes", "cash_needed", "ruin", "stable_profit")
"""What is said of a strategy on one line."""


def figures_of(found: dict[str, Any], say: Say) -> dict[str, Cell]:
    """Return all that tables say of a strategy, as ``summary.json`` holds it, by the key of its column."""
    profit, outcomes, needed = found["probability_of_profit"], found["settled_profit"], found["cash_needed"]
    chance, bands = profit["settled_profit"]["pointwise"][-1], profit["settled_profit"]["parameter_band"]
    frozen, steady = found["freezes"].get("share_of_paths"), found["stable_profit"]
    return {
        "chance_of_profit": Cell(with_error(chance, say), chance["estimate"]),
        "parameter_band": Cell(band(bands), None if isinstance(bands, dict) else bands[-1]["high"] - bands[-1]["low"]),
        "after_owner_pay": share(profit["profit_after_owner_pay"]["pointwise"][-1], say),
        "range_of_outcomes": Cell(three(outcomes), outcomes["p50"]["estimate"]),
        "cash_needed": Cell(cash(found), needed["p95"]["estimate"]),
        "ruin": share(found["ruin"][-1], say),
        "freezes": share(frozen, say) if frozen else Cell("–", None),
        "stable_profit": Cell(stable(steady, say), steady["incidence"][-1]["estimate"]),
        "stopped_at_test": Cell(stopped(found["figures"]), None),
        **traffic_of(found["funnel"]),
    }


def traffic_of(funnel: dict[str, Any]) -> dict[str, Cell]:
    """Return where a strategy's orders came from, by the key of its column."""
    clicks, orders = sum(funnel["clicks"]), sum(funnel["orders"])
    conversion, price, acos = funnel["orders_per_visit"], funnel["cost_per_click"], funnel["acos"]
    return {
        "clicks": Cell(f"{clicks:,.0f}", clicks),
        "orders": Cell(f"{orders:,.1f}", orders),
        "conversion": Cell("–" if conversion is None else f"{100 * conversion:.2f}%", conversion),
        "cpc": Cell("–" if price is None else f"{price:.2f}", price),
        "acos": Cell("–" if acos is None else f"{100 * acos:.0f}%", acos),
    }


def share(estimate: dict[str, Any], say: Say) -> Cell:
    """Return an estimated share as a cell."""
    return Cell(percent(estimate, say), estimate["estimate"])


def strategies_table(summary: dict[str, Any], say: Say, columns: Sequence[str], title: str = "") -> Table:
    """Return the strategies side by side, under columns of the keys of `figures_of`."""
    table = Table(title, [say(column) for column in ("strategy", *columns)])
    for name, found in summary["strategies"].items():
        figures = figures_of(found, say)
        table.add_row(say(name), *(figures[column] for column in columns))
    return table


def ways_table(summary: dict[str, Any], say: Say) -> Table:
    """Return the ways of selling side by side, and doing nothing: chance, shops like yours, profit, cash needed."""
    keys = ("chance_of_profit", "ways_shops", "bad", "middle", "good", "ways_cash")
    title = "ways_title_before_pay" if pays_owner(summary) else "ways_title"
    table = Table("", [say(title, span=horizon(summary["months"], say)), *map(say, keys)])
    for name, found in summary["strategies"].items():
        profit, needed = found["settled_profit"], found["cash_needed"]["p95"]["estimate"]
        chance = found["probability_of_profit"]["settled_profit"]["pointwise"][-1]
        points = (profit[point]["estimate"] for point in ("p5", "p50", "p95"))
        table.add_row(
            say(name),
            Cell(with_error(chance, say), chance["estimate"]),
            Cell(shops_in_words(found, say), chance["estimate"]),
            *(Cell(money(point), point) for point in points),
            Cell(at_least(found) + money(needed), needed),
        )
    unasked = Cell("–", None)
    table.add_row(say("ways_nothing"), unasked, unasked, *(Cell("0", 0.0) for _ in range(4)))
    return table


def monthly_table(summary: dict[str, Any], say: Say, reading: str, title: str) -> Table:
    """Return a reading's chance by month; of a month's own profit there is none for the days after the last one."""
    by_strategy = {
        name: found["probability_of_profit"][reading]["pointwise"] for name, found in summary["strategies"].items()
    }
    n_months = max(map(len, by_strategy.values()))
    table = Table(say(title), [say("strategy"), *(month_number(month, say) for month in summary["months"][:n_months])])
    for name, chances in by_strategy.items():
        table.add_row(say(name), *(share(chance, say) for chance in chances))
    return table


def comparison_table(summary: dict[str, Any], say: Say, columns: Sequence[str], corner: str = "") -> Table:
    """Return every strategy against every other, under columns of the keys of `differences`."""
    table = Table(say("compared"), [corner, *map(say, columns)])
    for pair in summary["comparisons"]:
        figures = differences(pair, say)
        table.add_row(f"{say(pair['a'])} – {say(pair['b'])}", *(figures[column] for column in columns))
    return table


def differences(pair: dict[str, Any], say: Say) -> dict[str, Cell]:
    """Return how one strategy differs from another, by the key of its column."""
    chance, money, beats = pair["probability"], pair.get("money"), pair["a_beats_b"]
    return {
        "chance_of_profit": Cell(say("percentage_points", points=signed_interval(chance, 100, 1)), chance["estimate"]),
        "mean_profit": Cell(signed_interval(money), money["estimate"]) if money else Cell("–", 0.0),
        "report_compared_a_beats_b": Cell(with_error(beats, say), beats["estimate"]),
    }
