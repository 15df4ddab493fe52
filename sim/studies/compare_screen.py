"""What a seller reads after ``sim compare``: what differs, what it changes, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.estimates import Estimate
from sim.results.paired import PairedComparison
from sim.text.labels import Say, speaker
from sim.text.numbers import percent, points, signed, signed_interval
from sim.text.table import NAME, WORDS, Column, Sheet, sheet

if TYPE_CHECKING:
    from sim.studies.compare import Comparison, Rival

MAX_SETTINGS = 12
"""Rows of settings shown; the file holds all."""

MAX_MONTHS = 8
"""Columns of months shown, evenly chosen, the last one among them."""

IN_WORDS = {
    "compare_profit_after_pay": ("profit_after_owner_pay",),
    "compare_other_profits": ("operating_profit", "cumulative_profit", "first_stable_month"),
    "compare_cash": ("cash", "lowest_cash", "peak_funding"),
    "ruin": ("ruined", "ruin_day"),
}
"""Figures of a record by the words for them; all others are other figures."""


def comparing_screen(comparison: Comparison, language: str = "en") -> RenderableType:
    """Return the comparison as something a terminal can print."""
    say = speaker(language)

    within = comparison.within
    first = f"{comparison.first}, {say(comparison.rivals[0].gaps[0].b)}" if within else comparison.first
    parts: list[RenderableType] = [Text(say("compare_title", first=first, months=comparison.months), style="bold")]
    for rival in comparison.rivals:
        if not within:
            parts.append(settings_table(comparison, rival, say))
        parts.append(Text("\n".join(sentences(comparison, rival, say))))
    parts += [table(comparison, say) for table in (horizon_table, luck_table, monthly_table)]
    parts.append(Text(" ".join(notes(comparison, say)), style="dim"))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def notes(comparison: Comparison, say: Say) -> list[str]:
    """Return what the figures mean and rest on."""
    lines = [say("compare_note"), say("currency_note", currency=comparison.currency)]
    if comparison.condition:
        lines.insert(0, say("compare_condition", first=comparison.first, clauses=", ".join(comparison.condition)))
    reasons = [gap.beats_other_luck for _, gap in named(comparison, say) if isinstance(gap.beats_other_luck, str)]
    return lines + [f"{say('compare_other_luck')}: {reason}." for reason in dict.fromkeys(reasons)]


def named(comparison: Comparison, say: Say) -> Iterator[tuple[str, PairedComparison]]:
    """Yield every gap with the name of its row: the scenario and the strategy, as far as they tell rows apart."""
    for rival in comparison.rivals:
        for gap in rival.gaps:
            name = say(gap.a) if gap.a == gap.b or comparison.within else f"{say(gap.a)} – {say(gap.b)}"
            yield name if comparison.within else f"{rival.name}: {name}", gap


def sentences(comparison: Comparison, rival: Rival, say: Say) -> list[str]:
    """Return one sentence a strategy, and what could not be compared."""
    lines = []
    for gap in rival.gaps:
        name = say(gap.a) if comparison.within else f"{rival.name}, {say(gap.a)}"
        lines.append(sentence(gap, name, say))
    if rival.left_out:
        lines.append(say("compare_left_out", names=", ".join(say(name) for name in rival.left_out)))
    return lines


def sentence(gap: PairedComparison, name: str, say: Say) -> str:
    """Return what changes for one strategy: nothing, something beside settled profit, or that."""
    if gap.same:
        return say("compare_same", name=name)
    chances = before_and_after(gap.chance_a, gap.chance_b)
    if not gap.same_profit:
        text = say("compare_sentence", name=name, **chances, money=signed(gap.money[-1].estimate))
    else:
        text = say("compare_same_profit", name=name, what=", ".join(differing_words(gap, say)))
        if not gap.same_chance:
            text += " " + say("compare_same_profit_chance", **chances)
    if gap.after_pay is not None:
        chances = before_and_after(gap.after_pay.chance_a, gap.after_pay.chance_b)
        text += " " + say("compare_after_pay", **chances, money=signed(gap.after_pay.money.estimate))
    return text


def before_and_after(other: Estimate, first: Estimate) -> dict[str, str]:
    """Return two chances in words."""
    return {"chance": percent(other.to_dict()), "before": percent(first.to_dict())}


def differing_words(gap: PairedComparison, say: Say) -> list[str]:
    """Return what differs where settled profit does not, in words, each once."""
    keys = (next((key for key, names in IN_WORDS.items() if name in names), "compare_others") for name in gap.differs)
    return [say(key) for key in sorted(dict.fromkeys(keys), key=[*IN_WORDS, "compare_others"].index)]


def settings_table(comparison: Comparison, rival: Rival, say: Say) -> RenderableType:
    """Return what differs."""
    if not rival.settings:
        return Text(say("compare_no_difference", name=rival.name, first=comparison.first))
    more = len(rival.settings) - MAX_SETTINGS
    columns = [Column("", NAME), *(Column(name, WORDS) for name in (comparison.first, rival.name))]
    table = Sheet(say("compare_settings"), columns, note=say("and_more", count=more) if more > 0 else "")
    for setting in rival.settings[:MAX_SETTINGS]:
        table.add_row(setting.key, shown(setting.first), shown(setting.other))
    return table


def shown(value: Any) -> str:
    """Return a setting's value as text."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False).replace('"', "")


def horizon_table(comparison: Comparison, say: Say) -> Sheet:
    """Return the differences at the horizon."""
    columns = ("compare_was", "compare_is", "chance_of_profit", "mean_profit")
    table = sheet(say("compare_horizon"), ["", *(say(column) for column in columns)])
    for name, gap in named(comparison, say):
        chances = percent(gap.chance_b.to_dict()), percent(gap.chance_a.to_dict())
        interval = signed_interval(gap.probability[-1].to_dict(), 100, 1)
        chance = say("compare_unchanged") if gap.same_chance else say("percentage_points", points=interval)
        money = say("compare_unchanged") if gap.same_profit else signed_interval(gap.money[-1].to_dict())
        table.add_row(name, *chances, chance, money)
    return table


def luck_table(comparison: Comparison, say: Say) -> Sheet:
    """Return who ends ahead, at both ends of what the two may share, and what pairing saved."""
    columns = ("compare_same_luck", "compare_other_luck", "compare_gain")
    table = sheet(say("compare_ahead"), ["", *(say(column) for column in columns)])
    for name, gap in named(comparison, say):
        if gap.same_profit:
            table.add_row(name, "–", "–", "–")
            continue
        other = gap.beats_other_luck
        table.add_row(
            name,
            percent(gap.beats.to_dict()),
            "–" if isinstance(other, str) else percent(other.to_dict()),
            f"{times(gap.gain_probability)} / {times(gap.gain_money)}",
        )
    return table


def times(ratio: float) -> str:
    """Return how many times the variance shrank."""
    return "–" if ratio == float("inf") else f"{ratio:.1f}x"


def monthly_table(comparison: Comparison, say: Say) -> Sheet:
    """Return the difference of P(profit) by month, in percentage points."""
    every = -(-comparison.months // MAX_MONTHS)
    months = [month for month in range(1, comparison.months + 1) if (comparison.months - month) % every == 0]
    table = sheet(say("compare_by_month"), [say("month"), *(str(month) for month in months)])
    for name, gap in named(comparison, say):
        cells = [gap.probability[month - 1] for month in months]
        shown = [f"{signed(100 * cell.estimate, 1)} ±{points(100 * cell.half_width)}" for cell in cells]
        table.add_row(name, *("–" if gap.same_chance else cell for cell in shown))
    return table
