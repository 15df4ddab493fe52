"""The recommendation of a run in words, `advice`: which strategy to take, or to do nothing and how often they all lose.

It reads what ``sim.results.recommendation`` decided, as a summary holds it.
"""

from __future__ import annotations

import math
from typing import Any

from sim.text.labels import Say
from sim.text.numbers import share_in_words, signed_interval


def advice(found: dict[str, Any], currency: str, say: Say) -> str:
    """Return a recommendation in words."""
    expected, chance = found["expected"], found["chance"]
    words = {"name": say(found["leading"]), "expected": signed_interval(expected), "currency": currency}
    if found["strategy"] is not None:
        return say("advice_take", **words, chance=share_in_words(chance, say))
    losing = losses_of_hundred(chance, say)
    reason = found["reason"]
    return f"{say(f'advice_{reason}', **words)} {say('advice_loses', count=losing)}"


def named(found: dict[str, Any]) -> str:
    """Return the strategy of which a recommendation tells why; that of an earlier version, the leading one."""
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
