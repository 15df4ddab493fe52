"""A case: files laid out in a folder of its own, the commands to run on them, and what surrounds the commands.

A mutation is a function of a generator and an empty folder; it writes what it needs there and returns a `Case`. The
same seed and number give the same case, whatever else is drawn: `repeated_by` is the command that does it again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from sim.business.parameters import Parameter
from sim.scenario.declarations import declared

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIOS = ("article.yaml", "article_conditioned.yaml", "dual.yaml", "market.yaml")
SWEEPS = ("capital.yaml", "cpc_conversion.yaml", "freeze_stress.yaml", "returns_margin.yaml")

HEAD = "name: shop\nstrategies: {independent: [store]}\nhorizon_days: 30\n"
"""The shortest scenario there is; all else is the defaults that mechanisms declare."""

SMALL = ("--worlds", "16", "--jobs", "1", "--set", "horizon_days=30")
STRATEGY_OF = {"store": "independent", "alibaba": "alibaba", "aliexpress": "aliexpress"}


@dataclass
class Surroundings:
    """What the machine does to a command.

    Parameters
    ----------
    encoding : str
        Of standard output; what it cannot hold raises, as in a terminal of that code page.
    largest_file : int, optional
        Bytes; a longer file cannot be written (RLIMIT_FSIZE).
    fails : tuple of (str, int), optional
        A function of ``os`` whose call of this number, from 0, finds the disk full.
    apart : bool
        In a process of its own: what belongs to a process (its streams, its rights) is another's.
    bound_by_rights : bool
        That process may not write where rights forbid it, even as root.
    standard_output : {"pipe", "closed", "full", "unread"}
        Of that process.
    sweep_is_read_only : bool
        A shipped sweep has a hundred cells: it is read, not run.
    """

    encoding: str = "utf-8"
    largest_file: int | None = None
    fails: tuple[str, int] | None = None
    apart: bool = False
    bound_by_rights: bool = False
    standard_output: str = "pipe"
    sweep_is_read_only: bool = False


@dataclass
class Case:
    """Commands on the files of a folder.

    Parameters
    ----------
    description : str
        What was mutated and how, without the folder.
    commands : list of tuple of str
        One after another, as long as each ends with status 0.
    key : str, optional
        The dotted key that was mutated; a refusal names it.
    out : Path, optional
        What the commands write; it is whole afterwards, or as it was before.
    pipe : Path, optional
        A FIFO that somebody reads while the commands run.
    """

    description: str
    commands: list[tuple[str, ...]]
    key: str | None = None
    out: Path | None = None
    pipe: Path | None = None
    around: Surroundings = field(default_factory=Surroundings)
    mutation: str = ""
    seed: int = 0
    number: int = 0

    @property
    def repeated_by(self) -> str:
        """The command that repeats the case."""
        return f"python -m tests.fuzz --seed {self.seed} --case {self.number}"

    def __str__(self) -> str:
        return f"{self.mutation}: {self.description}"


Mutation = Callable[[Random, Path], Case]


def drawn(seed: int, number: int, folder: Path, weights: dict[Mutation, int]) -> Case:
    """Return a case of a round; its files are laid out in the folder."""
    draw = Random(f"{seed}:{number}")
    mutation = draw.choices(list(weights), list(weights.values()))[0]
    case = mutation(draw, folder)
    case.mutation, case.seed, case.number = mutation.__name__, seed, number
    return case


@cache
def numbers() -> dict[str, Parameter]:
    """Return the declarations of all numbers and delays, by dotted key."""
    return {key: parameter for key, parameter, _ in declared() if parameter.form in ("number", "delay")}


@cache
def settings() -> dict[str, Parameter]:
    """Return the declarations of everything that can be set, by dotted key."""
    return {key: parameter for key, parameter, _ in declared()}


def shipped(folder: Path) -> Path:
    """Copy the shipped scenarios and sweeps into a folder."""
    return Path(shutil.copytree(REPOSITORY / "configs", folder / "configs"))


def written(folder: Path, text: str) -> Path:
    """Write a scenario into the folder."""
    file = folder / "shop.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    return file


def looked_at_and_run(file: Path, out: Path, *further: str, strategy: str | None = None) -> list[tuple[str, ...]]:
    """Return the commands that check a scenario and run it with few paths, of one strategy."""
    words = [*SMALL, *further]
    if strategy is not None:
        channel = {name: channel for channel, name in STRATEGY_OF.items()}[strategy]
        words += ["--set", f"strategies={{{strategy}: [{channel}]}}"]
    sets = [word for k, word in enumerate(further) if word == "--set" or (k and further[k - 1] == "--set")]
    run = ("run", str(file), *words, "--keep", "summary", "--out", str(out))
    return [("validate", str(file), *sets), run]
