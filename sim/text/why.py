"""Why an order leaves what it leaves, in at most three short sentences: `why_sentences`, and of a run `why_lines`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.text.advice import named
from sim.text.labels import Say
from sim.text.numbers import signed
from sim.text.order_table import COSTS, WHOLE, amount, in_cents, means_of

NAMED = 3
"""Costs that are named with what they take: goods, and the largest of the others."""

SMALL = 20.0
"""Money below which a decimal matters."""


def why_lines(summary: Mapping[str, Any], say: Say) -> list[str]:
    """Return the sentences on the strategy that a run names; none where nobody ordered or a run does not say."""
    found, reasons = summary.get("recommendation"), summary.get("why") or {}
    if not found:
        return []
    name = named(found)
    order = summary["strategies"][name].get("per_order")
    if not order or "lines" not in order or name not in reasons:
        return []
    return why_sentences(say(name), order, reasons[name], say)


def why_sentences(name: str, order: Mapping[str, Any], reason: Mapping[str, Any], say: Say) -> list[str]:
    """Return why an order leaves what it leaves.

    Parameters
    ----------
    name : str
        Of the strategy or channel, as it is shown.
    order : dict
        With ``lines``, as a summary's ``per_order`` or an expected order has them.
    reason : dict
        ``largest_term`` and ``moves_most``, as `sim.results.reason` finds them.
    """
    means = means_of(order)
    cents = in_cents(means)
    whole = abs(means["price"]) >= WHOLE
    if cents["before_ads"] < 0:
        said = [_loses(name, cents, whole, say)]
    else:
        said = [_brings(name, cents, whole, say)]
        largest = reason["largest_term"]
        if largest is not None and largest["line"] != "ads":
            taken = {"term": say(f"why_{largest['line']}"), "amount": amount(-cents[largest["line"]], whole=whole)}
            said.append(say("why_largest", price=amount(cents["price"], whole=whole), **taken))
    return [*said, *_moves(reason["moves_most"], say)]


def _loses(name: str, cents: Mapping[str, int], whole: bool, say: Say) -> str:
    """Say that no ad is needed to lose, and what takes the price."""
    others = sorted((line for line in COSTS if line != "goods"), key=lambda line: cents[line])
    terms = [line for line in ("goods", *others[: NAMED - 1]) if cents[line] < 0]
    told = [
        say("why_further" if place else "why_takes", term=say(f"why_{line}"), amount=amount(-cents[line], whole=whole))
        for place, line in enumerate(terms)
    ]
    money = {"short": amount(-cents["before_ads"], whole=whole), "price": amount(cents["price"], whole=whole)}
    return say("why_loses", name=name, terms=say("why_between").join(told), **money)


def _brings(name: str, cents: Mapping[str, int], whole: bool, say: Say) -> str:
    """Say what an order brings before ads, what they take, and what is left if anything is."""
    left, ads, rest = (cents[line] for line in ("before_ads", "ads", "after_ads"))
    money = {"left": amount(left, whole=whole), "ads": amount(-ads, whole=whole)}
    if rest <= 0:
        return say("why_ads_take_more", name=name, **money)
    return say("why_leaves", name=name, rest=amount(rest, whole=whole), **money)


def _moves(moves: Mapping[str, Any] | None, say: Say) -> list[str]:
    """Say which number moves it most, and what is left at the low and at the high end of its benchmark."""
    if moves is None:
        return []
    meaning = say(moves["meaning"]).rstrip(".。")
    what = meaning if meaning[:2].isupper() else meaning[:1].lower() + meaning[1:]
    left = moves["contribution_low"], moves["contribution_high"]
    digits = 0 if max(map(abs, left)) >= SMALL else 1
    first, last = (signed(each, digits) for each in left)
    low, high = (value(moves[end], moves["unit"]) for end in ("low", "high"))
    return [say("why_moves", what=what, low=low, high=high, first=first, last=last)]


def value(number: float, unit: str) -> str:
    """Return a number as people write it: a fraction in percent, all else with the figures that tell it."""
    return f"{100 * number:.2g}%" if unit == "fraction" else f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
