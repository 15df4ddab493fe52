"""The day loop over spans of paths, and their parallel execution.

`simulate` runs a scenario; it joins what `simulate_parts` yields span by span, which `simulate_span` computes day by
day with what `prepare` sets up. The functions stand in that order.

A path is a pure function of its world's parameters and its uniforms; a span is some whole blocks of paths computed
together for speed. Nothing here knows what a store or a platform does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from sim.business.channels import channel as registered_channel
from sim.business.market import Environment, Market
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.pricing import priced
from sim.business.parameters import parameters_of
from sim.business.solvency import Solvency
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck, SpanLuck
from sim.randomness.streams import BLOCK, Array, check_names
from sim.scenario.scenario import Scenario
from sim.simulation.audit import audit
from sim.simulation.plan import Plan, check_helpers
from sim.simulation.processes import cores, ordered_map
from sim.simulation.recorder import Record, Recorder, join
from sim.simulation.spans import OnProgress, Pace, span_size, spans
from sim.simulation.strategy_run import StrategyRun
from sim.simulation.worlds import draw_worlds

Reduced = TypeVar("Reduced")


@dataclass
class Run:
    """A run as it was simulated, before any estimate.

    Parameters
    ----------
    records : dict of str to Record
        By strategy.
    worlds : dict of str to (n_worlds,) float
        Drawn values of the uncertain numbers, by dotted name.
    """

    scenario: Scenario
    plan: Plan
    records: dict[str, Record]
    worlds: dict[str, Array]


def simulate(
    scenario: Scenario,
    plan: Plan | None = None,
    *,
    n_jobs: int = 1,
    backend: str = "auto",
    span_blocks: int | None = None,
    on_progress: OnProgress | None = None,
    watch: Callable[[dict[str, Record]], None] | None = None,
    known: Run | None = None,
) -> Run:
    """Simulate a scenario.

    Parameters
    ----------
    n_jobs : int
        Processes or threads; -1 for all cores.
    backend : {"auto", "loky", "threading"}
        ``auto`` takes processes where there is more than one span, else works in this process.
    span_blocks : int, optional
        Blocks computed together, by default so many that everybody has some; never changes a result.
    on_progress : callable, optional
        Called with (paths done, paths in all), day by day of what this process computes.
    watch : callable, optional
        Shown the records of each span; the first is then a single block, to have something to show early.
    known : Run, optional
        A shorter run of the same scenario and seed, of whole blocks: only what follows it is simulated.
    """
    plan = plan or Plan()
    further = simulate_parts(
        scenario,
        plan,
        as_recorded,
        n_jobs=n_jobs,
        backend=backend,
        span_blocks=span_blocks,
        on_progress=on_progress,
        watch=watch,
        first_block=0 if known is None else known.plan.n_paths // BLOCK,
    )
    records = join(chain([] if known is None else [known.records], further), plan.n_paths)
    return Run(scenario, plan, records, draw_worlds(scenario, plan.seed, 0, plan.worlds))


def as_recorded(records: dict[str, Record]) -> dict[str, Record]:
    """Keep everything of a span."""
    return records


def simulate_parts(
    scenario: Scenario,
    plan: Plan,
    keep: Callable[[dict[str, Record]], Reduced],
    *,
    n_jobs: int = 1,
    backend: str = "auto",
    span_blocks: int | None = None,
    on_progress: OnProgress | None = None,
    watch: Callable[[Reduced], None] | None = None,
    first_block: int = 0,
) -> Iterator[Reduced]:
    """Simulate span by span and yield what is kept of each, in their order, wherever they are computed.

    Parameters
    ----------
    keep : callable
        From a span's records, by strategy, to what leaves the process that computed them.
    watch : callable, optional
        Shown what is kept of each span.
    first_block : int
        Earlier blocks are known already.
    """
    check_helpers(n_jobs, backend)
    n_jobs = int(n_jobs)
    check_names([f"world.{name}" for name in scenario.numbers()])
    size = span_blocks or span_size(plan.blocks - first_block, n_jobs)
    pieces = spans(plan.blocks, size, first_block, early=watch is not None)
    pace = Pace(on_progress, plan.n_paths, scenario.horizon_days, min(cores(n_jobs), len(pieces)), first_block * BLOCK)
    work = partial(_part, scenario, plan, keep)
    ours = partial(_part, scenario, plan, keep, pace=pace)
    ends = iter(pieces)
    for part in ordered_map(work, pieces, n_jobs, backend, ours):
        if watch is not None:
            watch(part)
        yield part
        del part  # before the next is computed, or received
        pace.is_at(next(ends).stop * BLOCK)


def _part(
    scenario: Scenario, plan: Plan, keep: Callable[[dict[str, Record]], Reduced], span: range, pace: Pace | None = None
) -> Reduced:
    n_paths = min(plan.n_paths - span.start * BLOCK, len(span) * BLOCK)
    on_day = None if pace is None else partial(pace.finished_day, n_paths)
    records = simulate_span(scenario, plan, span, on_day)
    return keep({name: record.first(n_paths) for name, record in records.items()})


def simulate_span(
    scenario: Scenario, plan: Plan, blocks: range, on_day: Callable[[int], None] | None = None
) -> dict[str, Record]:
    """Simulate all strategies over some whole blocks of paths; ``on_day`` is told each day that is over.

    The records, by strategy, are not yet cut to the paths asked for.
    """
    return live_through(scenario, plan, *prepare(scenario, plan, blocks), on_day)


def live_through(
    scenario: Scenario,
    plan: Plan,
    environment: Environment,
    strategies: Sequence[StrategyRun],
    luck: SpanLuck,
    on_day: Callable[[int], None] | None = None,
) -> dict[str, Record]:
    """Live through all days, and return the strategies' records."""
    recorders = [Recorder(s.ledger, scenario.stable_months, scenario.horizon_days) for s in strategies]
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        last = day == scenario.horizon_days - 1
        for strategy, recorder in zip(strategies, recorders, strict=True):
            strategy.live(environment)
            recorder.watch(day, [channel.today for channel in strategy.channels], strategy.wallet)
            if plan.audit or last:
                audit(strategy, day, luck.blocks.start * BLOCK)
        if on_day is not None:
            on_day(day)
    return {
        strategy.name: recorder.result(strategy.wallet, strategy.solvency.capital, reports_of(strategy))
        for strategy, recorder in zip(strategies, recorders, strict=True)
    }


