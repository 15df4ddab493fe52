"""Statistics on path arrays: pure functions, one file a question.

The last axis of outcomes is that of paths, path = world * replicates + replicate, so ``replicates`` are the consecutive
paths of one world. ``level`` is the coverage asked of an interval.
"""

from sim.estimates.bands import simultaneous_band
from sim.estimates.comparison import compare_money, compare_probability, variance_reduction
from sim.estimates.estimate import Estimate, EstimateRefused
from sim.estimates.fans import Fan, fan, simultaneous_fan
from sim.estimates.importance import Importance, first_order_shares
from sim.estimates.money import estimate_mean
from sim.estimates.parameter_band import parameter_bands
from sim.estimates.precision import looks
from sim.estimates.probability import clopper_pearson, effective_number, estimate_probability, wilson
from sim.estimates.quantiles import estimate_quantile, outcomes_at
from sim.estimates.sample import Sample
from sim.estimates.shortfall import expected_shortfall
from sim.estimates.sobol_intervals import (
    estimate_scrambled_mean,
    estimate_scrambled_probability,
    scrambled_band,
)
from sim.estimates.survival import Incidence
from sim.estimates.value_of_information import evpi, evpi_from_replicates, evppi, evppi_noise_floor

__all__ = [
    "Estimate",
    "EstimateRefused",
    "Fan",
    "Importance",
    "Incidence",
    "Sample",
    "clopper_pearson",
    "compare_money",
    "compare_probability",
    "effective_number",
    "estimate_mean",
    "estimate_probability",
    "estimate_quantile",
    "estimate_scrambled_mean",
    "estimate_scrambled_probability",
    "evpi",
    "evpi_from_replicates",
    "evppi",
    "evppi_noise_floor",
    "expected_shortfall",
    "fan",
    "first_order_shares",
    "looks",
    "outcomes_at",
    "parameter_bands",
    "scrambled_band",
    "simultaneous_band",
    "simultaneous_fan",
    "variance_reduction",
    "wilson",
]
