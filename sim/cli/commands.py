"""What the commands do: load, run with progress, print, write."""

from __future__ import annotations

import csv
import io
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from sim.cli.progress import answer_bar, progress_bar, status
from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.atomic_writes import StorageError, check_writable, clear_leftovers, write_whole
from sim.results.counted import Counted
from sim.results.files import default_directory, finished, read_summary, run_hash, save
from sim.results.preview import OnPreview
from sim.results.result import Result
from sim.results.run import count, load, read, run
from sim.scenario import ConfigError, manifest_goal, manifest_size
from sim.scenario.scenario import Scenario
from sim.simulation.convergence import Goal
from sim.simulation.plan import Plan, PlanError, check_helpers
from sim.simulation.spans import OnProgress
from sim.text.labels import LANGUAGES, label

KEEP = ("paths", "summary")
Size = tuple[int, int, int]
Wanted = tuple[int | None, int | None, int | None]

PAGE = "report.html"

SWEEP = "sweep.json"
"""What a sweep's folder has and a run's has not."""

DEFAULT_SIZE: Size = (WORLDS, REPLICATES, SEED)
"""Worlds, replicates, seed."""


def run_command(
    config: Path,
    overrides: Sequence[str],
    wanted: Wanted,
    aim: tuple[float | None, int | None],
    keep: str,
    jobs: int,
    backend: str,
    out: Path | None,
    force: bool,
    quiet: bool,
    as_json: bool,
    language: str,
) -> None:
    """Simulate, print the answer, write the run's files; an identical finished run is reused."""
    check_choices(jobs, backend, language)
    scenario = load(config, overrides)
    worlds, replicates, seed = size_of(config, wanted)
    plan, goal = Plan(seed, worlds, replicates), goal_of(config, aim, scenario)
    check_keep(keep, goal)
    directory = out or default_directory(scenario, plan, goal, keep)
    check_writable(directory)
    known = None if force else finished(directory, run_hash(scenario, plan, goal, keep))
    if known:
        summary, seconds, result = known[0], known[1]["wall_seconds"], None
    else:
        with answer_bar(quiet or as_json, language) as (tell, look):
            result = simulate(scenario, plan, goal, keep, jobs, backend, tell, look)
        summary, seconds = result.summary(), result.seconds
    unheard = None if quiet or as_json else show_or_go_on(scenario, summary, seconds, language)
    if result is not None:
        save_with_page(result, directory, summary, language, quiet or as_json)
    elif keep == "paths" and not speaks(directory / PAGE, language):
        write_page(directory, directory / PAGE, language)  # of paths; counts alone give no second page
    if as_json:
        sys.stdout.write(json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    elif not quiet:
        print(f"{label('was_there' if result is None else 'written', language)} {directory}")
    if unheard is not None:
        raise unheard


def show_or_go_on(scenario: Scenario, summary: dict[str, Any], seconds: float, language: str) -> OSError | None:
    """Print the one screen; where nobody reads it the run is worth keeping all the same, and the error is returned."""
    try:
        show(scenario, summary, seconds, language)
    except SystemExit:  # rich's answer to a reader that has left
        return None
    except OSError as error:
        return error
    return None


def speaks(page: Path, language: str) -> bool:
    """Whether a run's page is there, in this language."""
    if not page.is_file():
        return False
    with page.open(encoding="utf-8", errors="replace") as file:
        return f'<html lang="{language}' in file.read(200)


def save_with_page(
    result: Result | Counted, directory: Path, summary: dict[str, Any], language: str, silent: bool
) -> None:
    """Write a run's files and its page, all or none. That takes seconds: the answer is on the screen before."""

    def page(folder: Path, manifest: dict[str, Any]) -> None:
        from sim.show.report import write_report

        write_report(folder, result, summary, manifest, language)

    with status(silent, label("writing", language)):
        save(result, directory, summary, page)


def simulate(
    scenario: Scenario,
    plan: Plan,
    goal: Goal | None,
    keep: str,
    jobs: int,
    backend: str,
    tell: OnProgress | None,
    look: OnPreview | None,
) -> Result | Counted:
    """Run a scenario and keep its paths, or counts of them."""
    size: dict[str, Any] = {"worlds": plan.worlds, "replicates": plan.replicates, "seed": plan.seed}
    how: dict[str, Any] = {"n_jobs": jobs, "backend": backend, "on_progress": tell, "on_preview": look}
    if keep == "summary":
        return count(scenario, **size, **how)
    precision, most = (goal.precision, goal.most_paths) if goal else (None, None)
    return run(scenario, **size, **how, precision=precision, max_paths=most)


def check_keep(keep: str, goal: Goal | None) -> None:
    """Refuse what cannot be kept."""
    if keep not in KEEP:
        raise PlanError(f"--keep: found '{keep}'; give one of: {', '.join(KEEP)}")
    if keep == "summary" and goal is not None:
        raise PlanError("--keep summary counts a fixed number of paths: leave --precision and conditions away")


def init_command(file: Path, yes: bool, force: bool, language: str) -> None:
    """Write a starter scenario from a few answers, or from none."""
    from sim.cli.init_questions import ask_all, check_file
    from sim.cli.init_template import name_for, starter
    from sim.scenario import loads

    check_choices(1, language=language)
    check_file(file, force, language)
    check_parent(file)
    if not yes and not sys.stdin.isatty():
        raise ConfigError(label("init_no_terminal", language))
    text = starter({} if yes else ask_all(input, print, language), name_for(file.stem), language)
    loads(text, str(file))
    check_file(file, force, language)  # once more: answering takes minutes
    write_text(file, text)
    print(f"\n{label('written', language)} {file}\n{label('init_next', language, file=shlex.quote(str(file)))}")


def size_of(config: Path, wanted: Wanted) -> Size:
    """Return worlds, replicates and seed: as asked for, else as in the manifest that is repeated, else the defaults."""
    known = manifest_size(config) if config.suffix == ".json" else DEFAULT_SIZE
    worlds, replicates, seed = (
        default if asked is None else asked for asked, default in zip(wanted, known, strict=True)
    )
    return worlds, replicates, seed


def goal_of(config: Path, aim: tuple[float | None, int | None], scenario: Scenario) -> Goal | None:
    """Return the precision and cap asked for, or those of the run that is repeated; None where the size decides."""
    precision, most_paths = aim
    if config.suffix == ".json" and aim == (None, None):
        precision, most_paths = manifest_goal(config)
    if precision is None and not scenario.condition:
        if most_paths is not None:
            raise PlanError("--max-paths caps what --precision or a condition asks for: give one of them too")
        return None
    return Goal(precision, most_paths)


def check_choices(jobs: int, backend: str = "auto", language: str = "en") -> None:
    """Refuse values outside the choices."""
    check_helpers(jobs, backend, names=("--jobs", "--backend"))
    if language not in LANGUAGES:
        raise PlanError(f"--language: found '{language}'; give one of: {', '.join(LANGUAGES)}")


def show(scenario: Scenario, summary: dict[str, Any], seconds: float, language: str) -> None:
    """Print the one screen, at once also into a pipe."""
    from sim.results.screen import screen

    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(screen(scenario.title or scenario.name, summary, language))
    n_paths = summary["worlds"] * summary["replicates"]
    size = label("how_many", language, paths=f"{n_paths:,}", seconds=f"{seconds:.1f}")
    console.print(f"\n{size}", style="dim", highlight=False)
    sys.stdout.flush()


def facts_command(config: Path, overrides: Sequence[str], size: Size, jobs: int) -> None:
    """Print the facts table."""
    from sim.studies.article import facts, facts_table

    check_choices(jobs)
    scenario = load(config, overrides)
    worlds, replicates, seed = size
    Console(width=None if sys.stdout.isatty() else 150).print(
        facts_table(facts(scenario, Plan(seed, worlds, replicates), n_jobs=jobs))
    )


def report_command(directory: Path, out: Path | None, language: str) -> None:
    """Make the page of a finished run, or of a sweep, again, in either language."""
    from sim.show.report import sweep_page

    check_choices(1, language=language)
    target = out or directory / PAGE
    if (directory / SWEEP).is_file():
        write_text(target, sweep_page(directory, language))
        Console(stderr=True).print(f"{label('written', language)} {target}")
        return
    write_page(directory, target, language)
    Console(stderr=True).print(f"{label('written', language)} {target}")


def write_page(directory: Path, target: Path, language: str) -> None:
    """Write the page of a finished run."""
    from sim.show.report import report_page

    result = read(directory)
    summary, manifest = read_summary(directory)
    write_text(target, report_page(result, summary, manifest, language))


def write_sweep_page(directory: Path, language: str) -> None:
    """Write the page of a sweep that has just been computed."""
    from sim.show.report import write_sweep_report

    write_sweep_report(directory, language)


def learn_command(
    config: Path,
    overrides: Sequence[str],
    wanted: Wanted,
    jobs: int,
    out: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Find out what to find out first."""
    from sim.studies.learn import learn
    from sim.studies.learn_screen import learning_screen

    check_choices(jobs, language=language)
    if out is not None:
        check_parent(out)
    worlds, replicates, seed = size_of(config, wanted)
    scenario = load(config, overrides)
    with progress_bar(as_json) as tell:
        result = run(scenario, worlds=worlds, replicates=replicates, seed=seed, n_jobs=jobs, on_progress=tell)
    with progress_bar(as_json, "estimates") as tell:
        found = learn(result, tell)
    answer(found.to_dict(), lambda: learning_screen(found.to_dict(), language), out, as_json, language)


def compare_command(
    configs: Sequence[Path],
    overrides: Sequence[str],
    wanted: Wanted,
    jobs: int,
    out: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Compare scenarios with the first one, on the same shocks."""
    from sim.studies.compare import compare
    from sim.studies.compare_screen import comparing_screen

    check_choices(jobs, language=language)
    if out is not None:
        check_parent(out)
    worlds, replicates, seed = size_of(configs[0], wanted)
    scenarios = named(configs, [load(config, overrides) for config in configs])
    with progress_bar(as_json) as tell:
        found = compare(scenarios, worlds=worlds, replicates=replicates, seed=seed, n_jobs=jobs, on_progress=tell)
    answer(found.to_dict(), lambda: comparing_screen(found.to_dict(), language), out, as_json, language)


def named(configs: Sequence[Path], scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    """Return scenarios by their name, or by their file's where two have the same; refuse a file given twice."""
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        names = [str(config) for config in configs]
    if len(set(names)) < len(names):
        raise ConfigError(f"{max(names, key=names.count)} is given twice: give files that differ")
    return dict(zip(names, scenarios, strict=True))


def cash_command(
    config: Path,
    overrides: Sequence[str],
    wanted: Wanted,
    question: tuple[float, Sequence[str], tuple[float | None, float | None]],
    jobs: int,
    out: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """Find the starting capital that keeps the chance of running out of cash at a level."""
    from sim.studies.capital import capital_needed
    from sim.studies.capital_screen import capital_screen

    check_choices(jobs, language=language)
    if out is not None:
        check_parent(out)
    worlds, replicates, seed = size_of(config, wanted)
    ruin, strategies, between = question
    scenario = load(config, overrides)
    with progress_bar(as_json, "simulations") as tell:
        found = capital_needed(
            scenario,
            ruin,
            strategies=strategies,
            between=between,
            worlds=worlds,
            replicates=replicates,
            seed=seed,
            n_jobs=jobs,
            on_progress=tell,
        )
    answer(found.to_dict(), lambda: capital_screen(found.to_dict(), found.days, language), out, as_json, language)


def answer(
    content: dict[str, Any], picture: Callable[[], RenderableType], out: Path | None, as_json: bool, language: str
) -> None:
    """Print an answer, as JSON or for people, and write it to a file if one was named."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if out is not None:
        write_text(out, text)
    if as_json:
        sys.stdout.write(text)
        return
    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(picture(), highlight=False)
    if out is not None:
        console.print(f"{label('written', language)} {out}", style="dim", highlight=False)


def path_command(
    config: Path, overrides: Sequence[str], number: int, strategy: str, size: tuple[int, int], out: Path | None
) -> None:
    """Write one path's journal."""
    from sim.simulation.journal import journal

    scenario = load(config, overrides)
    if strategy not in scenario.strategies:
        raise ConfigError(f"--strategy: found '{strategy}'; there are: {', '.join(scenario.strategies)}")
    replicates, seed = size
    plan = Plan(seed, number // replicates + 1, replicates)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("day", "date", "channel", "mechanism", "debit", "credit", "amount"))
    writer.writerows(journal(scenario, plan, strategy, number))
    if out is None:
        sys.stdout.write(text.getvalue())
    else:
        write_text(out, text.getvalue(), "utf-8-sig")  # for spreadsheets


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text file whole or not at all."""
    check_parent(path)
    try:
        clear_leftovers(path)
        write_whole(path, text.encode(encoding))
    except OSError as error:
        raise StorageError(f"{path}: writing failed ({error.strerror}); nothing was kept") from error


def check_parent(path: Path) -> None:
    """Refuse a file whose folder is not there."""
    if not path.parent.is_dir():
        raise StorageError(f"{path}: there is no folder {path.parent}")
