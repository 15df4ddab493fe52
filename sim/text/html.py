"""HTML for notebooks: a result's answer, a scenario's content, any table.

`result_html` and `scenario_html` are what a notebook shows of them, `table_html` of a `Table`; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sim.text.advice import advice
from sim.text.labels import speaker
from sim.text.numbers import horizon, proviso_lines
from sim.text.summary_tables import HEADLINES, strategies_table, unseen
from sim.text.table import Table


def result_html(title: str, summary: dict[str, Any], language: str = "en") -> str:
    """Return the answer of a run as a table: how likely, how sure, how much, by when."""
    say = speaker(language)

    heading = f"{title}: {say('question', span=horizon(summary['months'], say))}"
    table = strategies_table(summary, say, HEADLINES, heading)
    notes = [f"{summary['worlds']:,} x {summary['replicates']}.", say("reading_note"), unseen(summary, say)]
    table.note = " ".join(filter(None, notes))
    lines = proviso_lines(summary, say)
    if found := summary.get("recommendation"):
        lines.insert(0, advice(found, summary["currency"], say))
    provisos = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return provisos + table_html(table)


def scenario_html(mapping: Mapping[str, Any]) -> str:
    """Return what a scenario simulates: its head, and the sections that take part in each channel."""
    table = Table(mapping["title"] or mapping["name"], ["", ""])
    for key in ("currency", "start_date", "horizon_days", "sampling", "condition"):
        table.add_row(key, str(mapping[key]))
    for name, used in mapping["strategies"].items():
        table.add_row(name, " + ".join(used))
    for name in sorted({name for used in mapping["strategies"].values() for name in used}):
        on = [section for section, values in mapping[name].items() if values["enabled"]]
        table.add_row(name, ", ".join(on))
    return table_html(table)


def table_html(table: Table) -> str:
    """Return a table; every text is escaped."""
    headers = [column.header for column in table.columns]
    head = "".join(f"<th>{escape(header)}</th>" for header in headers) if any(headers) else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    caption = f"<caption style='text-align:left'><b>{escape(table.title)}</b></caption>"
    foot = f"<p><small>{escape(table.note)}</small></p>" if table.note else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"
