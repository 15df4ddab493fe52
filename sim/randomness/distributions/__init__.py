"""Frozen distributions with inverse distribution functions, and how YAML writes them."""

from sim.randomness.distributions.base import Distribution, DistributionError, Truncated
from sim.randomness.distributions.discrete import Choice, Empirical, Mixture
from sim.randomness.distributions.families import (
    Beta,
    Constant,
    Gamma,
    LogNormal,
    Normal,
    Pert,
    StudentT,
    Triangular,
    Uniform,
)
from sim.randomness.distributions.parse import (
    FAMILIES,
    Family,
    from_leaf,
    from_mapping,
    from_text,
    is_distribution,
    register,
)

__all__ = [
    "FAMILIES",
    "Beta",
    "Choice",
    "Constant",
    "Distribution",
    "DistributionError",
    "Empirical",
    "Family",
    "Gamma",
    "LogNormal",
    "Mixture",
    "Normal",
    "Pert",
    "StudentT",
    "Triangular",
    "Truncated",
    "Uniform",
    "from_leaf",
    "from_mapping",
    "from_text",
    "is_distribution",
    "register",
]
