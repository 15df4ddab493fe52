"""Screen of ``sim learn`` (`learning_screen`): what to find out first, and what it is worth."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.results.shown import ADVICE, shown_answer
from sim.scenario.declarations import declared
from sim.scenario.trade_calendar import RULES
from sim.text.advice import advice
from sim.text.labels import Say, speaker
from sim.text.numbers import money, rate_note
from sim.text.table import Prose, Table

MAX_SHOWN = 10

AMOUNTS = (
    *("choices.*", "knowing_everything.*", *(f"recommendation.{place}" for place in ADVICE)),
    *(f"worth_of_{what}.*{place}" for what in ("knowing", "sections") for place in ("", ".noise_floor")),
)
"""Where amounts stand."""

Plain = dict[str, Any]


def learning_screen(found: Plain, language: str = "en") -> RenderableType:
    """Return the answer that ``sim learn --json`` writes as something a terminal can print."""
    say, found = speaker(language), shown_answer(found, AMOUNTS)
    inputs = [name for worth in found["worth_of_knowing"] for name in worth["inputs"]]
    rules = {name.split(".")[2] for name in inputs if name.startswith(f"{RULES}.")}
    meanings = {key: say(parameter.meaning).rstrip(".。") for key, parameter, _ in declared(rules)}
    parts: list[RenderableType] = [
        Prose(advice(found["recommendation"], found["currency"], say), style="bold"),
        first_sentence(found, meanings, say),
        luck_sentence(found, say),
        worth_table(found, meanings, say),
    ]
    if found["worth_of_sections"]:
        parts.append(sections_table(found, say))
    parts.append(Prose(" ".join([say("learn_note"), *rate_note(found, say)]), style="dim"))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def first_sentence(found: Plain, meanings: dict[str, str], say: Say) -> Prose:
    """Return what to find out first, and what it is worth."""
    low, high = (money(end) for end in found["knowing_everything"].values())
    first = next((worth for worth in found["worth_of_knowing"] if worth["worth_knowing"]), None)
    if first is None:
        return Prose(say("learn_nothing", high=high, currency=found["currency"]))
    [name] = first["inputs"]
    words = {"name": name, "meaning": meanings[name], "worth": interval(first), "low": low, "high": high}
    return Prose(say("learn_first", currency=found["currency"], **words))


def luck_sentence(found: Plain, say: Say) -> Prose:
    """Return how much of each strategy's result is luck."""
    known = [(name, shares["luck"]) for name, shares in found["share_of_money"].items() if shares["luck"] is not None]
    if not known:
        return Prose(say("learn_luck_unknown"))
    parts = [f"{say(name)} {100 * luck[-1]:.0f}%" for name, luck in known]
    return Prose(say("learn_luck", parts=", ".join(parts)))


def worth_table(found: Plain, meanings: dict[str, str], say: Say) -> Table:
    """Return the numbers that matter most; those without evidence are counted in one line."""
    strategies = list(found["share_of_money"])
    table = Table(say("learn_title"), [say("learn_number"), say("learn_worth"), *map(say, strategies)])
    every = found["worth_of_knowing"]
    ranked = sorted(
        every, key=lambda worth: (-worth["estimate"] * worth["worth_knowing"], -largest_share(found, worth))
    )
    shown = [worth for worth in ranked if worth["worth_knowing"] or largest_share(found, worth) > 0.0][:MAX_SHOWN]
    for worth in shown:
        [name] = worth["inputs"]
        cells = [share(found, strategy, name) for strategy in strategies]
        table.add_row(f"{name}\n  {meanings[name]}", amount(worth, say).replace(" [", "\n["), *cells)
    table.note = say("learn_rest", count=len(every) - len(shown))
    return table


def sections_table(found: Plain, say: Say) -> Table:
    """Return what knowing the numbers of one section together is worth."""
    table = Table(say("learn_together"), [say("learn_section"), say("learn_worth")])
    for section, worth in list(found["worth_of_sections"].items())[: MAX_SHOWN // 2]:
        names = ", ".join(name.rpartition(".")[2] for name in worth["inputs"])
        table.add_row(f"{section}: {names}", amount(worth, say))
    return table


def amount(worth: Plain, say: Say) -> str:
    """Return what knowing is worth, with its interval; what does not stand out has only a most, rounded up."""
    if worth["worth_knowing"]:
        return interval(worth)
    return say("learn_at_most", high=money(math.ceil(worth["high"]))) if worth["high"] > 0.0 else "–"


def interval(worth: Plain) -> str:
    """Return a sum of money with its interval."""
    return f"{money(worth['estimate'])} [{money(worth['low'])}, {money(worth['high'])}]"


def share(found: Plain, strategy: str, name: str) -> str:
    """Return shares of the variance of P(profit) and of money at the horizon; a dash below the noise floor."""
    cells = []
    for outcome in ("share_of_chance", "share_of_money"):
        value = above_noise(found[outcome][strategy], name)
        cells.append("–" if value is None else f"{100 * value:.0f}%")
    return " / ".join(cells)


def largest_share(found: Plain, worth: Plain) -> float:
    """Return an input's largest share of money above the noise, over the strategies; 0 if it is in the noise."""
    [name] = worth["inputs"]
    return max(above_noise(shares, name) or 0.0 for shares in found["share_of_money"].values())


def above_noise(shares: Plain, name: str) -> float | None:
    """Return an input's share at the horizon; None below the noise floor."""
    value: float = shares["inputs"][name][-1]["estimate"]
    return value if value > shares["noise_floor"][-1] else None
