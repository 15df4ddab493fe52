"""Tables of the page: statements, assumptions, the article's figures, and what is not modelled.

`statements` and `facts` read a result, `assumptions` a scenario, `not_modelled` the mechanisms. The tables of a
summary are those of the terminal, too (`sim.text.summary_tables`); the template escapes whatever stands in a table.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.business.parameters import Parameter
from sim.results.statement_file import printed
from sim.scenario.declarations import declared
from sim.scenario.explanation import text
from sim.scenario.sections import plain
from sim.scenario.values import Dollars, Leaf, Reader, read_leaf
from sim.text.labels import Say, catalogue
from sim.text.numbers import money, month_number, with_numbers
from sim.text.table import Cell, Table

if TYPE_CHECKING:
    from sim.results.finished_run import FinishedRun
    from sim.results.result import Result
    from sim.scenario.scenario import Scenario


def statements(result: FinishedRun, strategy: str, kind: str, say: Say) -> Table:
    """Return a statement: the mean of every line by month and over all months, to the cent, as it adds up."""
    months = (month_number(month, say) for month in result.months)
    heads = (say("report_line"), *months, say("report_total"))
    table = Table(f"{say(strategy)}: {say(f'report_{kind}')}", heads)
    by_month = list(printed(result.statement_rows(strategy, kind)))
    over_all = {row["line"]: row["mean"] for row in printed(result.statement_rows(strategy, kind, total=True))}
    lines = dict.fromkeys(row["line"] for row in by_month)
    for line in lines:
        means = [row["mean"] for row in by_month if row["line"] == line]
        figures = [Cell(money(amount), amount) for amount in means]
        total = over_all.get(line)
        table.add_row(say(line), *figures, Cell("", None) if total is None else Cell(money(total), total))
    return table


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
                table.add_row(key, say(parameter.meaning), shown, say(parameter.unit), say(rule["source"]))
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
    return (say(parameter.source) if parameter.source else "[j]") if kept else say("report_set_here")


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
        words = fact.number, with_numbers(fact.quantity, say), say(fact.figure)
        table.add_row(*words, between(fact), shown(fact.mean, fact.unit), judged)
    return table


def not_modelled(say: Say) -> list[str]:
    """Return what each family of mechanisms ignores, a line a family."""
    return [say(key) for key in catalogue("en") if key.startswith("not_modelled_")]
