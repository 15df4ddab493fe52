"""The command line: words in, one call each, words out. No logic of its own."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(
    help="How likely is a profit: own store, platforms, or both? Monte Carlo simulation for cross-border sellers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Config = Annotated[Path, typer.Argument(help="A scenario (YAML), or manifest.json of an earlier run.")]
Set = Annotated[list[str], typer.Option("--set", metavar="KEY=VALUE", help="Change a value; may be given often.")]
Worlds = Annotated[int | None, typer.Option(min=1, help="Draws of what the seller does not know [4096].")]
Replicates = Annotated[int | None, typer.Option(min=1, help="Draws of luck in each; divides 1,024 [4].")]
Seed = Annotated[int | None, typer.Option(min=0, help="Same seed, same result [1].")]
Jobs = Annotated[int, typer.Option(help="Processes: 1 and up, or -1 for all cores.")]
Language = Annotated[str, typer.Option(help="en or zh.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON and nothing else.")]
AnswerFile = Annotated[Path | None, typer.Option(help="Write the answer to a JSON file too.")]
SweepFolder = Annotated[Path, typer.Argument(help="The folder of a sweep.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]

BAD_INPUT = 2
INTERRUPTED = 130


def main() -> None:
    """Run the command line; bad input ends with status 2 and one message, never a traceback."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:  # closed by whoever started this
            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
    try:
        app()
    except (ValueError, RuntimeError) as error:
        # Asked only now: what can go wrong is known to modules that `sim --help` does not need.
        if not isinstance(error, input_errors()):
            raise
        fail(str(error))
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # what typer makes of Ctrl-C
            stopped()
        raise
    except KeyboardInterrupt:  # before typer has begun
        stopped()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as error:  # no file handle is left, the disk of standard output is full
        fail(f"{error.filename or 'this machine'}: {error.strerror or error}")


def input_errors() -> tuple[type[Exception], ...]:
    """Return what ends a command with status 2 and one message: bad input, and what the machine cannot give."""
    from sim.estimates import EstimateRefused
    from sim.results.atomic_writes import StorageError
    from sim.scenario.conditions import ConditionError
    from sim.scenario.problems import ScenarioError
    from sim.scenario.yaml_reader import ConfigError
    from sim.simulation.plan import PlanError
    from sim.simulation.processes import HelperEnded

    return (ConditionError, ConfigError, EstimateRefused, HelperEnded, PlanError, ScenarioError, StorageError)


def stopped() -> NoReturn:
    """Say that Ctrl-C was heard."""
    typer.echo("stopped; nothing half-written", err=True)
    raise SystemExit(INTERRUPTED)


def fail(message: str) -> NoReturn:
    """Print one message and end with status 2; what a file made it quote reaches no terminal as a command."""
    visible = (sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1] for sign in message)
    typer.echo(f"error: {''.join(visible)}", err=True)
    raise SystemExit(BAD_INPUT)


def share(text: str | float) -> float:
    """Read an option that is a share, such as 0.02."""
    try:
        return float(text)
    except ValueError:
        from sim.randomness.distributions.notation import as_a_number

        raise typer.BadParameter(f"found '{text}'; {as_a_number(str(text))}") from None


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The scenario to write.")] = Path("shop.yaml"),
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: benchmarks throughout.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    language: Language = "en",
) -> None:
    """Write a commented scenario of your own, from six questions."""
    from sim.cli.commands import init_command

    init_command(file, yes, force, language)


@app.command()
def run(
    config: Config,
    set_: Set = [],  # noqa: B006 - typer reads the default, nobody changes it
    worlds: Worlds = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = -1,
    backend: Annotated[str, typer.Option(help="auto, loky or threading.")] = "auto",
    precision: Annotated[
        float | None,
        typer.Option(
            parser=share,
            metavar="<float>",
            help="Add worlds until every chance of profit is this sure, as 0.01 for ±1 point.",
        ),
    ] = None,
    max_paths: Annotated[int | None, typer.Option(help="Paths at most, with --precision or a condition.")] = None,
    keep: Annotated[
        str, typer.Option(help="paths; or summary: counts only, for millions of paths in little memory.")
    ] = "paths",
    out: Annotated[Path | None, typer.Option(help="Folder of the run; default outputs/<name>-<hash>.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run again even if the run is there.")] = False,
    quiet: Quiet = False,
    json: Annotated[bool, typer.Option("--json", help="Print summary.json and nothing else.")] = False,
    language: Language = "en",
) -> None:
    """Simulate a scenario, print the answer, write the run's files."""
    with _company(worlds, replicates, jobs, backend):
        from sim.cli.commands import run_command

        size = (worlds, replicates, seed)
        run_command(config, set_, size, (precision, max_paths), keep, jobs, backend, out, force, quiet, json, language)


def _company(worlds: int | None, replicates: int | None, jobs: int, backend: str) -> AbstractContextManager[None]:
    """Have a run's processes start while this one imports and reads; more or fewer change its speed only."""
    from sim.randomness.streams import REPLICATES, WORLDS
    from sim.simulation.processes import helpers_called
    from sim.simulation.spans import helpers_for

    return helpers_called(
        helpers_for((worlds or WORLDS) * (replicates or REPLICATES), jobs), backend, "sim.simulation.engine"
    )


@app.command()
def validate(config: Config, set_: Set = []) -> None:  # noqa: B006
    """Check a scenario without running it."""
    from sim.results.run import load

    scenario = load(config, set_)
    uncertain = sum(d.sd > 0 for d in scenario.numbers().values())
    strategies = ", ".join(scenario.strategies)
    typer.echo(f"{config}: valid. {scenario.name}: {strategies}; {uncertain} uncertain numbers.")


