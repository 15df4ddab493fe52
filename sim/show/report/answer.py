"""The first screen of the page: the decision and why, in the screen's own sentences, and four cards of single figures.

`answer` makes it of the summary of a run. Cards: how much cash, by when, what would have to be true, what to find out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.results.recommendation import by_expectation, candidates_in
from sim.text.advice import named
from sim.text.break_even import break_even_line
from sim.text.decision import decision
from sim.text.labels import Say
from sim.text.numbers import at_least, ends, error, median_month, money, no_spread, share_in_words
from sim.text.why import why_lines

Strategy = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the first screen says: what to do, in capitals, sentences, and single figures as question and answer."""

    sentences: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    headline: str = ""


def answer(summary: dict[str, Any], say: Say, file: str) -> Answer:
    """Return the decision, why, and the cards of the strategy that leads: question, answer, and a note.

    ``file`` is what the scenario was read from, as commands are given it.
    """
    found, best = decision(summary, say), summary["strategies"][ranked(summary)[0]]
    cards = (
        cash_card(best, summary["currency"], say),
        when_card(best, say),
        need_card(summary, say, file),
        learn_card(say, file),
    )
    return Answer((*found.lines, *why_lines(summary, say)), cards, found.headline)


def cash_card(best: Strategy, currency: str, say: Say) -> tuple[str, str, str]:
    """Return the cash that 19 in 20 histories got by with, or that it takes more than can be told."""
    amount = at_least(best) + money(best["cash_needed"]["p95"]["estimate"])
    note = say("card_cash_bound" if at_least(best) else "card_cash_note")
    return say("card_cash"), f"{amount} {currency}", note


def when_card(best: Strategy, say: Say) -> tuple[str, str, str]:
    """Return when half of all histories have been in profit, and how many ever are."""
    time = best["time_to_profit"]
    reached = share_in_words(time["incidence"][-1], say)
    return say("card_when"), median_month(time, say), say("card_when_note", share=reached)


def need_card(summary: dict[str, Any], say: Say, file: str) -> tuple[str, str, str]:
    """Return what would let an order break even, and the command that says what would have to be true."""
    lines = break_even_line(summary, say)
    return say("card_need"), " ".join(lines) or say("card_need_pays"), say("card_need_note", file=file)


def learn_card(say: Say, file: str) -> tuple[str, str, str]:
    """Return the command that says what to find out first."""
    return say("card_learn"), f"sim learn {file}", say("card_learn_note")


def ranked(summary: dict[str, Any]) -> list[str]:
    """Return the strategies, the one of which the page tells first."""
    names = by_expectation(candidates_in(summary["strategies"]))
    first = named(summary["recommendation"]) if summary.get("recommendation") else names[0]
    return [first, *(name for name in names if name != first)]


def chance(strategy: Strategy) -> dict[str, Any]:
    """Return the headline estimate at the horizon."""
    found: dict[str, Any] = strategy["probability_of_profit"]["settled_profit"]["pointwise"][-1]
    return found


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
