"""Pictures of what happens on the way: `funnel`, `freezes`, `drivers`, and one history day by day, `path_calendar`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from scipy.special import chdtri, ndtri

from sim.estimates import outcomes_at
from sim.randomness.streams import Array
from sim.scenario.meanings import told_apart
from sim.show.plots import style
from sim.show.registry import picture
from sim.text import numbers
from sim.text.labels import label, speaker

if TYPE_CHECKING:
    from sim.results.result import Result

Entry = tuple[int, str, str, str, str, str, str]

STAGES = ("impressions", "clicks", "carts", "inquiries", "orders")
FEW = 3
"""Drivers whose names have room beside a picture for a phone."""

GROUPS = 10
"""Tenths of worlds over which a driver's conditional means are drawn."""

MAX_MARKED = 4
"""Freezes, and falls of cash, that a calendar names."""


@picture
def funnel(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw traffic and orders over the whole time, on a log scale, with the rate from one stage to the next.

    Bars are means over all paths, rates the ratios of these means; thin lines are the range of outcomes.
    """
    name = style.chosen(result, strategy)
    ax = style.axes_of(ax)
    monthly = result.record(name).monthly
    totals = {stage: result.sample.chosen(monthly[stage]).sum(axis=0, dtype=float) for stage in STAGES}
    shown = [(stage, total, float(total.mean())) for stage, total in totals.items() if total.any()]
    if not shown:
        raise style.PlotError(f"'{name}' had no traffic: there is no funnel to draw")
    least, most = min(mean for _, _, mean in shown), max(mean for _, _, mean in shown)
    floor = 0.2 * min(least, *(max(outcomes_at(total, [0.05])[0], 0.5 * least) for _, total, _ in shown))
    for position, (_, total, mean) in enumerate(shown):
        low, high = np.maximum(outcomes_at(total, (0.05, 0.95)), floor)
        ax.barh(position, mean, color=style.colour(0), alpha=0.55, linewidth=0)
        ax.plot([low, high], [position, position], color=style.ink(), linewidth=1.1, marker="|", markersize=6)
        text = f"{mean:,.0f}" if mean >= 10 else f"{mean:,.1f}"
        if position:
            text += f"  ({100 * mean / shown[position - 1][2]:.2g}%)"
        ax.annotate(
            text, (max(mean, float(high)), position), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9
        )
    ax.set_xscale("log")
    # Room for the numbers, whose width does not grow with the axis.
    reach = most / floor
    ax.set_xlim(floor, most * 1.6 * reach ** min(110.0 / style.size_of(ax)[0], 0.8))
    step = 10.0 ** max(1, int(np.ceil(np.log10(np.divide(*ax.get_xlim()[::-1])) * 52.0 / style.size_of(ax)[0])))
    first = 10.0 ** np.ceil(np.log10(floor))
    ax.set_xticks([first * step**k for k in range(12) if first * step**k <= 2.0 * most])
    ax.minorticks_off()
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ax.set_yticks(range(len(shown)), [label(stage, language) for stage, _, _ in shown])
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    style.wrap_x_label(ax, label("plot_funnel_axis", language, span=numbers.horizon(result.months, speaker(language))))
    title = label("plot_funnel_title", language, name=label(name, language))
    style.head(ax, title, label("plot_funnel_note", language), indent=70.0)
    return ax


@picture
def freezes(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw, of the histories in which money was locked, how long and how much: one point each; their share on top."""
    name = style.chosen(result, strategy)
    found = freezes_of(result, name)
    if found is None:
        raise style.PlotError(f"'{name}' has no account that can be frozen")
    ax = style.axes_of(ax)
    share = result.sample.probability(found[2] > 0)
    chance = numbers.share_in_words(share.to_dict(), speaker(language))
    if share.estimate not in (0.0, 1.0):
        low, high = numbers.ends(share.low, share.high)
        chance += f" [{low}–{high}%]"
    title = label("plot_freezes_title", language, name=label(name, language), chance=chance)
    count, days, money = (result.sample.chosen(values) for values in found)
    empty = label(
        "plot_frozen_empty", language, share=numbers.whole_percent(float(((count > 0) & (money <= 0)).mean()))
    )
    locked = money > 0
    if not locked.any():
        return style.say_nothing_seen(ax, title, empty)
    note = _draw_locked(ax, count[locked], days[locked], money[locked], result.currency, language)
    style.head(ax, title, label("plot_semicolon", language).join([*note, empty]), indent=52.0)
    return ax


def _draw_locked(ax: Axes, count: Array, days: Array, money: Array, currency: str, language: str) -> list[str]:
    """Draw a point a history, and its middle; return what to say of them."""
    style.wrap_x_label(ax, label("plot_days_frozen", language))
    # Days are whole: points of one day are put side by side, evenly rather than by chance.
    aside = 0.7 * ((np.arange(len(days)) * 0.6180339887) % 1.0 - 0.5)
    ax.scatter(days + aside, money, s=9, color=style.colour(1), alpha=0.5, linewidth=0, rasterized=True)
    middle = outcomes_at(days, [0.5])[0], outcomes_at(money, [0.5])[0]
    ax.axvline(middle[0], color=style.ink(), linewidth=1.0, linestyle="--")
    ax.axhline(middle[1], color=style.ink(), linewidth=1.0, linestyle="--")
    top = float(money.max())
    ax.set_ylim(0.0, 1.05 * top)
    if top > 100.0:  # amounts from nothing to thousands: linear up to 10, then logarithmic
        ax.set_yscale("symlog", linthresh=10.0, linscale=0.5)
        ax.set_yticks([0.0, *(10.0**k for k in range(1, int(np.ceil(np.log10(top))) + 1))])
        ax.set_ylim(0.0, 2.0 * top)
        ax.minorticks_off()
    style.money_axis(ax, label("plot_money_frozen", language, currency=currency))
    amount = f"{numbers.money(middle[1])} {currency}"
    return [
        label("plot_half", language, days=f"{middle[0]:.0f}", money=amount),
        label("plot_again", language, share=numbers.whole_percent(float((count > 1).mean()))),
    ]


def freezes_of(result: Result, strategy: str) -> tuple[Array, Array, Array] | None:
    """(n_paths,) number of freezes, days and money locked, over all accounts; None where none can be frozen."""
    totals: dict[str, Array] = {}
    for key, values in result.record(strategy).paths.items():
        figure = key.rsplit(".", 1)[-1]
        if figure in ("freezes", "frozen_days", "frozen_money"):
            totals[figure] = totals.get(figure, 0.0) + np.asarray(values, dtype=float)
    return (totals["freezes"], totals["frozen_days"], totals["frozen_money"]) if totals else None


@picture
def drivers(
    result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en", count: int = 4,
    outcome: str = "chance",
) -> Axes:  # fmt: skip
    """Draw how the outcome changes with the inputs that drive it most: its mean in each tenth of worlds.

    Drawn are the inputs whose means vary more than those of dummy inputs do, at most ``count``. The pale band is where
    the means of a dummy input lie (95%, each tenth for itself): a line within it is no evidence.

    Parameters
    ----------
    outcome : {"chance", "money"}
        A profit at the horizon, or settled profit there.
    """
    name = style.chosen(result, strategy)
    means, lines, reach = driving(result, name, outcome)
    ax, chance = style.axes_of(ax), outcome == "chance"
    title = label(f"plot_drivers_{outcome}", language, name=label(name, language))
    if not lines:
        return style.say_nothing_seen(ax, title, label("plot_drivers_none", language))
    at = (np.arange(GROUPS) + 0.5) / GROUPS
    low, high = means.mean() - reach, means.mean() + reach
    ax.fill_between(
        at, *((max(low, 0.0), min(high, 1.0)) if chance else (low, high)), color=style.ink(), alpha=0.14, linewidth=0
    )
    ends, channels = [], result.scenario.strategies[name]
    count = count if style.size_of(ax)[0] > style.ROOMY else min(count, FEW)
    for position, (key, line) in enumerate(list(lines.items())[:count]):
        ax.plot(at, line, **style.look(position), markersize=4, linewidth=1.8, clip_on=False)
        ends.append((float(line[-1]), told_apart(key, language, channels), style.colour(position)))
    ax.set_xticks([0.05, 0.5, 0.95], [label(f"plot_tenth_{end}", language) for end in ("low", "middle", "high")])
    ax.set_xlim(0, 1)
    drawn = [low, high, *(float(end) for line in lines.values() for end in (line.min(), line.max()))]
    if chance:
        style.share_scale(ax, min(max(drawn), 1.0))
    else:
        _money_with_zero(ax, drawn, result.currency)
    style.wrap_x_label(ax, label("plot_drivers_axis", language))
    taken = style.head(ax, title, label("plot_drivers_note", language))
    style.label_ends(ax, float(at[-1]), ends, taken + 12.0 * (1 + ax.get_xlabel().count("\n")))
    return ax


def _money_with_zero(ax: Axes, drawn: Sequence[float], currency: str) -> None:
    """Write sums along y from zero, or beyond it, with its line."""
    low, high = min(*drawn, 0.0), max(*drawn, 0.0)
    room = 0.04 * (high - low or 1.0)
    ax.set_ylim(low - room, high + room)
    style.money_axis(ax, currency)
    style.zero_line(ax)


def driving(result: Result, name: str, outcome: str = "chance") -> tuple[Array, dict[str, Array], float]:
    """Return what moves a strategy's outcome more than a number that means nothing would.

    Returns
    -------
    means : (n_worlds,) float
        Of the outcome in each world.
    lines : dict of str to (10,) float
        By dotted key, the strongest first: the outcome's mean in each tenth of worlds.
    reach : float
        Half the width of the band in which the tenths of a number lie that means nothing.
    """
    if outcome not in ("chance", "money"):
        raise style.PlotError(f"no outcome '{outcome}'; there are: chance, money")
    if result.clauses:
        raise style.PlotError("drivers are drawn over all worlds: leave the condition out")
    if not result.worlds:
        raise style.PlotError("nothing is uncertain in this scenario: nothing drives its result but luck")
    if result.plan.worlds < 5 * GROUPS:
        raise style.PlotError(f"means of tenths need {5 * GROUPS} worlds (found {result.plan.worlds})")
    reading = result.profitable(name) if outcome == "chance" else result.record(name).monthly["settled_profit"]
    means = np.asarray(reading[-1], dtype=float).reshape(-1, result.plan.replicates).mean(axis=1)
    lines = {key: group_means(means, column) for key, column in result.worlds.items()}
    reach, floor = noise_of_a_dummy(means, len(lines))
    ranked = sorted((key for key in lines if lines[key].var() > floor), key=lambda key: -float(lines[key].var()))
    return means, {key: lines[key] for key in ranked}, reach


def noise_of_a_dummy(means: Array, n_inputs: int) -> tuple[float, float]:
    """Return what the means of tenths show where the input means nothing, so that the tenths are drawn by lot.

    A tenth's mean then has the variance ``(s^2 / n) (1 - 1 / 10)`` with ``n`` worlds in it, and the variance of the ten
    means is ``(s^2 / n) / 10`` times a chi-square with 9 degrees of freedom.

    Returns
    -------
    reach : float
        Half the width of the band that holds a tenth's mean with 95%.
    floor : float
        Variance of the ten means that none of ``n_inputs`` dummies exceeds with 95% (Bonferroni).
    """
    variance = float(means.var(ddof=1)) * GROUPS / len(means)
    reach = float(ndtri(0.975)) * np.sqrt(variance * (1.0 - 1.0 / GROUPS))
    return float(reach), variance * float(chdtri(GROUPS - 1, 0.05 / n_inputs)) / GROUPS


def group_means(values: Array, column: Array) -> Array:
    """(10,) mean of the worlds' values in each tenth of worlds by an input."""
    order = np.argsort(column, kind="stable")
    return np.array([part.mean() for part in np.array_split(values[order], GROUPS)])


def path_calendar(
    entries: Iterable[Entry], currency: str = "", ax: Axes | None = None, language: str = "en", name: str = ""
) -> Axes:
    """Draw one history day by day: cash, frozen money, and the days that decided it.

    Parameters
    ----------
    entries : iterable of (day, date, channel, mechanism, debit, credit, amount)
        From :func:`sim.simulation.journal.journal`.
    name : str
        Whose history it is, for the title.
    """
    rows = list(entries)
    if not rows or any(len(row) != 7 for row in rows):
        raise style.PlotError("a calendar needs a journal's rows: day, date, channel, mechanism, debit, credit, amount")
    ax = style.axes_of(ax)
    cash, frozen = daily_balances(rows)
    days = np.arange(len(cash))
    ax.step(days, cash, where="post", color=style.colour(0), linewidth=1.5)
    style.zero_line(ax)
    ends = [(float(cash[-1]), label("plot_cash", language), style.colour(0))]
    low, high = float(min(cash.min(), 0.0)), float(max(cash.max(), frozen.max(), 1.0))
    ax.set_ylim(low - 0.04 * (high - low), high + 0.24 * (high - low))
    if frozen.any():
        ax.fill_between(days, 0.0, frozen, step="post", alpha=0.6, **style.hatched())
        ends.append((float(frozen[-1]), label("plot_frozen", language), style.colour(1)))
    style.money_axis(ax, currency)
    events = _events(rows, cash, frozen, language)
    named = "; ".join(f"{number} {text}" for number, (_, text) in enumerate(events, 1))
    ax.set_xlabel("\n".join([label("plot_day", language), *style.wrapped(named, style.size_of(ax)[0], 10.0)]))
    ax.set_xlim(0, max(len(days) - 1, 1))
    _mark(ax, events, style.colour(3))
    title = label("plot_calendar_title", language, name=name or label("plot_history", language))
    taken = style.head(ax, title, label("plot_calendar_note", language), indent=52.0)
    style.label_ends(ax, float(days[-1]), ends, taken + 24.0)
    return ax


def daily_balances(rows: Sequence[Entry]) -> tuple[Array, Array]:
    """(n_days,) cash, and money on frozen accounts, at the end of each day."""
    n_days = max(int(row[0]) for row in rows) + 1
    cash, frozen = np.zeros(n_days), np.zeros(n_days)
    for day, _, _, _, debit, credit, text in rows:
        money = float(text)
        cash[int(day)] += money * ((debit == "cash") - (credit == "cash"))
        frozen[int(day)] += money * (debit.endswith(" frozen") - credit.endswith(" frozen"))
    return np.cumsum(cash), np.where(np.abs(np.cumsum(frozen)) < 0.005, 0.0, np.cumsum(frozen))


def _events(rows: Sequence[Entry], cash: Array, frozen: Array, language: str) -> list[tuple[int, str]]:
    """Return (day, words) of what decided the history: freezes, bills unpaid, the days on which cash fell most."""
    starts = np.flatnonzero((frozen > 0) & (np.concatenate([[0.0], frozen[:-1]]) == 0))
    found = [(int(day), label("plot_freeze", language)) for day in starts[:MAX_MARKED]]
    unpaid = [int(row[0]) for row in rows if "unpaid bills" in (row[4], row[5])]
    if unpaid:
        found.append((min(unpaid), label("plot_unpaid", language)))
    falls = np.diff(cash)
    for day in np.argsort(falls)[:2] + 1 if len(falls) else ():
        if falls[day - 1] < 0:
            found.append((int(day), f"{numbers.money(falls[day - 1])}: {label(_largest(rows, int(day)), language)}"))
    return sorted(found)


def _largest(rows: Sequence[Entry], day: int) -> str:
    """Return the account that took most cash on a day."""
    spent: dict[str, float] = {}
    for row in rows:
        if int(row[0]) == day and row[5] == "cash":
            spent[row[4]] = spent.get(row[4], 0.0) + float(row[6])
    return max(spent, key=lambda account: spent[account]) if spent else "cash"


def _mark(ax: Axes, events: Sequence[tuple[int, str]], hue: str) -> None:
    """Put the events' numbers along the top of the picture."""
    last, level = -np.inf, 0
    for number, (day, _) in enumerate(events, 1):
        ax.axvline(day, color=hue, linewidth=1.0, linestyle=":")
        # Numbers of days close together stand below each other.
        level = level + 1 if (day - last) * style.size_of(ax)[0] < 14.0 * ax.get_xlim()[1] else 0
        last = day
        ax.annotate(
            str(number), (day, 0.995 - 0.07 * level), xycoords=ax.get_xaxis_transform(), ha="center", va="top",
            fontsize=8, bbox={"boxstyle": "circle,pad=0.15", "facecolor": hue, "edgecolor": "none", "alpha": 0.35},
        )  # fmt: skip
