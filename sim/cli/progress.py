"""What is shown while one waits: a bar, the answer so far, what is being done. On a terminal's stderr only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console, Group

from sim.estimates.estimate import Estimate
from sim.results.preview import OnPreview
from sim.simulation.spans import OnProgress
from sim.text.labels import label
from sim.text.numbers import with_error

if TYPE_CHECKING:
    from rich.progress import Progress

LOOKS = 4
"""Times a second that the terminal is drawn anew: more would take time from the simulation."""

"""Told how much is done, and how much there is in all."""


@contextmanager
def progress_bar(silent: bool, what: str = "paths") -> Iterator[OnProgress | None]:
    """Yield a function to report progress to; the bar goes to stderr and only to a terminal."""
    if silent or not sys.stderr.isatty():
        yield None
        return
    bar = bar_of(what)
    with bar:
        yield teller(bar)


def bar_of(what: str) -> Progress:
    """Return a progress bar on stderr, with one task, that vanishes when it is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task(what, total=None)
    return bar


def teller(bar: Progress) -> OnProgress:
    """Return what moves a bar."""
    return lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total)


@contextmanager
def answer_bar(silent: bool, language: str) -> Iterator[tuple[OnProgress | None, OnPreview | None]]:
    """Yield what to report progress and the answer so far to; both are shown on a terminal's stderr."""
    if silent or not sys.stderr.isatty():
        yield None, None
        return
    from rich.live import Live
    from rich.text import Text

    bar, line = bar_of("paths"), Text()

    def look(chances: dict[str, Estimate]) -> None:
        parts = [f"{label(name, language)} {with_error(chance.to_dict())}" for name, chance in chances.items()]
        line.plain = label("so_far", language, parts=" · ".join(parts))

    with Live(Group(bar, line), console=Console(stderr=True), transient=True, refresh_per_second=LOOKS):
        yield teller(bar), look


def status(silent: bool, what: str) -> AbstractContextManager[object]:
    """Say on a terminal's stderr what is being done, as long as it takes."""
    return (
        nullcontext()
        if silent or not sys.stderr.isatty()
        else Console(stderr=True).status(what, refresh_per_second=LOOKS)
    )
