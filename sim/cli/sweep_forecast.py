"""Screen of what a sweep will take, `print_forecast`: its cells, what is there already, time and room on the disk."""

from __future__ import annotations

from rich.text import Text

from sim.cli.output import console
from sim.cli.sweep_screen import SCREEN_COLUMNS, Inset, lasting
from sim.scenario.meanings import described, value_in_words
from sim.studies.sweeps.changes import in_words
from sim.studies.sweeps.design import Sweep
from sim.studies.sweeps.forecast import Forecast
from sim.studies.sweeps.lines import SweptAxis, axes_of
from sim.text.labels import Say, speaker
from sim.text.numbers import span
from sim.text.table import Prose

MAX_VALUES = 8
"""Values of an axis that are all written; of more the ends."""

MAX_AXES = 12
"""Axes that are written out: the screen holds 50 lines."""

UNITS = ("B", "kB", "MB", "GB", "TB")


def print_forecast(found: Forecast, language: str) -> None:
    """Print what a sweep will take, and what the time rests on."""
    say, sweep, out = speaker(language), found.sweep, console(SCREEN_COLUMNS)
    cells = f"{len(sweep.cells):,}"
    out.print(Prose(say("sweep_dry_title", title=sweep.title or sweep.name, cells=cells), style="bold"))
    axes = axes_of([cell.values for cell in sweep.cells], sweep.axes)
    if axes:
        out.print(Text(say("sweep_dry_axes"), style="bold"))
    for axis in axes[:MAX_AXES]:
        out.print(Inset(axis_in_words(axis, say, language)), highlight=False)
    if len(axes) > MAX_AXES:
        out.print(Inset(say("sweep_more_places", count=f"{len(axes) - MAX_AXES:,}")))
    for line in (*design_lines(sweep, say), *progress_lines(found, say), *time_lines(found, language)):
        out.print(Prose(line), highlight=False)


def axis_in_words(axis: SweptAxis, say: Say, language: str) -> str:
    """Return what an axis is and which values it takes; and what moves in step with it."""
    values = [value_in_words(value, axis.key) for value in axis.values]
    if len(values) > MAX_VALUES:
        listed = say("sweep_dry_many", first=values[0], last=values[-1], count=f"{len(values):,}")
    else:
        listed = say("sweep_comma").join(values)
    said = say("sweep_dry_values", axis=f"{described(axis.key, language)} ({axis.key})", values=listed)
    together = [described(key, language, with_unit=False) for key in axis.keys[1:]]
    return f"{said}; {say('sweep_dry_together', keys='; '.join(together))}" if together else said


def design_lines(sweep: Sweep, say: Say) -> list[str]:
    """Return how large each cell is, and what is changed in all of them."""
    plan, scenario = sweep.plan, sweep.cells[0].scenario
    size = {"worlds": f"{plan.worlds:,}", "replicates": f"{plan.replicates:,}", "histories": f"{plan.n_paths:,}"}
    names = say("sweep_comma").join(map(say, scenario.strategies))
    lines = [say("sweep_dry_size", strategies=names, span=span(scenario.horizon_days, say), **size)]
    return [say("sweep_dry_set", values=in_words(sweep.fixed)), *lines] if sweep.fixed else lines


def progress_lines(found: Forecast, say: Say) -> list[str]:
    """Return what is there already, and what is to do."""
    counts = {"finished": f"{found.finished:,}", "to_do": f"{found.to_do:,}"}
    lines = [say("sweep_dry_there", directory=found.directory, **counts)]
    return [*lines, say("sweep_dry_damaged", count=f"{found.damaged:,}")] if found.damaged else lines


def time_lines(found: Forecast, language: str) -> list[str]:
    """Return how long it will take and what that rests on, and how much room."""
    say = speaker(language)
    if found.seconds is None or found.seconds_a_cell is None:
        return [say("sweep_dry_nothing")]
    times = {"span": lasting(found.seconds, language), "each": lasting(found.seconds_a_cell, language)}
    if found.jobs is None:
        line = say("sweep_dry_time_cluster", **times)
    else:
        line = say("sweep_dry_time", jobs=f"{found.jobs:,}", **times)
    if found.measured:
        rests = say("sweep_dry_from_finished", count=f"{found.measured:,}")
    else:
        tried = say("sweep_comma").join(f"{number:,}" for number in found.probes)
        rests = say("sweep_dry_from_probe", histories=tried)
    room = {"needed": room_in_words(found.disk_bytes), "free": room_in_words(found.free_bytes)}
    short = found.disk_bytes > found.free_bytes
    return [f"{line} {rests}", say("sweep_dry_disk_short" if short else "sweep_dry_disk", **room)]


def room_in_words(count: float) -> str:
    """Return a number of bytes as people say it."""
    place = 0
    while count >= 999.5 and place < len(UNITS) - 1:
        count, place = count / 1000.0, place + 1
    return f"{count:.2g} {UNITS[place]}" if count < 10 else f"{count:.0f} {UNITS[place]}"
