"""Statistics on path arrays: pure functions, one file a question."""

from sim.estimates.bands import simultaneous_band
from sim.estimates.comparison import compare_money, compare_probability, variance_reduction
from sim.estimates.estimate import Estimate, EstimateRefused
from sim.estimates.money import estimate_mean
from sim.estimates.probability import clopper_pearson, effective_number, estimate_probability, wilson
from sim.estimates.quantiles import estimate_quantile
from sim.estimates.survival import Incidence, cumulative_incidence

__all__ = [
    "Estimate",
    "EstimateRefused",
    "Incidence",
    "clopper_pearson",
    "compare_money",
    "compare_probability",
    "cumulative_incidence",
    "effective_number",
    "estimate_mean",
    "estimate_probability",
    "estimate_quantile",
    "simultaneous_band",
    "variance_reduction",
    "wilson",
]
