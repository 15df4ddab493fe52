"""The answer in sentences: which strategy, how likely, how sure, by when, how much cash, and what may go wrong.

`answer` makes it of the summary of a run, for the strategy that leads, whether it is recommended or doing nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.results.recommendation import by_expectation, candidates_in
from sim.text.advice import advice, taken
from sim.text.labels import Say
from sim.text.numbers import (
    at_least,
    ends,
    error,
    horizon,
    in_month,
    median_month,
    money,
    no_spread,
    percent,
    share_in_words,
    whole_percent,
)

Strategy = dict[str, Any]

NOTABLE = 0.05
"""Share of paths from which a risk is named before others."""

NEAR_CAPITAL = 0.9
"""Part of the capital from which on the cash needed is likely held down by it: orders and ads stop for want of cash."""


@dataclass(frozen=True)
class Answer:
    """What the first screen says: in sentences, and the same in single numbers, as question and answer."""

    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def answer(summary: dict[str, Any], capital: float, say: Say) -> Answer:
    """Return what is recommended, and the answer for the strategy that leads.

    Parameters
    ----------
    capital : float
        What the seller starts with, scenario currency; its mean where it is uncertain.
    """
    advised = summary["recommendation"]
    name, *others = ranked(summary)
    best = summary["strategies"][name]
    time = horizon(summary["months"], say)
    found, bands = chance(best), best["probability_of_profit"]["settled_profit"]["parameter_band"]
    doubt = sure(found, None if isinstance(bands, dict) else bands[-1], say)  # a mapping says why there is none
    likely = say("report_likely", name=say(name), chance=share_in_words(found, say), span=time, sure=doubt)
    for second in others[:1]:
        key = "report_next_level" if told_apart(summary, name, second) is False else "report_next"
        likely += " " + say(key, name=say(second), chance=share_in_words(chance(summary["strategies"][second]), say))
    cash = at_least(best) + money(best["cash_needed"]["p95"]["estimate"])
    when = f"{by_when(best, time, say)} {enough_cash(best, capital, summary['currency'], say)}"
    return Answer(
        (
            advice(advised, summary["currency"], say),
            *(likely, when, biggest_risk(best, summary["currency"], say)),
        ),
        (
            (say("report_which"), taken(advised, say)),
            (say("report_how_likely"), percent(found, say)),
            (say("report_how_sure"), doubt),
            (say("report_by_when"), median_month(best["time_to_profit"], say)),
            (say("report_how_much_cash"), f"{cash} {summary['currency']}"),
            (say("report_biggest_risk"), risk_short(best, say)),
        ),
    )


def ranked(summary: dict[str, Any]) -> list[str]:
    """Return the strategies, the one that leads first."""
    return by_expectation(candidates_in(summary["strategies"]))


def chance(strategy: Strategy) -> dict[str, Any]:
    """Return the headline estimate at the horizon."""
    found: dict[str, Any] = strategy["probability_of_profit"]["settled_profit"]["pointwise"][-1]
    return found


def told_apart(summary: dict[str, Any], a: str, b: str) -> bool | None:
    """Return whether the paired interval of two chances at the horizon leaves out 0; None if they are not compared."""
    for pair in summary["comparisons"]:
        if {pair["a"], pair["b"]} == {a, b}:
            return not pair["probability"]["low"] <= 0.0 <= pair["probability"]["high"]
    return None


def sure(found: dict[str, Any], band: dict[str, Any] | None, say: Say) -> str:
    """Return both kinds of doubt about a chance in words.

    Parameters
    ----------
    found : dict
        The estimate and its simulation error.
    band : dict or None
        What the chance depends on that the seller does not know, ``low`` and ``high``; None where it was not estimated.
    """
    if band is None:
        return say("report_error_only", error=error(found))
    if no_spread(band):
        return say("report_no_spread", error=error(found))
    low, high = ends(band["low"], band["high"])
    return say("report_sure", error=error(found), low=low, high=high)


def by_when(strategy: Strategy, span: str, say: Say) -> str:
    """Return when a profit is reached, over all paths."""
    time = strategy["time_to_profit"]
    reached = share_in_words(time["incidence"][-1], say)
    if time["median_month"] is None:
        return say("report_not_by_half", span=span, share=reached)
    return say("report_by_half", when=in_month(time["median_month"], say), share=reached)


def enough_cash(strategy: Strategy, capital: float, currency: str, say: Say) -> str:
    """Return how much cash covers most needs; as far as can be told with the capital there was."""
    needed = strategy["cash_needed"]
    amount = needed["p95"]["estimate"]
    words = {"cash": money(amount), "currency": currency}
    if at_least(strategy):
        return say("report_cash_at_least", **words, short=share_in_words(needed["at_least_share"], say))
    return say("report_cash_with" if amount >= NEAR_CAPITAL * capital else "report_cash", **words)


def risks(strategy: Strategy, say: Say) -> list[tuple[str, float, str]]:
    """Return (name, share of paths, share in words) of what may go wrong, the likeliest first."""
    named = [("report_risk_ruin", strategy["ruin"][-1])]
    if strategy["freezes"]:
        named.append(("report_risk_freeze", strategy["freezes"]["share_of_paths"]))
    shares = [(key, float(found["estimate"]), share_in_words(found, say)) for key, found in named]
    stopped = [share for key, share in strategy["figures"].items() if key.endswith(".test_gate.stopped")]
    if stopped:
        shares.append(("report_risk_stopped", max(stopped), whole_percent(max(stopped))))
    return sorted(shares, key=lambda risk: -risk[1])


def biggest_risk(strategy: Strategy, currency: str, say: Say) -> str:
    """Return what may go wrong: the chance of a loss, how bad, and the likeliest event behind it."""
    found = chance(strategy)
    loss = {"estimate": 1.0 - found["estimate"], "low": 1.0 - found["high"], "high": 1.0 - found["low"]}
    sentence = say("report_loss", loss=share_in_words(loss, say), worst=worst_outcomes(strategy, currency, say))
    key, share, words = risks(strategy, say)[0]
    return sentence if share < NOTABLE else f"{sentence} {say(key, share=words)}"


def worst_outcomes(strategy: Strategy, currency: str, say: Say) -> str:
    """Return how bad the worst twentieth is: its mean, or where that was refused the point below which it lies."""
    profit = strategy["settled_profit"]
    amount = profit["mean_of_worst_5"].get("estimate")
    key = "report_worst_mean"
    if amount is None:
        amount, key = profit["p5"]["estimate"], "report_worst_point"
    return say(key if is_loss(amount) else f"{key}_gain", amount=money(abs(amount)), currency=currency)


def is_loss(amount: float) -> bool:
    """Return whether an amount is below zero as it is shown, in whole units."""
    return round(amount) < 0


def risk_short(strategy: Strategy, say: Say) -> str:
    """Return the biggest risk in a few words."""
    key, share, words = risks(strategy, say)[0]
    if share >= NOTABLE:
        return say(f"{key}_short", share=words)
    amount = strategy["settled_profit"]["p5"]["estimate"]
    words = "report_risk_loss_short" if is_loss(amount) else "report_risk_gain_short"
    return say(words, p5=money(abs(amount)))
