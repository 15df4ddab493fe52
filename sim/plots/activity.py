"""What happens on the way: traffic, freezes, what drives the result, one single history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.plots.style import (
    LINES,
    PALETTE,
    PlotError,
    axes_of,
    chosen,
    label_ends,
    money_axis,
    share_axis,
    words,
    zero_line,
)

if TYPE_CHECKING:
    from sim.results import Result

Array = NDArray[np.float64]
Entry = tuple[int, str, str, str, str, str, str]

STAGES = ("impressions", "clicks", "carts", "inquiries", "orders")
GROUPS = 10
"""Tenths of worlds over which a driver's conditional means are drawn."""


def funnel(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw mean traffic and orders over all months, on a log scale, with the rate from one stage to the next."""
    name = chosen(result, strategy)
    ax = axes_of(ax)
    monthly = result.record(name).monthly
    totals = {stage: float(result.sample.chosen(monthly[stage]).sum(axis=0, dtype=float).mean()) for stage in STAGES}
    shown = [(stage, total) for stage, total in totals.items() if total > 0]
    if not shown:
        raise PlotError(f"'{name}' had no traffic: there is no funnel to draw")
    for position, (_, total) in enumerate(shown):
        ax.barh(position, total, color=PALETTE[0], alpha=0.35 + 0.6 * position / len(shown), linewidth=0)
        before = shown[position - 1][1] if position else None
        rate = "" if before is None else f"  ({100 * total / before:.2g}%)"
        ax.text(
            total, position, f" {total:,.0f}{rate}" if total >= 10 else f" {total:,.1f}{rate}", va="center", fontsize=9
        )
    ax.set_xscale("log")
    ax.set_xlim(0.5 * min(total for _, total in shown), 12.0 * max(total for _, total in shown))
    ax.set_yticks(range(len(shown)), [words(stage, language) for stage, _ in shown])
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(words("plot_funnel_axis", language, months=result.n_months))
    ax.set_title(words("plot_funnel_title", language, name=words(name, language)))
    return ax


def freezes(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw, of the paths with a frozen account, how long and how much: one point a path; their share in the title."""
    name = chosen(result, strategy)
    ax = axes_of(ax)
    found = freezes_of(result, name)
    if found is None:
        raise PlotError(f"'{name}' has no account that can be frozen")
    count, days, money = (result.sample.chosen(values) for values in found)
    share = result.sample.probability(found[0] > 0)
    hit = count > 0
    ax.scatter(days[hit], np.maximum(money[hit], 1.0), s=7, color=PALETTE[1], alpha=0.35, linewidth=0, rasterized=True)
    if hit.any():
        middle = float(np.median(days[hit])), float(np.median(money[hit]))
        ax.axvline(middle[0], color=PALETTE[0], linewidth=1.0, linestyle="--")
        ax.axhline(max(middle[1], 1.0), color=PALETTE[0], linewidth=1.0, linestyle="--")
        half = words("plot_half", language, days=f"{middle[0]:.0f}", money=f"{middle[1]:,.0f}")
        ax.text(0.99, 0.03, half, transform=ax.transAxes, ha="right", fontsize=9)
        ax.set_yscale("log")
    ax.set_xlabel(words("plot_days_frozen", language))
    money_axis(ax, words("plot_money_frozen", language, currency=result.scenario.currency))
    chance = f"{100 * share.estimate:.1f}% [{100 * share.low:.1f}–{100 * share.high:.1f}%]"
    ax.set_title(words("plot_freezes_title", language, name=words(name, language), chance=chance))
    return ax


def freezes_of(result: Result, strategy: str) -> tuple[Array, Array, Array] | None:
    """(n_paths,) number of freezes, days and money locked, over all accounts; None where none can be frozen."""
    totals: dict[str, Array] = {}
    for key, values in result.record(strategy).paths.items():
        figure = key.rsplit(".", 1)[-1]
        if figure in ("freezes", "frozen_days", "frozen_money"):
            totals[figure] = totals.get(figure, 0.0) + np.asarray(values, dtype=float)
    return (totals["freezes"], totals["frozen_days"], totals["frozen_money"]) if totals else None


def drivers(
    result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en", count: int = 4
) -> Axes:
    """Draw how the chance of profit changes with the inputs that move it most: its mean in each tenth of worlds.

    The pale band is what a dummy input shows: a line within it is no evidence.
    """
    name = chosen(result, strategy)
    ax = axes_of(ax)
    m = result.plan.replicates
    hits = result.profitable(name)[-1]
    if result.clauses:
        raise PlotError("drivers are drawn over all worlds: leave the condition out")
    means = hits.reshape(-1, m).mean(axis=1)
    lines = {key: group_means(means, column) for key, column in result.worlds.items()}
    ranked = sorted(lines, key=lambda key: -float(lines[key].var()))[:count]
    rng = np.random.default_rng(1)
    dummies = np.array([group_means(means, rng.random(len(means))) for _ in range(200)])
    at = (np.arange(GROUPS) + 0.5) / GROUPS
    low, high = np.quantile(dummies, (0.025, 0.975), axis=0)
    ax.fill_between(at, low, high, color=mpl.rcParams["text.color"], alpha=0.14, linewidth=0)
    ends = []
    for position, key in enumerate(ranked):
        line = lines[key]
        ax.plot(at, line, color=PALETTE[position], linestyle=LINES[position], linewidth=1.8)
        ends.append((float(line[-1]), key, PALETTE[position]))
    ax.set_xlim(0, 1)
    share_axis(ax)
    share_axis(ax, "x")
    label_ends(ax, 1.01, ends)
    ax.set_xlabel(words("plot_drivers_axis", language))
    ax.set_title(words("plot_drivers_title", language, name=words(name, language)))
    return ax


def group_means(values: Array, column: Array) -> Array:
    """(10,) mean of the worlds' values in each tenth of worlds by an input."""
    order = np.argsort(column, kind="stable")
    return np.array([part.mean() for part in np.array_split(values[order], GROUPS)])


def path_calendar(entries: Iterable[Entry], currency: str = "", ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw one history day by day: cash, frozen money, and the days that decided it.

    Parameters
    ----------
    entries : iterable of (day, date, channel, mechanism, debit, credit, amount)
        From :func:`sim.journal.journal`.
    """
    rows = list(entries)
    if not rows or any(len(row) != 7 for row in rows):
        raise PlotError("a calendar needs a journal's rows: day, date, channel, mechanism, debit, credit, amount")
    ax = axes_of(ax)
    days = np.arange(max(int(row[0]) for row in rows) + 1)
    cash, frozen = np.zeros(len(days)), np.zeros(len(days))
    locked: dict[int, float] = {}
    for day, _, _, _, debit, credit, text in rows:
        amount, at = float(text), int(day)
        cash[at] += amount * ((debit == "cash") - (credit == "cash"))
        frozen[at] += amount * (debit.endswith(" frozen") - credit.endswith(" frozen"))
        if debit.endswith(" frozen"):
            locked[at] = locked.get(at, 0.0) + amount
    cash, frozen = np.cumsum(cash), np.cumsum(frozen)
    ax.step(days, cash, where="post", color=PALETTE[0], linewidth=1.5)
    ax.fill_between(days, 0.0, frozen, step="post", color=PALETTE[1], alpha=0.45, linewidth=0, hatch="//")
    zero_line(ax)
    ax.set_xlim(0, len(days) - 1)
    ends = [(float(cash[-1]), words("plot_cash", language), PALETTE[0])]
    if frozen.any():
        first = min(locked)
        ax.annotate(
            words("plot_freeze", language), (first, frozen[first]), xytext=(0, 18), textcoords="offset points",
            ha="center", fontsize=9, arrowprops={"arrowstyle": "->", "color": PALETTE[1]},
        )  # fmt: skip
        ends.append((float(frozen[-1]), words("plot_frozen", language), PALETTE[1]))
    _mark(ax, rows, "unpaid bills", words("plot_unpaid", language))
    label_ends(ax, 1.01 * (len(days) - 1), ends)
    ax.set_xlabel(words("plot_day", language))
    money_axis(ax, currency)
    ax.set_title(words("plot_calendar_title", language))
    return ax


def _mark(ax: Axes, rows: Sequence[Entry], account: str, text: str) -> None:
    """Mark the first day on which something was posted to an account."""
    days = [int(row[0]) for row in rows if account in (row[4], row[5])]
    if days:
        ax.axvline(min(days), color=PALETTE[3], linewidth=1.2, linestyle=":")
        ax.text(min(days), ax.get_ylim()[1], f" {text}", color=PALETTE[3], va="top", fontsize=9)
