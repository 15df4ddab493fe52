"""Statistics on path arrays: pure functions, one file a question."""

from sim.estimates.bands import simultaneous_band
from sim.estimates.comparison import (
    compare_money,
    compare_probability,
    probability_a_beats_b,
    variance_reduction,
)
from sim.estimates.estimate import Estimate, EstimateRefused
from sim.estimates.fans import Fan, fan, simultaneous_fan
from sim.estimates.money import estimate_mean
from sim.estimates.probability import (
    clopper_pearson,
    design_effect,
    effective_number,
    estimate_probability,
    wilson,
)
from sim.estimates.quantiles import estimate_quantile
from sim.estimates.shortfall import expected_shortfall
from sim.estimates.survival import Incidence, cumulative_incidence

__all__ = [
    "Estimate",
    "EstimateRefused",
    "Fan",
    "Incidence",
    "clopper_pearson",
    "compare_money",
    "compare_probability",
    "cumulative_incidence",
    "design_effect",
    "effective_number",
    "estimate_mean",
    "estimate_probability",
    "estimate_quantile",
    "expected_shortfall",
    "fan",
    "probability_a_beats_b",
    "simultaneous_band",
    "simultaneous_fan",
    "variance_reduction",
    "wilson",
]
