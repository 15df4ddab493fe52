"""One strategy against another, path by path on the same market and with the same luck: `compare_strategies`.

What is compared is settled profit, which is before owner's pay; what the owner draws is compared apart, where it
differs. Whether *nothing* differs is looked up in every figure that is kept of a history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.estimates import Estimate, EstimateRefused, Sample
from sim.estimates.coupling import SAME_LUCK, beats_with_other_luck, pairing_gain
from sim.estimates.estimate import number
from sim.results.outcomes import AFTER_PAY, profitable
from sim.results.result import Result
from sim.simulation.plan import PlanError
from sim.simulation.recorder import Record
from sim.text.numbers import signed_interval, with_error
from sim.text.shown import Shown

CENT = 0.01

ROUNDING = 1e-6
"""Part of an amount that is lost where it is kept in single precision."""


class AfterPay(NamedTuple):
    """P(profit after owner's pay) of both at the horizon, and the difference of its means, a less b."""

    chance_a: Estimate
    chance_b: Estimate
    money: Estimate


@dataclass(frozen=True, repr=False)
class PairedComparison(Shown):
    """One strategy against another, path by path.

    Parameters
    ----------
    a, b : str
        Names of the strategies; differences are a less b.
    chance_a, chance_b : Estimate
        P(profit) at the horizon.
    probability : list of Estimate
        Difference of P(profit), month by month; the last one is the horizon.
    money : list of Estimate
        Difference of mean settled profit, month by month.
    beats : Estimate
        P(a ends above b) at the horizon with the same luck.
    beats_other_luck : Estimate or str
        The same with luck drawn anew in the same worlds, or why it cannot be told.
    gain_probability, gain_money : float
        How many times smaller the variance of the difference at the horizon is for seeing the same shocks.
    differs : tuple of str
        What differs on any path: names of the record's monthly figures and of its figures a path.
    after_pay : AfterPay, optional
        The same comparison after owner's pay, where what the owner draws differs.
    """

    a: str
    b: str
    chance_a: Estimate
    chance_b: Estimate
    probability: list[Estimate]
    money: list[Estimate]
    beats: Estimate
    beats_other_luck: Estimate | str
    gain_probability: float
    gain_money: float
    differs: tuple[str, ...]
    after_pay: AfterPay | None = None

    @property
    def same(self) -> bool:
        """Whether nothing differs on any path: the settings that differ do not touch it."""
        return not self.differs

    def line(self) -> str:
        """Return in one line how much a is ahead of b at the horizon."""
        if self.same:
            return f"{self.a} and {self.b}: the same on every path"
        chance = signed_interval(self.probability[-1].to_dict(), 100, 1)
        money = signed_interval(self.money[-1].to_dict())
        named = self.a if self.a == self.b else f"{self.a} less {self.b}"
        return f"{named}: chance {chance} points, money {money}"

    def _told(self) -> tuple[str, Iterable[str]]:
        both = ((self.a, self.chance_a), (self.b, self.chance_b))
        chances = [f"{name}: a profit in {with_error(chance.to_dict())}" for name, chance in both]
        return "PairedComparison", [*chances, self.line()]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        other, paid = self.beats_other_luck, self.after_pay
        return {
            "a": self.a,
            "b": self.b,
            "same": self.same,
            "differs": list(self.differs),
            "chance_a": self.chance_a.to_dict(),
            "chance_b": self.chance_b.to_dict(),
            "probability": [estimate.to_dict() for estimate in self.probability],
            "money": [estimate.to_dict() for estimate in self.money],
            "a_beats_b": self.beats.to_dict(),
            "a_beats_b_luck_drawn_anew": {"refused": other} if isinstance(other, str) else other.to_dict(),
            "variance_reduction": {"probability": number(self.gain_probability), "money": number(self.gain_money)},
            "after_owner_pay": None
            if paid is None
            else {name: told.to_dict() for name, told in paid._asdict().items()},
        }


def compare_strategies(a: Result, strategy_a: str, b: Result, strategy_b: str) -> PairedComparison:
    """Compare two strategies path by path: of one result, or of two with the same seed and size.

    Differences are a less b. The paths that count are those of ``b`` (its condition, its sampling).
    """
    if (a.plan.seed, a.plan.worlds, a.plan.replicates) != (b.plan.seed, b.plan.worlds, b.plan.replicates):
        raise PlanError("only runs with the same seed, worlds and replicates see the same shocks")
    sample, records = b.sample, (a.record(strategy_a), b.record(strategy_b))
    hits = [profitable(record) for record in records]
    money = [np.asarray(record.monthly["settled_profit"], dtype=float) for record in records]
    last = money[0][-1], money[1][-1]
    return PairedComparison(
        a=strategy_a,
        b=strategy_b,
        chance_a=sample.probability(hits[0][-1]),
        chance_b=sample.probability(hits[1][-1]),
        probability=[sample.difference(*month) for month in zip(*hits, strict=True)],
        money=[sample.gap(*month) for month in zip(*money, strict=True)],
        beats=sample.beats(*last, coupling=SAME_LUCK),
        beats_other_luck=_other_luck(*last, sample),
        gain_probability=pairing_gain(hits[0][-1], hits[1][-1], sample),
        gain_money=pairing_gain(*last, sample),
        differs=differing_figures(*records, sample),
        after_pay=_after_pay(*records, sample),
    )


def differing_figures(a: Record, b: Record, sample: Sample) -> tuple[str, ...]:
    """Return which monthly figures and figures a path differ on any path that counts.

    A figure that only one of the two has, of a section that is off in the other, counts as 0 there.
    """
    found = []
    for ours, theirs in ((a.monthly, b.monthly), (a.paths, b.paths)):
        for name, one in {**theirs, **ours}.items():
            a_side, b_side = (sample.chosen(table.get(name, np.zeros_like(one))) for table in (ours, theirs))
            if not np.array_equal(a_side, b_side, equal_nan=True):
                found.append(name)
    return tuple(found)


def _after_pay(a: Record, b: Record, sample: Sample) -> AfterPay | None:
    """Compare after owner's pay; None where the owner draws the same on every path and at every month's end."""
    settled, left = (
        [np.asarray(record.monthly[name], dtype=float) for record in (a, b)] for name in ("settled_profit", AFTER_PAY)
    )
    more = sample.chosen((settled[0] - left[0]) - (settled[1] - left[1]))
    lost = ROUNDING * sample.chosen(np.abs(settled[0]) + np.abs(settled[1]) + np.abs(left[0]) + np.abs(left[1]))
    if (np.abs(more) <= CENT + lost).all():
        return None
    ours, theirs = (sample.probability(profitable(record, AFTER_PAY)[-1]) for record in (a, b))
    return AfterPay(ours, theirs, sample.gap(left[0][-1], left[1][-1]))


def _other_luck(a: NDArray[Any], b: NDArray[Any], sample: Sample) -> Estimate | str:
    try:
        return beats_with_other_luck(a, b, sample)
    except EstimateRefused as reason:
        return str(reason)