def reports_of(strategy: StrategyRun) -> dict[str, Array]:
    """Collect what mechanisms report of the whole run, named ``<channel>.<section>.<what>``."""
    return {
        f"{channel.name}.{step.mechanism.section}.{name}": np.asarray(reported)
        for channel in strategy.channels
        for step in channel.steps
        for name, reported in step.mechanism.figures(channel.state)
    }


def prepare(
    scenario: Scenario, plan: Plan, blocks: range, only: str | None = None
) -> tuple[Environment, list[StrategyRun], SpanLuck]:
    """Set up a span: its market, every strategy (or only one) as it runs, and the luck they share."""
    luck = SpanLuck(plan.seed, blocks, expected=scenario.counts == "expected")
    worlds = span_worlds(scenario, plan, blocks)
    environment = environment_of(scenario, market_of(scenario, worlds), luck)
    solvency = solvency_of(scenario, worlds)
    strategies = [
        StrategyRun(
            name, {c: priced(mechanisms_of(scenario, c, worlds), environment) for c in channels}, solvency, luck
        )
        for name, channels in scenario.strategies.items()
        if only in (None, name)
    ]
    return environment, strategies, luck


def market_of(scenario: Scenario, worlds: dict[str, Array]) -> Market:
    """Return the market with its numbers, as they are in these worlds."""
    return Market(**bind("market", Market, scenario.market, worlds))


def environment_of(scenario: Scenario, market: Market, luck: SpanLuck) -> Environment:
    """Return the market before its first day."""
    return Environment(market, scenario.start_date, Luck(luck, "market", Market.streams), scenario.horizon_days)


def solvency_of(scenario: Scenario, worlds: dict[str, Array]) -> Solvency:
    """Return the rules of the wallet with their numbers, as they are in these worlds."""
    return Solvency(**bind("wallet", Solvency, scenario.wallet, worlds))


def span_worlds(scenario: Scenario, plan: Plan, blocks: range) -> dict[str, Array]:
    """Draw the worlds of a span and give each to its replicates: by name, (n_paths,)."""
    per_block = BLOCK // plan.replicates
    drawn = draw_worlds(scenario, plan.seed, blocks.start * per_block, len(blocks) * per_block)
    return {name: np.repeat(values, plan.replicates) for name, values in drawn.items()}


def mechanisms_of(scenario: Scenario, channel_name: str, worlds: dict[str, Array]) -> list[Mechanism]:
    """Build the enabled mechanisms of a channel, in its order."""
    built = []
    for part in registered_channel(channel_name).parts:
        section = scenario.section(channel_name, part.section)
        if section.enabled:
            owner = f"{channel_name}.{part.section}"
            arguments = bind(owner, part.mechanism, section.values, worlds)
            built.append(part.mechanism(section=part.section, stated=section.values, **arguments))
    return built


def bind(owner: str, target: type, values: Mapping[str, object], worlds: dict[str, Array]) -> dict[str, Any]:
    """Return a section's constructor arguments: numbers as floats or (n_paths,) arrays, the rest as it stands.

    Parameters
    ----------
    owner : str
        Dotted name of the section, such as ``store.funnel``.
    worlds : dict of str to (n_paths,) float
    """
    bound: dict[str, Any] = {}
    for field, parameter in parameters_of(target).items():
        leaf: Any = values[field]
        if parameter.entry is not None:
            bound[field] = {
                name: bind_entry(f"{owner}.{field}.{name}", parameter.entry, leaf[name], worlds) for name in leaf
            }
        elif parameter.form == "number":
            assert isinstance(leaf, Distribution)
            drawn = worlds.get(f"{owner}.{field}")
            bound[field] = float(leaf.ppf(np.array(0.5))) if drawn is None else drawn
        else:
            bound[field] = leaf
    return bound


def bind_entry(owner: str, target: type, values: Mapping[str, Any], worlds: dict[str, Array]) -> Any:
    """Return one entry of a mapping; whether it comes is drawn a world where the scenario leaves it open."""
    comes = worlds.get(f"{owner}.comes", values["probability"].mean)
    return target(comes=comes, **bind(owner, target, values, worlds))
