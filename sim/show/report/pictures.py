"""Which pictures the page shows, each with its description in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sim.show import plots
from sim.show.plots import PlotError
from sim.show.plots.svg import Figure
from sim.show.plots.svg import draw as drawn
from sim.show.report.answer import chance
from sim.text.labels import Say
from sim.text.numbers import cash, percent, signed_interval, three, with_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.result import Result


STAGES = ("impressions", "clicks", "carts", "orders")


def pictures(result: Result, summary: dict[str, Any], say: Say, language: str) -> Iterator[Figure]:
    """Yield the pictures of a run: all strategies first, then the likeliest one from close by."""
    found = summary["strategies"]
    ranked = sorted(found, key=lambda name: -chance(found[name])["estimate"])
    best, named = ranked[0], say(ranked[0])

    likely = "; ".join(f"{say(name)} {with_error(chance(found[name]))}" for name in ranked)
    yield draw("chance", say("report_chance_of_profit"), likely, bound(plots.probability_of_profit, result, language))
    spread = "; ".join(f"{say(name)} {three(found[name]['settled_profit'])}" for name in ranked)
    yield draw("final", say("report_final_profit"), spread, bound(plots.final_profit, result, language))
    yield from _of_best(result, found[best], best, named, say, language)
    for name in ranked:
        if found[name]["freezes"]:
            yield _freezes(result, found[name], name, say, language)
            break
    if len(ranked) > 1:
        pair = ranked[0], ranked[1]
        gap = result.compare(*pair)["money"]
        words = f"{say(pair[0])} – {say(pair[1])}: {signed_interval(gap.to_dict())}"
        title = say("report_difference")
        yield draw("gap", title, words, bound(plots.paired_difference, result, language, *pair))


def draw(key: str, title: str, words: str, plot: Callable[[Axes], Axes]) -> Figure:
    """Draw one picture; where this run cannot give it (too few worlds, no traffic), say why in its place."""
    try:
        return drawn(key, title, words, plot)
    except PlotError as reason:
        return Figure(key, title, str(reason), "")


def bound(plot: Callable[..., Axes], result: Result, language: str, *names: str) -> Callable[[Axes], Axes]:
    """Return the picture as something that only needs axes."""
    return lambda ax: plot(result, *names, ax=ax, language=language)


def _of_best(result: Result, found: dict[str, Any], best: str, named: str, say: Say, language: str) -> Iterator[Figure]:
    """Yield the pictures of one strategy; those it cannot have (a funnel without traffic) are left out."""
    profit, needed = three(found["settled_profit"]), cash(found["cash_needed"])
    time = percent(found["time_to_profit"]["incidence"][-1])
    entries: tuple[tuple[str, str, str, Callable[..., Axes]], ...] = (
        ("profit-fan", "report_fan", f"{say('range_of_outcomes')}: {profit}", plots.profit_fan),
        ("cash-fan", "report_cash_fan", f"{say('cash_needed')}: {needed}", plots.cash_fan),
        ("time", "report_time_to_profit", f"{named}: {time}", plots.time_to_profit),
        ("waterfall", "report_waterfall", f"{say('range_of_outcomes')}: {profit}", plots.profit_and_loss),
        ("funnel", "report_funnel", funnel_words(found["funnel"], say), plots.funnel),
        ("drivers", "report_drivers", say("plot_drivers_axis"), plots.drivers),
    )
    for key, title, words, plot in entries:
        if key == "waterfall" and not result.record(best).profit_and_loss:
            continue  # a run that was read back keeps no lines path by path
        if key == "drivers" and (result.clauses or not result.worlds):
            continue
        yield draw(key, say(title, name=named), words, bound(plot, result, language, best))


def _freezes(result: Result, found: dict[str, Any], name: str, say: Say, language: str) -> Figure:
    """Return the picture of the likeliest strategy whose accounts can be frozen."""
    title, words = say("report_freezes", name=say(name)), with_error(found["freezes"]["share_of_paths"])
    return draw("freezes", title, words, bound(plots.freezes, result, language, name))


def funnel_words(funnel: dict[str, Any], say: Say) -> str:
    """Return mean traffic and orders over all months in words."""
    return ", ".join(f"{say(stage)} {sum(funnel[stage]):,.0f}" for stage in STAGES if sum(funnel[stage]) > 0)
