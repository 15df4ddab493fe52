"""The day loop, spans of paths, and their parallel execution.

A path is a pure function of its world's parameters and its uniforms; a span is some whole blocks of paths computed
together for speed. Nothing here knows what a store or a platform does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.business.channels import channel as registered_channel
from sim.business.ledger import Ledger
from sim.business.market import Environment, Market
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.parameters import parameters_of
from sim.business.solvency import Solvency
from sim.business.state import State, Today, Wallet
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck, SpanLuck
from sim.randomness.streams import BLOCK, REPLICATES, SEED, WORLDS, check_names
from sim.scenario.scenario import Scenario
from sim.simulation.audit import audit
from sim.simulation.processes import BACKENDS, cores, in_turn
from sim.simulation.recorder import Record, Recorder, join
from sim.simulation.spans import Pace, Tell, blocks_of, span_size, spans
from sim.simulation.worlds import draw_worlds

Array = NDArray[np.float64]

MOST_PATHS = 2**31 - 1
"""Paths of one run: years of computing, and numbers that still fit everywhere."""

Announce = Callable[[str], None]
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Step:
    """One mechanism at its place in a channel, with its luck."""

    mechanism: Mechanism
    luck: Luck


class Shop:
    """One channel of one strategy, running: its mechanisms, state and books."""

    def __init__(self, name: str, mechanisms: list[Mechanism], wallet: Wallet, ledger: Ledger, luck: SpanLuck) -> None:
        self.name = name
        self.book = ledger.books[name]
        n_paths = ledger.balances.shape[1]
        self.state = State(name, wallet, n_paths)
        self.steps = [Step(m, Luck(luck, f"{name}.{m.section}", m.streams)) for m in mechanisms]
        for step in self.steps:
            step.mechanism.begin(self.state, step.luck)
        self.today = Today(trading=np.zeros(n_paths, dtype=bool))

    def open_day(self, day: int) -> None:
        """Start a day with fresh flows."""
        self.today = Today(trading=self.state.trading(day))

    def run(self, phase: Phase, environment: Environment, before: Announce) -> None:
        """Execute the mechanisms of one phase, in the channel's order."""
        for step in self.steps:
            if step.mechanism.phase is phase:
                before(step.mechanism.section)
                step.mechanism.step(self.state, self.today, self.book, environment, step.luck)

    def accrue(self) -> None:
        """Bring every provision to its target."""
        for step in self.steps:
            step.mechanism.accrue(self.state, self.book)


class Business:
    """One strategy, running: its channels on one wallet."""

    def __init__(self, name: str, channels: dict[str, list[Mechanism]], solvency: Solvency, luck: SpanLuck) -> None:
        self.name = name
        charts = {channel: [a for m in parts for a in m.accounts] for channel, parts in channels.items()}
        n_paths = len(luck.blocks) * BLOCK
        self.ledger = Ledger(charts, n_paths)
        self.solvency = solvency
        self.wallet = Wallet(tuple(channels), self.ledger.books[""], n_paths)
        solvency.begin(self.ledger.books[""])
        self.shops = [Shop(channel, parts, self.wallet, self.ledger, luck) for channel, parts in channels.items()]

    def live(self, environment: Environment, before: Announce = lambda _: None) -> None:
        """Live through one day: receipts, trading, closing.

        Parameters
        ----------
        before : callable
            Told the name of each section before it acts (a journal wants to know who posts).
        """
        for shop in self.shops:
            shop.open_day(environment.day)
        for phase in (Phase.RECEIPTS, Phase.TRADING, Phase.CLOSING):
            for shop in self.shops:
                shop.run(phase, environment, before)
        before("closing")
        self.solvency.close(environment.day, self.wallet, self.ledger.books[""])
        for shop in self.shops:
            shop.accrue()


def bind(owner: str, target: type, values: Mapping[str, object], worlds: dict[str, Array]) -> dict[str, Any]:
    """Return a section's constructor arguments: numbers as floats or (n_paths,) arrays, the rest as it stands.

    Parameters
    ----------
    owner : str
        Dotted name of the section, such as ``store.funnel``.
    target : type
        The dataclass that will be built.
    worlds : dict of str to (n_paths,) float
        Values drawn for the span's paths.
    """
    bound: dict[str, Any] = {}
    for field, parameter in parameters_of(target).items():
        leaf = values[field]
        if parameter.form == "number":
            assert isinstance(leaf, Distribution)
            drawn = worlds.get(f"{owner}.{field}")
            bound[field] = float(leaf.ppf(np.array(0.5))) if drawn is None else drawn
        else:
            bound[field] = leaf
    return bound


