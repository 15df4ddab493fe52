"""Tables of the page: statements, assumptions, the article's figures, and what is not modelled.

`statement` and `facts` read a result, `assumptions` a scenario, `not_modelled` the mechanisms. The tables of a
summary are those of the terminal, too (`sim.text.summary_tables`); the template escapes whatever stands in a table.
"""

from __future__ import annotations

import math
import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.business.parameters import Parameter
from sim.results.statement import in_whole_units
from sim.scenario.declarations import declared
from sim.scenario.explanation import text
from sim.scenario.sections import plain
from sim.scenario.values import Dollars, Leaf, Reader, read_leaf
from sim.text.labels import Say, catalogue
from sim.text.numbers import money, month_number
from sim.text.table import Cell, Table

if TYPE_CHECKING:
    from sim.results.finished_run import FinishedRun
    from sim.results.result import Result
    from sim.scenario.scenario import Scenario


class Statement(NamedTuple):
    """A statement over all months and month by month, and the names of its subtotals."""

    whole: Table
    by_month: Table
    subtotals: frozenset[str]


def statement(result: FinishedRun, strategy: str, kind: str, say: Say) -> Statement:
    """Return a statement, its means in whole units of money that add up as they are printed."""
    total, monthly = result.statement_rows(strategy, kind, total=True), result.statement_rows(strategy, kind)
    title = f"{say(strategy)}: {say(f'report_{kind}')}"
    whole = Table(title, [say(f"report_{column}") for column in ("line", "mean_of_all", "bad", "middle", "good")])
    for row, mean in zip(total, in_whole_units(total), strict=True):
        whole.add_row(say(row["line"]), *(in_money(amount) for amount in (mean, row["p5"], row["p50"], row["p95"])))
    heads = (say("report_line"), *(month_number(month, say) for month in result.months))
    by_month = Table(say("report_by_month", title=title), heads)
    lines: dict[str, list[int]] = {}
    for _, group in groupby(monthly, itemgetter("month")):
        rows = list(group)
        for row, mean in zip(rows, in_whole_units(rows), strict=True):
            lines.setdefault(row["line"], []).append(mean)
    for line, means in lines.items():
        by_month.add_row(say(line), *map(in_money, means))
    return Statement(whole, by_month, frozenset(say(row["line"]) for row in (*total, *monthly) if row["subtotal"]))


def in_money(amount: float) -> Cell:
    """Return a sum of money as a cell."""
    return Cell(money(amount), amount)


def assumptions(scenario: Scenario, say: Say) -> Table:
    """Return every number and choice in force, with meaning, unit and source."""
    columns = ("report_key", "report_meaning", "report_value", "report_unit", "report_source")
    table = Table(say("report_assumptions"), [say(column) for column in columns])
    reader = Reader(scenario.currency, scenario.exchange_rates)
    rules: dict[str, Any] = scenario.market["trade_rules"]
    for key, parameter, default in declared(rules):
        owner, *rest = key.split(".")
        if parameter.entry is not None:
            table.add_row(key, say(parameter.meaning), ", ".join(rules) or "–", "", "")
            continue
        if owner == "market" and len(rest) > 1:
            rule = rules[rest[1]]
            if rest[2] in rule and rest[2] != "source":
                shown = text(rounded(plain(rule[rest[2]])))
                table.add_row(key, say(parameter.meaning), shown, say(parameter.unit), rule["source"])
            continue
        if len(rest) == 1:
            value = (scenario.market if owner == "market" else scenario.wallet)[rest[0]]
        elif owner in scenario.channels and rest[1] != "enabled" and scenario.section(owner, rest[0]).enabled:
            value = scenario.section(owner, rest[0]).values[rest[1]]
        else:
            continue
        source = source_of(parameter, default, value, reader, say)
        table.add_row(key, say(parameter.meaning), text(rounded(plain(value))), say(parameter.unit), source)
    return table


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


def facts(result: Result, say: Say) -> Table:
    """Return the article's figures beside what came out, as far as this run is long enough."""
    from sim.simulation.engine import Run
    from sim.studies.article import between, facts_of, shown

    columns = ("number", "quantity", "figure", "simulated", "mean", "judged")
    table = Table(say("report_facts"), [say(f"report_{column}") for column in columns])
    for fact in facts_of(Run(result.scenario, result.plan, result.records, result.worlds)):
        judged = (
            say(f"fact_{fact.kind}") if fact.inside is None else say(f"report_{'in' if fact.inside else 'out'}side")
        )
        words = fact.number, quantity(fact.quantity, say), say(fact.figure)
        table.add_row(*words, between(fact), shown(fact.mean, fact.unit), judged)
    return table


def quantity(words: str, say: Say) -> str:
    """Return a quantity of the article in the page's language; the catalogue leaves the numbers in it open."""
    return say(re.sub(r"\d+", "{}", words)).format(*re.findall(r"\d+", words))


def not_modelled(say: Say) -> list[str]:
    """Return what each family of mechanisms ignores, a line a family."""
    return [say(key) for key in catalogue("en") if key.startswith("not_modelled_")]
