"""The page of a sweep: where a profit begins, the map of it, every cell as a table, and what is missing.

`sweep_page` returns it, `write_sweep_report` writes it where its content has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sim.scenario.meanings import described
from sim.show.report.sweep.answer import by_inputs, estimate, missing_words, sweep_answer
from sim.show.report.sweep.pictures import sweep_pictures
from sim.show.report.sweep.snapshot import Snapshot, is_known, read_snapshot, records, shown, sum_of
from sim.show.report.templates import render
from sim.studies.sweeps.changes import in_words
from sim.studies.sweeps.store import Store
from sim.text.labels import Say, label, speaker
from sim.text.numbers import band, percent, with_error
from sim.text.table import Cell, Table

PAGE = "report.html"

MAX_ROWS = 3_000
"""Rows of the table; a page with more of them is slow to open."""

MONEY = ("profit_p5", "profit_p50", "profit_p95", "cash_needed_p95")


def sweep_page(directory: Path, language: str = "en") -> str:
    """Return the page of a sweep, finished or not, as HTML; the same content gives the same page.

    Raises
    ------
    StorageError
        If the folder is no sweep's, no cell is finished, or a cell's file is damaged.
    """
    return page_of(read_snapshot(directory), language)


def write_sweep_report(directory: Path, language: str = "en") -> None:
    """Write ``report.html`` whole or not at all; one that was made of the same content stays, in its language."""
    sweep = read_snapshot(directory)
    path = directory / PAGE
    mark = f'<meta name="made-of" content="{sweep.digest}">'
    if not path.is_file() or mark not in path.read_text(encoding="utf-8", errors="replace"):
        Store(directory).write(path, page_of(sweep, language).encode())


def page_of(sweep: Snapshot, language: str) -> str:
    """Return the page of a sweep as far as it is."""
    say = speaker(language)
    design = sweep.design
    size = {key: f"{design[key]:,}" for key in ("worlds", "replicates")}
    return render(
        "sweep.html.jinja",
        language,
        title=design["title"] or design["name"],
        question=say("sweep_page_question"),
        missing=missing_words(sweep, say),
        contents=contents(sweep, say),
        answer=sweep_answer(sweep, say, language),
        figures=list(sweep_pictures(sweep, say, language)),
        cells=cells_table(sweep, say, language),
        left_out=f"{len(sweep.frame) - MAX_ROWS:,}" if len(sweep.frame) > MAX_ROWS else "",
        failed=failed_table(sweep, say) if sweep.failed else None,
        axes=axes_table(sweep, say, language),
        size=say("sweep_page_size", cells=f"{sweep.cells:,}", seed=design["seed"], **size) + in_every_cell(sweep, say),
        provenance=[
            (say("provenance_name"), design["name"]),
            (say("provenance_sweep_hash"), design["sweep_hash"]),
            (say("provenance_content_sha256"), sweep.digest),
            (say("provenance_version"), design["version"]),
        ],
        made_of=sweep.digest,
    )


def contents(sweep: Snapshot, say: Say) -> list[tuple[str, str]]:
    """Return the anchor and the name of every section below the answer."""
    own = [(key, say(f"sweep_page_{key}")) for key in ("cells", "failed", "design") if key != "failed" or sweep.failed]
    return [("pictures", say("report_pictures")), *own, ("provenance", say("report_provenance"))]


def cells_table(sweep: Snapshot, say: Say, language: str) -> Table:
    """Return every cell and strategy with its outcomes at the horizon."""
    keys = [str(key) for key in sweep.design["axes"]]
    rows = []
    for row in records(sweep.frame.head(MAX_ROWS)):
        values = [axis_cell(row[key], key) for key in keys]
        rows.append((*values, say(row["strategy"]), *outcome_cells(row, say)))
    columns = (
        *(described(key, language) for key in keys),
        *(say(key) for key in ("strategy", "chance_of_profit", "parameter_band", "ruin")),
        *(say(f"plot_sweep_{key}") for key in MONEY),
    )
    return Table(say("sweep_page_cells"), columns, rows)


def axis_cell(value: Any, key: str) -> Cell:
    """Return a cell's value on an axis: numbers sort by value, words by their letters."""
    text = shown(value, key)
    return Cell(text, text) if isinstance(value, (str, bool)) else Cell(text, None if text == "–" else float(value))


def outcome_cells(row: dict[str, Any], say: Say = label) -> list[Cell]:
    """Return the outcomes of a cell; dashes where it is missing."""

    def cell(column: str, text: Callable[[dict[str, Any]], str]) -> Cell:
        return Cell(text(estimate(row, column)), row[column]) if is_known(row[column]) else Cell("–", None)

    depends = by_inputs(row)
    return [
        cell("chance", partial(with_error, say=say)),
        Cell(band([depends]), depends["high"] - depends["low"]) if depends else Cell("–", None),
        cell("ruin", partial(percent, say=say)),
        *(Cell(sum_of(row, column), row[column]) if is_known(row[column]) else Cell("–", None) for column in MONEY),
    ]


def failed_table(sweep: Snapshot, say: Say) -> Table:
    """Return the cells that failed, with what happened."""
    rows = []
    for cell, message in sweep.failed.items():
        values = ", ".join(f"{key}={value}" for key, value in sweep.values[cell].items())
        rows.append((cell[:8], values or say("sweep_page_base"), message))
    return Table(say("sweep_failed"), tuple(say(f"sweep_{key}") for key in ("cell", "values", "message")), rows)


def in_every_cell(sweep: Snapshot, say: Say) -> str:
    """Return what is changed in every cell; a folder of an earlier version does not say."""
    fixed = sweep.design.get("set")
    return f" {say('sweep_dry_set', values=in_words(fixed))}." if fixed else ""


def axes_table(sweep: Snapshot, say: Say, language: str) -> Table:
    """Return the axes: key, meaning, how many values, and which."""
    rows = []
    for key in sweep.design["axes"]:
        values = list(dict.fromkeys(shown(v, key) for v in sweep.frame[key]))
        listed = ", ".join(values) if len(values) <= 24 else f"{', '.join(values[:12])}, …, {values[-1]}"
        rows.append((key, described(key, language), Cell(str(len(values)), len(values)), listed))
    columns = (*(say(f"report_{word}") for word in ("key", "meaning")), say("sweep_page_count"), say("sweep_values"))
    return Table(say("sweep_page_axes"), columns, rows)
