"""Remarks under the tables of a run: what held shops back, stopped them, or took their money for a while.

`remark_lines` says each thing once, for all strategies that it touches, and only where it happens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.text.decision import pays_owner
from sim.text.labels import Say
from sim.text.numbers import money, percent, stopped, whole_percent

WORTH_SAYING = 0.005
"""Shares below are left to the page."""

Plain = dict[str, Any]


def remark_lines(summary: Plain, say: Say) -> list[str]:
    """Return the remarks, one a line."""
    told: tuple[tuple[str, Callable[[Plain], str]], ...] = (
        ("remark_refused", refused),
        ("remark_stopped", stopped_at_test),
        ("remark_locked", lambda strategy: locked(strategy, say)),
        ("remark_ruin", lambda strategy: ruined(strategy, say)),
    )
    lines = after_own_pay(summary, say) + below_cost(summary, say)
    for key, share in told:
        shown = {name: share(strategy) for name, strategy in summary["strategies"].items()}
        parts = [say("remark_part", name=say(name), share=what) for name, what in shown.items() if what]
        if parts:
            lines.append(say(key, parts=say("remark_and").join(parts)))
    return lines


def after_own_pay(summary: Plain, say: Say) -> list[str]:
    """Return each way's chance and mean after owner's pay, which the tables leave out; nothing where none is paid."""
    if not pays_owner(summary):
        return []
    parts = []
    for name, found in summary["strategies"].items():
        chance = found["probability_of_profit"]["profit_after_owner_pay"]["pointwise"][-1]
        mean = found["profit_after_owner_pay"]["mean"]["estimate"]
        shown = say("remark_chance", share=whole_percent(chance["estimate"]), amount=money(mean))
        parts.append(say("remark_part", name=say(name), share=shown))
    return [say("remark_own_pay", parts=say("remark_and").join(parts))]


def below_cost(summary: Plain, say: Say) -> list[str]:
    """Return where an order is sold for less than it costs, and where no price covers it: once a channel."""
    # The same in every strategy: the price is set before the first day.
    figures = {key: share for strategy in summary["strategies"].values() for key, share in strategy["figures"].items()}
    lines = []
    for what in ("below_cost", "not_covered"):
        shares = {
            key.split(".")[0]: share
            for key, share in figures.items()
            if key.endswith(f".pricing.{what}") and share >= WORTH_SAYING
        }
        parts = [say("remark_part", name=say(name), share=whole_percent(share)) for name, share in shares.items()]
        if parts:
            lines.append(say(f"remark_{what}", parts=say("remark_and").join(parts)))
    return lines


def refused(strategy: Plain) -> str:
    """Return the share of orders turned down for want of cash."""
    share = strategy["refused"].get("share_of_orders")
    return whole_percent(share) if share and share >= WORTH_SAYING else ""


def stopped_at_test(strategy: Plain) -> str:
    """Return the share of histories that a test of the first days ended."""
    share = stopped(strategy["figures"])
    return "" if share in ("–", "0%") else share


def locked(strategy: Plain, say: Say) -> str:
    """Return the share of histories in which a payment company locked money, and how much where it did."""
    found = strategy["freezes"].get("locked")
    if not found or found["estimate"] < WORTH_SAYING:
        return ""
    return say("remark_sum", share=percent(found, say), amount=money(strategy["freezes"]["mean_where_locked"]))


def ruined(strategy: Plain, say: Say) -> str:
    """Return the share of histories that ran out of cash."""
    found = strategy["ruin"][-1]
    return percent(found, say) if found["estimate"] >= WORTH_SAYING else ""
