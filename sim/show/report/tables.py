"""Tables of the page: statements, the article's figures, and what is not modelled.

`statement` and `facts` read a result, `not_modelled` the mechanisms. The tables of a
summary are those of the terminal, too (`sim.text.summary_tables`); the template escapes whatever stands in a table.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from sim.results.statement import in_whole_units
from sim.text.labels import Say, catalogue
from sim.text.numbers import money, month_number, with_numbers
from sim.text.table import Cell, Table

if TYPE_CHECKING:
    from sim.results.finished_run import FinishedRun
    from sim.results.result import Result
    from sim.scenario.scenario import Scenario

ARTICLE = "article"
"""Names of scenarios with the article's figures begin like that."""


class Statement(NamedTuple):
    """A statement over all months and month by month, and the names of its subtotals."""

    whole: Table
    by_month: Table
    subtotals: frozenset[str]


def statement(result: FinishedRun, strategy: str, kind: str, say: Say) -> Statement:
    """Return a statement, its means in whole units of money that add up as they are printed."""
    total, monthly = result.statement_rows(strategy, kind, total=True), result.statement_rows(strategy, kind)
    title = f"{say(strategy)}: {say(f'report_{kind}')}"
    whole = Table(title, [say(column) for column in ("report_line", "report_mean_of_all", "bad", "middle", "good")])
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


def is_of_article(scenario: Scenario) -> bool:
    """Return whether a scenario is the article's: its facts are of no use to any other shop."""
    return scenario.name.partition("_")[0] == ARTICLE


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
