"""A written interval in a field with a range: `Interval`, whose 5 and 95% points are the ends that were written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtr, ndtri

from sim.randomness.distributions.base import Distribution, check, finite
from sim.randomness.streams import Array


@dataclass(frozen=True)
class Interval(Distribution):
    """A value within a range of which two points are known: 5% lie below one, 5% above the other.

    What a written interval means in a field with a range, wherever the usual normal or lognormal would lie outside in
    part: cut off there, it would no longer have the ends that were written. A normal score ``z`` becomes

    * ``low + (high - low) expit(m + s z)`` where the range has two ends (logit-normal; Johnson 1949, Biometrika 36),
    * ``low + exp(m + s z)`` where it has one, or the same from above,
    * ``exp(m + s z)``, or ``m + s z`` where not all is above 0, held at the end where a written point is itself an end:
      5% lie there.
    """

    family: ClassVar[str] = "interval"

    p5: float
    p95: float
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        check(finite("p5", self.p5) < finite("p95", self.p95), f"needs p5 < p95 ({self.p5:g}, {self.p95:g})")
        check(
            self.low <= self.p5 and self.p95 <= self.high,
            f"p5 and p95 must lie within low and high ({self.low:g}, {self.high:g})",
        )

    @property
    def _touches(self) -> bool:
        return self.p5 == self.low or self.p95 == self.high

    def _score(self, x: Array) -> Array:
        """Return m + s z of values within the range."""
        with np.errstate(divide="ignore"):
            if self._touches:
                return np.asarray(np.log(x) if self.p5 > 0 else x)
            if math.isfinite(self.low) and math.isfinite(self.high):
                return np.asarray(logit((x - self.low) / (self.high - self.low)))
            if math.isfinite(self.low):
                return np.asarray(np.log(x - self.low))
            return np.asarray(-np.log(self.high - x)) if math.isfinite(self.high) else x

    def _value(self, score: Array) -> Array:
        """Return the values of which these are m + s z."""
        if self._touches:
            return np.clip(np.exp(score) if self.p5 > 0 else score, self.low, self.high)
        if math.isfinite(self.low) and math.isfinite(self.high):
            return np.asarray(self.low + (self.high - self.low) * expit(score))
        if math.isfinite(self.low):
            return np.asarray(self.low + np.exp(score))
        return np.asarray(self.high - np.exp(-score)) if math.isfinite(self.high) else score

    @property
    def _line(self) -> tuple[float, float]:
        """The middle m and the slope s."""
        first, last = (float(self._score(np.asarray(point))) for point in (self.p5, self.p95))
        return 0.5 * (first + last), (last - first) / (2.0 * float(ndtri(0.95)))

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        middle, slope = self._line
        return self._value(middle + slope * ndtri(np.asarray(u, dtype=float)))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        x = np.asarray(x, dtype=float)
        middle, slope = self._line
        inside = ndtr((self._score(np.clip(x, self.low, self.high)) - middle) / slope)
        return np.where(x < self.low, 0.0, np.where(x >= self.high, 1.0, inside))

    @property
    def support(self) -> tuple[float, float]:
        """The range."""
        return self.low, self.high

    def to_mapping(self) -> Any:
        """Return the YAML form; an open end is left out."""
        given = {"p5": self.p5, "p95": self.p95, "low": self.low, "high": self.high}
        return {"interval": {name: value for name, value in given.items() if math.isfinite(value)}}
