"""The one screen a seller reads after a run."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.text.labels import Say, speaker
from sim.text.numbers import (
    band,
    cash,
    ends,
    error,
    no_spread,
    percent,
    proviso_lines,
    signed_interval,
    stable,
    stopped,
    three,
    with_error,
)
from sim.text.table import Sheet, sheet


def screen(title: str, summary: dict[str, Any], language: str = "en") -> RenderableType:
    """Return the answer as something a terminal can print, under the scenario's title."""
    say = speaker(language)

    head = Text(f"{title}\n", style="bold")
    head.append(say("question", months=len(summary["months"])), style="bold cyan")
    note = Text(say("reading_note") + " " + say("currency_note", currency=summary["currency"]), style="dim")
    parts = [
        head,
        sentences(summary, say),
        provisos(summary, say),
        answer_table(summary, say),
        money_table(summary, say),
        monthly_table(summary, say, "settled_profit", "chance_by_month"),
        monthly_table(summary, say, "operating_profit", "chance_of_good_month"),
        traffic_table(summary, say),
        comparison_table(summary, say),
        note,
    ]
    shown = [part for part in parts if part is not None]
    return Group(*(piece for part in shown for piece in (part, Text(""))))


def sentences(summary: dict[str, Any], say: Say) -> Text:
    """Return the three numbers of each strategy in one sentence: how likely, how sure, and what it depends on."""
    lines = []
    for name, strategy in summary["strategies"].items():
        profit = strategy["probability_of_profit"]["settled_profit"]
        chance, bands = profit["pointwise"][-1], profit["parameter_band"]
        words = {"name": say(name), "chance": percent(chance), "error": error(chance)}
        if isinstance(bands, dict):
            lines.append(say("sentence_without_band", **words))
        elif no_spread(bands[-1]):
            lines.append(say("sentence_no_spread", **words))
        else:
            low, high = ends(bands[-1]["low"], bands[-1]["high"])
            lines.append(say("sentence", **words, low=low, high=high))
    return Text("\n".join(lines))


def provisos(summary: dict[str, Any], say: Say) -> Text | None:
    """Return what the figures rest on beyond the plain run: a condition, a precision that was or was not reached."""
    lines = proviso_lines(summary, say)
    return Text("\n".join(lines)) if lines else None


def answer_table(summary: dict[str, Any], say: Say) -> Sheet:
    """Return the headline: how likely, how sure, and by when."""
    columns = ("strategy", "chance_of_profit", "parameter_band", "after_owner_pay", "stable_profit")
    table = sheet("", [say(column) for column in columns])
    for name, strategy in summary["strategies"].items():
        profit = strategy["probability_of_profit"]
        table.add_row(
            say(name),
            with_error(profit["settled_profit"]["pointwise"][-1]),
            band(profit["settled_profit"]["parameter_band"]),
            percent(profit["profit_after_owner_pay"]["pointwise"][-1]),
            stable(strategy["stable_profit"], say),
        )
    return table


def money_table(summary: dict[str, Any], say: Say) -> Sheet:
    """Return what may come out, what it takes, and what may go wrong."""
    table = sheet("", [say(column) for column in ("strategy", "range_of_outcomes", "cash_needed", "ruin", "freezes")])
    for name, strategy in summary["strategies"].items():
        frozen = strategy["freezes"]
        table.add_row(
            say(name),
            three(strategy["settled_profit"]),
            cash(strategy["cash_needed"]),
            percent(strategy["ruin"][-1]),
            percent(frozen["share_of_paths"]) if frozen else "–",
        )
    return table


def monthly_table(summary: dict[str, Any], say: Say, reading: str, title: str) -> Sheet:
    """Return a reading's chance by month."""
    table = sheet(say(title), [say("strategy"), *(str(month) for month in summary["months"])])
    for name, strategy in summary["strategies"].items():
        estimates = strategy["probability_of_profit"][reading]["pointwise"]
        table.add_row(say(name), *(percent(estimate) for estimate in estimates))
    return table


def traffic_table(summary: dict[str, Any], say: Say) -> Sheet:
    """Return where the orders came from."""
    columns = ("strategy", "clicks", "orders", "conversion", "cpc", "acos", "stopped_at_test")
    table = sheet(say("funnel"), [say(column) for column in columns])
    for name, strategy in summary["strategies"].items():
        funnel = strategy["funnel"]
        conversion, price, acos = funnel["orders_per_visit"], funnel["cost_per_click"], funnel["acos"]
        table.add_row(
            say(name),
            f"{sum(funnel['clicks']):,.0f}",
            f"{sum(funnel['orders']):,.1f}",
            "–" if conversion is None else f"{100 * conversion:.2f}%",
            "–" if price is None else f"{price:.2f}",
            "–" if acos is None else f"{100 * acos:.0f}%",
            stopped(strategy["figures"]),
        )
    return table


def comparison_table(summary: dict[str, Any], say: Say) -> Sheet | None:
    """Return every strategy against every other."""
    if not summary["comparisons"]:
        return None
    table = sheet(say("compared"), ["", say("chance_of_profit"), say("mean_profit")])
    for pair in summary["comparisons"]:
        difference, gap = pair["probability"], pair.get("money")
        chances = say("percentage_points", points=signed_interval(difference, 100, 1))
        table.add_row(f"{say(pair['a'])} – {say(pair['b'])}", chances, signed_interval(gap) if gap else "–")
    return table
