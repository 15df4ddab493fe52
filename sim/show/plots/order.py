"""Pictures of one order, from its price to what is left: `per_order`, and its plain form `order_waterfall`.

It draws what a summary holds under ``per_order``: means of totals over totals, which add up. Ads stand last; a line
beside them is as long as what ads may cost before an order loses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from sim.estimates import EstimateRefused
from sim.show.plots import style
from sim.show.registry import picture
from sim.text import numbers
from sim.text.labels import label
from sim.text.order_table import WHOLE, amount, in_cents, means_of

if TYPE_CHECKING:
    from sim.results.result import Result

PRICE, BEFORE, ADS, AFTER = "price", "before_ads", "ads", "after_ads"
"""Lines of an order that are more than a cost: what is paid, two sums, and the cost that stands between these."""


@picture
def per_order(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw one order on average, from the price paid to what is left after ads."""
    name = style.chosen(result, strategy)
    try:
        found = result._orders()[name]
    except EstimateRefused as reason:
        raise style.PlotError(str(reason)) from reason
    return order_waterfall(found, result.currency, label(name, language), ax, language)


def order_waterfall(
    found: Mapping[str, Any] | None, currency: str, name: str, ax: Axes | None = None, language: str = "en"
) -> Axes:
    """Draw one order on average, line by line.

    Parameters
    ----------
    found : mapping or None
        ``per_order`` of a strategy, as ``summary.json`` holds it; None where no history has an order.
    name : str
        Whose orders they are, for the title.
    """
    if found is None:
        raise style.PlotError(label("plot_order_none", language, name=name))
    ax = style.axes_of(ax)
    lines = _draw_lines(ax, found)
    words = [word(line, language) for line in lines]
    size = 9.0 if style.size_of(ax)[0] > style.ROOMY else 8.0
    ax.set_yticks(range(len(lines)), words, fontsize=size)
    style.money_axis(ax, currency, axis="x")
    _write_amounts(ax, found, lines, size)
    title = label("plot_order_title", language, name=name)
    style.head(ax, title, label("plot_semicolon", language).join(notes_of(found, currency, language)), indent=70.0)
    return ax


def _draw_lines(ax: Axes, found: Mapping[str, Any]) -> list[str]:
    """Draw a bar for each line that is not zero, below each other; return their names.

    A cost begins where the line above it ended; both sums begin at zero.
    """
    lines = means_of(found)
    shown = [line for line, mean in lines.items() if mean or line in (PRICE, BEFORE, ADS, AFTER)]
    at = 0.0
    for place, line in enumerate(shown):
        mean = lines[line]
        if line in (BEFORE, AFTER):
            ax.barh(place, mean, color=style.colour(0 if mean >= 0.0 else 1), alpha=0.9, linewidth=0, height=0.72)
            at = mean
        else:
            paid = {"color": style.colour(2), "linewidth": 0}
            ax.barh(place, mean, left=at, alpha=0.75, height=0.72, **(paid if line == PRICE else style.hatched()))
            at += mean
        if place + 1 < len(shown):
            ax.plot([at, at], [place, place + 1.0], color=style.ink(), linewidth=0.6, alpha=0.6)
    _mark_break_even(ax, found, shown.index(ADS))
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.axvline(0.0, color=style.ink(), linewidth=1.1)
    ax.margins(x=0.04)
    return shown


def _mark_break_even(ax: Axes, found: Mapping[str, Any], place: int) -> None:
    """Draw what ads may cost an order before it loses, as a line above their bar; none where no ad cost is right."""
    most = found["break_even"]["ads_per_order"]
    if most is not None and most > 0.0:
        ax.plot(
            [0.0, most], [place - 0.46] * 2, color=style.ink(), linewidth=2.0, marker="|", markersize=7,
            markeredgewidth=1.6, solid_capstyle="butt",
        )  # fmt: skip


def _write_amounts(ax: Axes, found: Mapping[str, Any], shown: Sequence[str], size: float) -> None:
    """Write each mean to the right of the axes, sums in bold."""
    cents = in_cents(means_of(found))
    for place, line in enumerate(shown):
        shown_as = amount(cents[line], whole=abs(cents[PRICE]) >= 100.0 * WHOLE)
        ax.annotate(
            shown_as, (1.0, place), xycoords=ax.get_yaxis_transform(), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=size, annotation_clip=False,
            weight="bold" if line in (BEFORE, AFTER) else "normal",
        )  # fmt: skip


def word(line: str, language: str) -> str:
    """Return what a line of an order is called."""
    return label(f"order_{line}", language).strip()


def notes_of(found: Mapping[str, Any], currency: str, language: str) -> list[str]:
    """Return how to read the picture: what the bars are, what ads may cost, how many shops have no order."""
    most = found["break_even"]["ads_per_order"]
    notes = [label("plot_order_note", language)]
    if most is not None and most > 0.0:
        notes.append(label("plot_order_break_even", language, amount=amount(round(100.0 * most)), currency=currency))
    else:
        notes.append(label("plot_order_no_ads", language))
    without = float(found["worlds_without_orders"])
    if without > 0.0:
        notes.append(label("plot_order_without", language, share=numbers.whole_percent(without)))
    return notes
