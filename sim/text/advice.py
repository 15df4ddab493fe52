"""The recommendation of a run in words, `advice`: which strategy to take, or to do nothing and how often they all lose.

It reads what ``sim.results.recommendation`` decided, as a summary holds it.
"""

from __future__ import annotations

import math
from typing import Any

from sim.text.labels import Say
from sim.text.numbers import share_in_words, signed_interval


def advice(found: dict[str, Any], currency: str, say: Say) -> str:
    """Return a recommendation in words, by the strategy that it names."""
    expected, chance = (found["of_named"][name] for name in ("expected", "chance"))
    words = {"name": say(named(found)), "expected": signed_interval(expected), "currency": currency}
    if found["strategy"] is not None:
        return say("advice_take", **words, chance=share_in_words(chance, say))
    losing = losses_of_hundred(chance, say)
    reason, among = found["reason"], found["among"]
    key = "advice_loss_alone" if (reason, among) == ("loss", 1) else f"advice_{reason}"
    return f"{say(key, **words, count=among)} {say('advice_loses', count=losing)}"


def named(found: dict[str, Any]) -> str:
    """Return the strategy that a recommendation shows and tells of; that of an earlier version, the leading one."""
    return str(found.get("named", found["leading"]))


def taken(found: dict[str, Any], say: Say) -> str:
    """Return what is recommended as a name: a strategy's, or that of doing nothing."""
    return say(found["strategy"] or "do_nothing")


def losses_of_hundred(chance: dict[str, Any], say: Say) -> str:
    """Return in how many of 100 histories there is no profit, by its chance; all and none only as far as is sure."""
    losing = 100.0 * (1.0 - chance["estimate"])
    if losing > 99.5:
        return say("more_than", count=math.floor(min(100.0 * (1.0 - chance["high"]), 99.0) + 1e-9))
    if losing < 0.5:
        return say("fewer_than", count=math.ceil(max(100.0 * (1.0 - chance["low"]), 1.0) - 1e-9))
    return f"{losing:.0f}"
