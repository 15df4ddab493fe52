"""Screens of a sweep: how it went, how far it is, what failed, the rows of a query.

`print_outcome`, `print_status` and `print_what_is_kept` print; `chances_table`, `failures_table` and `rows_table` are
the tables. A large sweep has no table of chances, and of failures the first 20 are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sim.cli.output import console
from sim.results.atomic_writes import StorageError
from sim.studies.sweeps.reader import Status, sweep_status
from sim.studies.sweeps.runner import SweepRun
from sim.studies.sweeps.store import Store
from sim.text.labels import label, speaker
from sim.text.numbers import with_error
from sim.text.table import NAME, SOFT, WORDS, Column, Table

MAX_CELLS_SHOWN = 40
MAX_FAILURES_SHOWN = 20


def print_outcome(outcome: SweepRun, quiet: bool, language: str) -> None:
    """Print damaged files and failed cells on stderr, a small sweep's headline and how it went on stdout."""
    errors = console(stderr=True)
    for cell, what in outcome.damaged.items():
        file = Store(outcome.directory).cell_file(cell)
        errors.print(Text(label("sweep_recomputed", language, file=file, what=what)))
    if not quiet:
        out = console()
        if len(outcome.sweep.cells) <= MAX_CELLS_SHOWN and outcome.computed + outcome.reused:
            out.print(chances_table(outcome, language))
        counts = {"computed": outcome.computed, "reused": outcome.reused, "failed": len(outcome.failed)}
        shown = {name: f"{count:,}" for name, count in counts.items()}
        line = label("sweep_done", language, **shown, seconds=f"{outcome.seconds:.1f}")
        out.print(Text(f"{line}; {label('written', language)} {outcome.directory}", style="dim"))
    if outcome.failed:
        values = {cell.run_hash: cell.shown for cell in outcome.sweep.cells}
        errors.print(failures_table(outcome.failed, values, language))


def print_what_is_kept(directory: Path, language: str) -> None:
    """Tell who stopped a sweep that nothing is lost; one that had not begun has nothing to tell."""
    try:
        status = sweep_status(directory)
    except StorageError:
        return
    kept = {"finished": status.finished, "cells": status.cells, "directory": directory}
    Console(stderr=True).print(Text(label("sweep_kept", language, **kept)), soft_wrap=True)


def print_status(status: Status, language: str) -> None:
    """Print how far a sweep is, who works on it, its pace, and what is damaged or failed."""
    out = console()
    counts = {"finished": status.finished, "cells": status.cells, "to_do": status.to_do}
    counts |= {"failed": len(status.failed), "damaged": len(status.damaged)}
    shown = {name: f"{count:,}" for name, count in counts.items()}
    out.print(Text(label("sweep_status", language, name=status.name, **shown)))
    if status.working:
        out.print(Text(label("sweep_working", language, who=status.working)))
    if status.seconds_a_cell is not None:
        out.print(Text(label("sweep_pace", language, seconds=f"{status.seconds_a_cell:.1f}")))
    values = {cell: ", ".join(f"{key}={value}" for key, value in of.items()) for cell, of in status.values.items()}
    for messages, title in ((status.damaged, "sweep_damaged"), (status.failed, "sweep_failed")):
        if messages:
            out.print(failures_table(messages, values, language, title))


def rows_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Return the rows of a query as a table."""
    heads = [Column(foldable(name), WORDS if place else NAME) for place, name in enumerate(columns)]
    table = Table("", heads, ruled=True)
    for row in rows:
        table.add_row(*map(shown_value, row))
    return table


def chances_table(outcome: SweepRun, language: str) -> Table:
    """Return the chance of profit at the horizon: a row a cell, a column a strategy."""
    rows = Store(outcome.directory).index().to_pylist()
    strategies = list(dict.fromkeys(row["strategy"] for row in rows))
    axes = outcome.sweep.axes
    names, figures = map(foldable, axes), (label(strategy, language) for strategy in strategies)
    columns = [*(Column(name, NAME) for name in names), *map(Column, figures)]
    table = Table(label("chance_of_profit", language), columns, ruled=True)
    cells: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        cells.setdefault(row["cell"], {})[row["strategy"]] = row
    for found in cells.values():
        first = next(iter(found.values()))
        chances = (shown_chance(found.get(strategy), language) for strategy in strategies)
        table.add_row(*(shown_value(first[axis]) for axis in axes), *chances)
    return table


def failures_table(
    messages: dict[str, str], values: dict[str, str], language: str, title: str = "sweep_failed"
) -> Table:
    """Return a table of cells and what is wrong with them."""
    heads = [label(f"sweep_{head}", language) for head in ("cell", "values", "message")]
    more = len(messages) - MAX_FAILURES_SHOWN
    note = label("sweep_more", language, count=f"{more:,}") if more > 0 else ""
    columns = [Column(head, WORDS if place else NAME) for place, head in enumerate(heads)]
    table = Table(label(title, language), columns, ruled=True, note=note)
    for cell, message in list(messages.items())[:MAX_FAILURES_SHOWN]:
        table.add_row(cell[:8], values.get(cell, ""), message)
    return table


def foldable(key: str) -> str:
    """Return a key as a header: it may fold after its dots and between its words."""
    return key.replace(".", f".{SOFT}").replace("_", f"_{SOFT}")


def shown_value(value: Any) -> str:
    """Return a value as a table shows it."""
    if value is None:
        return "–"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def shown_chance(row: dict[str, Any] | None, language: str = "en") -> str:
    """Return a chance with its simulation error."""
    if row is None or row["chance"] is None:
        return "–"
    chance = {"estimate": row["chance"], "low": row["chance_low"], "high": row["chance_high"]}
    return with_error(chance, speaker(language))
