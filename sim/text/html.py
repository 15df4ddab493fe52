"""HTML for notebooks: a result's answer, a scenario's content, any table.

`result_html` and `scenario_html` are what a notebook shows of them, `table_html` of a `Table`; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sim.text.break_even import break_even_line
from sim.text.customers import customer_lines
from sim.text.decision import decision
from sim.text.doubts import doubt_lines
from sim.text.labels import speaker
from sim.text.numbers import proviso_lines
from sim.text.order_table import orders_table
from sim.text.remarks import remark_lines
from sim.text.summary_tables import ways_table
from sim.text.table import Table
from sim.text.why import why_lines


def result_html(title: str, summary: dict[str, Any], language: str = "en") -> str:
    """Return the answer of a run: the decision, why, the ways side by side, and what one order brings and costs."""
    say = speaker(language)
    found = decision(summary, say)
    lines = [*found.lines, *why_lines(summary, say), *break_even_line(summary, say), *customer_lines(summary, say)]
    lines += [*proviso_lines(summary, say), *remark_lines(summary, say)]
    head = f"<p>{escape(title)}</p><p><b>{escape(found.headline)}</b></p>"
    sentences = "".join(f"<p>{escape(line)}</p>" for line in lines)
    ways = ways_table(summary, say)
    ways.note = " ".join(doubt_lines(summary, say))
    orders = orders_table(summary, say)
    return head + sentences + table_html(ways) + (table_html(orders) if orders else "")


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
