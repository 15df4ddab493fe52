"""How did the paths of a run come about? Every interval depends on it; this is where the choice is made, once.

Random worlds: intervals clustered by world. Worlds spread evenly (Sobol', Latin hypercube): t over the scrambles. Paths
kept by a condition: ratios over the worlds that kept some.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates import conditioned, sobol_intervals
from sim.estimates.bands import simultaneous_band
from sim.estimates.comparison import COUPLING, compare_money, compare_probability
from sim.estimates.estimate import Array, Estimate, EstimateRefused
from sim.estimates.fans import Fan, fan, simultaneous_fan
from sim.estimates.money import estimate_mean
from sim.estimates.parameter_band import parameter_bands
from sim.estimates.probability import estimate_probability
from sim.estimates.quantiles import estimate_quantile
from sim.estimates.shops import Shops, shops
from sim.estimates.shortfall import expected_shortfall, mean_of_worst
from sim.estimates.survival import Incidence, incidence_of, reached_by

Values = NDArray[Any]


@dataclass(frozen=True)
class Sample:
    """The paths of a run, as far as intervals must know them.

    Parameters
    ----------
    replicates : int
        Consecutive paths of one world.
    even : bool
        Worlds are spread evenly within every 256 of them.
    mask : (n_paths,) bool, optional
        Paths that agree with a condition; all by default. Not with even worlds.

    Raises
    ------
    EstimateRefused
        For a condition on even worlds: what it keeps of them is even no longer.
    """

    replicates: int = 1
    even: bool = False
    mask: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.even and self.mask is not None:
            raise EstimateRefused(
                "a condition keeps some of the evenly spread worlds only, which are even no longer: "
                "run with sampling: random"
            )

    @cached_property
    def kept(self) -> conditioned.Kept | None:
        """The kept paths by world; None where all are."""
        return None if self.mask is None else conditioned.Kept(self.mask, self.replicates)

    def chosen(self, values: Values) -> Values:
        """Return the kept columns of (..., n_paths) values; refused, like an estimate, where too few are kept."""
        return values if self.kept is None else values[..., self.kept.mask]

    def probability(self, hits: Values, level: float = 0.95) -> Estimate:
        """Estimate a probability from (n_paths,) hits."""
        if self.kept is not None:
            return conditioned.probability_given(self.kept, hits, level)
        if self.even:
            return sobol_intervals.estimate_scrambled_probability(hits, self.replicates, level)
        return estimate_probability(hits, self.replicates, level)

    def band(self, hits: Values, level: float = 0.95) -> list[Estimate]:
        """Estimate a probability month by month, all intervals together, from (n_months, n_paths) hits."""
        if self.kept is not None:
            return conditioned.band_given(self.kept, hits, level)
        if self.even:
            return sobol_intervals.scrambled_band(hits, self.replicates, level)
        return simultaneous_band(hits, self.replicates, level)

    def parameter_bands(self, hits: Values, level: float = 0.90) -> list[Estimate]:
        """Return the band of P(hit | world) by month; refused at one replicate a world."""
        if self.kept is not None:
            return [conditioned.parameter_band_given(self.kept, month, level) for month in hits]
        return parameter_bands(hits, self.replicates, level)

    def shops(self, hits: Values) -> Shops:
        """Return the shares of worlds that lose, are open, win, from (n_paths,) hits; refused at one replicate."""
        return shops(hits, self.replicates) if self.kept is None else conditioned.shops_given(self.kept, hits)

    def mean(self, values: Values, level: float = 0.95) -> Estimate:
        """Estimate a mean amount."""
        if self.kept is not None:
            return conditioned.mean_given(self.kept, values, level)
        if self.even:
            return sobol_intervals.estimate_scrambled_mean(values, self.replicates, level)
        return estimate_mean(values, self.replicates, level)

    def quantile(self, values: Values, p: float, level: float = 0.95) -> Estimate:
        """Estimate a quantile of outcomes."""
        if self.kept is not None:
            return conditioned.quantile_given(self.kept, values, p, level)
        if self.even:
            return sobol_intervals.estimate_scrambled(values, self.replicates, lambda part: _quantile(part, p), level)
        return estimate_quantile(values, self.replicates, p, level)

    def shortfall(self, values: Values, tail: float = 0.05, level: float = 0.95) -> Estimate:
        """Estimate the mean of the worst share of outcomes; refused where too few paths lie there."""
        if self.kept is not None:
            return conditioned.shortfall_given(self.kept, values, tail, level)
        if self.even:
            return sobol_intervals.estimate_scrambled(
                values, self.replicates, lambda part: mean_of_worst(part, tail), level
            )
        return expected_shortfall(values, self.replicates, tail, level)

    def incidence(self, event_month: Values, n_months: int, ruin_month: Values | None = None) -> Incidence:
        """Estimate the share of all paths that got there by the end of each month."""
        return incidence_of(self.band(reached_by(event_month, n_months, ruin_month)))

    def difference(self, hits_a: Values, hits_b: Values, level: float = 0.95) -> Estimate:
        """Estimate P(A) - P(B) on the same paths."""
        if self.kept is not None:
            return conditioned.difference_given(self.kept, hits_a, hits_b, level)
        if self.even:
            return sobol_intervals.compare_scrambled_probability(hits_a, hits_b, self.replicates, level)
        return compare_probability(hits_a, hits_b, self.replicates, level)

    def gap(self, values_a: Values, values_b: Values, level: float = 0.95) -> Estimate:
        """Estimate the mean of A less B on the same paths."""
        if self.kept is None and not self.even:
            return compare_money(values_a, values_b, self.replicates, level)
        return self.mean(np.asarray(values_a, dtype=float) - np.asarray(values_b, dtype=float), level)

    def beats(self, values_a: Values, values_b: Values, coupling: str = COUPLING, level: float = 0.95) -> Estimate:
        """Estimate the share of paths on which A ends above B; it depends on what the two share."""
        found = self.probability(np.asarray(values_a) > np.asarray(values_b), level)
        return replace(found, method=f"{found.method}; coupling: {coupling}")

    def fan(self, values: Values) -> Fan:
        """Return percentiles of (n_times, n_paths) values at each time: a range of outcomes."""
        return fan(self.chosen(values))

    def simultaneous_fan(self, values: Values, level: float = 0.90) -> Fan:
        """Return two lines that hold whole paths."""
        return simultaneous_fan(self.chosen(values), level)


def _quantile(values: Array, p: float) -> float:
    return float(np.quantile(values, p, method="inverted_cdf"))
