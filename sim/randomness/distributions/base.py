"""The base of all distributions: a frozen object with an inverse distribution function."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sim.randomness.streams import Array

GRID = 20_000
"""Midpoints in probability from which moments without a closed form are taken."""


MIN_TAIL = 1e-300
"""Stands in for a probability of zero at the end of an open upper tail."""


class DistributionError(ValueError):
    """A distribution that cannot be; the message says why in one sentence."""


def finite(name: str, value: object) -> float:
    """Return a number, or refuse what is not one (truth values, text, infinities, not-a-number)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise DistributionError(f"{name} must be a number (found {value!r})")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise DistributionError(f"{name} must be a finite number (found {value!r})")
    return number


def check(condition: bool, sentence: str) -> None:
    """Refuse with a sentence unless the condition holds."""
    if not condition:
        raise DistributionError(sentence)


@dataclass(frozen=True)
class Distribution(ABC):
    """Base of all families; :func:`sim.randomness.distributions.register` makes one known to YAML."""

    family: ClassVar[str] = ""
    """Name in YAML."""

    shapes: ClassVar[tuple[str, ...]] = ()
    """Numbers in YAML that are no amounts: they stay where amounts are converted to another currency."""

    ends: ClassVar[tuple[float, float]] = (-math.inf, math.inf)
    """Lowest and highest value of a family all of whose members have the same."""

    @abstractmethod
    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of uniforms in (0, 1), same shape."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x), same shape."""

    def sf(self, x: ArrayLike) -> Array:
        """Return P(X > x), same shape; families whose upper tail goes further than 1 - cdf say so."""
        return np.asarray(1.0 - self.cdf(x))

    def isf(self, q: ArrayLike) -> Array:
        """Return the values that are exceeded with probability q, same shape."""
        return self.ppf(1.0 - np.asarray(q, dtype=float))

    def to_mapping(self) -> Any:
        """Return the distribution as it would stand in YAML; its names there are those that a sweep may vary."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {self.family: {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}}

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest value; infinite where there is none."""
        return self.ends

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        return _sampled_moments(self)

    @property
    def mean(self) -> float:
        """The mean."""
        return self.moments()[0]

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return self.moments()[1]

    def truncated(self, low: float = -math.inf, high: float = math.inf) -> Distribution:
        """Return the distribution given that it lies in [low, high]; itself where that is certain."""
        lowest, highest = self.support
        if low <= lowest and highest <= high:
            return self
        return Truncated(self, low, high)


@lru_cache(maxsize=1024)
def _sampled_moments(distribution: Distribution) -> tuple[float, float]:
    """Return mean and standard deviation where they have no closed form.

    Twenty thousand quantiles, taken once for all distributions that are equal: mechanisms ask for a mean while they
    run, and every cell of a sweep asks for those that it does not change.
    """
    values = distribution.ppf((np.arange(GRID) + 0.5) / GRID)
    return float(np.mean(values)), float(np.std(values))


@dataclass(frozen=True)
class Truncated(Distribution):
    """A distribution given that it lies in an interval, whose open ends are infinite."""

    inner: Distribution
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise DistributionError(f"truncation needs low < high (found {self.low:g}, {self.high:g})")
        if not self.probability > 0:
            raise DistributionError(f"nothing of the distribution lies between {self.low:g} and {self.high:g}")

    @cached_property
    def _upper(self) -> bool:
        """Whether all that is kept lies above the median: there probabilities are counted from the upper end."""
        return bool(math.isfinite(self.low) and self.inner.cdf(np.nextafter(self.low, -math.inf)) > 0.5)

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """P(X < low) and P(X <= high), or P(X >= low) and P(X > high) in the upper half.

        A value that has weight of its own, at the lower end, is kept.
        """
        count, least, most = (self.inner.sf, 1.0, 0.0) if self._upper else (self.inner.cdf, 0.0, 1.0)
        first = float(count(np.nextafter(self.low, -math.inf))) if math.isfinite(self.low) else least
        return first, float(count(self.high)) if math.isfinite(self.high) else most

    @property
    def probability(self) -> float:
        """Share of the inner distribution that is kept."""
        first, last = self._ends
        return abs(last - first)

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of uniforms in (0, 1)."""
        first, last = self._ends
        position = first + np.asarray(u, dtype=float) * (last - first)
        if self._upper:
            return np.clip(self.inner.isf(np.maximum(position, MIN_TAIL)), self.low, self.high)
        return np.clip(self.inner.ppf(np.clip(position, 2.0**-60, 1.0 - 2.0**-53)), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        first, last = self._ends
        reached = self.inner.sf(x) if self._upper else self.inner.cdf(x)
        return np.asarray(np.clip((reached - first) / (last - first), 0.0, 1.0))

    @property
    def support(self) -> tuple[float, float]:
        """Lowest and highest value."""
        lowest, highest = self.inner.support
        return max(lowest, self.low), min(highest, self.high)

    def truncated(self, low: float = -math.inf, high: float = math.inf) -> Distribution:
        """Return one truncation to what both intervals share: YAML has room for one."""
        return self.inner.truncated(max(self.low, low), min(self.high, high))

    def to_mapping(self) -> Any:
        """Return the YAML form."""
        ends = [end if math.isfinite(end) else None for end in (self.low, self.high)]
        return {**self.inner.to_mapping(), "truncate": ends}
