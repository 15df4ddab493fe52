"""Screen of ``sim cash`` (`capital_screen`): one sentence a strategy, then ruin and profit over starting capital."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.business.calendar import day_of
from sim.studies.capital_search import SMALLEST_ENOUGH
from sim.text.labels import Say, speaker
from sim.text.numbers import money, percent, share_in_words, span
from sim.text.table import Prose, Table

MAX_COLUMNS = 9

Plain = dict[str, Any]


def capital_screen(report: Plain, language: str = "en") -> RenderableType:
    """Return the answer that ``sim cash --json`` writes as something a terminal can print."""
    say = speaker(language)
    time = span(day_of(report["month"]), say)
    parts: list[RenderableType] = [
        Prose(say("cash_title", name=report["scenario"], span=time), style="bold"),
        Prose("\n".join(sentence(answer, time, say) for answer in report["strategies"].values())),
        *(curve_table(answer, say) for answer in report["strategies"].values()),
    ]
    notes = [say("cash_note"), say("currency_note", currency=report["currency"])]
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
        words |= {"interval": interval(answer), "profit": share_in_words(at["profit"], say)}
        text = say("cash_sentence", **words, capital=money(rounded_up(at["capital"])))
    if answer["rise_between"] is not None:
        smaller, larger = answer["rise_between"]
        text += " " + say("cash_not_monotone", smaller=money(smaller), larger=money(larger))
    return text


def interval(answer: Plain) -> str:
    """Return the interval, rounded outwards; an end outside the range is said to lie there."""
    first, last = answer["curve"][0]["capital"], answer["curve"][-1]["capital"]
    low = f"<{money(first)}" if answer["low"] is None else money(rounded_down(answer["low"]))
    high = f">{money(last)}" if answer["high"] is None else money(rounded_up(answer["high"]))
    return f"{low}–{high}"


def rounded_up(amount: float) -> float:
    """Return an amount rounded up to three digits."""
    step = 10.0 ** (math.floor(math.log10(amount)) - 2)
    return math.ceil(amount / step - 1e-9) * step


def rounded_down(amount: float) -> float:
    """Return an amount rounded down to three digits."""
    step = 10.0 ** (math.floor(math.log10(amount)) - 2)
    return math.floor(amount / step + 1e-9) * step


def curve_table(answer: Plain, say: Say) -> Table:
    """Return ruin and profit over the capitals of the grid."""
    shown = answer["curve"][:: -(-len(answer["curve"]) // MAX_COLUMNS)]
    table = Table(say("cash_curve", name=say(answer["strategy"])), ["", *(money(trial["capital"]) for trial in shown)])
    table.add_row(say("ruin"), *(percent(trial["ruin"], say) for trial in shown))
    table.add_row(say("chance_of_profit"), *(percent(trial["profit"], say) for trial in shown))
    return table
