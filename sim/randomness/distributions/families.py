"""Families of distributions with a formula: one frozen class each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import (
    betainc,
    betaincc,
    betainccinv,
    betaincinv,
    gammainc,
    gammaincc,
    gammainccinv,
    gammaincinv,
    ndtr,
    ndtri,
    stdtr,
    stdtrit,
)

from sim.randomness.distributions.base import Distribution, check, finite
from sim.randomness.streams import Array

MAX_LOG_SD = 20.0
"""Spread of a logarithm beyond which means and spreads leave double precision; nothing that is sold spreads so far."""


@dataclass(frozen=True)
class Constant(Distribution):
    """One number, always."""

    value: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", finite("the number", self.value))

    def ppf(self, u: ArrayLike) -> Array:
        """Return the number."""
        return np.full(np.shape(u), self.value)

    def cdf(self, x: ArrayLike) -> Array:
        """Return 0 below the number and 1 from it on."""
        return np.where(np.asarray(x) >= self.value, 1.0, 0.0)

    @property
    def support(self) -> tuple[float, float]:
        """The number, twice."""
        return self.value, self.value

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        return self.value, 0.0

    def to_mapping(self) -> Any:
        """Return the plain number."""
        return self.value


@dataclass(frozen=True)
class Uniform(Distribution):
    """Every value between two ends alike."""

    family: ClassVar[str] = "uniform"

    low: float
    high: float

    def __post_init__(self) -> None:
        check(
            finite("low", self.low) <= finite("high", self.high),
            f"uniform needs low <= high ({self.low:g}, {self.high:g})",
        )
        finite("high - low", self.high - self.low)

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        return np.asarray(self.low + np.asarray(u) * (self.high - self.low))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        if self.high == self.low:
            return np.where(np.asarray(x) >= self.low, 1.0, 0.0)
        return np.asarray(np.clip((np.asarray(x) - self.low) / (self.high - self.low), 0.0, 1.0))

    @property
    def support(self) -> tuple[float, float]:
        """The ends."""
        return self.low, self.high


@dataclass(frozen=True)
class Normal(Distribution):
    """Gauss."""

    family: ClassVar[str] = "normal"

    mean_value: float
    sd_value: float

    def __post_init__(self) -> None:
        finite("mean", self.mean_value)
        check(finite("sd", self.sd_value) > 0, f"sd must be above 0 (found {self.sd_value:g})")

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        return np.asarray(self.mean_value + self.sd_value * ndtri(np.asarray(u, dtype=float)))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(ndtr((np.asarray(x) - self.mean_value) / self.sd_value))

    def sf(self, x: ArrayLike) -> Array:
        """Return P(X > x)."""
        return np.asarray(ndtr((self.mean_value - np.asarray(x)) / self.sd_value))

    def isf(self, q: ArrayLike) -> Array:
        """Return the values that are exceeded with probability q."""
        return np.asarray(self.mean_value - self.sd_value * ndtri(np.asarray(q, dtype=float)))

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        return self.mean_value, self.sd_value

    def to_mapping(self) -> Any:
        """Return the YAML form."""
        return {"normal": {"mean": self.mean_value, "sd": self.sd_value}}


@dataclass(frozen=True)
class LogNormal(Distribution):
    """The logarithm is normal: median and log-sd."""

    family: ClassVar[str] = "lognormal"
    shapes: ClassVar[tuple[str, ...]] = ("log_sd",)
    ends: ClassVar[tuple[float, float]] = (0.0, math.inf)

    median: float
    log_sd: float

    def __post_init__(self) -> None:
        check(finite("median", self.median) > 0, f"median must be above 0 (found {self.median:g})")
        check(finite("log_sd", self.log_sd) > 0, f"log_sd must be above 0 (found {self.log_sd:g})")
        check(self.log_sd <= MAX_LOG_SD, f"log_sd must be at most {MAX_LOG_SD:g} (found {self.log_sd:g})")

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        return np.asarray(self.median * np.exp(self.log_sd * ndtri(np.asarray(u, dtype=float))))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((np.log(np.maximum(x, 0.0)) - math.log(self.median)) / self.log_sd))

    def sf(self, x: ArrayLike) -> Array:
        """Return P(X > x)."""
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((math.log(self.median) - np.log(np.maximum(x, 0.0))) / self.log_sd))

    def isf(self, q: ArrayLike) -> Array:
        """Return the values that are exceeded with probability q."""
        return np.asarray(self.median * np.exp(-self.log_sd * ndtri(np.asarray(q, dtype=float))))

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        mean = self.median * math.exp(0.5 * self.log_sd**2)
        return mean, mean * math.sqrt(math.expm1(self.log_sd**2))


@dataclass(frozen=True)
class Beta(Distribution):
    """A share between 0 and 1."""

    family: ClassVar[str] = "beta"
    shapes: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    ends: ClassVar[tuple[float, float]] = (0.0, 1.0)

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        for name in ("alpha", "beta"):
            check(finite(name, getattr(self, name)) > 0, f"{name} must be above 0 (found {getattr(self, name):g})")

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        return np.asarray(betaincinv(self.alpha, self.beta, np.asarray(u, dtype=float)), dtype=float)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(betainc(self.alpha, self.beta, np.clip(x, 0.0, 1.0)))

    def sf(self, x: ArrayLike) -> Array:
        """Return P(X > x)."""
        return np.asarray(betaincc(self.alpha, self.beta, np.clip(x, 0.0, 1.0)))

    def isf(self, q: ArrayLike) -> Array:
        """Return the values that are exceeded with probability q."""
        return np.asarray(betainccinv(self.alpha, self.beta, np.asarray(q, dtype=float)))

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        total = self.alpha + self.beta
        mean = self.alpha / total
        return mean, math.sqrt(mean * (self.beta / total) / (total + 1.0))


@dataclass(frozen=True)
class Gamma(Distribution):
    """A waiting time or a skewed amount."""

    family: ClassVar[str] = "gamma"
    shapes: ClassVar[tuple[str, ...]] = ("shape",)
    ends: ClassVar[tuple[float, float]] = (0.0, math.inf)

    shape: float
    scale: float

    def __post_init__(self) -> None:
        for name in ("shape", "scale"):
            check(finite(name, getattr(self, name)) > 0, f"{name} must be above 0 (found {getattr(self, name):g})")

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        return np.asarray(self.scale * gammaincinv(self.shape, np.asarray(u, dtype=float)), dtype=float)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(gammainc(self.shape, np.maximum(x, 0.0) / self.scale))

    def sf(self, x: ArrayLike) -> Array:
        """Return P(X > x)."""
        return np.asarray(gammaincc(self.shape, np.maximum(x, 0.0) / self.scale))

    def isf(self, q: ArrayLike) -> Array:
        """Return the values that are exceeded with probability q."""
        return np.asarray(self.scale * gammainccinv(self.shape, np.asarray(q, dtype=float)))

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        return self.shape * self.scale, math.sqrt(self.shape) * self.scale


@dataclass(frozen=True)
class Triangular(Distribution):
    """Low, most likely, high; straight in between."""

    family: ClassVar[str] = "triangular"

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        low, mode, high = (finite(n, getattr(self, n)) for n in ("low", "mode", "high"))
        check(
            low <= mode <= high and low < high, f"needs low <= mode <= high, low < high ({low:g}, {mode:g}, {high:g})"
        )

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        u = np.asarray(u, dtype=float)
        width = self.high - self.low
        left = np.sqrt(u * width * (self.mode - self.low))
        right = np.sqrt((1.0 - u) * width * (self.high - self.mode))
        return np.where(u * width < self.mode - self.low, self.low + left, self.high - right)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        x = np.clip(x, self.low, self.high)
        width = self.high - self.low
        with np.errstate(divide="ignore", invalid="ignore"):
            left = (x - self.low) ** 2 / (width * (self.mode - self.low))
            right = 1.0 - (self.high - x) ** 2 / (width * (self.high - self.mode))
        return np.where(x < self.mode, left, np.where(x >= self.high, 1.0, right))

    @property
    def support(self) -> tuple[float, float]:
        """The ends."""
        return self.low, self.high


@dataclass(frozen=True)
class Pert(Triangular):
    """Low, most likely, high, as of a triangular; a beta with the mode counted four times."""

    family: ClassVar[str] = "pert"

    @property
    def _beta(self) -> Beta:
        width = self.high - self.low
        return Beta(1.0 + 4.0 * (self.mode - self.low) / width, 1.0 + 4.0 * (self.high - self.mode) / width)

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        return np.asarray(self.low + (self.high - self.low) * self._beta.ppf(u))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return self._beta.cdf((np.asarray(x) - self.low) / (self.high - self.low))


@dataclass(frozen=True)
class StudentT(Distribution):
    """Heavy tails."""

    family: ClassVar[str] = "student_t"
    shapes: ClassVar[tuple[str, ...]] = ("degrees_of_freedom",)

    location: float
    scale: float
    degrees_of_freedom: float

    def __post_init__(self) -> None:
        for name in ("location", "scale", "degrees_of_freedom"):
            finite(name, getattr(self, name))
        check(self.scale > 0, f"scale must be above 0 (found {self.scale:g})")
        check(self.degrees_of_freedom > 0, "degrees_of_freedom must be above 0")

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles."""
        return np.asarray(
            self.location + self.scale * stdtrit(self.degrees_of_freedom, np.asarray(u, dtype=float)), dtype=float
        )

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(stdtr(self.degrees_of_freedom, (np.asarray(x) - self.location) / self.scale))

    def sf(self, x: ArrayLike) -> Array:
        """Return P(X > x)."""
        return np.asarray(stdtr(self.degrees_of_freedom, (self.location - np.asarray(x)) / self.scale))

    def isf(self, q: ArrayLike) -> Array:
        """Return the values that are exceeded with probability q."""
        return np.asarray(self.location - self.scale * stdtrit(self.degrees_of_freedom, np.asarray(q, dtype=float)))
