"""What `sim sweep`, `sim status` and `sim query` do: words in, a screen out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sim.results.atomic_writes import StorageError
from sim.simulation.plan import PlanError
from sim.studies.sweeps.design import load_sweep
from sim.studies.sweeps.reader import Status, sweep_status
from sim.studies.sweeps.runner import OnCells, SweepRun, run_sweep
from sim.studies.sweeps.store import Store
from sim.text.labels import LANGUAGES, label
from sim.text.numbers import with_error
from sim.text.table import NAME, SOFT, WORDS, Column, Sheet

MAX_CELLS_SHOWN = 40
MAX_FAILURES_SHOWN = 20

SOME_FAILED = 1
"""Exit status of a sweep with failed cells."""


def sweep_command(
    config: Path,
    size: tuple[int | None, int | None, int | None],
    jobs: int,
    backend: str,
    scheduler: str | None,
    out: Path | None,
    quiet: bool,
    language: str,
    page: Callable[[Path, str], None] | None = None,
) -> None:
    """Compute what is missing of a sweep, print how it went; status 1 if a cell failed.

    Parameters
    ----------
    page : callable, optional
        Writes the page into the sweep's folder, in a language; not called where no cell is finished.
    """
    check_language(language)
    worlds, replicates, seed = size
    sweep = load_sweep(config, worlds=worlds, replicates=replicates, seed=seed)
    try:
        with progress_bar(quiet, language) as tell:
            outcome = run_sweep(sweep, out, n_jobs=jobs, backend=backend, scheduler=scheduler, on_progress=tell)
    except KeyboardInterrupt:
        say_what_is_kept(out or sweep.default_directory, language)
        raise
    if page is not None and outcome.computed + outcome.reused:
        page(outcome.directory, language)
    errors = Console(stderr=True, width=None if sys.stderr.isatty() else 110)
    values = {cell.run_hash: cell.shown for cell in sweep.cells}
    for cell in outcome.damaged:
        file = Store(outcome.directory).cell_file(cell)
        errors.print(Text(label("sweep_recomputed", language, file=file, what=outcome.damaged[cell])))
    if not quiet:
        show(outcome, language)
    if outcome.failed:
        errors.print(failures(outcome.failed, values, language))
        raise SystemExit(SOME_FAILED)


def say_what_is_kept(directory: Path, language: str) -> None:
    """Tell who stopped a sweep that nothing is lost; one that had not begun has nothing to tell."""
    try:
        status = sweep_status(directory)
    except StorageError:
        return
    kept = {"finished": status.finished, "cells": status.cells, "directory": directory}
    Console(stderr=True).print(Text(label("sweep_kept", language, **kept)), soft_wrap=True)


def status_command(directory: Path, language: str) -> None:
    """Print how far a sweep is."""
    check_language(language)
    status = sweep_status(directory)
    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(Text(status_line(status, language)))
    if status.working:
        console.print(Text(label("sweep_working", language, who=status.working)))
    if status.seconds_a_cell is not None:
        console.print(Text(label("sweep_pace", language, seconds=f"{status.seconds_a_cell:.1f}")))
    shown = {
        cell: ", ".join(f"{key}={value}" for key, value in values.items()) for cell, values in status.values.items()
    }
    for what, title in ((status.damaged, "sweep_damaged"), (status.failed, "sweep_failed")):
        if what:
            console.print(failures(what, shown, language, title))


def status_line(status: Status, language: str) -> str:
    """Return one sentence: how many cells are finished, failed, damaged and to do."""
    return label(
        "sweep_status",
        language,
        name=status.name,
        finished=f"{status.finished:,}",
        cells=f"{status.cells:,}",
        failed=f"{len(status.failed):,}",
        damaged=f"{len(status.damaged):,}",
        to_do=f"{status.to_do:,}",
    )


def query_command(directory: Path, sql: str, as_csv: bool) -> None:
    """Print the answer to a question in SQL."""
    from sim.studies.sweeps.query import query

    columns, rows = query(directory, sql)
    if as_csv:
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        return
    heads = [foldable(name) for name in columns]
    table = Sheet("", [Column(head, WORDS if place else NAME) for place, head in enumerate(heads)], ruled=True)
    for row in rows:
        table.add_row(*map(shown, row))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def foldable(key: str) -> str:
    """Return a key as a header: it may fold after its dots and between its words."""
    return key.replace(".", f".{SOFT}").replace("_", f"_{SOFT}")


def shown(value: Any) -> str:
    """Return a value as a table shows it."""
    if value is None:
        return "–"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def check_language(language: str) -> None:
    """Refuse a language without labels."""
    if language not in LANGUAGES:
        raise PlanError(f"--language: found '{language}'; give one of: {', '.join(LANGUAGES)}")


def show(outcome: SweepRun, language: str) -> None:
    """Print the headline of a small sweep, and how it went."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    if len(outcome.sweep.cells) <= MAX_CELLS_SHOWN and outcome.computed + outcome.reused:
        console.print(chances(outcome, language))
    line = label(
        "sweep_done",
        language,
        computed=f"{outcome.computed:,}",
        reused=f"{outcome.reused:,}",
        failed=f"{len(outcome.failed):,}",
        seconds=f"{outcome.seconds:.1f}",
    )
    console.print(Text(f"{line}; {label('written', language)} {outcome.directory}", style="dim"))


