"""What a seller reads after ``sim cash``: one sentence a strategy, then ruin and profit over starting capital."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from sim.business.calendar import DAYS_A_MONTH
from sim.studies.capital_search import SMALLEST_ENOUGH, CapitalNeeded
from sim.text.labels import Say, speaker
from sim.text.numbers import money, percent, span
from sim.text.table import Sheet, sheet

if TYPE_CHECKING:
    from sim.studies.capital import CapitalReport

MAX_COLUMNS = 9


def capital_screen(report: CapitalReport, language: str = "en") -> RenderableType:
    """Return the answer as something a terminal can print."""
    say = speaker(language)

    parts: list[RenderableType] = [
        Text(say("cash_title", name=report.scenario, span=span(report.days, say)), style="bold"),
        Text("\n".join(sentence(answer, report.days, say) for answer in report.answers)),
        *(curve_table(answer, say) for answer in report.answers),
    ]
    notes = [say("cash_note"), say("currency_note", currency=report.currency)]
    if report.days % DAYS_A_MONTH:
        notes.insert(1, say("cash_part_of_month", month=report.months))
    if report.unchanged:
        named = ", ".join(f"{name} {money(value)}" for name, value in report.unchanged.items())
        notes.insert(1, say("cash_unchanged", named=named))
    parts.append(Text(" ".join(notes), style="dim"))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def sentence(answer: CapitalNeeded, days: int, say: Say) -> str:
    """Return the answer in one sentence, for ruin within so many days."""
    words: dict[str, object] = {
        "name": say(answer.strategy),
        "level": f"{100 * answer.level:.3g}",
        "span": span(days, say),
    }
    first, last = answer.curve[0], answer.curve[-1]
    if answer.at is None:
        text = say("cash_none", **words, capital=money(last.capital), ruin=percent(last.ruin.to_dict()))
    elif answer.status == SMALLEST_ENOUGH:
        text = say("cash_smallest", **words, capital=money(first.capital), ruin=percent(first.ruin.to_dict()))
    else:
        words |= {"interval": interval(answer), "profit": percent(answer.at.profit.to_dict())}
        text = say("cash_sentence", **words, capital=money(rounded_up(answer.at.capital)))
    if answer.rise is not None:
        smaller, larger = answer.rise
        text += " " + say("cash_not_monotone", smaller=money(smaller), larger=money(larger))
    return text


def interval(answer: CapitalNeeded) -> str:
    """Return the interval, rounded outwards; an end outside the range is said to lie there."""
    first, last = answer.curve[0].capital, answer.curve[-1].capital
    low = f"<{money(first)}" if answer.low is None else money(rounded_down(answer.low))
    high = f">{money(last)}" if answer.high is None else money(rounded_up(answer.high))
    return f"{low}–{high}"


def rounded_up(amount: float) -> float:
    """Return an amount rounded up to three digits."""
    step = 10.0 ** (math.floor(math.log10(amount)) - 2)
    return math.ceil(amount / step - 1e-9) * step


def rounded_down(amount: float) -> float:
    """Return an amount rounded down to three digits."""
    step = 10.0 ** (math.floor(math.log10(amount)) - 2)
    return math.floor(amount / step + 1e-9) * step


def curve_table(answer: CapitalNeeded, say: Say) -> Sheet:
    """Return ruin and profit over the capitals of the grid."""
    shown = answer.curve[:: -(-len(answer.curve) // MAX_COLUMNS)]
    table = sheet(say("cash_curve", name=say(answer.strategy)), ["", *(money(trial.capital) for trial in shown)])
    table.add_row(say("ruin"), *(percent(trial.ruin.to_dict()) for trial in shown))
    table.add_row(say("chance_of_profit"), *(percent(trial.profit.to_dict()) for trial in shown))
    return table
