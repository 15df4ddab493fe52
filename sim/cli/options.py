"""Options of the commands, as typer reads them, and the small readings that several commands share.

An annotated type an option; `size_of` and `goal_of` complete a size and a goal from the manifest that is repeated.
Nothing heavy is imported at the top: `sim --help` reads this file.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.spoken import language_of_command

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.simulation.convergence import Goal
    from sim.simulation.plan import Size


LanguageChoice = StrEnum("LanguageChoice", ["EN", "ZH", "AUTO"])
RunBackend = StrEnum("RunBackend", ["AUTO", "LOKY", "THREADING"])
SweepBackend = StrEnum("SweepBackend", ["LOKY", "DASK"])
KeepChoice = StrEnum("KeepChoice", ["PATHS", "SUMMARY"])
# What is typed is the name in small letters; a test holds them against what the layers below take.

LANGUAGE = "en, zh, or auto: as the scenario says, else as the system does."
"""Help of an option that stands before a command's name and after it."""


def share(text: str | float) -> float:
    """Read an option that is a share, such as 0.02."""
    try:
        return float(text)
    except ValueError:
        from sim.randomness.distributions.notation import as_a_number

        raise typer.BadParameter(f"found '{text}'; {as_a_number(str(text))}") from None


def checked_jobs(jobs: int) -> int:
    """Refuse a number of processes that there cannot be, before anything else is looked at."""
    from sim.simulation.plan import check_helpers

    check_helpers(jobs, RunBackend.AUTO, names=("--jobs", "--backend"))
    return jobs


def spoken_language(context: typer.Context, asked: LanguageChoice) -> LanguageChoice:
    """Return the language of a command, en or zh: as asked for, as its scenario or run says, or as the system does."""
    if asked == LanguageChoice.AUTO:
        asked = context.find_root().params.get("language", asked)  # before the command's name
    about: list[Path] = []
    for name in ("config", "configs", "directory", "file"):
        given = context.params.get(name)
        about += given if isinstance(given, list) else [given] if isinstance(given, Path) else []
    return LanguageChoice(
        language_of_command(None if asked == LanguageChoice.AUTO else asked, about, context.params.get("set_") or [])
    )


Config = Annotated[Path, typer.Argument(help="A scenario (YAML), or manifest.json of an earlier run.")]
Set = Annotated[list[str], typer.Option("--set", metavar="KEY=VALUE", help="Change a value; may be given often.")]
Worlds = Annotated[int | None, typer.Option(min=1, help="Draws of what the seller does not know; default 4096.")]
Replicates = Annotated[int | None, typer.Option(min=1, help="Draws of luck in each, a divisor of 1,024; default 4.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Same seed, same result; default 1.")]
Jobs = Annotated[int, typer.Option(callback=checked_jobs, help="Processes: 1 and up, or -1 for all cores.")]
Backend = Annotated[RunBackend, typer.Option(help="auto, loky or threading.")]
Precision = Annotated[
    float | None,
    typer.Option(
        parser=share,
        metavar="<float>",
        help="Add worlds until every chance of profit is this sure, as 0.01 for ±1 point.",
    ),
]
MaxPaths = Annotated[int | None, typer.Option(help="Paths at most, with --precision or a condition.")]
Keep = Annotated[
    KeepChoice, typer.Option(help="paths; or summary: counts only, for millions of paths in little memory.")
]
RunFolder = Annotated[Path | None, typer.Option(help="Folder of the run; default outputs/<name>-<hash>.")]
SweepFolder = Annotated[Path, typer.Argument(help="The folder of a sweep.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON and nothing else.")]
AnswerFile = Annotated[Path | None, typer.Option(help="Write the answer to a JSON file too.")]
WithReadings = Annotated[
    bool, typer.Option("--readings", help="Show model doubt too, as sim readings does: one more run a reading.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
Language = Annotated[
    LanguageChoice,
    typer.Option(callback=spoken_language, help=LANGUAGE),
]


def size_of(config: Path, worlds: int | None, replicates: int | None, seed: int | None) -> Size:
    """Return the size asked for; what is None is as in the manifest that is repeated, else the default."""
    from sim.randomness.streams import REPLICATES, SEED, WORLDS
    from sim.scenario import manifest_size

    known = manifest_size(config) if config.suffix == ".json" else (WORLDS, REPLICATES, SEED)
    return {
        "worlds": known[0] if worlds is None else worlds,
        "replicates": known[1] if replicates is None else replicates,
        "seed": known[2] if seed is None else seed,
    }


def goal_of(config: Path, scenario: Scenario, precision: float | None, max_paths: int | None) -> Goal | None:
    """Return the precision and cap asked for, or those of the run that is repeated; None where the size decides."""
    from sim.scenario import manifest_goal
    from sim.simulation.convergence import Goal
    from sim.simulation.plan import PlanError

    if config.suffix == ".json" and precision is None and max_paths is None:
        precision, max_paths = manifest_goal(config)
    if precision is None and not scenario.condition:
        if max_paths is not None:
            raise PlanError("--max-paths caps what --precision or a condition asks for: give one of them too")
        return None
    return Goal(precision, max_paths)
