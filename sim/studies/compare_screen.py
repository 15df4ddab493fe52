"""Screen of ``sim compare`` (`comparing_screen`): what differs, what it changes, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.results.shown import ADVICE, shown_answer
from sim.text.advice import advice
from sim.text.labels import Say, speaker
from sim.text.numbers import (
    as_written_note,
    currency_in_words,
    horizon,
    month_number,
    percent,
    points,
    share_in_words,
    signed,
    signed_interval,
)
from sim.text.table import NAME, WORDS, Column, Prose, Table

Plain = dict[str, Any]

AMOUNTS = (
    *(f"recommendations.*.{place}" for place in ADVICE),
    *(f"compared.*.strategies.*.{place}" for place in ("money", "after_owner_pay.money")),
)
"""Where amounts stand; settings are as their files state them."""

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


def comparing_screen(comparison: Plain, language: str = "en") -> RenderableType:
    """Return the comparison that ``sim compare --json`` writes as something a terminal can print."""
    say, comparison = speaker(language), shown_answer(comparison, AMOUNTS)
    first, rivals = comparison["first"], comparison["compared"]
    if within(comparison):
        first = f"{first}, {say(rivals[0]['strategies'][0]['b'])}"
    parts: list[RenderableType] = [
        Prose(say("compare_title", first=first, span=horizon(comparison["months"], say)), style="bold")
    ]
    parts.append(Prose("\n".join(advised(comparison, say))))
    for rival in rivals:
        if not within(comparison):
            parts.append(settings_table(comparison, rival, say))
        parts.append(Prose("\n".join(sentences(comparison, rival, say))))
    parts += [table(comparison, say) for table in (horizon_table, luck_table, monthly_table)]
    parts.append(Prose(" ".join(notes(comparison, say)), style="dim"))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def within(comparison: Plain) -> bool:
    """Whether these are the strategies of one scenario."""
    return [rival["scenario"] for rival in comparison["compared"]] == [comparison["first"]]


def advised(comparison: Plain, say: Say) -> list[str]:
    """Return which strategy to take, or none, under every plan."""
    found = comparison["recommendations"]
    said = {name: advice(each, comparison["currency"], say) for name, each in found.items()}
    return [text if len(said) == 1 else f"{name}: {text}" for name, text in said.items()]


def same_profit(gap: Plain) -> bool:
    """Whether settled profit is the same on every path and at every month's end."""
    return "settled_profit" not in gap["differs"]


def same_chance(gap: Plain) -> bool:
    """Whether the same paths make a profit, month by month: it takes a settled profit and no ruin."""
    return same_profit(gap) and "ruined" not in gap["differs"]


def notes(comparison: Plain, say: Say) -> list[str]:
    """Return what the figures mean and rest on."""
    lines = [say("compare_note"), say("currency_note", currency=currency_in_words(comparison, say))]
    lines += as_written_note(comparison, say)
    if clauses := ", ".join(comparison["condition"]):
        lines.insert(0, say("compare_condition", first=comparison["first"], clauses=clauses))
    anew = [gap["a_beats_b_luck_drawn_anew"] for _, gap in named(comparison, say)]
    reasons = [found["refused"] for found in anew if "refused" in found]
    return lines + [f"{say('compare_other_luck')}: {reason}." for reason in dict.fromkeys(reasons)]


def named(comparison: Plain, say: Say) -> Iterator[tuple[str, Plain]]:
    """Yield every gap with the name of its row: the scenario and the strategy, as far as they tell rows apart."""
    alone = within(comparison)
    for rival in comparison["compared"]:
        for gap in rival["strategies"]:
            a, b = say(gap["a"]), say(gap["b"])
            name = a if gap["a"] == gap["b"] or alone else f"{a} – {b}"
            yield name if alone else f"{rival['scenario']}: {name}", gap


def sentences(comparison: Plain, rival: Plain, say: Say) -> list[str]:
    """Return one sentence a strategy, and what could not be compared."""
    lines = []
    for gap in rival["strategies"]:
        name = say(gap["a"]) if within(comparison) else f"{rival['scenario']}, {say(gap['a'])}"
        lines.append(sentence(gap, name, say))
    if rival["left_out"]:
        lines.append(say("compare_left_out", names=", ".join(say(name) for name in rival["left_out"])))
    return lines


