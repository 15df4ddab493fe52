"""Commands on one scenario or one run: init, run, validate, explain, schema, report, path.

Heavy modules are imported inside the commands: `sim --help` reads this file.
"""

from __future__ import annotations

import csv
import io
import shlex
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import sim
from sim.cli import options
from sim.cli.remarks import tell, tell_idle
from sim.cli.spoken import ENGLISH

if TYPE_CHECKING:
    from sim.results.result import CountedResult, Result
    from sim.scenario.scenario import Scenario
    from sim.simulation.convergence import Goal
    from sim.simulation.plan import Plan


def init(
    file: Annotated[Path, typer.Argument(help="The scenario to write.")] = Path("shop.yaml"),
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: benchmarks throughout.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Write a commented scenario of your own, from a few questions; say what one order earns."""
    from sim.cli.init_answers import Answers
    from sim.cli.init_questions import ask_all, check_file
    from sim.cli.init_template import name_for, starter
    from sim.cli.init_wording import in_sellers_currency
    from sim.cli.output import check_target, console, write_text
    from sim.results.expected_order import expected_orders
    from sim.scenario import ConfigError, loads
    from sim.text.labels import label, speaker
    from sim.text.order_table import expected_table

    check_file(file, force, language)
    check_target(file)
    if not yes and not sys.stdin.isatty():
        raise ConfigError(label("init_no_terminal", language))
    answers = Answers() if yes else ask_all(input, print, language)
    text = starter(answers, name_for(file.stem), language)
    scenario = loads(text, str(file))
    check_file(file, force, language)  # once more: answering takes minutes
    write_text(file, text)
    print(f"\n{label('written', language)} {file}\n")
    if orders := in_sellers_currency(expected_orders(scenario), answers.money):  # none where no channel tells a price
        console().print(expected_table(orders, speaker(language)), highlight=False)
        print(label("init_amounts", language, currency=answers.money.currency))
    print(f"\n{label('init_next', language, file=shlex.quote(str(file)))}")


def run(
    config: options.Config,
    set_: options.Set = [],  # noqa: B006 - typer reads the default, nobody changes it
    worlds: options.Worlds = None,
    replicates: options.Replicates = None,
    seed: options.Seed = None,
    jobs: options.Jobs = -1,
    backend: options.Backend = options.RunBackend.AUTO,
    precision: options.Precision = None,
    max_paths: options.MaxPaths = None,
    keep: options.Keep = options.KeepChoice.PATHS,
    out: options.RunFolder = None,
    force: Annotated[bool, typer.Option("--force", help="Run again even if the run is there.")] = False,
    readings: options.WithReadings = False,
    quiet: options.Quiet = False,
    json: Annotated[bool, typer.Option("--json", help="Print summary.json and nothing else.")] = False,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Simulate a scenario, print the answer, write the run's files."""
    with helpers_started(worlds, replicates, jobs, backend), ExitStack() as later:
        from sim.cli.output import print_json, print_screen, refresh_page, save_with_page
        from sim.results.atomic_writes import check_writable
        from sim.results.files import default_directory, finished, run_hash
        from sim.results.finished_run import MODEL_DOUBT
        from sim.results.run import check_keep
        from sim.simulation.plan import Plan
        from sim.text.labels import label

        silent = quiet or json
        scenario = sim.load(config, set_)
        if not silent:
            tell(scenario, set_, language)
        plan = Plan(**options.size_of(config, worlds, replicates, seed))
        goal = options.goal_of(config, scenario, precision, max_paths)
        check_keep(keep, scenario, goal)
        check_readings(readings, keep)
        directory = out or default_directory(scenario, plan, goal, keep)
        check_writable(directory)
        known = None if force else finished(directory, run_hash(scenario, plan, goal, keep))
        if known and (known[0].get(MODEL_DOUBT) or not readings):
            result, summary, seconds = None, known[0], known[1]["wall_seconds"]
        else:
            result = simulate(scenario, plan, goal, keep, silent, language, n_jobs=jobs, backend=backend)
            helpers = later.enter_context(helpers_to_draw(result, jobs, backend))
            doubt = {MODEL_DOUBT: doubted(result, silent, n_jobs=jobs)} if readings else {}
            summary, seconds = result.summary() | doubt, result.seconds
        unheard = None if silent else print_screen(scenario, summary, language, str(config))
        if result is not None:
            save_with_page(result, directory, summary, language, silent, helpers, str(config))
        elif keep == options.KeepChoice.PATHS:  # counts alone give no second page
            refresh_page(directory, language)
        if json:
            print_json(summary)
        elif not quiet:
            took = label("took", language, seconds=f"{seconds:.1f}")
            print(f"{label('was_there' if result is None else 'written', language)} {directory} ({took})")
        if unheard is not None:
            raise unheard


def helpers_started(
    worlds: int | None, replicates: int | None, jobs: int, backend: options.RunBackend
) -> AbstractContextManager[None]:
    """Have a run's processes start while this one imports and reads; more or fewer change its speed only."""
    from sim.randomness.streams import REPLICATES, WORLDS
    from sim.simulation.processes import helpers_called
    from sim.simulation.spans import helpers_for

    n_paths = (worlds or WORLDS) * (replicates or REPLICATES)
    return helpers_called(helpers_for(n_paths, jobs), backend, "sim.simulation.engine")


@contextmanager
def helpers_to_draw(result: Result | CountedResult, jobs: int, backend: options.RunBackend) -> Iterator[int]:
    """Have a run's processes, idle now, import what draws the pictures of its page; yield how many they are."""
    from sim.simulation.processes import helpers_called
    from sim.simulation.spans import helpers_for

    shared = result.keep == "paths" and backend != options.RunBackend.THREADING
    number = helpers_for(result.plan.n_paths, jobs) if shared else 0
    with helpers_called(number, backend, "sim.show.report.drawing"):
        yield number


def simulate(
    scenario: Scenario, plan: Plan, goal: Goal | None, keep: str, silent: bool, language: str, **how: Any
) -> Result | CountedResult:
    """Run a scenario with a bar and the answer so far; keep its paths, or counts of them."""
    from sim.cli.progress import answer_bar

    how |= {"worlds": plan.worlds, "replicates": plan.replicates, "seed": plan.seed, "keep": keep}
    with answer_bar(silent, language) as (how["on_progress"], how["on_preview"]):
        if goal is not None:
            how |= {"precision": goal.precision, "max_paths": goal.most_paths}
        result: Result | CountedResult = sim.run(scenario, **how)
    return result


def check_readings(asked: bool, keep: str) -> None:
    """Refuse readings where no histories are kept that could be paired."""
    if asked and keep != options.KeepChoice.PATHS:
        raise sim.ConfigError("--readings pairs histories, and counts do not know them: run it with --keep paths")


def doubted(result: Result | CountedResult, silent: bool, **how: Any) -> dict[str, Any]:
    """Return how a run's answer moves under every open reading and doubt, with a bar."""
    from sim.cli.progress import progress_bar
    from sim.studies.readings import readings_of

    with progress_bar(silent, "readings") as on_progress:
        return readings_of(result, on_progress=on_progress, **how).to_dict()


def validate(
    config: options.Config,
    set_: options.Set = [],  # noqa: B006
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Check a scenario without running it: what is wrong, without effect, or should be asked."""
    from sim.scenario.loading import keys_set
    from sim.scenario.questions import columns_read
    from sim.text.labels import label
    from sim.text.refusals import refusal_in

    scenario = sim.load(config, set_)
    uncertain = sum(d.sd > 0 for d in scenario.numbers().values())
    strategies = label("list_comma", language).join(scenario.strategies)
    found = {"file": config, "name": scenario.name, "strategies": strategies, "uncertain": uncertain}
    print(label("valid", language, **found))
    for key, column in columns_read(scenario).items():
        print(label("column_read", language, name=key, column=refusal_in(column, language)))
    tell_idle(scenario, keys_set(config, set_), language)
    tell(scenario, language=language)


def explain(
    key: Annotated[str, typer.Argument(help="store.meta.cpm, store.meta, *.fee_rate, distributions, readings …")],
    config: Annotated[Path | None, typer.Option(help="Show the value in this scenario too.")] = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Print a key's meaning, unit, range, default and source; or what the words of the screen mean: explain words."""
    if key == "words":
        from sim.cli.output import console
        from sim.text.glossary import glossary_table

        console().print(glossary_table(language), highlight=False)
        return
    from sim import scenario

    print(scenario.explain(key, None if config is None else sim.load(config), language))


def schema(language: options.Language = options.LanguageChoice.AUTO) -> None:
    """Print the JSON Schema of a scenario, for editors."""
    from sim import scenario
    from sim.cli.output import print_json

    print_json(scenario.schema(language))


def report(
    directory: Annotated[Path, typer.Argument(help="Folder of a finished run, or of a sweep.")],
    out: Annotated[Path | None, typer.Option(help="Where the page goes; default report.html in the folder.")] = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Make the page of a finished run, or of a sweep, again."""
    from rich.console import Console

    from sim.cli.output import PAGE, check_target, write_page
    from sim.text.labels import label

    check_target(out)
    target = out or directory / PAGE
    write_page(directory, target, language)
    Console(stderr=True).print(f"{label('written', language)} {target}")


def path(
    config: options.Config,
    number: Annotated[int, typer.Argument(min=0, help="Number of the path.")],
    strategy: Annotated[str, typer.Option(help="One of the scenario's strategies.")],
    set_: options.Set = [],  # noqa: B006
    replicates: Annotated[int, typer.Option(min=1, help="As in the run that the path is of.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="As in the run that the path is of.")] = 1,
    out: Annotated[Path | None, typer.Option(help="CSV file; default: standard output.")] = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Write one path's journal as CSV, for an accountant."""
    from sim.cli.output import check_target, write_text
    from sim.simulation.journal import journal
    from sim.simulation.plan import Plan
    from sim.text.labels import speaker

    check_target(out)
    say = speaker(language)
    scenario = sim.load(config, set_)
    if strategy not in scenario.strategies:
        raise sim.ConfigError(f"--strategy: found '{strategy}'; there are: {', '.join(scenario.strategies)}")
    plan = Plan(seed, number // replicates + 1, replicates)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = ("day", "date", "channel", "mechanism", "debit", "credit", "amount")
    writer.writerow(say(f"journal_{column}") for column in columns)
    for day, date, channel, mechanism, debit, credit, amount in journal(scenario, plan, strategy, number):
        who = (poster(channel, language), poster(mechanism, language))
        writer.writerow((day, date, *who, say(debit), say(credit), amount))
    if out is None:
        sys.stdout.write(text.getvalue())
    else:
        write_text(out, text.getvalue(), "utf-8-sig")  # for spreadsheets


def poster(name: str, language: str) -> str:
    """Return the name of a channel or mechanism that posts; in English, as the scenario writes it."""
    from sim.text.labels import label

    if language == ENGLISH:
        return name
    key = f"mechanism {name}"
    found = label(key, language)
    return label(name, language) if found == key else found
