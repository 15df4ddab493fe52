"""Numbers in words: shares, sums of money, ranges and months as people write them.

Of shares: `percent`, `share_in_words`, `none_seen_note`, `error`, `with_error`, and `band` for how far one depends on
what is not known. Of money: `money`, `signed_interval`, `three` (a range of outcomes), `cash`, `currency_in_words`. Of
time: `stable`, `span`. They read estimates as a summary holds them: dictionaries with ``estimate``, ``low``, ``high``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sim.business.calendar import DAYS_A_MONTH, day_of
from sim.estimates.histograms import BIN_WIDTH
from sim.text.labels import Say, label

LEAST = 1e-9
"""Below which no share is told from none: an interval that is a point has one."""

FINE = 0.05
"""Half an interval's width, in percentage points, below which one decimal would show it as ±0.0."""


def decimals_of(points: float) -> int:
    """Return how many decimals show the first figure of a number of percentage points above 0."""
    return max(0, -math.floor(math.log10(points)))


def percent(estimate: dict[str, Any], say: Say = label) -> str:
    """Return an estimated share as tables show it; never a bare 0% or 100%, but that none was seen, or nothing else.

    A share nearer to 0% or 100%, or one that is surer, has more decimals. How few may be there where none was seen is
    said once, by `none_seen_note`; in a sentence, by `share_in_words`.
    """
    share = estimate["estimate"]
    if share in (0, 1):
        return say("none_seen" if share == 0 else "all_seen")
    distance = min(share, 1.0 - share)
    digits = 0 if distance > 0.1 - 1e-9 else 1 if distance >= 0.001 else max(3, decimals_of(100 * distance))
    half = half_width(estimate)
    if 0.0 < half < FINE:
        digits = max(digits, decimals_of(half))
    return f"{100 * share:.{digits}f}%"


def share_in_words(estimate: dict[str, Any], say: Say = label) -> str:
    """Return an estimated share as a sentence says it; where none was seen, or nothing else, how few there may be."""
    share = estimate["estimate"]
    if share not in (0, 1):
        return percent(estimate, say)
    count, of = at_most(estimate)
    if share == 0:
        return say("fewer_than_in", count=f"{count:,}", of=f"{of:,}")
    return say("more_than_in", count=f"{of - count:,}", of=f"{of:,}")


def at_most(estimate: dict[str, Any]) -> tuple[int, int]:
    """Return the least count of one digit, in ten, a hundred, a thousand ..., that an interval's open end is below."""
    open_end = max(estimate["high"] if estimate["estimate"] == 0 else 1.0 - estimate["low"], LEAST)
    digits = max(1, math.ceil(-math.log10(open_end) - 1e-9))
    return math.ceil(open_end * 10**digits - 1e-9), 10**digits


def none_seen_note(estimates: Iterable[dict[str, Any]], say: Say) -> str:
    """Return how few there may be where none of a table's shares was seen; nothing where all were.

    Of several, the widest.
    """
    unseen = [estimate for estimate in estimates if estimate["estimate"] == 0]
    if not unseen:
        return ""
    return say("none_seen_note", limit=share_in_words(max(unseen, key=lambda estimate: estimate["high"]), say))


def half_width(estimate: dict[str, Any]) -> float:
    """Return half an interval's width in percentage points; all of it where it lies to one side of the estimate."""
    width: float = 100.0 * (estimate["high"] - estimate["low"])
    return width if estimate["estimate"] in (0, 1) else width / 2.0


def points(half: float) -> str:
    """Return a simulation error in percentage points: one decimal, more where that would hide it."""
    if half == 0.0:
        return "0"
    return f"{half:.{decimals_of(half) if half < FINE else 1}f}"


def error(estimate: dict[str, Any]) -> str:
    """Return the simulation error of a share in percentage points; beside a share of less than 0.1%, two decimals."""
    half, share = half_width(estimate), estimate["estimate"]
    if half >= FINE and 0.0 < min(share, 1.0 - share) < 0.001:
        return f"{half:.2f}"
    return points(half)


