"""Progress on a terminal's stderr: a bar, the answer so far, what is being done.

`progress_bar` counts paths, `cells_bar` the cells of a sweep, `answer_bar` adds the chances of a profit seen so far,
`status` names what takes its time. Silent commands, pipes and files get nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sim.estimates.estimate import Estimate
from sim.results.preview import OnPreview
from sim.simulation.spans import OnProgress
from sim.text.labels import label, speaker
from sim.text.numbers import with_error

LOOKS = 4
"""Times a second that the terminal is drawn anew: more would take time from the simulation."""

OnCells = Callable[[int, int, int], None]
"""Told the cells done, those to do in all, and how many of them failed."""


class TimeLeft(ProgressColumn):
    """Time left at the pace since the start; it counts down between two cells, which may take minutes each.

    What rich brings looks at the last half minute, in which there may be no cell, or two that ended together.
    """

    def render(self, task: Task) -> Text:
        """Return hours, minutes and seconds; dashes before the first cell."""
        left = None if task.total is None else seconds_left(task.completed, task.total, task.elapsed, task.fields["at"])
        return Text("-:--:--" if left is None else str(timedelta(seconds=round(left))), style="progress.remaining")


def seconds_left(done: float, total: float, elapsed: float | None, at: float) -> float | None:
    """Return how long the rest takes at the pace of what is done.

    Parameters
    ----------
    elapsed, at : float
        Seconds from the start until now, and until the last one was done.
    """
    if not done or elapsed is None:
        return None
    return max(at / done * (total - done) - (elapsed - at), 0.0)


def is_hidden(silent: bool) -> bool:
    """Whether nothing is shown: on request, or because stderr is no terminal."""
    return silent or not sys.stderr.isatty()


def bar_of(what: str, *further: ProgressColumn) -> Progress:
    """Return a bar on stderr, with one task, that vanishes when it is done; without further columns the time left."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), *(further or (TimeRemainingColumn(),)))
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task(what, total=None, rate="", failed="", at=0.0)
    return bar


def teller(bar: Progress) -> OnProgress:
    """Return what moves a bar."""
    return lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total)


@contextmanager
def progress_bar(silent: bool, what: str = "paths") -> Iterator[OnProgress | None]:
    """Yield a function to report progress to."""
    if is_hidden(silent):
        yield None
        return
    with bar_of(what) as bar:
        yield teller(bar)


@contextmanager
def cells_bar(silent: bool, language: str) -> Iterator[OnCells | None]:
    """Yield a function to report the cells of a sweep to; their pace and the failed ones are shown too."""
    if is_hidden(silent):
        yield None
        return
    rate, failures = TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[failed]}", style="red")
    times = TimeElapsedColumn(), TimeLeft()
    with bar_of(label("sweep_cells", language), rate, *times, failures) as bar:
        move = teller(bar)

        def tell(done: int, total: int, failed: int) -> None:
            move(done, total)
            elapsed = bar.tasks[0].elapsed or 0.0
            pace = label("sweep_rate", language, rate=f"{60 * done / elapsed:,.1f}") if done and elapsed else ""
            failures = label("sweep_so_far", language, failed=failed) if failed else ""
            bar.update(bar.task_ids[0], rate=pace, failed=failures, at=elapsed)

        yield tell


@contextmanager
def answer_bar(silent: bool, language: str) -> Iterator[tuple[OnProgress | None, OnPreview | None]]:
    """Yield what to report progress and the answer so far to."""
    if is_hidden(silent):
        yield None, None
        return
    bar, line = bar_of("paths"), Text()

    say = speaker(language)

    def look(chances: dict[str, Estimate]) -> None:
        parts = [f"{say(name)} {with_error(chance.to_dict(), say)}" for name, chance in chances.items()]
        line.plain = say("so_far", parts=" · ".join(parts))

    with Live(Group(bar, line), console=Console(stderr=True), transient=True, refresh_per_second=LOOKS):
        yield teller(bar), look


def status(silent: bool, what: str) -> AbstractContextManager[object]:
    """Say what is being done, as long as it takes."""
    return nullcontext() if is_hidden(silent) else Console(stderr=True).status(what, refresh_per_second=LOOKS)
