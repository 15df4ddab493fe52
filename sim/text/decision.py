"""The decision in words, `decision`: which way of selling to start with, or none, how likely it pays, and when.

It reads what ``sim.results.recommendation`` decided, as a summary holds it, and nothing else: the screen, the notebook
and the page show these lines as they are. `advice` says the same in one sentence, for studies of several runs.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from sim.text.advice import losses_of_hundred, named
from sim.text.labels import Say
from sim.text.numbers import at_least, half_width, in_month, money, points, share_in_words

AFTER_PAY = "profit_after_owner_pay"

ROUNDING = 100.0
"""Starting money is named in whole hundreds, rounded up."""

NONE_OF_THEM = {
    "loss": ("decision_loss", "decision_loss_alone"),
    "not_told_from_nothing": ("decision_open", "decision_open_alone"),
    "no_interval": ("decision_one_world", "decision_one_world"),
}
"""Why nothing is recommended, by the rule's reason: words on several ways of selling, and on a single one."""


class Decision(NamedTuple):
    """What to do, in capitals, and the sentences under it."""

    headline: str
    lines: list[str]


def decision(summary: dict[str, Any], say: Say) -> Decision:
    """Return what to do and why it is so; a summary of an earlier version that does not say has no lines."""
    found = summary.get("recommendation")
    if found is None:
        return Decision("", [])
    leading = summary["strategies"][named(found)]
    if found["strategy"] is None:
        lines = [none_of_them(found, leading, summary["currency"], say)]
        return Decision(say("decision_none"), lines + before_pay(leading, summary["currency"], say))
    words = {"name": say(found["strategy"]), "cash": start_with(leading, say), "currency": summary["currency"]}
    return Decision(
        say("decision_start", **words), [how_likely(found, summary["currency"], say), by_when(leading, say)]
    )


def none_of_them(found: dict[str, Any], strategy: dict[str, Any], currency: str, say: Say) -> str:
    """Return how the one that is named fares: how often it loses, or that nothing can be told, and its mean."""
    expected = strategy[AFTER_PAY]["mean"]
    chance = strategy["probability_of_profit"][AFTER_PAY]["pointwise"][-1]
    words = {
        "name": say(named(found)),
        "count": found["among"],
        "losses": losses_of_hundred(chance, say),
        "amount": money(abs(expected["estimate"]) if found["reason"] == "loss" else expected["estimate"]),
        "currency": currency,
        "error": error_of(expected),
    }
    of_several, of_one = NONE_OF_THEM[found["reason"]]
    return say(of_one if found["among"] == 1 else of_several, **words)


def pays_owner(summary: dict[str, Any]) -> bool:
    """Whether any way of selling pays its owner: profit before and after that pay differ."""
    return any(
        found["profit_after_owner_pay"]["mean"]["estimate"] != found["settled_profit"]["mean"]["estimate"]
        for found in summary["strategies"].values()
        if "profit_after_owner_pay" in found
    )


def before_pay(strategy: dict[str, Any], currency: str, say: Say) -> list[str]:
    """Return that it is owner's pay that a strategy does not earn, where that is so."""
    before, after = (strategy[name]["mean"]["estimate"] for name in ("settled_profit", "profit_after_owner_pay"))
    if not after < 0.0 < before:
        return []
    return [say("decision_before_pay", amount=money(before), pay=money(before - after), currency=currency)]


def how_likely(found: dict[str, Any], currency: str, say: Say) -> str:
    """Return the chance of a profit after owner's pay with its simulation error, and the mean."""
    chance, expected = found["chance"], found["expected"]
    return say(
        "decision_likely",
        chance=share_in_words(chance, say),
        points=points(half_width(chance)),
        amount=money(expected["estimate"]),
        error=error_of(expected),
        currency=currency,
    )


def by_when(strategy: dict[str, Any], say: Say) -> str:
    """Return the month by which half of all histories are in profit, or that fewer ever are."""
    month = strategy["time_to_profit"]["median_month"]
    if month is None:
        return say("decision_not_half", share=share_in_words(strategy["time_to_profit"]["incidence"][-1], say))
    return say("decision_half", month=in_month(month, say))


def start_with(strategy: dict[str, Any], say: Say) -> str:
    """Return the money that 19 in 20 histories got by with, in whole hundreds; "or more" where it is a bound."""
    needed = strategy["cash_needed"]["p95"]["estimate"]
    amount = money(math.ceil(needed / ROUNDING) * ROUNDING)
    return say("decision_or_more", amount=amount) if at_least(strategy) else amount


def error_of(estimate: dict[str, Any]) -> str:
    """Return how far the farther end of an interval of money is; a dash where one world gives none."""
    middle, low, high = (estimate[end] for end in ("estimate", "low", "high"))
    return "–" if low is None or high is None else money(max(high - middle, middle - low))
