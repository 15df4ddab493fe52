"""Pictures on the page of a run, each with its description in words: `pictures`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.show.plots.svg import Figure
from sim.show.report.answer import chance, ranked
from sim.show.report.drawing import OF_LINES, Wanted, drawn
from sim.text.labels import Say
from sim.text.numbers import cash, share_in_words, signed_interval, three, with_error

if TYPE_CHECKING:
    from sim.results.result import Result


STAGES = ("impressions", "clicks", "carts", "orders")


def pictures(result: Result, summary: dict[str, Any], say: Say, language: str, n_jobs: int = 1) -> list[Figure]:
    """Return the pictures of a run: all strategies first, then the one that leads from close by.

    Parameters
    ----------
    n_jobs : int
        Processes that draw at once, this one counted; never changes a picture.
    """
    return drawn(list(_wanted(result, summary, say)), result, language, n_jobs)


def _wanted(result: Result, summary: dict[str, Any], say: Say) -> Iterator[Wanted]:
    found, names = summary["strategies"], ranked(summary)
    likely = "; ".join(f"{say(name)} {with_error(chance(found[name]), say)}" for name in names)
    yield Wanted("chance", say("report_chance_of_profit"), likely, "probability_of_profit")
    spread = "; ".join(f"{say(name)} {three(found[name]['settled_profit'])}" for name in names)
    yield Wanted("final", say("report_final_profit"), spread, "final_profit")
    for key, title, words, picture in _of_best(result, found[names[0]], names[0], say):
        yield Wanted(key, say(title, name=say(names[0])), words, picture, (names[0],))
    for name in names:
        if found[name]["freezes"]:  # of the first strategy whose accounts can be frozen
            words = with_error(found[name]["freezes"]["share_of_paths"], say)
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
    yield "profit-fan", "report_fan", f"{say('range_of_outcomes')}: {profit}", "profit_fan"
    yield "cash-fan", "report_cash_fan", f"{say('cash_needed')}: {needed}", "cash_fan"
    time = share_in_words(found["time_to_profit"]["incidence"][-1], say)
    yield "time", "report_time_to_profit", f"{say(best)}: {time}", "time_to_profit"
    if result.record(best).profit_and_loss:  # a run that was read back keeps no lines path by path
        yield "waterfall", "report_waterfall", f"{say('range_of_outcomes')}: {profit}", OF_LINES
    yield "funnel", "report_funnel", funnel_words(found["funnel"], say), "funnel"
    if result.worlds and not result.clauses:
        yield "drivers", "report_drivers", say("plot_drivers_axis"), "drivers"


def funnel_words(funnel: dict[str, Any], say: Say) -> str:
    """Return mean traffic and orders over all months in words."""
    return ", ".join(f"{say(stage)} {sum(funnel[stage]):,.0f}" for stage in STAGES if sum(funnel[stage]) > 0)