@app.command()
def explain(
    key: Annotated[str, typer.Argument(help="store.meta.cpm, store.meta, *.fee_rate, readings …")],
    config: Annotated[Path | None, typer.Option(help="Show the value in this scenario too.")] = None,
) -> None:
    """Print a key's meaning, unit, range, default and source."""
    from sim.results.run import load
    from sim.scenario import explain as explain_key

    typer.echo(explain_key(key, None if config is None else load(config)))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a scenario, for editors."""
    import json as json_module

    from sim.scenario import schema as make_schema

    typer.echo(json_module.dumps(make_schema(), indent=1, ensure_ascii=False))


@app.command()
def facts(
    config: Config,
    set_: Set = [],  # noqa: B006
    worlds: Annotated[int, typer.Option(min=1)] = 2048,
    replicates: Annotated[int, typer.Option(min=1)] = 4,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    jobs: Jobs = -1,
) -> None:
    """Compare what comes out with the article's figures."""
    from sim.cli.commands import facts_command

    facts_command(config, set_, (worlds, replicates, seed), jobs)


@app.command()
def report(
    directory: Annotated[Path, typer.Argument(help="Folder of a finished run, or of a sweep.")],
    out: Annotated[Path | None, typer.Option(help="Where the page goes [report.html in the folder].")] = None,
    language: Language = "en",
) -> None:
    """Make the page of a finished run, or of a sweep, again."""
    from sim.cli.commands import report_command

    report_command(directory, out, language)


@app.command()
def compare(
    configs: Annotated[list[Path], typer.Argument(help="Scenarios; the first is the plan you have.")],
    set_: Set = [],  # noqa: B006
    worlds: Worlds = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = -1,
    json: AsJson = False,
    out: AnswerFile = None,
    language: Language = "en",
) -> None:
    """Compare scenarios with the first, or one scenario's strategies, on the same market and luck."""
    from sim.cli.commands import compare_command

    compare_command(configs, set_, (worlds, replicates, seed), jobs, out, json, language)


@app.command()
def learn(
    config: Config,
    set_: Set = [],  # noqa: B006
    worlds: Worlds = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = -1,
    json: AsJson = False,
    out: AnswerFile = None,
    language: Language = "en",
) -> None:
    """Say what to find out first: which unknowns drive the result, and what knowing them is worth."""
    from sim.cli.commands import learn_command

    learn_command(config, set_, (worlds, replicates, seed), jobs, out, json, language)


@app.command()
def cash(
    config: Config,
    ruin: Annotated[
        float, typer.Option(parser=share, metavar="<float>", help="Chance of running out of cash that is accepted.")
    ] = 0.05,
    strategy: Annotated[list[str], typer.Option(help="May be given often [all].")] = [],  # noqa: B006
    from_: Annotated[float | None, typer.Option("--from", help="Least starting money to try.")] = None,
    to: Annotated[float | None, typer.Option(help="Most starting money to try.")] = None,
    set_: Set = [],  # noqa: B006
    worlds: Worlds = None,
    replicates: Replicates = None,
    seed: Seed = None,
    jobs: Jobs = -1,
    json: AsJson = False,
    out: AnswerFile = None,
    language: Language = "en",
) -> None:
    """Find the starting money with which no more than a share of shops run out of cash."""
    from sim.cli.commands import cash_command

    question = (ruin, strategy, (from_, to))
    cash_command(config, set_, (worlds, replicates, seed), question, jobs, out, json, language)


@app.command()
def path(
    config: Config,
    number: Annotated[int, typer.Argument(min=0, help="Number of the path.")],
    strategy: Annotated[str, typer.Option(help="One of the scenario's strategies.")],
    set_: Set = [],  # noqa: B006
    replicates: Annotated[int, typer.Option(min=1)] = 4,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    out: Annotated[Path | None, typer.Option(help="CSV file; default: standard output.")] = None,
) -> None:
    """Write one path's journal as CSV, for an accountant."""
    from sim.cli.commands import path_command

    path_command(config, set_, number, strategy, (replicates, seed), out)


@app.command()
def sweep(
    config: Annotated[Path, typer.Argument(help="A sweep (YAML): a base and axes.")],
    worlds: Annotated[int | None, typer.Option(min=1, help="In place of the file's.")] = None,
    replicates: Annotated[int | None, typer.Option(min=1, help="In place of the file's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="In place of the file's.")] = None,
    jobs: Jobs = -1,
    backend: Annotated[str, typer.Option(help="loky (this machine) or dask.")] = "loky",
    scheduler: Annotated[str | None, typer.Option(help="Address for dask, as tcp://host:8786.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the sweep; default outputs/<name>-<hash>.")] = None,
    quiet: Quiet = False,
    language: Language = "en",
) -> None:
    """Simulate many scenarios; run again, it resumes and computes nothing twice."""
    from sim.cli.commands import write_sweep_page
    from sim.cli.sweeps import sweep_command

    size = (worlds, replicates, seed)
    sweep_command(config, size, jobs, backend, scheduler, out, quiet, language, write_sweep_page)


@app.command()
def status(
    directory: SweepFolder,
    language: Language = "en",
) -> None:
    """Say how far a sweep is, and what failed."""
    from sim.cli.sweeps import status_command

    status_command(directory, language)


@app.command()
def query(
    directory: SweepFolder,
    sql: Annotated[str, typer.Argument(help="A SELECT over the tables cells and estimates.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask a sweep in SQL (needs the extra "query")."""
    from sim.cli.sweeps import query_command

    query_command(directory, sql, csv)
