"""Pictures of probabilities: `probability_of_profit`, `time_to_profit`, `capital_against_ruin`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.estimates import EstimateRefused, Incidence
from sim.results.outcomes import first_month, profitable, ruin_month, stable_month
from sim.show.plots import style
from sim.show.registry import picture
from sim.text import numbers
from sim.text.labels import label, speaker

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result

SHADES = (("win", 0.95), ("open", 0.48), ("lose", 0.18))
"""Of shops like yours, from below: how strong the colour is of those that all but surely win, of the open, the lost."""

STEP, WIDEST = 0.17, 0.055
"""Room for all columns of shades, and for one at most, as shares of the months' length."""


@picture
def probability_of_profit(
    result: Result, strategies: Sequence[str] = (), ax: Axes | None = None, language: str = "en"
) -> Axes:
    """Draw the chance of a settled profit by the end of each month, and at the last one what shops like yours meet.

    The band about a line is simulation error, 95% for all months at once. The columns are the shops that fit what the
    seller told, each strategy's for itself: those all but sure to win, the open ones, those all but sure to lose.
    """
    names = style.chosen_all(result, strategies)
    ax = style.axes_of(ax)
    months = np.array(result.months, dtype=float)
    style.months_axis(ax, result.months, language)
    ax.set_ylim(0.0, 1.0)
    style.share_axis(ax)
    ends: list[tuple[float, str, str]] = []
    for position, name in enumerate(names):
        band = result.sample.band(result.profitable(name))
        shares = np.array([(e.estimate, e.low, e.high) for e in band]).T
        ax.fill_between(months, *shares[1:], color=style.colour(position), alpha=0.28, linewidth=0)
        ax.plot(months, shares[0], **style.look(position), markersize=4.5, linewidth=1.6, clip_on=False, label=name)
        said = f"{label(name, language)} {numbers.percent(band[-1].to_dict(), speaker(language))}"
        ends.append((float(shares[0, -1]), said, style.colour(position)))
    shown = _draw_shops(ax, result, names, language)
    note = label("plot_chance_note" if shown else "plot_time_note", language)
    taken = style.head(ax, label("plot_chance_title", language), note)
    style.label_ends(ax, ax.get_xlim()[1], ends, taken)
    return ax


def _draw_shops(ax: Axes, result: Result, names: Sequence[str], language: str) -> bool:
    """Draw each strategy's column right of the last month; return whether the run can tell one shop from its luck."""
    found = [shops_of(result, name) for name in names]
    if None in found:
        return False
    length = max(result.months[-1] - 0.5, 1.0)
    step, first = min(STEP / len(names), WIDEST) * length, result.months[-1] + 0.06 * length
    for position, shops in enumerate(found):
        assert shops is not None
        bottom = 0.0
        for kind, strength in SHADES:
            ax.bar(
                first + (position + 0.5) * step, shops[kind], 0.72 * step, bottom, color=style.colour(position),
                alpha=strength, linewidth=0,
            )  # fmt: skip
            bottom += shops[kind]
    ax.set_xlim(ax.get_xlim()[0], first + len(names) * step)
    text = label("plot_shops", language)
    ax.text(first, -0.02, text, transform=ax.get_xaxis_transform(), ha="left", va="top", fontsize=8)
    return True


def shops_of(result: Result, name: str) -> dict[str, Any] | None:
    """Return the shares of shops that all but surely lose, win, and the open; None where no run like this can tell."""
    try:
        return result.sample.shops(result.profitable(name)[-1]).to_dict()
    except EstimateRefused:
        return None


@picture
def time_to_profit(
    result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en", event: str = "profit"
) -> Axes:
    """Draw the running share of all paths that have seen a profit, and above it those ruined before one.

    Parameters
    ----------
    event : {"profit", "stable"}
        The first month whose end sees a settled profit, or the first that ends a run of profitable months.
    """
    name = style.chosen(result, strategy)
    events = {"profit": lambda record: first_month(profitable(record)), "stable": stable_month}
    if event not in events:
        raise style.PlotError(f"no event '{event}'; there are: {', '.join(events)}")
    ax = style.axes_of(ax)
    first, ruin = events[event](result.record(name)), ruin_month(result.record(name))
    reached = result.sample.incidence(first, len(result.months))
    ruined = result.sample.incidence(ruin, len(result.months), first)
    style.months_axis(ax, result.months, language, first=0.0)
    bands = _shares(reached)
    shares, lost = bands[0], _shares(ruined)[0]
    months = np.array([0.0, *result.months])
    ax.fill_between(months, 0.0, shares, color=style.colour(0), alpha=0.30, linewidth=0)
    ax.fill_between(months, 1.0 - lost, 1.0, alpha=0.45, **style.hatched())
    ax.errorbar(
        months[1:], shares[1:], style.reach(bands[:, 1:]), color=style.colour(0), linewidth=1.8, marker="o",
        markersize=4, capsize=2.5, clip_on=False,
    )  # fmt: skip
    ax.plot(months[:2], shares[:2], color=style.colour(0), linewidth=1.8)
    ax.axhline(0.5, color=style.ink(), linewidth=0.9, linestyle=":")
    ends = [(float(shares[-1]), label(f"plot_reached_{event}", language), style.colour(0))]
    if lost[-1] > 0.0:
        ends.append((1.0 - float(lost[-1]) / 2.0, label("plot_ruined_first", language), style.colour(1)))
    ax.set_ylim(0.0, 1.0)
    style.share_axis(ax)
    title = label(f"plot_time_{event}", language, name=label(name, language))
    style.label_ends(ax, float(result.months[-1]), ends, style.head(ax, title, label("plot_time_note", language)))
    return ax


