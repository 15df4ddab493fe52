"""One page on a sweep: where a profit begins, the map of it, every cell as a table, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.show.plots.sweeps.frames import described
from sim.show.report.rendering import render
from sim.show.report.sweep.answer import estimate, missing_words, sweep_answer
from sim.show.report.sweep.found import Found, is_known, read_found, records, shown, sum_of
from sim.show.report.sweep.pictures import sweep_pictures
from sim.show.report.tables import Cell, Sheet, figure, name
from sim.studies.sweeps.store import Store
from sim.text.labels import Say, speaker
from sim.text.numbers import band, percent, with_error

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
    return page_of(read_found(directory), language)


def write_sweep_report(directory: Path, language: str = "en") -> None:
    """Write ``report.html`` whole or not at all; one that was made of the same content stays, in its language."""
    found = read_found(directory)
    path = directory / PAGE
    mark = f'<meta name="made-of" content="{found.digest}">'
    if not path.exists() or mark not in path.read_text(encoding="utf-8", errors="replace"):
        Store(directory).write(path, page_of(found, language).encode())


def page_of(found: Found, language: str) -> str:
    """Return the page of what was found."""
    say = speaker(language)
    design = found.design
    # Markup: drawn here, every text in a picture escaped by the drawing.
    figures = [(picture, Markup(picture.svg)) for picture in sweep_pictures(found, say, language)]
    size = {key: f"{design[key]:,}" for key in ("worlds", "replicates")}
    return render(
        "sweep.html.jinja",
        language,
        title=design["title"] or design["name"],
        question=say("sweep_page_question"),
        missing=missing_words(found, say),
        answer=sweep_answer(found, say, language),
        figures=figures,
        cells=cells_sheet(found, say, language),
        left_out=f"{len(found.frame) - MAX_ROWS:,}" if len(found.frame) > MAX_ROWS else "",
        failed=failed_sheet(found, say) if found.failed else None,
        axes=axes_sheet(found, say, language),
        size=say("sweep_page_size", cells=f"{found.cells:,}", seed=design["seed"], **size),
        provenance=[
            (say("provenance_name"), design["name"]),
            (say("provenance_sweep_hash"), design["sweep_hash"]),
            (say("provenance_content_sha256"), found.digest),
            (say("provenance_version"), design["version"]),
        ],
        made_of=found.digest,
    )


def cells_sheet(found: Found, say: Say, language: str) -> Sheet:
    """Return every cell and strategy with its figures at the horizon."""
    keys = [str(key) for key in found.design["axes"]]
    rows = []
    for row in records(found.frame.head(MAX_ROWS)):
        values = [axis_cell(row[key], key) for key in keys]
        rows.append((*values, name(say(row["strategy"])), *figures_of(row)))
    columns = (
        *(described(key, language) for key in keys),
        *(say(key) for key in ("strategy", "chance_of_profit", "parameter_band", "ruin")),
        *(say(f"plot_sweep_{key}") for key in MONEY),
    )
    return Sheet(say("sweep_page_cells"), columns, rows)


def axis_cell(value: Any, key: str) -> Cell:
    """Return a cell's value on an axis: numbers sort by value, words by their letters."""
    text = shown(value, key)
    return name(text) if isinstance(value, (str, bool)) else figure(text, None if text == "–" else float(value))


def figures_of(row: dict[str, Any]) -> list[Cell]:
    """Return the figures of a cell; dashes where it is missing."""

    def cell(column: str, text: Callable[[dict[str, Any]], str]) -> Cell:
        return figure(text(estimate(row, column)), row[column]) if is_known(row[column]) else figure("–", None)

    low, high = row["by_inputs_low"], row["by_inputs_high"]
    depends = is_known(low) and is_known(high)
    return [
        cell("chance", with_error),
        figure(band([{"low": low, "high": high}]), high - low) if depends else figure("–", None),
        cell("ruin", percent),
        *(figure(sum_of(row, column), row[column]) if is_known(row[column]) else figure("–", None) for column in MONEY),
    ]


def failed_sheet(found: Found, say: Say) -> Sheet:
    """Return the cells that failed, with what happened."""
    rows = []
    for cell, message in found.failed.items():
        values = ", ".join(f"{key}={value}" for key, value in found.values[cell].items())
        rows.append((name(cell[:8]), name(values or say("sweep_page_base")), name(message)))
    return Sheet(say("sweep_failed"), tuple(say(f"sweep_{key}") for key in ("cell", "values", "message")), rows)


def axes_sheet(found: Found, say: Say, language: str) -> Sheet:
    """Return the axes: key, meaning, how many values, and which."""
    rows = []
    for key in found.design["axes"]:
        values = list(dict.fromkeys(shown(v, key) for v in found.frame[key]))
        listed = ", ".join(values) if len(values) <= 24 else f"{', '.join(values[:12])}, …, {values[-1]}"
        rows.append((name(key), name(described(key, language)), figure(str(len(values)), len(values)), name(listed)))
    columns = (*(say(f"report_{word}") for word in ("key", "meaning")), say("sweep_page_count"), say("sweep_values"))
    return Sheet(say("sweep_page_axes"), columns, rows)