def with_error(estimate: dict[str, Any], say: Say = label) -> str:
    """Return a share with half its interval's width, the simulation error."""
    if estimate["estimate"] in (0, 1):
        return percent(estimate, say)
    return f"{percent(estimate, say)} ±{error(estimate)}"


def money(value: float | None) -> str:
    """Return a sum of money in whole units with thousands."""
    return "–" if value is None else f"{value:z,.0f}".replace("-", "−")


def shared_out(amounts: Sequence[float], total: int) -> list[int]:
    """Round amounts of money down or up to cents that sum to a total: up those that are nearest to the next cent."""
    if not amounts:
        return []
    exact = [100.0 * amount for amount in amounts]
    down = [math.floor(amount) for amount in exact]
    each, further = divmod(total - sum(down), len(exact))
    up = sorted(range(len(exact)), key=lambda place: down[place] - exact[place])[:further]
    return [cents + each + (place in up) for place, cents in enumerate(down)]


def signed(value: float, digits: int = 0) -> str:
    """Return a number with its sign."""
    return f"{value:+z,.{digits}f}".replace("-", "−")


def signed_interval(estimate: dict[str, Any], scale: float = 1.0, digits: int = 0) -> str:
    """Return a difference and its interval, so many times as large, with their signs; one world has no interval."""
    if estimate["low"] is None or estimate["high"] is None:
        return f"{signed(scale * estimate['estimate'], digits)} [–]"
    middle, low, high = (signed(scale * estimate[end], digits) for end in ("estimate", "low", "high"))
    return f"{middle} [{low}, {high}]"


def three(quantiles: dict[str, Any]) -> str:
    """Return the 5, 50 and 95% points of outcomes."""
    return " / ".join(money(quantiles[name]["estimate"]) for name in ("p5", "p50", "p95"))


def band(bands: list[dict[str, Any]] | dict[str, str]) -> str:
    """Return how far the chance depends on what is not known; a dash where the run cannot tell."""
    if isinstance(bands, dict) or no_spread(bands[-1]):
        return "–"
    low, high = ends(bands[-1]["low"], bands[-1]["high"])
    return f"{low}–{high}%"


def no_spread(band: dict[str, Any]) -> bool:
    """Whether luck alone explains how worlds differ: no spread was seen, which does not mean that there is none."""
    return bool(band["low"] == band["high"])


def ends(low: float, high: float) -> tuple[str, str]:
    """Return two shares in percent, with as many decimals as tell them apart; where two do not, rounded outwards.

    A band from 1e-200 to 0.004% is no band from 0.00 to 0.00%.
    """
    for digits in (0, 1, 2):
        shown = f"{100 * low:.{digits}f}", f"{100 * high:.{digits}f}"
        if shown[0] != shown[1]:
            return shown
    below, above = math.floor(1e4 * low + 1e-9) / 100, math.ceil(1e4 * high - 1e-9) / 100
    return f"{below:.2f}", f"{above:.2f}"


def at_least(strategy: dict[str, Any], point: str = "p95") -> str:
    """Return the mark of a point of cash needed that is a lower bound, as too little capital held shops back."""
    marks = strategy.get("cash_needed_at_least")
    if marks is None:  # a run of an earlier version, or a part of a summary: the capital was too small on more than 5%
        return "≥ " if (strategy["cash_needed"]["at_least_share"]["estimate"] or 0.0) > 0.05 else ""
    return "≥ " if marks[point] else ""


def cash(strategy: dict[str, Any]) -> str:
    """Return the 5, 50 and 95% points of cash needed; marked where they are lower bounds."""
    if "cash_needed_at_least" not in strategy:
        return at_least(strategy) + three(strategy["cash_needed"])
    points = {name: money(strategy["cash_needed"][name]["estimate"]) for name in ("p5", "p50", "p95")}
    return " / ".join(at_least(strategy, name) + amount for name, amount in points.items())


