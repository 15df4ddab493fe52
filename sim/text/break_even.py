"""What would have to be true for an order to break even, in one sentence: `break_even_line`.

Of the strategy that is named, each point alone and all else as it came out; nothing where nobody ordered, or where
several channels are one strategy and have no price in common.
"""

from __future__ import annotations

from typing import Any

from sim.text.advice import named
from sim.text.labels import Say


def break_even_line(summary: dict[str, Any], say: Say) -> list[str]:
    """Return the sentence on the leading strategy as a list of one; of none where there is nothing to say."""
    found = summary.get("recommendation")
    if found is None:
        return []
    order = summary["strategies"][named(found)].get("per_order")
    if not order or "lines" not in order:  # nobody ordered, or a run of an earlier version
        return []
    after = next(line["mean"] for line in order["lines"] if line["line"] == "after_ads")
    points = point_words(order["break_even"], say)
    if not points:
        return [] if after > 0 else [say("break_even_none")]
    key = "break_even_still" if after > 0 else "break_even_if"
    return [say(key, points=say("break_even_or").join(points))]


def point_words(points: dict[str, Any], say: Say) -> list[str]:
    """Return the points of an order in words: orders a visit against today's, price and margin with what they are.

    Orders a visit are told as so many times as today: a rate of all visits is none that a seller set.
    """
    shown = []
    if points["conversion"] and points["conversion_now"]:
        times = points["conversion"] / points["conversion_now"]
        fewer = say("break_even_fewer", share=whole_share(1.0 - times))
        shown.append(fewer if times < 1.0 else say("break_even_conversion", times=f"{times:.1f}"))
    for key, name, form in (("break_even_price", "price", amount), ("break_even_margin", "margin", whole_share)):
        value, now = points[name], points[f"{name}_now"]
        if value is not None and now is not None:
            shown.append(say(key, value=form(value), now=form(now)))
    return shown


def whole_share(value: float) -> str:
    """Return a share in whole percent."""
    return f"{100 * value:.0f}%".replace("-", "−")


def amount(value: float) -> str:
    """Return an amount of money an order: cents where they tell."""
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
