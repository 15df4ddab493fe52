"""The chance that A beats B, by what the two share, and what sharing bought.

The difference of two means does not depend on how A and B are coupled; P(A beats B) does. Two ends are given:

* *same luck*: both sides of a path see the same uniforms (``Sample.beats``);
* *luck drawn anew*: A's replicate ``i`` of a world against B's replicates ``j != i`` of the same world. What the seller
  does not know (the world) is still shared; everything that is drawn daily is each side's own: market moves, clicks,
  orders, returns, freezes.

With ``m`` replicates each world gives the share ``s`` of its ``m (m - 1)`` pairs that A wins; the figure is their mean.
Its effective number ``n = p (1 - p) worlds / variance of s``, at least the worlds and at most the paths, goes into the
Wilson interval, and into Clopper-Pearson with ``n`` = worlds where fewer than ten effective events were seen. Worked
number: two worlds, A ends at 1, 3 and 5, 7, B at 2, 4 and 1, 1. Same luck: A wins 0 of 2 and 2 of 2. Anew: 1 > 4 no,
3 > 2 yes; 5 > 1, 7 > 1 yes: shares 1/2 and 1, so P = 3/4.

Reference: Hoeffding (1948), Ann. Math. Statist. 19, 293-325 (means over all pairs).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.comparison import times_smaller, variance_reduction
from sim.estimates.estimate import Array, Estimate, EstimateRefused, by_world
from sim.estimates.probability import MIN_EVENTS, limits_of
from sim.estimates.sample import Sample
from sim.estimates.sobol_intervals import WORLDS_A_SCRAMBLE, estimate_scrambled_probability

SAME_LUCK = "what the seller does not know and all luck of the same name are shared"
ANEW = "; coupling: what the seller does not know is shared; all luck is drawn anew, the market's daily moves too"


def beats_with_other_luck(
    values_a: NDArray[Any], values_b: NDArray[Any], sample: Sample, level: float = 0.95
) -> Estimate:
    """Estimate P(A above B) where the two share their world and nothing else; a draw is no win for either.

    The (n_paths,) values are of one strategy each, from one run or from two with the same seed and size.

    Raises
    ------
    EstimateRefused
        With one replicate a world (there is no other luck to take), or under a condition: it was seen once, and two
        draws of luck that both agree with it would count it twice.
    """
    if sample.mask is not None:
        raise EstimateRefused("luck drawn anew cannot be compared under a condition: what was seen was seen once")
    if sample.replicates < 2:
        raise EstimateRefused("luck can be drawn anew only with 2 or more replicates a world (found 1)")
    shares = winning_shares(values_a, values_b, sample.replicates)
    if sample.even:
        return estimate_scrambled_probability(shares, 1, level).noting(ANEW)
    worlds, p, n = len(shares), float(shares.mean()), _effective(shares, sample.replicates)
    rarer = min(p, 1.0 - p)
    rare = rarer * n < MIN_EVENTS
    (found,) = limits_of(p, float(worlds) if rare else n, worlds, level).estimates()
    if rare and rarer > 0.0:
        found = replace(found, method="Clopper-Pearson on worlds")
    return found.noting(ANEW)


def winning_shares(values_a: NDArray[Any], values_b: NDArray[Any], replicates: int) -> Array:
    """Return (n_worlds,) the share of pairs of different replicates in which A ends above B."""
    a, b = by_world(values_a, replicates), by_world(values_b, replicates)
    won = np.zeros(len(a))
    for shift in range(1, replicates):
        won += (a > np.roll(b, shift, axis=1)).mean(axis=1)
    return won / (replicates - 1)


def _effective(shares: Array, replicates: int) -> float:
    """Return how many independent comparisons the worlds' shares are worth."""
    worlds, p = len(shares), float(shares.mean())
    spread = float(shares.var(ddof=1)) if worlds > 1 else math.inf
    most = float(worlds * replicates)
    return most if spread == 0.0 else min(max(p * (1.0 - p) * worlds / spread, float(worlds)), most)


def pairing_gain(values_a: NDArray[Any], values_b: NDArray[Any], sample: Sample) -> float:
    """Return how many times smaller the variance of a difference is for seeing the same shocks.

    Two runs with luck of their own would need that many times the worlds for an interval as narrow. Taken over the
    worlds' means; over the scrambles' where worlds are spread evenly; over the kept paths under a condition.
    """
    if sample.kept is None:
        together = sample.replicates * (WORLDS_A_SCRAMBLE if sample.even else 1)
        return variance_reduction(values_a, values_b, together)
    kept = sample.kept
    a, b = (kept.residuals(kept.totals(values))[1] for values in (values_a, values_b))
    return times_smaller(kept.variance(a - b), kept.variance(a) + kept.variance(b))