def sentence(gap: Plain, name: str, say: Say) -> str:
    """Return what changes for one strategy: nothing, something beside settled profit, or that."""
    if gap["same"]:
        return say("compare_same", name=name)
    chances = before_and_after(gap["chance_a"], gap["chance_b"], say)
    if not same_profit(gap):
        text = say("compare_sentence", name=name, **chances, money=signed(gap["money"][-1]["estimate"]))
    else:
        text = say("compare_same_profit", name=name, what=", ".join(differing_words(gap, say)))
        if not same_chance(gap):
            text += " " + say("compare_same_profit_chance", **chances)
    if paid := gap["after_owner_pay"]:
        chances = before_and_after(paid["chance_a"], paid["chance_b"], say)
        text += " " + say("compare_after_pay", **chances, money=signed(paid["money"]["estimate"]))
    return text


def before_and_after(other: Plain, first: Plain, say: Say) -> dict[str, str]:
    """Return two chances in words."""
    return {"chance": share_in_words(other, say), "before": share_in_words(first, say)}


def differing_words(gap: Plain, say: Say) -> list[str]:
    """Return what differs where settled profit does not, in words, each once."""
    known = {name: key for key, names in IN_WORDS.items() for name in names}
    found = {known.get(name, "compare_others") for name in gap["differs"]}
    return [say(key) for key in (*IN_WORDS, "compare_others") if key in found]


def settings_table(comparison: Plain, rival: Plain, say: Say) -> RenderableType:
    """Return what differs."""
    settings, first, name = rival["settings"], comparison["first"], rival["scenario"]
    if not settings:
        return Prose(say("compare_no_difference", name=name, first=first))
    more = len(settings) - MAX_SETTINGS
    columns = [Column("", NAME), Column(first, WORDS), Column(name, WORDS)]
    table = Table(say("compare_settings"), columns, note=say("and_more", count=more) if more > 0 else "")
    for setting in settings[:MAX_SETTINGS]:
        table.add_row(setting["key"], shown(setting["first"]), shown(setting["other"]))
    return table


def shown(value: Any) -> str:
    """Return a setting's value as text."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False).replace('"', "")


def horizon_table(comparison: Plain, say: Say) -> Table:
    """Return the differences at the horizon."""
    columns = ("compare_was", "compare_is", "chance_of_profit", "mean_profit")
    table = Table(say("compare_horizon"), ["", *(say(column) for column in columns)])
    for name, gap in named(comparison, say):
        chances = percent(gap["chance_b"], say), percent(gap["chance_a"], say)
        interval = signed_interval(gap["probability"][-1], 100, 1)
        chance = say("compare_unchanged") if same_chance(gap) else say("percentage_points", points=interval)
        money = say("compare_unchanged") if same_profit(gap) else signed_interval(gap["money"][-1])
        table.add_row(name, *chances, chance, money)
    return table


def luck_table(comparison: Plain, say: Say) -> Table:
    """Return who ends ahead, at both ends of what the two may share, and what pairing saved."""
    columns = ("compare_same_luck", "compare_other_luck", "compare_gain")
    table = Table(say("compare_ahead"), ["", *(say(column) for column in columns)])
    for name, gap in named(comparison, say):
        if same_profit(gap):
            table.add_row(name, "–", "–", "–")
            continue
        anew, gain = gap["a_beats_b_luck_drawn_anew"], gap["variance_reduction"]
        table.add_row(
            name,
            percent(gap["a_beats_b"], say),
            "–" if "refused" in anew else percent(anew, say),
            f"{times(gain['probability'])} / {times(gain['money'])}",
        )
    return table


def times(ratio: float | None) -> str:
    """Return how many times the variance shrank."""
    return "–" if ratio is None else f"{ratio:.1f}x"


def monthly_table(comparison: Plain, say: Say) -> Table:
    """Return the difference of P(profit) by month, in percentage points."""
    every = -(-len(comparison["months"]) // MAX_MONTHS)
    shown = slice((len(comparison["months"]) - 1) % every, None, every)
    heads = (month_number(month, say) for month in comparison["months"][shown])
    table = Table(say("compare_by_month"), [say("month"), *heads])
    for name, gap in named(comparison, say):
        differences = gap["probability"][shown]
        table.add_row(name, *("–" if same_chance(gap) else with_half_width(found) for found in differences))
    return table


def with_half_width(difference: Plain) -> str:
    """Return a difference of chances in percentage points, and how far its interval's farther end is from it."""
    middle, low, high = (difference[name] for name in ("estimate", "low", "high"))
    return f"{signed(100 * middle, 1)} ±{points(100 * max(high - middle, middle - low))}"