def mechanisms_of(scenario: Scenario, channel_name: str, worlds: dict[str, Array]) -> list[Mechanism]:
    """Build the enabled mechanisms of a channel, in its order."""
    built = []
    for part in registered_channel(channel_name).parts:
        section = scenario.section(channel_name, part.section)
        if section.enabled:
            owner = f"{channel_name}.{part.section}"
            arguments = bind(owner, part.mechanism, section.values, worlds)
            built.append(part.mechanism(section=part.section, **arguments))
    return built


class PlanError(ValueError):
    """A run that cannot be: sizes or choices outside their range."""


def whole(name: str, value: Any) -> int:
    """Return a whole number as Python's own, whichever library counted it: 1e6 is one, 2.5 and "256" are none."""
    is_whole = isinstance(value, int | np.integer) or (isinstance(value, float | np.floating) and value.is_integer())
    if isinstance(value, bool) or not is_whole:
        raise PlanError(f"{name} must be a whole number (found {value!r})")
    return int(value)


def check_helpers(
    n_jobs: Any,
    backend: str,
    backends: tuple[str, ...] = BACKENDS,
    names: tuple[str, str] = ("n_jobs", "backend"),
) -> None:
    """Refuse helpers that there cannot be, before anything is simulated.

    Parameters
    ----------
    names : tuple of str
        What the two are called where they were given.
    """
    if whole(names[0], n_jobs) == 0 or n_jobs < -1:
        raise PlanError(f"{names[0]}: found {n_jobs}; give 1 and up, or -1 for all cores")
    if backend not in backends:
        raise PlanError(f"{names[1]}: found {backend!r}; give one of: {', '.join(backends)}")


@dataclass(frozen=True)
class Plan:
    """How much is simulated, and with which luck.

    Parameters
    ----------
    seed : int
    worlds, replicates : int
        ``replicates`` divides 1,024, so that no world is split between blocks.
    audit : bool
        Check every reconciliation every day rather than on the last one.
    """

    seed: int = SEED
    worlds: int = WORLDS
    replicates: int = REPLICATES
    audit: bool = False

    def __post_init__(self) -> None:
        for name in ("seed", "worlds", "replicates"):
            object.__setattr__(self, name, whole(name, getattr(self, name)))
        if self.worlds < 1 or self.replicates < 1:
            raise PlanError("worlds and replicates must be at least 1")
        if self.n_paths > MOST_PATHS:
            raise PlanError(f"worlds x replicates must be at most {MOST_PATHS:,} (found {self.n_paths:,})")
        if BLOCK % self.replicates:
            raise PlanError(f"replicates must divide {BLOCK}: 1, 2, 4, 8, ... (found {self.replicates})")
        if self.seed < 0:
            raise PlanError(f"seed must be 0 or more (found {self.seed})")

    @property
    def n_paths(self) -> int:
        """Paths in all."""
        return self.worlds * self.replicates

    @property
    def blocks(self) -> int:
        """Blocks that hold them."""
        return blocks_of(self.n_paths)


def prepare(
    scenario: Scenario, plan: Plan, blocks: range, only: str | None = None
) -> tuple[Environment, list[Business], SpanLuck]:
    """Set up a span: its market, a business a strategy (or only one), and the luck they share."""
    luck = SpanLuck(plan.seed, blocks, expected=scenario.counts == "expected")
    worlds = span_worlds(scenario, plan, blocks)
    market = Market(**bind("market", Market, scenario.market, worlds))
    environment = Environment(market, scenario.start_date, Luck(luck, "market", Market.streams))
    solvency = Solvency(**bind("wallet", Solvency, scenario.wallet, worlds))
    businesses = [
        Business(name, {c: mechanisms_of(scenario, c, worlds) for c in channels}, solvency, luck)
        for name, channels in scenario.strategies.items()
        if only in (None, name)
    ]
    return environment, businesses, luck


