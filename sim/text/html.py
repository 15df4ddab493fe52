"""A result or a scenario as a small piece of HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from sim.text.labels import speaker
from sim.text.numbers import COLUMNS, band, cash, percent, proviso_lines, stable, three, with_error


def result_html(title: str, summary: dict[str, Any], language: str = "en") -> str:
    """Return the answer of a run as a table: how likely, how sure, how much, by when."""
    say = speaker(language)

    rows = []
    for name, found in summary["strategies"].items():
        profit = found["probability_of_profit"]["settled_profit"]
        rows.append(
            (
                say(name),
                with_error(profit["pointwise"][-1]),
                band(profit["parameter_band"]),
                three(found["settled_profit"]),
                cash(found["cash_needed"]),
                percent(found["ruin"][-1]),
                stable(found["stable_profit"], say),
            )
        )
    months = len(summary["months"])
    heading = f"{title}: {say('question', months=months)}"
    size = f"{summary['worlds']:,} x {summary['replicates']}. {say('reading_note')}"
    provisos = "".join(f"<p>{escape(line)}</p>" for line in proviso_lines(summary, say))
    return provisos + table_html(heading, [say(column) for column in COLUMNS], rows, size)


def scenario_html(mapping: Mapping[str, Any]) -> str:
    """Return what a scenario simulates: its head, and the sections that take part in each channel."""
    channels = {name for used in mapping["strategies"].values() for name in used}
    rows = [(key, str(mapping[key])) for key in ("currency", "start_date", "horizon_days", "sampling", "condition")]
    rows += [(name, " + ".join(used)) for name, used in mapping["strategies"].items()]
    for name in sorted(channels):
        on = [section for section, values in mapping[name].items() if values["enabled"]]
        rows.append((name, ", ".join(on)))
    return table_html(mapping["title"] or mapping["name"], [], rows, "")


def table_html(title: str, columns: list[str], rows: Iterable[tuple[str, ...]], note: str) -> str:
    """Return a table; every text is escaped."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    caption = f"<caption style='text-align:left'><b>{escape(title)}</b></caption>"
    foot = f"<p><small>{escape(note)}</small></p>" if note else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"
