"""Comparison of scenarios on the same market and with the same luck.

`compare` returns a `Comparison`. Scenarios run with one seed draw the same uniforms wherever a number or a stream has
the same name, so each path of one meets the same path of the other and what both share cancels. Every scenario is
compared with the *first* one, the plan the seller has: ``n`` plans give ``n - 1`` answers to "should I change?" rather
than ``n (n - 1) / 2`` intervals, one in twenty of which would miss. Put another plan first to look from there. A single
scenario is compared within itself: its strategies with the first of them.

Differences are the other plan less the first. Each interval holds on its own. P(the other beats the first) depends on
what the two share, so both ends are given: ``sim.estimates.coupling``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.paired import PairedComparison, compare_strategies
from sim.results.recommendation import recommend_over
from sim.results.run import run
from sim.results.shown import display_of
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.plan import Plan, PlanError
from sim.simulation.spans import OnProgress
from sim.simulation.worlds import other_worlds, worlds_apart
from sim.text.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

NOT_COMPARED = ("name", "title", "readings_applied", "doubts")
"""Keys that change no result."""


@dataclass(frozen=True)
class Setting:
    """A setting in which two scenarios differ; None on a side that does not have it."""

    key: str
    first: Any
    other: Any


@dataclass(frozen=True, repr=False)
class Rival(Shown):
    """What stands against the first plan.

    Parameters
    ----------
    settings : list of Setting
        What differs from the first.
    gaps : list of PairedComparison
        A strategy each; a is this scenario's.
    left_out : list of str
        Strategies that only one of the two has.
    """

    name: str
    settings: list[Setting]
    gaps: list[PairedComparison]
    left_out: list[str]

    def _told(self) -> tuple[str, Iterable[str]]:
        return f"Rival {self.name}: {len(self.settings)} settings are not the first plan's", self.lines()

    def lines(self) -> list[str]:
        """Return a line a strategy."""
        return [gap.line() for gap in self.gaps]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "scenario": self.name,
            "settings": [asdict(setting) for setting in self.settings],
            "strategies": [gap.to_dict() for gap in self.gaps],
            "left_out": self.left_out,
        }


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Every plan against the first.

    Parameters
    ----------
    recommendations : dict of str to dict
        By plan: which of its strategies to take, or none.
    display : dict, optional
        In which currency screens show amounts, as the first plan says: ``sim.results.shown``.
    """

    first: str
    currency: str
    months: tuple[float, ...]
    plan: Plan
    condition: list[str]
    rivals: list[Rival]
    recommendations: dict[str, dict[str, Any]]
    display: dict[str, Any] | None = None

    def _told(self) -> tuple[str, Iterable[str]]:
        lines = [f"{rival.name}, {line}" for rival in self.rivals for line in rival.lines()]
        return f"Comparison with {self.first}: {self.plan.worlds:,} worlds x {self.plan.replicates}", lines

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a plan, strategy and month, with what it is ahead of the first plan.

        Returns
        -------
        DataFrame
            ``scenario, strategy, against`` (the first plan's strategy), ``month``; then ``chance_difference`` (of a
            profit) and ``money_difference`` (of mean settled profit), each with ``_low`` and ``_high``.
        """
        import pandas as pd

        return pd.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for rival in self.rivals:
            for gap in rival.gaps:
                named = {"scenario": rival.name, "strategy": gap.a, "against": gap.b}
                for month, chance, money in zip(self.months, gap.probability, gap.money, strict=True):
                    differences = chance.columns("chance_difference") | money.columns("money_difference")
                    yield {**named, "month": month, **differences}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "first": self.first,
            "currency": self.currency,
            "display": self.display,
            "months": list(self.months),
            **self.plan.size,
            "condition": self.condition,
            "difference": "the other scenario less the first (a less b)",
            "recommendations": self.recommendations,
            "compared": [rival.to_dict() for rival in self.rivals],
        }

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.studies.compare_screen import comparing_screen
        from sim.text.table import as_html

        return as_html(comparing_screen(self.to_dict()))


def compare(
    scenarios: Mapping[str, Scenario],
    *,
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = -1,
    on_progress: OnProgress | None = None,
) -> Comparison:
    """Run scenarios on the same shocks and compare every one with the first.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        By the name to show. A single one is compared within itself, strategy by strategy.
    worlds, replicates, seed, n_jobs
        As for ``sim.run``. Luck drawn anew needs 2 replicates.
    on_progress : callable, optional
        Called with (paths done, paths in all).

    Returns
    -------
    Comparison
        Under a condition, the paths that agree with it in the *first* scenario count, in all: it was seen there.

    Raises
    ------
    PlanError
        Where scenarios differ in horizon, currency, sampling or condition, share no strategy, or see other worlds.
    """
    if not isinstance(scenarios, Mapping) or not scenarios or not all(isinstance(name, str) for name in scenarios):
        raise TypeError('give scenarios by the names to show: sim.compare({"plan": plan, "other": other})')
    for scenario in scenarios.values():
        check_scenario(scenario)
    (first_name, first), *others = scenarios.items()
    pairs = {name: matching(first_name, first, name, other) for name, other in others}
    if not others and len(first.strategies) < 2:
        raise PlanError(f"{first_name} has one strategy only: give a second scenario to compare it with")

    report = on_progress or (lambda done, total: None)

    def stage(position: int) -> OnProgress:
        return lambda done, total: report(position * total + done, len(scenarios) * total)

    base = run(first, worlds=worlds, replicates=replicates, seed=seed, n_jobs=n_jobs, on_progress=stage(0))
    rivals, advised = [], {first_name: base.recommendation()}
    for position, (name, other) in enumerate(others, 1):
        free = other.with_({"condition": []}) if other.condition else other
        # As many worlds as the first: a condition may have asked for more than wanted.
        result = run(free, **base.plan.size, n_jobs=n_jobs, on_progress=stage(position))
        gaps = [compare_strategies(result, a, base, b) for a, b in pairs[name]]
        advised[name] = recommend_over(result.records, base.sample)
        alone = [s for s in (*first.strategies, *other.strategies) if not any(s in pair for pair in pairs[name])]
        rivals.append(Rival(name, differing_settings(first, other), gaps, list(dict.fromkeys(alone))))
    if not others:
        head, *rest = first.strategies
        rivals = [Rival(first_name, [], [compare_strategies(base, name, base, head) for name in rest], [])]
    about = (first_name, first.currency, base.months, base.plan, list(first.condition))
    return Comparison(*about, rivals, advised, display_of(first))


def matching(first_name: str, first: Scenario, other_name: str, other: Scenario) -> list[tuple[str, str]]:
    """Return the strategies to compare, (the other's, the first's); refuse scenarios that cannot be compared."""
    both = first.to_mapping(), other.to_mapping()
    for what in ("horizon_days", "currency", "sampling", "condition"):
        a, b = (mapping[what] for mapping in both)
        if a != b:
            raise PlanError(
                f"{other_name} cannot be compared with {first_name}: {what} is {b or 'not set'} in the one and "
                f"{a or 'not set'} in the other; make them the same, by --set for instance"
            )
    if apart := worlds_apart(first, other):
        raise PlanError(f"{other_name} cannot be compared with {first_name}: {other_worlds(apart)}")
    shared = [(name, name) for name in other.strategies if name in first.strategies]
    if not shared and len(first.strategies) == len(other.strategies) == 1:
        shared = [(next(iter(other.strategies)), next(iter(first.strategies)))]
    if not shared:
        raise PlanError(
            f"{other_name} ({', '.join(other.strategies)}) and {first_name} ({', '.join(first.strategies)}) share no "
            "strategy: give one the same name in both, or leave a single one in each"
        )
    return shared


def differing_settings(first: Scenario, other: Scenario) -> list[Setting]:
    """Return the settings in which two resolved scenarios differ, by dotted key.

    Of a channel that one side does not use only ``strategies`` speaks; of a section that one side has switched off,
    only its ``enabled``.
    """
    a, b = settings(first), settings(other)
    rows = [Setting(key, a.get(key), b.get(key)) for key in {**a, **b} if a.get(key) != b.get(key)]
    unused = set(first.channels) ^ set(other.channels)
    switched = {row.key.removesuffix(".enabled") for row in rows if row.key.endswith(".enabled")}
    return [
        row
        for row in rows
        if row.key.split(".")[0] not in unused
        and (row.key.endswith(".enabled") or row.key.rpartition(".")[0] not in switched)
    ]


def settings(scenario: Scenario) -> dict[str, Any]:
    """Return a resolved scenario as one flat table of dotted keys; a section that is off has its switch only."""
    flat: dict[str, Any] = {}
    for key, value in scenario.to_mapping().items():
        if key in NOT_COMPARED:
            continue
        if key in scenario.channels:
            for section, fields in value.items():
                kept = fields if fields["enabled"] else {"enabled": False}
                flat |= {f"{key}.{section}.{name}": leaf for name, leaf in kept.items()}
        elif key == "correlations":
            flat |= {f"{key}.{a} ~ {b}": correlation for a, b, correlation in value}
        elif isinstance(value, dict):
            flat |= {f"{key}.{name}": leaf for name, leaf in value.items()}
        else:
            flat[key] = value
    return flat
