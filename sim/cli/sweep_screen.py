"""Screens of a sweep: its answer, how it went, how far it is, what failed, the rows of a query.

`print_outcome`, `print_status` and `print_what_is_kept` print; `answer_parts` is the answer, `chances_table`,
`failures_table` and `rows_table` are the tables. However many cells there are, the answer fits 80 columns and 50 lines:
a table of all cells stands there only where it fits below, and of failures the first 20 are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from sim.cli.output import console
from sim.results.atomic_writes import StorageError
from sim.results.shown import shown_answer
from sim.studies.sweeps.answer import AMOUNTS, Plain, answer_of, money_of
from sim.studies.sweeps.answer_words import decision, extremes, in_another_currency, separating, turning, turns_nowhere
from sim.studies.sweeps.reader import Status, sweep_status
from sim.studies.sweeps.runner import SweepRun
from sim.studies.sweeps.store import Design, Store
from sim.text.labels import label, speaker
from sim.text.numbers import with_error
from sim.text.table import NAME, SOFT, WORDS, Column, Prose, Table, fold

SCREEN_COLUMNS, SCREEN_LINES = 80, 50
"""Of the answer in a pipe, and on any terminal."""

CLOSING_LINES = 4
"""Below the answer: how it went, and where the files are."""

TAIL_LINES = 6
"""Below the axes: how many more there are, and what separates points that are spread."""

MAX_CELLS_SHOWN = 40
MAX_FAILURES_SHOWN = 20


class Inset:
    """Sentences on a terminal, set in from the left.

    Parameters
    ----------
    blanks : int
        Before every line.
    """

    def __init__(self, text: str, blanks: int = 2) -> None:
        self.text, self.blanks = text, blanks

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        lines = fold(self.text, options.max_width - self.blanks)
        yield Text("\n".join(" " * self.blanks + line for line in lines))


def print_outcome(outcome: SweepRun, quiet: bool, language: str) -> None:
    """Print damaged files and failed cells on stderr, the answer and how it went on stdout."""
    errors = console(stderr=True)
    for cell, what in outcome.damaged.items():
        file = Store(outcome.directory).cell_file(cell)
        errors.print(Text(label("sweep_recomputed", language, file=file, what=what)))
    if not quiet:
        if outcome.computed + outcome.reused:
            print_answer_of(outcome.directory, language)
        counts = {"computed": outcome.computed, "reused": outcome.reused, "failed": len(outcome.failed)}
        shown = {name: f"{count:,}" for name, count in counts.items()}
        line = label("sweep_done", language, **shown, seconds=f"{outcome.seconds:.1f}")
        written = f"{label('written', language)} {outcome.directory}"
        console().print(Text(f"{line}\n{written}", style="dim"), soft_wrap=True)
    if outcome.failed:
        values = {cell.run_hash: cell.shown for cell in outcome.sweep.cells}
        errors.print(failures_table(outcome.failed, values, language))


def print_answer_of(directory: Path, language: str) -> None:
    """Print the answer of a sweep's folder, of the cells that are there."""
    store = Store(directory)
    out = console(SCREEN_COLUMNS)
    for part in answer_parts(store.design(), store.index().to_pylist(), language, out):
        out.print(part, highlight=False)


def answer_parts(design: Design, rows: list[Plain], language: str, out: Console) -> list[RenderableType]:
    """Return the answer in parts that fit the screen together: axes and the table of all cells go if they do not."""
    say = speaker(language)
    answer = shown_answer(money_of(design) | answer_of(design.cells, design.axes, rows), AMOUNTS)
    title = {"title": design.title or design.name, "cells": f"{len(design.cells):,}"}
    head: list[RenderableType] = [
        Prose(say("sweep_of", **title, histories=f"{design.histories:,}"), style="bold cyan"),
        Prose(f"\n{decision(answer, say)}\n", style="bold"),
    ]
    for brings, where in extremes(answer, say, language):
        head += [Prose(brings), Inset(where)]
    if money := in_another_currency(answer, say):
        head.append(Prose(" ".join(money), style="dim"))
    room = SCREEN_LINES - lines_of(head, out) - CLOSING_LINES
    turns = turning_parts(answer, language, out, room)
    room -= lines_of(turns, out)
    if len(design.cells) <= MAX_CELLS_SHOWN:
        table: list[RenderableType] = ["", chances_table(design, rows, language)]
        turns += table if lines_of(table, out) <= room else []
    return [*head, *turns, ""]