def simulate_span(
    scenario: Scenario, plan: Plan, blocks: range, each_day: Callable[[int], None] | None = None
) -> dict[str, Record]:
    """Simulate all strategies over some whole blocks of paths.

    Parameters
    ----------
    each_day : callable, optional
        Told each day that is over.

    Returns
    -------
    dict of str to Record
        By strategy; whole blocks, not yet cut to the paths asked for.
    """
    environment, businesses, luck = prepare(scenario, plan, blocks)
    recorders = [Recorder(b.ledger, scenario.horizon_days, scenario.stable_months) for b in businesses]
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        last = day == scenario.horizon_days - 1
        for business, recorder in zip(businesses, recorders, strict=True):
            business.live(environment)
            recorder.watch(day, [shop.today for shop in business.shops], business.wallet)
            if plan.audit or last:
                audit(business, day, blocks.start * BLOCK)
        if each_day is not None:
            each_day(day)
    return {
        business.name: recorder.result(business.wallet, business.solvency.capital, figures_of(business))
        for business, recorder in zip(businesses, recorders, strict=True)
    }


def span_worlds(scenario: Scenario, plan: Plan, blocks: range) -> dict[str, Array]:
    """Draw the worlds of a span and give each to its replicates: by name, (n_paths,)."""
    per_block = BLOCK // plan.replicates
    drawn = draw_worlds(scenario, plan.seed, blocks.start * per_block, len(blocks) * per_block)
    return {name: np.repeat(values, plan.replicates) for name, values in drawn.items()}


def figures_of(business: Business) -> dict[str, Array]:
    """Collect what mechanisms report of the whole run, named ``<channel>.<section>.<figure>``."""
    return {
        f"{shop.name}.{step.mechanism.section}.{name}": np.asarray(figure)
        for shop in business.shops
        for step in shop.steps
        for name, figure in step.mechanism.figures(shop.state)
    }


@dataclass
class Run:
    """The raw outcome of a run: what was simulated, and a record a strategy."""

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
    progress: Tell | None = None,
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
    progress : callable, optional
        Called with (paths done, paths in all), day by day of what this process computes.
    watch : callable, optional
        Shown the records of each span; the first is then a single block, to have something to show early.
    known : Run, optional
        A shorter run of the same scenario and seed, of whole blocks: only what follows it is simulated.
    """
    plan = plan or Plan()
    done = 0 if known is None else known.plan.n_paths // BLOCK
    parts: list[dict[str, Record]] = [] if known is None else [known.records]
    parts.extend(
        simulate_parts(
            scenario,
            plan,
            as_recorded,
            n_jobs=n_jobs,
            backend=backend,
            span_blocks=span_blocks,
            progress=progress,
            watch=watch,
            first_block=done,
        )
    )
    records = {name: join([part[name] for part in parts], plan.n_paths) for name in scenario.strategies}
    return Run(scenario, plan, records, draw_worlds(scenario, plan.seed, 0, plan.worlds))


def as_recorded(records: dict[str, Record]) -> dict[str, Record]:
    """Keep everything of a span."""
    return records


def simulate_parts(
    scenario: Scenario,
    plan: Plan,
    keep: Callable[[dict[str, Record]], Kept],
    *,
    n_jobs: int = 1,
    backend: str = "auto",
    span_blocks: int | None = None,
    progress: Tell | None = None,
    watch: Callable[[Kept], None] | None = None,
    first_block: int = 0,
) -> Iterator[Kept]:
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
    pace = Pace(progress, plan.n_paths, scenario.horizon_days, min(cores(n_jobs), len(pieces)), first_block * BLOCK)
    work = partial(_part, scenario, plan, keep)
    ours = partial(_part, scenario, plan, keep, pace=pace)
    for span, part in zip(pieces, in_turn(work, pieces, n_jobs, backend, ours), strict=True):
        if watch is not None:
            watch(part)
        yield part
        pace.is_at(span.stop * BLOCK)


def _part(
    scenario: Scenario, plan: Plan, keep: Callable[[dict[str, Record]], Kept], span: range, pace: Pace | None = None
) -> Kept:
    n_paths = min(plan.n_paths - span.start * BLOCK, len(span) * BLOCK)
    each_day = None if pace is None else partial(pace.has_lived, n_paths)
    records = simulate_span(scenario, plan, span, each_day)
    return keep({name: join([record], n_paths) for name, record in records.items()})
