"""Frozen distributions with inverse distribution functions, and how YAML writes them.

The classes of the families are in ``families`` and ``discrete``.
"""

from sim.randomness.distributions.base import Distribution, DistributionError, Truncated
from sim.randomness.distributions.families import Constant
from sim.randomness.distributions.parse import FAMILIES, from_leaf, from_text, is_distribution, register

__all__ = [
    "FAMILIES",
    "Constant",
    "Distribution",
    "DistributionError",
    "Truncated",
    "from_leaf",
    "from_text",
    "is_distribution",
    "register",
]