def chances(outcome: SweepRun, language: str) -> Sheet:
    """Return the chance of profit at the horizon: a row a cell, a column a strategy."""
    rows = Store(outcome.directory).index().to_pylist()
    strategies = list(dict.fromkeys(row["strategy"] for row in rows))
    axes = outcome.sweep.axes
    names, figures = map(foldable, axes), (label(strategy, language) for strategy in strategies)
    columns = [*(Column(name, NAME) for name in names), *map(Column, figures)]
    table = Sheet(label("chance_of_profit", language), columns, ruled=True)
    cells: dict[str, dict[str, Any]] = {}
    for row in rows:
        cells.setdefault(row["cell"], {axis: row[axis] for axis in axes})[f"chance of {row['strategy']}"] = row
    for found in cells.values():
        chances = [chance(found.get(f"chance of {strategy}")) for strategy in strategies]
        table.add_row(*(shown(found[axis]) for axis in axes), *chances)
    return table


def chance(row: dict[str, Any] | None) -> str:
    """Return a chance with its simulation error."""
    if row is None or row["chance"] is None:
        return "–"
    return with_error({"estimate": row["chance"], "low": row["chance_low"], "high": row["chance_high"]})


def failures(messages: dict[str, str], values: dict[str, str], language: str, title: str = "sweep_failed") -> Sheet:
    """Return a table of cells and what is wrong with them."""
    heads = [label(f"sweep_{head}", language) for head in ("cell", "values", "message")]
    more = len(messages) - MAX_FAILURES_SHOWN
    note = label("sweep_more", language, count=f"{more:,}") if more > 0 else ""
    columns = [Column(head, WORDS if place else NAME) for place, head in enumerate(heads)]
    table = Sheet(label(title, language), columns, ruled=True, note=note)
    for cell, message in list(messages.items())[:MAX_FAILURES_SHOWN]:
        table.add_row(cell[:8], values.get(cell, ""), message)
    return table


@contextmanager
def progress_bar(silent: bool, language: str) -> Iterator[OnCells | None]:
    """Yield a function to report progress to; the bar goes to stderr and only to a terminal."""
    if silent or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(label("sweep_cells", language)),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}", style="red"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cells", total=None, rate="", failed="")

        def tell(done: int, total: int, failed: int) -> None:
            bar.update(task, completed=done, total=total)
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = label("sweep_rate", language, rate=f"{60 * done / elapsed:,.1f}") if done and elapsed else ""
            bar.update(task, rate=rate, failed=label("sweep_so_far", language, failed=failed) if failed else "")

        yield tell
