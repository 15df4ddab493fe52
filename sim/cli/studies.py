"""Commands that ask more of a scenario than one run: facts, compare, readings, learn, cash, need.

Heavy modules are imported inside the commands: `sim --help` reads this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import sim
from sim.cli import options
from sim.cli.remarks import tell, tell_of_settings

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

FACTS_COLUMNS = 150
"""Of the table of facts in a pipe: its sources are long."""


def facts(
    config: options.Config,
    set_: options.Set = [],  # noqa: B006 - typer reads the default, nobody changes it
    worlds: Annotated[int, typer.Option(min=1, help="Draws of what the seller does not know.")] = 2048,
    replicates: Annotated[int, typer.Option(min=1, help="Draws of luck in each, a divisor of 1,024.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 1,
    jobs: options.Jobs = -1,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Compare what comes out with the article's figures."""
    from sim.cli.output import console
    from sim.simulation.plan import Plan
    from sim.studies import article

    scenario = sim.load(config, set_)
    found = article.facts(scenario, Plan(seed, worlds, replicates), n_jobs=jobs)
    console(FACTS_COLUMNS).print(article.facts_table(found, language))


def compare(
    configs: Annotated[list[Path], typer.Argument(help="Scenarios; the first is the plan you have.")],
    set_: options.Set = [],  # noqa: B006
    worlds: options.Worlds = None,
    replicates: options.Replicates = None,
    seed: options.Seed = None,
    jobs: options.Jobs = -1,
    json: options.AsJson = False,
    out: options.AnswerFile = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Compare scenarios with the first, or one scenario's strategies, on the same market and luck."""
    from sim.cli.output import check_target, print_answer
    from sim.cli.progress import progress_bar
    from sim.studies.compare_screen import comparing_screen

    check_target(out)
    scenarios = named(configs, [sim.load(config, set_) for config in configs])
    size = options.size_of(configs[0], worlds, replicates, seed)
    for scenario in scenarios.values():
        tell(scenario, set_, language)
    with progress_bar(json) as on_progress:
        found = sim.compare(scenarios, **size, n_jobs=jobs, on_progress=on_progress)
    tell_of_settings(found, scenarios, language)
    print_answer(found.to_dict(), lambda: comparing_screen(found.to_dict(), language), json, out, language)


def readings(
    config: options.Config,
    set_: options.Set = [],  # noqa: B006
    worlds: options.Worlds = None,
    replicates: options.Replicates = None,
    seed: options.Seed = None,
    jobs: options.Jobs = -1,
    json: options.AsJson = False,
    out: options.AnswerFile = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Show model doubt: how the answer moves under open readings and under judgements without a source.

    A reading is one way to understand what a source leaves open; a doubt, a key with values that it might have as well
    (`doubts` in the file). Each is tried alone, on the same market and luck. Strategies that are better off without P4P
    clicks are named.
    """
    from sim.cli.output import check_target, print_answer
    from sim.cli.progress import progress_bar
    from sim.studies.readings_screen import readings_screen

    check_target(out)
    scenario = sim.load(config, set_)
    size = options.size_of(config, worlds, replicates, seed)
    tell(scenario, set_, language)
    with progress_bar(json) as on_progress:
        found = sim.readings(scenario, **size, n_jobs=jobs, on_progress=on_progress)
    print_answer(found.to_dict(), lambda: readings_screen(found.to_dict(), language), json, out, language)


def named(configs: Sequence[Path], scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    """Return scenarios by their name, or by their file's where two have the same; refuse a file given twice."""
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        names = [str(config) for config in configs]
    if len(set(names)) < len(names):
        raise sim.ConfigError(f"{max(names, key=names.count)} is given twice: give files that differ")
    return dict(zip(names, scenarios, strict=True))


def learn(
    config: options.Config,
    set_: options.Set = [],  # noqa: B006
    worlds: options.Worlds = None,
    replicates: options.Replicates = None,
    seed: options.Seed = None,
    jobs: options.Jobs = -1,
    json: options.AsJson = False,
    out: options.AnswerFile = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Say what to find out first: which unknowns drive the result, and what knowing them is worth."""
    from sim.cli.output import check_target, print_answer
    from sim.cli.progress import progress_bar
    from sim.simulation.plan import Plan
    from sim.studies.learn import check_size
    from sim.studies.learn_screen import learning_screen

    check_target(out)
    scenario = sim.load(config, set_)
    size = options.size_of(config, worlds, replicates, seed)
    check_size(Plan(**size), under_condition=bool(scenario.condition))
    tell(scenario, set_, language)
    with progress_bar(json) as on_progress:
        result = sim.run(scenario, **size, n_jobs=jobs, on_progress=on_progress)
    with progress_bar(json, "estimates") as on_progress:
        found = sim.learn(result, on_progress)
    print_answer(found.to_dict(), lambda: learning_screen(found.to_dict(), language), json, out, language)


def cash(
    config: options.Config,
    ruin: Annotated[
        float,
        typer.Option(parser=options.share, metavar="<float>", help="Chance of running out of cash that is accepted."),
    ] = 0.05,
    strategy: Annotated[list[str], typer.Option(help="May be given often; default all.")] = [],  # noqa: B006
    from_: Annotated[
        float | None, typer.Option("--from", help="Least starting money to try, in the scenario's `currency`.")
    ] = None,
    to: Annotated[float | None, typer.Option(help="Most starting money to try, in the same.")] = None,
    set_: options.Set = [],  # noqa: B006
    worlds: options.Worlds = None,
    replicates: options.Replicates = None,
    seed: options.Seed = None,
    jobs: options.Jobs = -1,
    json: options.AsJson = False,
    out: options.AnswerFile = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Find the starting money with which no more than a share of shops run out of cash."""
    from sim.cli.output import check_target, print_answer
    from sim.cli.progress import progress_bar
    from sim.studies.capital_screen import capital_screen

    check_target(out)
    scenario = sim.load(config, set_)
    size = options.size_of(config, worlds, replicates, seed)
    tell(scenario, set_, language)
    with progress_bar(json, "simulations") as on_progress:
        found = sim.capital_needed(
            scenario, ruin, strategies=strategy, between=(from_, to), **size, n_jobs=jobs, on_progress=on_progress
        )
    print_answer(found.to_dict(), lambda: capital_screen(found.to_dict(), language), json, out, language)


def need(
    config: options.Config,
    strategy: Annotated[
        list[str], typer.Option(help="May be given often, or all; default the recommended one, else the nearest to it.")
    ] = [],  # noqa: B006
    chance: Annotated[
        float | None,
        typer.Option(
            parser=options.share,
            metavar="<float>",
            help="Chance of a profit that is asked for; default today's and .10.",
        ),
    ] = None,
    keys: Annotated[
        list[str], typer.Option(help="price, margin, ... or a dotted key; may be given often; default all that matter.")
    ] = [],  # noqa: B006
    set_: options.Set = [],  # noqa: B006
    worlds: options.Worlds = None,
    replicates: options.Replicates = None,
    seed: options.Seed = None,
    jobs: options.Jobs = -1,
    json: options.AsJson = False,
    out: options.AnswerFile = None,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """Find what would have to be true: the price, margin, click price ... at which a profit is as likely as asked."""
    from sim.cli.output import check_target, print_answer
    from sim.cli.progress import progress_bar
    from sim.studies.need_screen import need_screen

    check_target(out)
    scenario = sim.load(config, set_)
    size = options.size_of(config, worlds, replicates, seed)
    tell(scenario, set_, language)
    asked = [key for given in keys for key in given.split(",")]
    with progress_bar(json, "search") as on_progress:
        found = sim.need(
            scenario, chance, strategy=strategy or None, keys=asked, **size, n_jobs=jobs, on_progress=on_progress
        )
    print_answer(found.to_dict(), lambda: need_screen(found.to_dict(), language), json, out, language)