def _shares(found: Incidence) -> NDArray[np.float64]:
    """(3, n_months + 1) monthly estimates and the ends of their intervals, nothing at the start."""
    return np.array([(0.0, 0.0, 0.0), *((e.estimate, e.low, e.high) for e in found.bands)]).T


CURVE = ("capital", "ruin", "ruin_low", "ruin_high", "profit", "profit_low", "profit_high")
"""Columns of a curve over capital: money, and chances within 0 and 1 with the ends of their 95% intervals."""


def curve_rows(trials: Iterable[Any]) -> list[dict[str, float]]:
    """Return rows for :func:`capital_against_ruin` from the ``curve`` of ``sim cash --json``, or of an answer.

    Parameters
    ----------
    trials : iterable
        Mappings with ``capital``, and ``ruin`` and ``profit`` as estimates with ``estimate``, ``low`` and ``high``; or
        the ``curve`` of one of the ``answers`` of :func:`sim.capital_needed`.
    """
    rows = []
    for found in trials:
        trial = found if isinstance(found, Mapping) else found.to_dict()
        row = {"capital": float(trial["capital"])}
        for name in ("ruin", "profit"):
            chance = trial[name]
            row |= {name: chance["estimate"], f"{name}_low": chance["low"], f"{name}_high": chance["high"]}
        rows.append(row)
    return rows


def capital_against_ruin(
    rows: Sequence[Mapping[str, Any]] | pd.DataFrame, currency: str = "", level: float | None = None,
    ax: Axes | None = None, language: str = "en",
) -> Axes:  # fmt: skip
    """Draw the chance of running out of cash, and of a profit, over the starting capital.

    Parameters
    ----------
    rows : sequence of mappings, or a frame
        With ``capital``, and ``ruin`` and ``profit`` each with ``_low`` and ``_high``; in the order of capital.
    level : float, optional
        The chance of ruin that is accepted.
    """
    columns = _curve(rows)
    ax = style.axes_of(ax)
    capital = columns["capital"]
    ax.set_xscale("log")
    ax.set_ylim(0.0, 1.0)
    ends = []
    for position, (event, text) in enumerate((("ruin", "ruin"), ("profit", "chance_of_profit"))):
        hue = style.colour(1 - position)
        ax.plot(capital, columns[event], **style.look(position) | {"color": hue}, markersize=4, clip_on=False)
        ax.fill_between(capital, columns[f"{event}_low"], columns[f"{event}_high"], color=hue, alpha=0.28, linewidth=0)
        ends.append((float(columns[event][-1]), label(text, language), hue))
    if level is not None:
        ax.axhline(level, linewidth=0.9, linestyle=":", color=style.ink())
    ax.set_xticks(round_amounts(capital[0], capital[-1], style.size_of(ax)[0]) or [capital[0], capital[-1]])
    ax.minorticks_off()
    style.share_axis(ax)
    style.money_axis(ax, label("plot_capital", language, currency=currency), axis="x")
    accepted = "" if level is None else label("plot_capital_level", language, level=f"{100 * level:g}")
    taken = style.head(ax, label("plot_capital_title", language), label("plot_capital_note", language) + accepted)
    style.label_ends(ax, float(capital[-1]), ends, taken)
    return ax


def round_amounts(low: float, high: float, points: float) -> list[float]:
    """Return round amounts within a range, few enough to be written side by side on a log axis of this width."""
    each = points / max(float(np.log10(high / low)), 1e-9)
    # From 1 to 2 is .30 of a decade, from 1 to 3 is .48; an amount takes about 42 points.
    steps = (1.0, 2.0, 5.0) if 0.30 * each > 42.0 else (1.0, 3.0) if 0.47 * each > 42.0 else (1.0,)
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    amounts = (step * 10.0**decade for decade in decades for step in steps)
    return [value for value in amounts if low <= value <= high]


def _curve(rows: Sequence[Mapping[str, Any]] | pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the columns of a curve, or say what is wrong with it."""
    found: list[Any] = list(rows) if isinstance(rows, Sequence) else rows.to_dict("records")
    missing = sorted({column for row in found for column in CURVE if column not in row})
    if len(found) < 2 or missing:
        wrong = f"missing: {', '.join(missing)}" if missing else f"found {len(found)} rows, needs two"
        raise style.PlotError(f"a curve over capital needs rows with {', '.join(CURVE)} ({wrong})")
    columns = {name: np.array([row[name] for row in found], dtype=float) for name in CURVE}
    if not (np.diff(columns["capital"]) > 0).all() or not columns["capital"][0] > 0:
        raise style.PlotError("a curve over capital needs amounts above 0, each row more than the one before")
    for name in ("ruin", "profit"):
        low, middle, high = columns[f"{name}_low"], columns[name], columns[f"{name}_high"]
        ends = np.array([np.zeros_like(low), low, middle, high, np.ones_like(high)])
        if not (np.diff(ends, axis=0) >= -1e-9).all():
            raise style.PlotError(f"{name} needs shares with 0 <= {name}_low <= {name} <= {name}_high <= 1")
    return columns
