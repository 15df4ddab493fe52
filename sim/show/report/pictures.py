"""Pictures on the page of a run, each with its description in words: `pictures`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.show.plots.activity import driving
from sim.show.plots.order import order_waterfall
from sim.show.plots.style import NARROWEST, PlotError
from sim.show.plots.sure import height_for, shops_like_yours, simulation_error
from sim.show.plots.svg import NARROW, SIZE, Figure
from sim.show.report.answer import chance, ranked
from sim.show.report.drawing import OF_LINES, Wanted, drawn
from sim.text.doubts import shops_in_words
from sim.text.labels import Say
from sim.text.numbers import cash, share_in_words, signed_interval, three, with_error
from sim.text.order_table import amount, in_cents, means_of

if TYPE_CHECKING:
    from sim.results.result import Result


OF_OTHERS = "order-"
"""How the key begins of one order of a strategy that does not lead."""

STAGES = ("impressions", "clicks", "carts", "orders")


def pictures(result: Result, summary: dict[str, Any], say: Say, language: str, n_jobs: int = 1) -> dict[str, Figure]:
    """Return the pictures of a run by key: of all strategies, and of the one that leads from close by.

    Parameters
    ----------
    n_jobs : int
        Processes that draw at once, this one counted; never changes a picture.
    """
    wanted = [*_of_histories(result, summary, say), *_of_summary(summary, say)]
    return {figure.key: figure for figure in drawn(wanted, result, language, n_jobs)}


def _of_histories(result: Result, summary: dict[str, Any], say: Say) -> Iterator[Wanted]:
    """Yield the pictures of the run's histories."""
    found, names = summary["strategies"], ranked(summary)
    likely = "; ".join(f"{say(name)} {with_error(chance(found[name]), say)}" for name in names)
    yield Wanted("chance", say("report_chance_of_profit"), likely, "probability_of_profit")
    spread = "; ".join(f"{say(name)} {three(found[name]['settled_profit'])}" for name in names)
    yield Wanted("final", say("report_final_profit"), spread, "final_profit")
    for key, title, words, picture in _of_best(result, found[names[0]], names[0], say):
        sizes = (SIZE, NARROW) if picture == OF_LINES else (NARROW,)  # it has the page's whole width
        yield Wanted(key, say(title, name=say(names[0])), words, picture, (names[0],), sizes)
    for name in names:
        if found[name]["freezes"]:  # of the first strategy whose accounts can be frozen
            words = with_error(found[name]["freezes"]["locked"], say)
            yield Wanted("freezes", say("report_freezes", name=say(name)), words, "freezes", (name,))
            break
    if len(names) > 1:
        pair = names[0], names[1]
        gap = result.compare(*pair)["money"]
        words = f"{say(pair[0])} – {say(pair[1])}: {signed_interval(gap.to_dict())}"
        yield Wanted("gap", say("report_difference"), words, "paired_difference", pair)


def _of_best(result: Result, found: dict[str, Any], best: str, say: Say) -> Iterator[tuple[str, str, str, str]]:
    """Yield key, title, words and name of the pictures of one strategy; those this run cannot have are left out."""
    profit, needed = three(found["settled_profit"]), cash(found)
    yield "cash-fan", "report_cash_fan", f"{say('cash_needed')}: {needed}", "cash_fan"
    time = share_in_words(found["time_to_profit"]["incidence"][-1], say)
    yield "time", "report_time_to_profit", f"{say(best)}: {time}", "time_to_profit"
    if result.record(best).profit_and_loss:  # a run that was read back keeps no lines path by path
        yield "waterfall", "report_waterfall", f"{say('range_of_outcomes')}: {profit}", OF_LINES
    yield "funnel", "report_funnel", funnel_words(found["funnel"], say), "funnel"
    if drives(result, best):
        yield "what-drives", "report_drivers", say("plot_drivers_axis"), "drivers"


def drives(result: Result, name: str) -> bool:
    """Return whether some number moves a strategy's chance, as far as this run can tell."""
    try:
        return bool(driving(result, name)[1])
    except PlotError:
        return False


def _of_summary(summary: dict[str, Any], say: Say) -> Iterator[Wanted]:
    """Yield the pictures that need no histories, but what a summary holds."""
    found, best, currency = summary["strategies"], ranked(summary)[0], summary["currency"]
    for name, one in found.items():
        if (order := told(one.get("per_order"))) is not None:
            key, title = ("order", "report_order") if name == best else (f"{OF_OTHERS}{name}", "report_order_of")
            waterfall = partial(order_waterfall, order, currency, say(name))
            words = order_words(name, order, currency, say)
            yield Wanted(key, say(title, name=say(name)), words, waterfall)
    chances = {name: chance(one) for name, one in found.items()}
    rows = ((NARROWEST, height_for(len(chances)) + 0.3),)
    words = "; ".join(f"{say(name)} {with_error(one, say)}" for name, one in chances.items())
    error = partial(simulation_error, chances)
    yield Wanted("error", say("report_error"), words, error, sizes=rows)
    shops = {name: shares for name, one in found.items() if (shares := told(one.get("shops")))}
    if shops:
        words = "; ".join(f"{say(name)} {shops_in_words(found[name], say)}" for name in shops)
        shades = partial(shops_like_yours, shops)
        yield Wanted("shops", say("report_shops"), words, shades, sizes=rows)


def told(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what a summary holds, or None where it says why there is nothing."""
    return None if found is None or "refused" in found else found


def order_words(name: str, order: dict[str, Any], currency: str, say: Say) -> str:
    """Return what an order brings before and after ads, in words."""
    cents = in_cents(means_of(order))
    amounts = {line: amount(cents[line]) for line in ("price", "before_ads", "after_ads")}
    return say("report_order_words", name=say(name), currency=currency, **amounts)


def funnel_words(funnel: dict[str, Any], say: Say) -> str:
    """Return mean traffic and orders over all months in words."""
    return ", ".join(f"{say(stage)} {sum(funnel[stage]):,.0f}" for stage in STAGES if sum(funnel[stage]) > 0)
