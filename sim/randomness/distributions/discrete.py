"""Distributions without a formula: a few values, a data set, a mixture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sim.randomness.distributions.base import Distribution, check, finite
from sim.randomness.streams import Array


def _shares(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Return weights that sum to one; those that already do stay as they are, to the last bit."""
    check(
        all(finite("a weight", w) >= 0 for w in weights) and sum(weights) > 0, "weights must be at least 0, not all 0"
    )
    total = sum(weights)
    if math.isinf(total):
        weights = tuple(weight / max(weights) for weight in weights)
        total = sum(weights)
    return weights if abs(total - 1.0) < 1e-12 else tuple(weight / total for weight in weights)


@dataclass(frozen=True)
class Choice(Distribution):
    """One of several values, each with a weight."""

    family: ClassVar[str] = "choice"
    shapes: ClassVar[tuple[str, ...]] = ("weights",)

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        weights = self.weights or (1.0,) * len(self.values)
        check(len(self.values) > 0 and len(weights) == len(self.values), "choice needs as many weights as values")
        pairs = sorted(zip((finite("a value", v) for v in self.values), _shares(weights), strict=True))
        object.__setattr__(self, "values", tuple(value for value, _ in pairs))
        object.__setattr__(self, "weights", tuple(weight for _, weight in pairs))

    @property
    def _cumulative(self) -> Array:
        cumulative = np.cumsum(self.weights)
        cumulative[-1] = 1.0
        return np.asarray(cumulative)

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles: the smallest value whose cumulative weight reaches u."""
        return np.asarray(np.array(self.values)[np.searchsorted(self._cumulative, u, side="left")])

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        reached = np.concatenate([[0.0], self._cumulative])
        return np.asarray(reached[np.searchsorted(np.array(self.values), x, side="right")])

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.values[0], self.values[-1]


@dataclass(frozen=True)
class Empirical(Distribution):
    """The values of a data set, each as likely as the others: mean and spread are the data's own.

    YAML holds them all: a manifest must not depend on a file elsewhere. ``origin`` says, to people, where they stood.
    """

    family: ClassVar[str] = "empirical"

    values: tuple[float, ...]
    origin: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        check(len(self.values) >= 2, "empirical needs at least two values")
        object.__setattr__(self, "values", tuple(sorted(finite("a value", v) for v in self.values)))

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles: the smallest value whose share of the data reaches u."""
        number = np.ceil(np.asarray(u, dtype=float) * len(self.values)).astype(np.intp)
        return np.asarray(np.array(self.values)[np.clip(number - 1, 0, len(self.values) - 1)])

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(np.searchsorted(np.array(self.values), x, side="right") / len(self.values))

    def to_mapping(self) -> Any:
        """Return the YAML form."""
        return {"empirical": {"values": list(self.values)}}

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation of the data."""
        return float(np.mean(self.values)), float(np.std(self.values))

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.values[0], self.values[-1]


@dataclass(frozen=True)
class Mixture(Distribution):
    """One of several distributions, each with a weight."""

    family: ClassVar[str] = "mixture"
    shapes: ClassVar[tuple[str, ...]] = ("weights",)

    components: tuple[Distribution, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        check(
            len(self.components) > 0 and len(self.components) == len(self.weights), "mixture needs a weight a component"
        )
        object.__setattr__(self, "weights", _shares(self.weights))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(sum(w * c.cdf(x) for w, c in zip(self.weights, self.components, strict=True)))

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles by bisection between the components' own quantiles."""
        u = np.asarray(u, dtype=float)
        each = np.array([component.ppf(u) for component in self.components])
        low, high = each.min(axis=0), each.max(axis=0)
        for _ in range(80):
            middle = 0.5 * (low + high)
            below = self.cdf(middle) < u
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(high)

    @property
    def support(self) -> tuple[float, float]:
        """From the lowest to the highest of the components."""
        supports = [component.support for component in self.components]
        return min(low for low, _ in supports), max(high for _, high in supports)

    def to_mapping(self) -> Any:
        """Return the YAML form."""
        return {"mixture": {"components": [c.to_mapping() for c in self.components], "weights": list(self.weights)}}
