"""Amounts in the currency in which people read them: of records, summaries, and answers of studies.

`shown_record` converts a record, `shown_summary` a summary, `shown_answer` the plain data of any study.

What is simulated and kept stays in the scenario's own currency; a scenario's ``display_currency`` says in which
screens, pages, pictures and the file of statements show it, at the file's exchange rate. Chances, shares, counts and
days are no amounts. The numbers that a scenario itself states stand as they were written.

A summary and an answer name both: ``currency`` is what their amounts are in, ``display`` (`display_of`) what they are
shown in, and its rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.simulation.recorder import Record

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.scenario import Scenario

Plain = Any

MONTHLY = (
    *("settled_profit", "cumulative_profit", "operating_profit", "profit_after_owner_pay", "cash", "ad_spend"),
    *("gross_sales", "paid_sales", "refunds", "cost_of_goods", "refused_ads", "refused_orders"),
)
"""Monthly readings that are amounts."""

OF_A_PATH = ("lowest_cash", "peak_funding")
REPORTED = ("frozen_money", "forfeited", "pricing.price", "pricing.goods", "value_taken", "p4p_policy.earned")
"""Ends of the names under which mechanisms report amounts."""

AMOUNT_COLUMNS = ("mean", "p5", "p50", "p95")
"""Columns of a statement that are amounts."""

ESTIMATED = ("estimate", "low", "high")

AMOUNTS = (
    *(f"settled_profit.{name}" for name in ("p5", "p50", "p95", "mean", "mean_of_worst_5")),
    *("profit_after_owner_pay.mean", "cash_needed.p5", "cash_needed.p50", "cash_needed.p95"),
    *("fans.*.lines", "fans.*.whole_paths.low_high"),
    *("freezes.mean_where_frozen.frozen_money", "freezes.mean_where_frozen.forfeited"),
    "freezes.mean_where_locked",
    *("funnel.ad_spend", "funnel.paid_sales", "funnel.gross_sales", "funnel.cost_per_click"),
    *("refused.ads", "refused.orders", "per_order.lines", "per_order.customer.value", "per_order.customer.cost"),
    *("per_order.break_even.ads_per_order", "per_order.break_even.price", "per_order.break_even.price_now"),
)
"""Where the amounts of a strategy stand in its summary; of a star, everything."""

ADVICE = ("expected", "of_named.expected")
"""Where the amounts of a recommendation stand."""

OF_A_SUMMARY = (
    *(f"strategies.*.{place}" for place in AMOUNTS),
    *(f"recommendation.{place}" for place in ADVICE),
    "comparisons.*.money",
)

OF_READINGS = (
    *(f"{holder}recommendation.{place}" for holder in ("", "tried.*.") for place in ADVICE),
    *("tried.*.strategies.*.expected_difference", "better_without_p4p.*.gain"),
)
"""Where the amounts of model doubt stand, which a summary may hold."""


def display_of(scenario: Scenario) -> Plain:
    """Return in which currency the amounts of a scenario are shown, and at what rate."""
    return {"currency": scenario.shown_currency, "own": scenario.currency, "rate": scenario.shown_rate}


def shown_record(record: Record, rate: float) -> Record:
    """Return a strategy's record with its amounts at a rate; arrays without amounts are the same ones."""
    factor = np.float32(rate)

    def at_rate(table: Mapping[str, Any], is_amount: Callable[[str], bool] = bool) -> dict[str, Any]:
        return {name: values * factor if is_amount(name) else values for name, values in table.items()}

    return replace(
        record,
        monthly=at_rate(record.monthly, MONTHLY.__contains__),
        paths=at_rate(record.paths, lambda name: name in OF_A_PATH or name.endswith(REPORTED)),
        profit_and_loss=at_rate(record.profit_and_loss),
        cash_flow=at_rate(record.cash_flow),
        weekly=at_rate(record.weekly),
    )


def shown_statements(statements: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Return statements that were read back with their amounts at a rate."""
    return statements.assign(**{column: statements[column] * rate for column in AMOUNT_COLUMNS})


def shown_summary(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary with its amounts in the currency it says they are shown in."""
    out = shown_answer(summary, OF_A_SUMMARY)
    if out is summary:
        return summary
    rate = summary["display"]["rate"]
    for strategy in out["strategies"].values():
        figures = strategy["figures"]
        figures |= {name: value * rate for name, value in figures.items() if name.endswith(REPORTED)}
    for reason in (out.get("why") or {}).values():
        convert_reason(reason, rate)
    if doubt := out.get("model_doubt"):
        out["model_doubt"] = shown_answer(doubt | {"display": summary["display"]}, OF_READINGS)
    return out


def shown_answer(answer: dict[str, Any], places: Iterable[str]) -> dict[str, Any]:
    """Return an answer with its amounts in the currency it says they are shown in; itself where that is its own.

    Parameters
    ----------
    places : iterable of str
        Where its amounts stand, as dotted names; of a star, everything.
    """
    display = answer.get("display")
    if not display or display["currency"] == answer["currency"]:
        return answer
    out = deepcopy(answer)
    for place in places:
        convert(out, place.split("."), display["rate"])
    return out | {"currency": display["currency"]}


def convert_reason(reason: Any, rate: float) -> None:
    """Put the amounts of a reason at a rate: the largest term, what an order leaves, the ends of what is money."""
    for place in ("largest_term.amount", "moves_most.contribution_low", "moves_most.contribution_high"):
        convert(reason, place.split("."), rate)
    moved = (reason or {}).get("moves_most")
    if moved and "money" in moved["unit"]:
        moved |= {end: at_rate(moved[end], rate) for end in ("low", "high")}


def convert(holder: Any, place: Iterable[str], rate: float) -> None:
    """Put what stands at a place at a rate; a summary of an earlier version may lack it, or say why it is refused."""
    step, *rest = place
    names: list[Any] = []
    if isinstance(holder, dict):
        names = list(holder) if step == "*" else [step] if step in holder else []
    elif isinstance(holder, list) and step == "*":
        names = list(range(len(holder)))
    for name in names:
        if rest:
            convert(holder[name], rest, rate)
        else:
            holder[name] = at_rate(holder[name], rate)


def at_rate(value: Plain, rate: float) -> Plain:
    """Return numbers at a rate; of an estimate its three amounts, of a line of an order all but its name."""
    if isinstance(value, list):
        return [at_rate(inner, rate) for inner in value]
    if isinstance(value, dict):
        kept = [name for name in ESTIMATED if name in value] or list(value)
        return {name: at_rate(inner, rate) if name in kept else inner for name, inner in value.items()}
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value * rate if is_number else value
