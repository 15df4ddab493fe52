"""Model doubt: how the answer moves under the readings a text leaves open, and under judgements without a source.

`readings` runs a scenario, and then once for each of its variants (`sim.studies.variants`), one change at a time, on
the same market and with the same luck. It says which strategy comes first under each, by the rule of
``sim.results.recommendation``, and how far the chance of a profit and the expected profit after owner's pay move. No
band of a single run holds this doubt: a band rests on one reading.

Differences are the variant less the scenario as it stands, paired path by path, their 95% intervals over worlds (over
scrambles, where worlds are spread evenly); each holds on its own. A strategy none of whose settings differ is not run
again: its paths are the same. Under a condition, the paths that agree with it in the scenario as it stands count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.estimates import Estimate, EstimateRefused
from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.from_paths import PathEvidence
from sim.results.outcomes import AFTER_PAY, profitable
from sim.results.paired import PairedComparison
from sim.results.recommendation import Candidate, Plain, candidate, recommend
from sim.results.result import Result
from sim.results.run import run
from sim.results.shown import display_of
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.plan import Plan
from sim.simulation.spans import OnProgress
from sim.studies.p4p import better_without_p4p, without_clicks
from sim.studies.variants import Variant, variants_of
from sim.text.messages import shortened
from sim.text.numbers import signed_interval
from sim.text.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "do_nothing"
"""Stands for no strategy, where strategies are counted."""


@dataclass(frozen=True)
class Shift:
    """How far a strategy moves under a variant: its chance of a profit there, and both differences."""

    chance: Estimate
    chance_difference: Estimate
    expected_difference: Estimate

    def to_dict(self) -> Plain:
        """Return plain data."""
        return {name: estimate.to_dict() for name, estimate in vars(self).items()}


@dataclass(frozen=True, repr=False)
class Tried(Shown):
    """A variant that was run: which strategy comes first, and how far each moves that it touches."""

    variant: Variant
    recommendation: Plain
    shifts: dict[str, Shift]

    def lines(self) -> list[str]:
        """Return a line a strategy that it touches, the one whose chance of a profit moves most first."""
        moves = {name: shift.chance_difference.to_dict() for name, shift in self.shifts.items()}
        ranked = sorted(moves.items(), key=lambda move: -abs(move[1]["estimate"]))
        return [f"{name}: chance {signed_interval(move, 100, 1)} points" for name, move in ranked]

    def _told(self) -> tuple[str, Iterable[str]]:
        return f"Tried {self.variant.line()}: {self.recommendation['strategy'] or NOTHING} comes first", self.lines()

    def to_dict(self) -> Plain:
        """Return plain data."""
        return {
            "kind": self.variant.kind,
            "name": self.variant.name,
            "option": self.variant.option,
            "settings": list(self.variant.keys),
            "recommendation": self.recommendation,
            "strategies": {name: shift.to_dict() for name, shift in self.shifts.items()},
        }


@dataclass(frozen=True, repr=False)
class ModelDoubt(Shown):
    """How the answer moves under every reading and doubt.

    Parameters
    ----------
    recommendation : dict
        As the scenario stands.
    tried : tuple of Tried
        The one that moves a chance of a profit most first.
    left_out : tuple of Variant
        What could not be tried, each with ``why``.
    better_without_p4p : dict of str to PairedComparison
        By strategy that is better off without P4P clicks: without less with.
    display : dict, optional
        In which currency screens show its amounts: ``sim.results.shown``.
    """

    scenario: str
    currency: str
    months: tuple[float, ...]
    plan: Plan
    condition: list[str]
    strategies: tuple[str, ...]
    recommendation: Plain
    tried: tuple[Tried, ...]
    left_out: tuple[Variant, ...]
    better_without_p4p: dict[str, PairedComparison]
    display: Plain | None = None

    @property
    def first(self) -> dict[str, int]:
        """Under how many variants each strategy is recommended, or doing nothing; most often first."""
        return dict(Counter(each.recommendation["strategy"] or NOTHING for each in self.tried).most_common())

    def to_dict(self) -> Plain:
        """Return plain data."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "display": self.display,
            "months": list(self.months),
            **self.plan.size,
            "condition": self.condition,
            "strategies": list(self.strategies),
            "difference": "the variant less the scenario as it stands",
            "recommendation": self.recommendation,
            "first": self.first,
            "better_without_p4p": {
                name: {"gain": gap.money[-1].to_dict(), "better": gap.beats.to_dict()}
                for name, gap in self.better_without_p4p.items()
            },
            "tried": [each.to_dict() for each in self.tried],
            "left_out": [
                {"kind": each.kind, "name": each.name, "option": each.option, "why": each.why} for each in self.left_out
            ],
        }

    def _told(self) -> tuple[str, Iterable[str]]:
        size = f"{self.plan.worlds:,} worlds x {self.plan.replicates}"
        lines = [f"{tried.variant.line()}; {line}" for tried in self.tried for line in tried.lines()[:1]]
        return f"Model doubt of {self.scenario}: {len(self.tried)} variants, {size}", lines

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a variant and strategy; nothing moves where the variant does not touch it.

        Returns
        -------
        DataFrame
            ``kind, name, option, recommended`` (None: doing nothing), ``strategy, touched``; then
            ``chance_difference`` and ``expected_difference``, each with ``_low`` and ``_high``.
        """
        import pandas as pd

        return pd.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for each in self.tried:
            for name in self.strategies:
                row = {"kind": each.variant.kind, "name": each.variant.name, "option": each.variant.written}
                row |= {
                    "recommended": each.recommendation["strategy"],
                    "strategy": name,
                    "touched": name in each.shifts,
                }
                for figure in ("chance_difference", "expected_difference"):
                    found = vars(each.shifts[name])[figure] if name in each.shifts else None
                    ends = (found.estimate, found.low, found.high) if found else (0.0, 0.0, 0.0)
                    row |= dict(zip((figure, f"{figure}_low", f"{figure}_high"), ends, strict=True))
                yield row

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.studies.readings_screen import readings_screen
        from sim.text.table import as_html

        return as_html(readings_screen(self.to_dict()))


def readings(
    scenario: Scenario,
    *,
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = -1,
    on_progress: OnProgress | None = None,
) -> ModelDoubt:
    """Try every open reading and every doubt of a scenario, one at a time, on the same shocks.

    Parameters
    ----------
    worlds, replicates, seed, n_jobs
        As for ``sim.run``.
    on_progress : callable, optional
        Called with (paths done, paths in all).
    """
    check_scenario(scenario)
    variants = variants_of(scenario)
    steps = _Steps(1 + _runs(scenario, variants), on_progress)
    size: Any = {"worlds": worlds, "replicates": replicates, "seed": seed}
    base = run(scenario, **size, n_jobs=n_jobs, on_progress=steps.next())
    return _tried(base, variants, n_jobs, steps)


def readings_of(result: object, *, n_jobs: int = -1, on_progress: OnProgress | None = None) -> ModelDoubt:
    """Do the same with a run that is at hand, as the scenario as it stands."""
    if not isinstance(result, Result):
        raise EstimateRefused(f"found {shortened(result)}: readings are paired path by path: run with --keep paths")
    variants = variants_of(result.scenario)
    steps = _Steps(_runs(result.scenario, variants), on_progress)
    return _tried(result, variants, n_jobs, steps)


def _runs(scenario: Scenario, variants: list[Variant]) -> int:
    """Return how many runs there are beside the scenario's own: one a variant, and one without P4P."""
    return sum(variant.scenario is not None for variant in variants) + (without_clicks(scenario) is not None)