def stable(profit: dict[str, Any], say: Say) -> str:
    """Return the median month of stable profit over all paths, and the share that got there."""
    return f"{median_month(profit, say)} ({percent(profit['incidence'][-1], say)})"


def median_month(profit: dict[str, Any], say: Say) -> str:
    """Return the median month over all paths, or that fewer than half get there."""
    median = profit["median_month"]
    return say("not_reached") if median is None else in_month(median, say)


def in_month(month: float, say: Say) -> str:
    """Return a time at which books were read in words: a month, or the last day where that ends none."""
    number = month_number(month, say)
    return say("in_month", month=number) if float(month).is_integer() else number


def month_number(month: float, say: Say) -> str:
    """Return the same for the head of a column among months: its number, or the last day where that ends none."""
    return f"{month:g}" if float(month).is_integer() else say("on_day", day=day_of(month))


def horizon(months: Sequence[float], say: Say) -> str:
    """Return how long the books were kept that were read at the end of these months."""
    return span(day_of(months[-1]), say)


def span(days: int, say: Say) -> str:
    """Return a time in months of 30 days, in days where they are no whole number of them."""
    months, rest = divmod(days, DAYS_A_MONTH)
    if rest:
        return say("span_days", count=days)
    return say("span_month" if months == 1 else "span_months", count=months)


def stopped(figures: dict[str, float]) -> str:
    """Return the share of paths that a test gate ended, a dash where there is none."""
    shares = [share for name, share in figures.items() if name.endswith(".test_gate.stopped")]
    return whole_percent(max(shares)) if shares else "–"


def whole_percent(share: float) -> str:
    """Return a share of paths in whole percent; what is none or all only by rounding is told as less or more."""
    if 0.0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 < share < 1.0 else f"{100 * share:.0f}%"


def with_numbers(words: str, say: Say) -> str:
    """Return words that hold numbers in another language; the catalogue leaves the numbers in them open."""
    return say(re.sub(r"\d+", "{}", words)).format(*re.findall(r"\d+", words))


def currency_in_words(summary: dict[str, Any], say: Say) -> str:
    """Return which currency amounts are in, and at what rate, where they were put into another one to be read."""
    display = summary.get("display") or {"rate": 1.0}
    if display["rate"] == 1.0 or display["currency"] != summary["currency"]:
        return str(summary["currency"])
    return say("currency_at_rate", currency=display["currency"], rate=f"{display['rate']:.6g}", own=display["own"])


def rate_note(summary: dict[str, Any], say: Say) -> list[str]:
    """Return in a sentence which currency amounts were put into, and at what rate; nothing where it is their own."""
    money = currency_in_words(summary, say)
    return [] if money == summary["currency"] else [say("currency_note", currency=money)]


def as_written_note(answer: dict[str, Any], say: Say) -> list[str]:
    """Return which currency settings stand in, where amounts were put into another one."""
    display = answer.get("display") or {"own": answer["currency"]}
    return [] if display["own"] == answer["currency"] else [say("currency_as_written", own=display["own"])]


def proviso_lines(summary: dict[str, Any], say: Say) -> list[str]:
    """Return what the figures rest on beyond the plain run: a condition, a precision that was or was not reached."""
    lines = []
    condition, stop = summary["condition"], summary["stop"]
    paths = f"{summary['worlds'] * summary['replicates']:,}"
    if condition:
        counted = {name: f"{condition[name]:,}" for name in ("paths", "worlds")}
        lines.append(
            say("given", clauses=", ".join(condition["clauses"]), all_worlds=f"{summary['worlds']:,}", **counted)
        )
    if summary["keep"] == "summary":
        lines.append(say("counts_only", width=f"{100 * BIN_WIDTH:.1f}%"))
    if stop and (not stop["converged"] or stop["goal"]["precision"] is not None):
        key = "converged" if stop["converged"] else "not_converged"
        lines.append(say(key, paths=paths, widest=points(100 * stop["widest"])))
    return lines
