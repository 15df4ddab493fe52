"""What the page shows as tables: rows of text and of figures, ready for the template."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.business.parameters import Parameter
from sim.scenario.declarations import declared
from sim.scenario.explanation import text
from sim.scenario.sections import plain
from sim.scenario.values import Dollars, Leaf, Reader, read_leaf
from sim.text.labels import Say, catalogue
from sim.text.numbers import COLUMNS, band, cash, money, percent, signed_interval, stable, three, with_error

if TYPE_CHECKING:
    from sim.results.finished_run import FinishedRun
    from sim.results.result import Result
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown, and what it is sorted by; what is sorted by nothing stands last either way."""

    shown: str
    order: str | float | None = ""


@dataclass(frozen=True)
class Sheet:
    """A table.

    Parameters
    ----------
    columns : tuple of str
    rows : list of tuple of Cell
        The first cell of a row names it.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def figure(shown: str, value: float | None) -> Cell:
    """Return a cell sorted by its number."""
    return Cell(shown, value)


def name(shown: str) -> Cell:
    """Return a cell sorted by its text."""
    return Cell(shown, shown)


def strategies(summary: dict[str, Any], say: Say) -> Sheet:
    """Return the strategies side by side."""
    rows = []
    for strategy, found in summary["strategies"].items():
        profit = found["probability_of_profit"]["settled_profit"]
        chance, bands = profit["pointwise"][-1], profit["parameter_band"]
        width = None if isinstance(bands, dict) else bands[-1]["high"] - bands[-1]["low"]
        rows.append(
            (
                name(say(strategy)),
                figure(with_error(chance), chance["estimate"]),
                figure(band(bands), width),
                figure(three(found["settled_profit"]), found["settled_profit"]["p50"]["estimate"]),
                figure(cash(found["cash_needed"]), found["cash_needed"]["p95"]["estimate"]),
                figure(percent(found["ruin"][-1]), found["ruin"][-1]["estimate"]),
                figure(stable(found["stable_profit"], say), found["stable_profit"]["incidence"][-1]["estimate"]),
            )
        )
    return Sheet(say("report_strategies"), tuple(say(column) for column in COLUMNS), rows)


def months(summary: dict[str, Any], say: Say, reading: str, title: str) -> Sheet:
    """Return a reading's chance by month."""
    rows = []
    for strategy, found in summary["strategies"].items():
        estimates = found["probability_of_profit"][reading]["pointwise"]
        rows.append((name(say(strategy)), *(figure(percent(e), e["estimate"]) for e in estimates)))
    return Sheet(say(title), (say("strategy"), *(str(month) for month in summary["months"])), rows)


def comparisons(summary: dict[str, Any], say: Say) -> Sheet:
    """Return every strategy against every other."""
    rows = []
    for pair in summary["comparisons"]:
        gap, amount, beats = pair["probability"], pair.get("money"), pair["a_beats_b"]
        points = say("percentage_points", points=signed_interval(gap, 100, 1))
        sums = signed_interval(amount) if amount else "–"
        rows.append(
            (
                name(f"{say(pair['a'])} – {say(pair['b'])}"),
                figure(points, gap["estimate"]),
                figure(sums, amount["estimate"] if amount else 0.0),
                figure(with_error(beats), beats["estimate"]),
            )
        )
    columns = ("strategy", "chance_of_profit", "mean_profit", "report_compared_a_beats_b")
    return Sheet(say("compared"), tuple(say(column) for column in columns), rows)


def statements(result: FinishedRun, strategy: str, kind: str, say: Say) -> Sheet:
    """Return a statement: the mean of every line by month, and its sum where it adds up."""
    frame = result.statement(strategy, kind)
    rows = []
    for line, part in frame.groupby("line", sort=False):
        means = part.sort_values("month")["mean"].tolist()
        level = str(line).endswith(("to date", "at the end"))
        total = means[-1] if level else sum(means)
        rows.append((name(say(str(line))), *(figure(money(mean), mean) for mean in means), figure(money(total), total)))
    heads = (say("report_line"), *(str(month) for month in range(1, result.n_months + 1)), say("report_total"))
    return Sheet(f"{say(strategy)}: {say(f'report_{kind}')}", heads, rows)


def assumptions(scenario: Scenario, say: Say) -> Sheet:
    """Return every number and choice in force, with meaning, unit and source."""
    rows = []
    reader = Reader(scenario.currency, scenario.exchange_rates)
    for key, parameter, default in declared():
        owner, *rest = key.split(".")
        if len(rest) == 1:
            value = (scenario.market if owner == "market" else scenario.wallet)[rest[0]]
        elif owner in scenario.channels and rest[1] != "enabled" and scenario.section(owner, rest[0]).enabled:
            value = scenario.section(owner, rest[0]).values[rest[1]]
        else:
            continue
        source = source_of(parameter, default, value, reader, say)
        shown = (key, say(parameter.meaning), text(rounded(plain(value))), say(parameter.unit), source)
        rows.append(tuple(name(cell) for cell in shown))
    columns = ("report_key", "report_meaning", "report_value", "report_unit", "report_source")
    return Sheet(say("report_assumptions"), tuple(say(column) for column in columns), rows)


def source_of(parameter: Parameter, default: object, value: Leaf, reader: Reader, say: Say) -> str:
    """Return where a value comes from: the declared source is that of the declared default, and of no other value.

    Parameters
    ----------
    default : object
        Of the channel, as YAML holds it; amounts in dollars.
    value : Leaf
        In force.
    reader : Reader
        Of the scenario, whose currency amounts are in.
    """
    stated = reader.in_currency(Dollars(default)) if "money" in parameter.unit else default
    try:
        kept = plain(read_leaf(parameter, stated, reader)) == plain(value)
    except ValueError:  # a default that is no value on its own: whatever is in force was set
        kept = False
    return (parameter.source or "[j]") if kept else say("report_set_here")


def rounded(value: Any) -> Any:
    """Return a value as YAML holds it, its numbers with six digits for reading; none before the point is lost."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    if not isinstance(value, float) or not math.isfinite(value):
        return value
    short = round(value, max(0, 5 - math.floor(math.log10(abs(value)))) if value else 0)
    return int(short) if short.is_integer() else short


def facts_sheet(result: Result, say: Say) -> Sheet:
    """Return the article's figures beside what came out, as far as this run is long enough."""
    from sim.simulation.engine import Run
    from sim.studies.article import between, facts_of, shown

    rows = []
    for fact in facts_of(Run(result.scenario, result.plan, result.records, result.worlds)):
        judged = "–" if fact.inside is None else say("report_inside" if fact.inside else "report_outside")
        rows.append(
            (
                name(fact.number),
                name(quantity(fact.quantity, say)),
                name(say(fact.figure)),
                name(between(fact)),
                name(shown(fact.mean, fact.unit)),
                name(judged),
            )
        )
    columns = ("report_number", "report_quantity", "report_figure", "report_simulated", "report_mean", "report_judged")
    return Sheet(say("report_facts"), tuple(say(column) for column in columns), rows)


def quantity(words: str, say: Say) -> str:
    """Return a quantity of the article in the page's language; the catalogue leaves the numbers in it open."""
    return say(re.sub(r"\d+", "{}", words)).format(*re.findall(r"\d+", words))


def not_modelled(say: Say) -> list[str]:
    """Return what each family of mechanisms ignores, a line a family."""
    return [say(key) for key in catalogue("en") if key.startswith("not_modelled_")]