@dataclass
class _Steps:
    """Progress over several runs of about the same size."""

    number: int
    on_progress: OnProgress | None
    position: int = -1

    def next(self) -> OnProgress:
        """Return what the next run reports to."""
        self.position += 1
        report, before = self.on_progress or (lambda done, total: None), self.position
        return lambda done, total: report(before * total + done, self.number * total)


def _tried(base: Result, variants: list[Variant], n_jobs: int, steps: _Steps) -> ModelDoubt:
    now = {name: candidate(base.evidence(name)) for name in base.strategies}
    found = []
    for variant in variants:
        if variant.scenario is not None:
            result = run(_reduced(base.scenario, variant), **base.plan.size, n_jobs=n_jobs, on_progress=steps.next())
            found.append(_compared(base, now, variant, result))
    found.sort(key=lambda each: -largest(each))
    scenario = base.scenario
    return ModelDoubt(
        scenario.name,
        scenario.currency,
        base.months,
        base.plan,
        [str(clause) for clause in base.clauses],
        base.strategies,
        recommend(now),
        tuple(found),
        tuple(variant for variant in variants if variant.scenario is None),
        better_without_p4p(base, n_jobs, steps.next()),
        display_of(scenario),
    )


def _reduced(base: Scenario, variant: Variant) -> Scenario:
    """Return a variant cut to the strategies that it touches, and free of the condition: that was seen in the base."""
    assert variant.scenario is not None
    names = touched(base, variant)
    # Under Sobol' sampling a number's points depend on which others are drawn.
    kept = list(base.strategies) if base.sampling == "sobol" else names
    changes: dict[str, Any] = {"strategies": {name: list(base.strategies[name]) for name in kept}, "doubts": []}
    return variant.scenario.with_(changes | ({"condition": []} if base.condition else {}))


def touched(base: Scenario, variant: Variant) -> list[str]:
    """Return the strategies that have a channel in which a setting differs; all, where one of the head differs."""
    owners = {key.split(".")[0] for key in variant.keys}
    if owners - set(base.channels):
        return list(base.strategies)
    return [name for name, channels in base.strategies.items() if owners & set(channels)]


def _compared(base: Result, now: dict[str, Candidate], variant: Variant, result: Result) -> Tried:
    names = touched(base.scenario, variant)
    sample, shifts, candidates = base.sample, {}, dict(now)
    for name in names:
        ours, theirs = result.record(name), base.record(name)
        hits = [profitable(record)[-1] for record in (ours, theirs)]
        money = [np.asarray(record.monthly[AFTER_PAY][-1], dtype=float) for record in (ours, theirs)]
        shifts[name] = Shift(sample.probability(hits[0]), sample.difference(*hits), sample.gap(money[0], money[1]))
        candidates[name] = candidate(PathEvidence(ours, sample))
    return Tried(variant, recommend(candidates), shifts)


def largest(tried: Tried) -> float:
    """Return how far a variant moves the chance of a profit of the strategy it moves most."""
    return max((abs(shift.chance_difference.estimate) for shift in tried.shifts.values()), default=0.0)
