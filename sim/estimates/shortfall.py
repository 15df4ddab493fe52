"""How bad is it when it goes badly? The mean of the worst share of outcomes: expected shortfall, CVaR.

The estimate is the mean of the worst ``tail`` of all paths (the last one counts in part). Its interval comes from
sectioning: the worlds are cut into 20 sections, each gives its own estimate ``c``, and the spread of those about the
estimate from all paths, ``s^2 = sum (c - estimate)^2 / 19``, gives ``estimate -+ t(19) s / sqrt(20)``. Fewer than 50
effective paths in the tail are refused: with two or so a section its bias outweighs the interval.

Worked number: outcomes 1, 2, ..., 2,000 have a mean worst 5% of 50.5.

Reference: Asmussen and Glynn (2007), Stochastic Simulation, chapter III (sectioning).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.estimates.estimate import Array, Estimate, EstimateRefused, by_world
from sim.estimates.probability import effective_number

N_SECTIONS = 20
MIN_TAIL_PATHS = 50
"""Effective paths in the tail below which no interval is given."""


def mean_of_worst(values: Array, tail: float) -> float:
    """Return the mean of the lowest share ``tail`` of values."""
    count = tail * len(values)
    whole = math.floor(count + 1e-9)
    part = max(count - whole, 0.0)
    if whole >= len(values):
        return float(values.mean())
    lowest = np.partition(values, whole)
    return float((lowest[:whole].sum() + part * lowest[whole]) / count)


def sectioned(point: float, sections: Sequence[float], level: float) -> tuple[float, float, float]:
    """Return the point and the ends of its t interval, from the same statistic of sections of the worlds."""
    count = len(sections)
    spread = math.sqrt(sum((section - point) ** 2 for section in sections) / (count - 1))
    half = float(stdtrit(count - 1, 0.5 + level / 2.0)) * spread / math.sqrt(count)
    return point, point - half, point + half


def expected_shortfall(values: NDArray[Any], replicates: int = 1, tail: float = 0.05, level: float = 0.95) -> Estimate:
    """Estimate the mean of the lowest share ``tail`` of (n_paths,) values; negate what is bad when high.

    Raises
    ------
    EstimateRefused
        With fewer than 50 effective paths in the tail, fewer than 20 worlds, or values that are not finite.
    """
    if not 0.0 < tail < 1.0:
        raise EstimateRefused(f"the tail is a share strictly between 0 and 1 (found {tail:g})")
    table = by_world(values, replicates)
    if not np.isfinite(table).all():
        raise EstimateRefused("the mean of the worst outcomes needs finite values: some of these are not")
    if len(table) < N_SECTIONS:
        raise EstimateRefused(f"the mean of the worst outcomes needs {N_SECTIONS} worlds (found {len(table)})")
    edge = np.quantile(table, tail, method="inverted_cdf")
    in_tail = tail * effective_number(table.ravel() <= edge, replicates)
    if in_tail < MIN_TAIL_PATHS:
        raise EstimateRefused(
            f"the mean of the worst {tail:.3g} needs {MIN_TAIL_PATHS} effective paths there (found {in_tail:.1f}):"
            f" run about {math.ceil(MIN_TAIL_PATHS / max(in_tail, 1.0))} times as many worlds"
        )
    parts = [mean_of_worst(section.ravel(), tail) for section in np.array_split(table, N_SECTIONS)]
    ends = sectioned(mean_of_worst(table.ravel(), tail), parts, level)
    return Estimate(*ends, level, f"sectioning ({N_SECTIONS})", in_tail)
