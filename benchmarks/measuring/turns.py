"""Jobs in fresh processes, taking turns round after round, so that a busy minute hits all of them."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Figures = dict[str, float]


class NotMeasured(Exception):
    """Why there is no figure."""


@dataclass(frozen=True)
class Job:
    """What one process does.

    Parameters
    ----------
    arguments : tuple of str
        Behind ``python -I``, which neither PYTHONPATH nor the present folder can lead to another version.
    warm_up : bool
        Once more, uncounted, before the first round; left out where a job takes minutes.
    """

    arguments: tuple[str, ...]
    warm_up: bool = True


@dataclass(frozen=True)
class Place:
    """Where a job is done: the side's name, its interpreter and its folder."""

    side: str
    python: Path
    folder: Path


Point = tuple[Place, Job]


def perform(place: Place, job: Job) -> Figures:
    """Do a job in a fresh process and return its figures.

    Returns
    -------
    dict
        ``seconds`` of wall time, ``answer`` of them until the first output and ``writing`` from there to the end,
        ``processor`` seconds and ``megabytes``, the largest resident size of the process or of any that it waited for;
        over them is laid what the job itself told as a line of JSON at its end.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with tempfile.TemporaryFile("w+") as complaints:
        started = time.perf_counter()
        process = subprocess.Popen(
            [place.python, "-I", *job.arguments], cwd=place.folder, env=environment, text=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            with process.stdout as stream:
                output = stream.readline()
                answered = time.perf_counter() if output else math.nan
                output += stream.read()
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # helpers too
            process.wait()
            raise
        ended = time.perf_counter()
        process.returncode = os.waitstatus_to_exitcode(status)
        complaints.seek(0)
        if process.returncode:
            raise NotMeasured(f"exit status {process.returncode}: {last_line(complaints.read())}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    told = json.loads(last_line(output)) if last_line(output).startswith("{") else {}
    return {
        "seconds": ended - started,
        "answer": answered - started,
        "writing": ended - answered,
        "processor": usage.ru_utime + usage.ru_stime,
        "megabytes": usage.ru_maxrss / unit,
    } | told


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return ([line.strip() for line in text.splitlines() if line.strip()] or ["it said nothing"])[-1]


def take_turns(
    points: Sequence[Point], rounds: int, perform: Callable[[Place, Job], Figures] = perform
) -> dict[Point, list[Figures] | NotMeasured]:
    """Do all jobs once a round, in turned order every other round, after a warm-up.

    Returns
    -------
    dict
        Figures by round; of a job that failed in any round only why.
    """
    found: dict[Point, list[Figures] | NotMeasured] = {point: [] for point in points}
    for turn in range(-1, rounds):
        for point in points if turn % 2 == 0 else reversed(points):
            so_far = found[point]
            if isinstance(so_far, NotMeasured) or (turn < 0 and not point[1].warm_up):
                continue
            try:
                figures = perform(*point)
            except NotMeasured as failed:
                found[point] = failed
                report(turn, point, str(failed))
                continue
            report(turn, point, f"{figures['seconds']:.1f} s")
            if turn >= 0:
                so_far.append(figures)
    return found


def report(turn: int, point: Point, said: str) -> None:
    """Tell on standard error how far it is."""
    place, job = point
    words = " ".join(Path(word).name for word in job.arguments if not word.startswith("-"))
    when = "warm-up" if turn < 0 else f"round {turn + 1}"
    print(f"{when}, {place.side}: {words}: {said}", file=sys.stderr, flush=True)


def number(figures: Figures, name: str) -> float:
    """Return a figure; a job that tells none, or none above zero, measured nothing."""
    value = figures.get(name, math.nan)
    if not (math.isfinite(value) and value > 0.0):
        raise NotMeasured(f"the job told {value} as its {name}")
    return value
