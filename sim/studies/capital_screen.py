"""Screen of ``sim cash`` (`capital_screen`): one sentence a strategy, then ruin and profit over starting capital."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.business.calendar import day_of
from sim.results.shown import shown_answer
from sim.studies.capital_search import SMALLEST_ENOUGH
from sim.text.labels import Say, speaker
from sim.text.numbers import (
    currency_in_words,
    half_width,
    money,
    percent,
    points,
    share_in_words,
    signed_interval,
    span,
)
from sim.text.table import Prose, Table

MAX_COLUMNS = 9

OF_A_TRIAL = ("capital", "expected", "advertising")
AMOUNTS = (
    *(f"strategies.*.{place}" for place in ("capital", "low", "high", "rise_between")),
    *(f"strategies.*.{trial}.{place}" for trial in ("at_this_capital", "curve.*") for place in OF_A_TRIAL),
    "unchanged_with_capital.*",
)
"""Where amounts stand."""

Plain = dict[str, Any]


def capital_screen(report: Plain, language: str = "en") -> RenderableType:
    """Return the answer that ``sim cash --json`` writes as something a terminal can print."""
    say, report = speaker(language), shown_answer(report, AMOUNTS)
    time = span(day_of(report["month"]), say)
    parts: list[RenderableType] = [
        Prose(say("cash_title", name=report["scenario"], span=time), style="bold"),
        Prose("\n".join(sentence(answer, time, say) for answer in report["strategies"].values())),
        *(curve_table(answer, say) for answer in report["strategies"].values()),
    ]
    small = f"{report['worlds_of_the_curve']:,}"
    notes = [say("cash_note", worlds=small), say("currency_note", currency=currency_in_words(report, say))]
    if unchanged := report["unchanged_with_capital"]:
        named = ", ".join(f"{name} {money(value)}" for name, value in unchanged.items())
        notes.insert(1, say("cash_unchanged", named=named))
    parts.append(Prose(" ".join(notes), style="dim"))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def sentence(answer: Plain, time: str, say: Say) -> str:
    """Return the answer in one sentence, for ruin within a time in words."""
    words: dict[str, object] = {
        "name": say(answer["strategy"]),
        "level": f"{100 * answer['ruin']:.3g}",
        "span": time,
    }
    first, last, at = answer["curve"][0], answer["curve"][-1], answer["at_this_capital"]
    if at is None:
        text = say("cash_none", **words, capital=money(last["capital"]), ruin=share_in_words(last["ruin"], say))
    elif answer["status"] == SMALLEST_ENOUGH:
        text = say("cash_smallest", **words, capital=money(first["capital"]), ruin=share_in_words(first["ruin"], say))
    else:
        digits = digits_of(answer)
        words |= {"interval": interval(answer, digits), "profit": share_in_words(at["profit"], say)}
        text = say("cash_sentence", **words, capital=money(rounded_up(answer["capital"], digits)))
    return " ".join([text, *rise_sentences(answer, say), *pay_sentences(answer, say)])


def rise_sentences(answer: Plain, say: Say) -> list[str]:
    """Return where more money does worse, and that small ups and downs of the table are simulation."""
    if answer["rise_between"] is not None:
        smaller, larger = answer["rise_between"]
        reason = "cash_rises_by_ads" if answer["rise_by_ads"] else "cash_rises"
        return [say(reason, smaller=money(smaller), larger=money(larger))]
    ruins = [trial["ruin"] for trial in shown(answer["curve"])]
    rises = [more for less, more in pairwise(ruins) if more["estimate"] > less["estimate"]]
    if not rises:
        return []
    return [say("cash_ups_are_noise", error=points(max(half_width(ruin) for ruin in rises)))]


def pay_sentences(answer: Plain, say: Say) -> list[str]:
    """Return that no amount of money makes the strategy pay, where none does."""
    if answer["some_amount_pays"]:
        return []
    tried = answer["curve"]
    best = max(tried, key=lambda trial: float(trial["expected"]["estimate"]))
    loses = best["expected"]["high"] is not None and best["expected"]["high"] < 0.0
    words = {"capital": money(best["capital"]), "expected": signed_interval(best["expected"])}
    return [say("cash_never_pays" if loses else "cash_may_not_pay", **words)]


def interval(answer: Plain, digits: int = 3) -> str:
    """Return the interval, rounded outwards; an end outside the range is said to lie there."""
    first, last = answer["curve"][0]["capital"], answer["curve"][-1]["capital"]
    low = f"<{money(first)}" if answer["low"] is None else money(rounded_down(answer["low"], digits))
    high = f">{money(last)}" if answer["high"] is None else money(rounded_up(answer["high"], digits))
    return f"{low}–{high}"


def digits_of(answer: Plain) -> int:
    """Return how many figures tell the capital from the ends of its interval: three, or more where they are near."""
    for digits in (3, 4):
        capital = rounded_up(answer["capital"], digits)
        low = -math.inf if answer["low"] is None else rounded_down(answer["low"], digits)
        high = math.inf if answer["high"] is None else rounded_up(answer["high"], digits)
        if low < capital < high:
            return digits
    return 5


def rounded_up(amount: float, digits: int = 3) -> float:
    """Return an amount rounded up to so many figures."""
    step = 10.0 ** (math.floor(math.log10(amount)) - digits + 1)
    return math.ceil(amount / step - 1e-9) * step


def rounded_down(amount: float, digits: int = 3) -> float:
    """Return an amount rounded down to so many figures."""
    step = 10.0 ** (math.floor(math.log10(amount)) - digits + 1)
    return math.floor(amount / step + 1e-9) * step


def curve_table(answer: Plain, say: Say) -> Table:
    """Return ruin, chance of a profit and mean profit over the capitals of the grid."""
    trials = shown(answer["curve"])
    table = Table(say("cash_curve", name=say(answer["strategy"])), ["", *(money(each["capital"]) for each in trials)])
    table.add_row(say("ruin"), *(percent(each["ruin"], say) for each in trials))
    table.add_row(say("chance_of_profit"), *(percent(each["profit"], say) for each in trials))
    table.add_row(say("mean_profit"), *(money(each["expected"]["estimate"]) for each in trials))
    return table


def shown(curve: list[Plain]) -> list[Plain]:
    """Return the capitals of a grid that a table has room for."""
    return curve[:: -(-len(curve) // MAX_COLUMNS)]
