"""Commands on many scenarios: sweep, status, query.

Heavy modules are imported inside the commands: `sim --help` reads this file.
"""

from __future__ import annotations

import csv as csv_format
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import sim
from sim.cli import options
from sim.cli.remarks import tell_of_cells

if TYPE_CHECKING:
    from sim.studies.sweeps.design import Sweep

SOME_FAILED = 1
"""Exit status of a sweep with failed cells."""

QUERY_COLUMNS = 200
"""Of a query's table in a pipe: it has as many columns as were asked for."""


def sweep(
    config: Annotated[Path, typer.Argument(help="A sweep (YAML): a base and axes.")],
    set_: options.Set = [],  # noqa: B006 - typer reads the default, nobody changes it
    worlds: Annotated[int | None, typer.Option(min=1, help="In place of the file's.")] = None,
    replicates: Annotated[int | None, typer.Option(min=1, help="In place of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="In place of the file's.")] = None,
    jobs: options.Jobs = -1,
    backend: Annotated[
        options.SweepBackend, typer.Option(help="loky (this machine) or dask.")
    ] = options.SweepBackend.LOKY,
    scheduler: Annotated[str | None, typer.Option(help="Address for dask, as tcp://host:8786.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the sweep; default outputs/<name>-<hash>.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take: cells, time, disk. Computes and writes nothing.")
    ] = False,
    quiet: options.Quiet = False,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Simulate many scenarios; run again, it resumes and computes nothing twice."""
    from sim.cli.progress import cells_bar
    from sim.cli.sweep_screen import print_outcome, print_what_is_kept

    plan = sim.load_sweep(config, set_, worlds=worlds, replicates=replicates, seed=seed)
    if not quiet:
        tell_of_cells(plan, language)
    if dry_run:
        tell_forecast(plan, out, jobs, backend, scheduler, quiet, language)
        return
    try:
        with cells_bar(quiet, language) as on_progress:
            outcome = sim.run_sweep(
                plan, out, n_jobs=jobs, backend=backend, scheduler=scheduler, on_progress=on_progress
            )
    except KeyboardInterrupt:
        print_what_is_kept(out or plan.default_directory, language)
        raise
    if outcome.computed + outcome.reused:
        from sim.show.report import write_sweep_report  # after the cells: it draws

        write_sweep_report(outcome.directory, language)
    print_outcome(outcome, quiet, language)
    if outcome.failed:
        raise SystemExit(SOME_FAILED)


def tell_forecast(
    plan: Sweep, out: Path | None, jobs: int, backend: str, scheduler: str | None, quiet: bool, language: str
) -> None:
    """Print what a sweep would take; quietly it is checked alone."""
    from sim.cli.progress import status as doing
    from sim.cli.sweep_forecast import print_forecast
    from sim.studies.sweeps.forecast import forecast
    from sim.studies.sweeps.runner import check_backend
    from sim.text.labels import label

    check_backend(jobs, backend, scheduler)
    if not quiet:
        with doing(quiet, label("sweep_dry_probing", language)):
            found = forecast(plan, out, n_jobs=jobs, backend=backend, scheduler=scheduler)
        print_forecast(found, language)


def status(
    directory: options.SweepFolder,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Say how far a sweep is, and what failed."""
    from sim.cli.sweep_screen import print_status
    from sim.studies.sweeps.reader import sweep_status

    print_status(sweep_status(directory), language)


def query(
    directory: options.SweepFolder,
    sql: Annotated[str, typer.Argument(help="A SELECT over the tables cells and estimates.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Ask a sweep in SQL (needs the extra "query")."""
    from sim.cli.output import console
    from sim.cli.sweep_screen import rows_table
    from sim.results.statement_file import guard
    from sim.studies.sweeps import query as question

    columns, rows = question.query(directory, sql)
    if csv:
        writer = csv_format.writer(sys.stdout, lineterminator="\n")
        writer.writerows(map(guard, row) for row in (columns, *rows))
        return
    console(QUERY_COLUMNS).print(rows_table(columns, rows))