def turning_parts(answer: Plain, language: str, out: Console, room: int) -> list[RenderableType]:
    """Return where the answer turns, axis by axis as far as they fit; and what separates points that are spread."""
    say = speaker(language)
    parts: list[RenderableType] = []
    if nowhere := turns_nowhere(answer, say):
        parts += ["", Prose(nowhere)]
    elif axes := turning(answer, say, language):
        parts += ["", Prose(say("sweep_turning"), style="bold")]
        for place, axis in enumerate(axes):
            told = [Inset(axis.name), *(Inset(turn, 4) for turn in axis.turns)]
            if lines_of([*parts, *told], out) > room - TAIL_LINES:
                parts.append(Inset(say("sweep_more_axes", count=len(axes) - place)))
                break
            parts += told
    if separates := separating(answer, say, language):
        parts += ["", Prose(separates)]
    return parts


def lines_of(parts: list[RenderableType], out: Console) -> int:
    """Return how many lines parts take on a console."""
    return sum(len(out.render_lines(part, pad=False)) for part in parts)


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
    if status.seconds_left is not None:
        out.print(Text(label("sweep_time_left", language, span=lasting(status.seconds_left, language))))
    for messages, title in ((status.damaged, "sweep_damaged"), (status.failed, "sweep_failed")):
        if messages:
            out.print(failures_table(messages, values, language, title))
    if status.finished and not status.damaged:
        out.print()
        print_answer_of(status.directory, language)


def rows_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Return the rows of a query as a table."""
    heads = [Column(foldable(name), WORDS if place else NAME) for place, name in enumerate(columns)]
    table = Table("", heads, ruled=True)
    for row in rows:
        table.add_row(*map(shown_value, row))
    return table


def chances_table(design: Design, rows: list[Plain], language: str) -> Table:
    """Return the chance of profit at the horizon: a row a cell, a column a strategy."""
    strategies = list(dict.fromkeys(row["strategy"] for row in rows))
    names, figures = map(foldable, design.axes), (label(strategy, language) for strategy in strategies)
    columns = [*(Column(name, NAME) for name in names), *map(Column, figures)]
    table = Table(label("chance_of_profit", language), columns, ruled=True)
    cells: dict[str, dict[str, Plain]] = {}
    for row in rows:
        cells.setdefault(row["cell"], {})[row["strategy"]] = row
    for found in cells.values():
        first = next(iter(found.values()))
        chances = (shown_chance(found.get(strategy), language) for strategy in strategies)
        table.add_row(*(shown_value(first[axis]) for axis in design.axes), *chances)
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


def lasting(seconds: float, language: str) -> str:
    """Return a time as people say it: seconds up to 90, minutes up to 90, then hours."""
    if seconds < 90:
        return label("span_seconds", language, count=f"{seconds:.{0 if seconds >= 9.95 else 1}f}")
    minutes = round(seconds / 60)
    if minutes < 90:
        return label("span_minutes", language, count=minutes)
    return label("span_hours", language, count=f"{minutes // 60:,}", minutes=minutes % 60)


def shown_chance(row: dict[str, Any] | None, language: str = "en") -> str:
    """Return a chance with its simulation error."""
    if row is None or row["chance"] is None:
        return "–"
    chance = {"estimate": row["chance"], "low": row["chance_low"], "high": row["chance_high"]}
    return with_error(chance, speaker(language))
