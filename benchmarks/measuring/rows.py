"""The rows of the table of targets: what is measured, in which unit, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from measuring.turns import Job

AFTER: Final = "after"
RATIO: Final = "after / before"
SCRIPT = str(Path(__file__).with_name("jobs.py"))


@dataclass(frozen=True)
class Target:
    """A limit and what is held against it: the median of the present state, or that of its ratios to the former one."""

    of: Literal["after", "after / before"]
    limit: float
    least: bool = False

    def __str__(self) -> str:
        """Return it in words."""
        what = "" if self.of == AFTER else f"{self.of} "
        return f"{what}at {'least' if self.least else 'most'} {self.limit:.3g}"

    def reached(self, value: float) -> bool:
        """Return whether a value is on the right side."""
        return value >= self.limit if self.least else value <= self.limit


@dataclass(frozen=True)
class Row:
    """One row.

    Parameters
    ----------
    key : str
        Rows of one key are measured together.
    name, unit : str
    job : Job
    figure : str
        Which of the job's figures; 'seconds', 'processor', 'megabytes', ...
    over : Job, optional
        The figure is divided by the same one of this job, round by round: growth, or speed of two workers.
    target : Target, optional
    extra : str
        What the present state is installed with, as `fast`; a version without it is not measured.
    cores : int
        Cores without which it means nothing.
    most_rounds : int
        Where a round takes minutes and hardly anything of it is chance.
    """

    key: str
    name: str
    unit: str
    job: Job
    figure: str
    over: Job | None = None
    target: Target | None = None
    extra: str = ""
    cores: int = 1
    most_rounds: int = 100

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Its job, and the one it is divided by."""
        return (self.job,) if self.over is None else (self.job, self.over)


def script(name: str, *sizes: int, warm_up: bool = True) -> Job:
    """Return a job of `jobs.py`."""
    return Job((SCRIPT, name, *map(str, sizes)), warm_up)


def with_fast(row: Row, limit: float, of: Literal["after", "after / before"] = "after") -> Row:
    """Return the row as it is with compiled mechanisms, and the target that it has then."""
    return replace(row, name=f"{row.name}, with `fast`", target=Target(of, limit), extra="fast")


def rows(quick: bool = False, full_sweep: bool = False) -> list[Row]:
    """Return all rows but those of the peers' race; ``quick`` makes the sizes of the long ones smaller."""
    return [
        *of_processor_time(),
        *of_the_default_run(),
        *of_sliders(),
        *of_the_sweep(21 if full_sweep else 2 if quick else 4),
        *of_counts(*(1_000_000, 250_000) if quick else (4_000_000, 1_000_000)),
        *of_workers(6_250 if quick else 25_000),
        *of_the_start(),
    ]


def of_processor_time() -> list[Row]:
    """Return what one process computes."""
    return [
        Row("small", "small model, 16,384 paths", "s processor", script("small_model", 16_384), "processor",
            target=Target(RATIO, 0.82)),
        Row("article", "article, a span of 8,192 paths x 4 strategies", "s processor", script("article", 2048),
            "processor", target=Target(RATIO, 0.85)),
        Row("block", "article, a block of 1,024 paths x 4 strategies", "s processor", script("article", 256),
            "processor"),
    ]  # fmt: skip


def of_the_default_run() -> list[Row]:
    """Return `sim run` of the article, into a pipe."""
    command = ("-m", "sim", "run", "configs/article.yaml", "--jobs", "2", "--force", "--out", "outputs/targets")
    answer = Row("run", "default run: the answer", "s", Job(command), "answer", target=Target(AFTER, 4.5), cores=2)
    return [
        answer,
        with_fast(answer, 3.0),
        replace(answer, name="default run: all written after it", figure="writing", target=Target(AFTER, 2.0)),
        replace(answer, name="default run: all processes", unit="s processor", figure="processor", target=None),
        replace(answer, name="default run: largest process", unit="MB", figure="megabytes", target=Target(AFTER, 380)),
    ]


def of_sliders() -> list[Row]:
    """Return a move of a slider in a notebook, without the picture."""
    one = Row("slider", "slider move, 1,024 paths, 1 strategy", "s", script("slider", 1), "seconds")
    two = replace(one, name="slider move, 1,024 paths, 2 strategies", job=script("slider", 2))
    return [one, with_fast(one, 0.1), two, with_fast(two, 0.15)]


def of_the_sweep(a_side: int) -> list[Row]:
    """Return the shipped map, or a coarser one."""
    job = script("sweep", a_side, warm_up=False)
    row = Row("sweep", f"sweep, {a_side**2} cells x 16,384 paths", "s", job, "seconds", cores=2)
    busy = replace(row, name=f"{row.name}: all processes", unit="s processor", figure="processor")
    small = replace(row, name="sweep, 64 cells x 1,024 paths", job=script("sweep", 8, 256, warm_up=False))
    return [replace(row, target=Target(RATIO, 1 / 1.2)), with_fast(row, 1 / 3, RATIO), busy, small]


def of_counts(many: int, few: int) -> list[Row]:
    """Return how memory grows where counts are kept."""
    some = Row("counted", f"{few:,} counted paths", "MB", script("counted", few, warm_up=False), "megabytes",
               most_rounds=2)  # fmt: skip
    more = replace(some, name=f"{many:,} counted paths", job=script("counted", many, warm_up=False))
    growth = f"{many:,} counted paths to {few:,}"
    return [some, more, replace(more, name=growth, unit="x", over=some.job, target=Target(AFTER, 1.05))]


def of_workers(worlds: int) -> list[Row]:
    """Return what a second process brings."""
    one, two = (script("workers", processes, worlds, warm_up=False) for processes in (1, 2))
    row = Row("workers", f"{4 * worlds:,} paths, 1 worker", "s", one, "seconds", cores=2)
    speed = f"{4 * worlds:,} paths, speed of 2 workers to 1"
    return [
        row,
        replace(row, name=f"{4 * worlds:,} paths, 2 workers", job=two),
        replace(row, name=speed, unit="x", over=two, target=Target(AFTER, 1.6, least=True)),
    ]


def of_the_start() -> list[Row]:
    """Return what one waits for before anything is computed."""
    return [
        Row("start", "`import sim`", "s", Job(("-c", "import sim")), "seconds"),
        Row("start", "`sim --help`", "s", Job(("-m", "sim", "--help")), "seconds"),
        Row("start", "first answer: start, 1,024 paths x 4 strategies", "s", script("first_answer", 256), "seconds"),
    ]
