"""What would have to be true for an order to break even, in one sentence: `break_even_line`.

Of the strategy that leads, each point alone and all else as it came out; nothing where orders already pay, or where
several channels are one strategy and have no price in common.
"""

from __future__ import annotations

from typing import Any

from sim.text.labels import Say


def break_even_line(summary: dict[str, Any], say: Say) -> list[str]:
    """Return the sentence on the leading strategy as a list of one; of none where there is nothing to say."""
    found = summary.get("recommendation")
    if found is None:
        return []
    order = summary["strategies"][found["leading"]].get("per_order")
    if not order or "lines" not in order:  # nobody ordered, or a run of an earlier version
        return []
    after = next(line["mean"] for line in order["lines"] if line["line"] == "after_ads")
    points = point_words(order["break_even"], say)
    if not points:
        return [] if after > 0 else [say("break_even_none")]
    key = "break_even_still" if after > 0 else "break_even_if"
    return [say(key, points=say("break_even_or").join(points))]


def point_words(points: dict[str, Any], say: Say) -> list[str]:
    """Return the points of an order in words, each with what it is now: conversion, price, margin, cost of ads."""
    shown = []
    for name, form in (("conversion", share), ("price", amount), ("margin", whole_share)):
        value, now = points[name], points[f"{name}_now"]
        if value is not None and now is not None:
            shown.append(say(f"break_even_{name}", value=form(value), now=form(now)))
    return shown


def share(value: float) -> str:
    """Return a small share in percent."""
    return f"{100 * value:.2f}%" if value < 0.1 else f"{100 * value:.0f}%"


def whole_share(value: float) -> str:
    """Return a share in whole percent."""
    return f"{100 * value:.0f}%".replace("-", "−")


def amount(value: float) -> str:
    """Return an amount of money an order: cents where they tell."""
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
