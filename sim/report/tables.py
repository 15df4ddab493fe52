"""What the page shows as tables: rows of text and of figures, ready for the template."""

from __future__ import annotations

import ast
import importlib
import math
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim.mechanisms
from sim.config.explain import declared, text
from sim.sections import plain
from sim.wording import COLUMNS, Say, band, cash, money, percent, stable, three, with_error

if TYPE_CHECKING:
    from sim.counted import Counted
    from sim.results import Result
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown, and what it is sorted by."""

    shown: str
    order: str | float = ""


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
    """Return a cell sorted by its number; what has none comes last."""
    return Cell(shown, -1e300 if value is None else value)


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
        points = f"{100 * gap['estimate']:+.1f} [{100 * gap['low']:+.1f}, {100 * gap['high']:+.1f}] pp"
        sums = f"{amount['estimate']:+,.0f} [{amount['low']:+,.0f}, {amount['high']:+,.0f}]" if amount else "–"
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


def statements(result: Result | Counted, strategy: str, kind: str, say: Say) -> Sheet:
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
    for key, parameter, _ in declared():
        owner, *rest = key.split(".")
        if len(rest) == 1:
            value = (scenario.market if owner == "market" else scenario.wallet)[rest[0]]
        elif owner in scenario.channels and rest[1] != "enabled" and scenario.section(owner, rest[0]).enabled:
            value = scenario.section(owner, rest[0]).values[rest[1]]
        else:
            continue
        shown = (key, say(parameter.meaning), text(plain(value)), say(parameter.unit), parameter.source or "[j]")
        rows.append(tuple(name(cell) for cell in shown))
    columns = ("report_key", "report_meaning", "report_value", "report_unit", "report_source")
    return Sheet(say("report_assumptions"), tuple(say(column) for column in columns), rows)


def facts_sheet(result: Result, say: Say) -> Sheet:
    """Return the article's figures beside what came out, as far as this run is long enough."""
    from sim.engine import Run
    from sim.facts import facts_of

    rows = []
    for fact in facts_of(Run(result.scenario, result.plan, result.records, result.worlds)):
        judged = "–" if fact.inside is None else say("report_inside" if fact.inside else "report_outside")
        rows.append(
            (
                name(fact.number),
                name(fact.quantity),
                name(fact.figure),
                name(" – ".join(shown(value, fact.unit) for value in (fact.low, fact.middle, fact.high))),
                name(shown(fact.mean, fact.unit)),
                name(judged),
            )
        )
    columns = ("report_number", "report_quantity", "report_figure", "report_simulated", "report_mean", "report_judged")
    return Sheet(say("report_facts"), tuple(say(column) for column in columns), rows)


def shown(value: float, unit: str) -> str:
    """Return a fact's figure in its unit; a dash where there is none."""
    if math.isnan(value):
        return "·"
    if math.isinf(value):
        return "∞"
    return f"{100 * value:.1f}%" if unit == "%" else f"{value:,.1f}"


def not_modelled() -> list[str]:
    """Return what the mechanisms' own files say they ignore."""
    found = []
    for module in pkgutil.iter_modules(sim.mechanisms.__path__):
        source = Path(importlib.import_module(f"sim.mechanisms.{module.name}").__file__ or "")
        words = " ".join((ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").split())
        if "Ignored: " in words:
            sentence = words.split("Ignored: ", 1)[1].split(". ")[0].rstrip(".")
            found.append(f"{module.name.replace('_', ' ')}: {sentence}")
    return found
