"""The value of information: what it is worth, in money, to find something out before choosing a strategy.

Without more knowledge the seller takes the strategy with the best mean. Knowing the world he would take the best one
in it: EVPI = mean of the best strategy's value in each world - best mean. Knowing only the input ``x`` he takes the
best of ``g(x) = E[value | x]``: EVPPI = mean of the largest ``g(x)`` - best mean, with ``g`` from a regression of the
worlds' values on a cubic in the normal score of ``x``'s rank (and products of scores, for several inputs).

*Cross-fitted.* The regression is fitted on one half of the worlds and says what to choose in each world of the other
half, which is paid what it is worth there; both ways are averaged. What a fit finds by luck in its own worlds brings
nothing in others: an idle input is worth 0 on average, where a fit valued on its own worlds always finds something.

*Interval.* A choice by an estimated ``g`` is at best as good as that by the true one, so what it is paid, less the
best mean of all worlds, is on average no more than the EVPPI; the largest fitted value in the fit's own worlds is on
average no less. The lower end is the former less ``t`` standard errors; the upper end is the greater of the
cross-fitted and the fitted figure plus as many, the standard error being the larger of that of the payments and that
of the fitted figure under 100 resamples of the worlds (the coefficients moved by the resampled residuals, the best
strategy chosen anew). A percentile interval of the latter alone misses where strategies are close. Figures:
docs/statistics.md.

*Several inputs together.* Each of the three figures is the largest over the subsets: finding out more is never worth
less. ``evppi_noise_floor`` says above which lower end an input stands out from as many dummies as were looked at.

Values of worlds are means over replicates. The luck left in them only widens an EVPPI's interval; for EVPI it is
counted as if it could be known, so that is an upper figure: ``evpi_from_replicates`` brackets it.

Worked number: strategies worth 0 and ``x``, x = -1 or +1 with equal odds: best mean 0, EVPI = EVPPI of x = .5.

References: Strong, Oakley and Brennan (2014), Medical Decision Making 34, 311-326 (regression); Chernozhukov et al.
(2018), The Econometrics Journal 21, C1-C68 (fitting on one part, valuing on the other).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from sim.estimates.estimate import Array, Estimate, EstimateRefused
from sim.estimates.sobol_intervals import MIN_SCRAMBLES, WORLDS_A_SCRAMBLE

MAX_SET = 6
MIN_WORLDS = 64
WORLDS_A_COLUMN = 4
"""Fewer worlds for each column of a regression tell nothing of it."""

DEPENDENT = 1e-10
"""Share of the largest variance below which a column is made of the others."""

RESAMPLES = 100
SHUFFLES = 1000
SHOWN_WORLDS = 512
"""Worlds in which the resampled regressions are looked at."""

Places = NDArray[np.intp] | slice
Halves = tuple[Places, Places]
METHOD = "regression on one half of the worlds, valued on the other; worlds resampled"


def evpi(values: NDArray[Any]) -> float:
    """Return the expected value of knowing the world, from (n_strategies, n_worlds) mean money."""
    table = np.asarray(values, dtype=float)
    return float(max(table.max(axis=0).mean() - table.mean(axis=1).max(), 0.0))


def evpi_from_replicates(values: NDArray[Any], replicates: int) -> tuple[float, float]:
    """Return a lower and an upper figure for EVPI, from (n_strategies, n_paths) money.

    The lower figure chooses by one half of a world's replicates and is paid by the other half, the upper one knows all.
    """
    if replicates < 2:
        raise EstimateRefused("a lower figure for EVPI needs at least 2 replicates a world (found 1)")
    table = np.asarray(values, dtype=float).reshape(len(values), -1, replicates)
    halves = table[:, :, : replicates // 2].mean(axis=2), table[:, :, replicates // 2 :].mean(axis=2)
    means = table.mean(axis=2)
    best, gains = int(means.mean(axis=1).argmax()), []
    for known, paid in (halves, halves[::-1]):
        chosen = np.take_along_axis(paid, known.argmax(axis=0)[None], axis=0)[0]
        gains.append(float((chosen - paid[best]).mean()))
    upper = evpi(means)
    return float(np.clip(np.mean(gains), 0.0, upper)), upper


def evppi(
    values: NDArray[Any], inputs: NDArray[Any], even: bool = False, level: float = 0.95, seed: int = 1
) -> Estimate:
    """Estimate the expected value of knowing one input, or up to six together, in money.

    Parameters
    ----------
    values : (n_strategies, n_worlds) float
        Mean money.
    inputs : (n_worlds,) or (n_inputs, n_worlds) float
    even : bool
        Whether every 256 worlds are one scramble of evenly spread points; then scrambles count, from sixteen on.
    seed : int
        Of the resampling.
    """
    table, columns = np.asarray(values, dtype=float), np.atleast_2d(np.asarray(inputs, dtype=float))
    check_size(len(columns), table.shape[1])
    gains, unit = _gains(table), _worlds_a_unit(table.shape[1], even)
    resampler = _Resampler(table.shape[1] // unit, level, seed)
    halves = _halves(resampler.units, unit, seed)
    found = [_interval(gains, regression, resampler) for regression in _regressions(columns, halves)]
    low, estimate, high = np.max(found, axis=0)
    most = _upper_end(gains.max(axis=0), resampler)
    estimate = float(np.clip(estimate, 0.0, evpi(table)))
    low, high = min(max(low, 0.0), estimate), max(min(high, most), estimate)
    return Estimate(estimate, float(low), float(high), level, METHOD, resampler.units)


def evppi_noise_floor(
    values: NDArray[Any], n_inputs: int = 1, tries: int = 1, level: float = 0.95, seed: int = 1
) -> float:
    """Return what the lower end of the luckiest of several dummies stays below in 95 of 100 runs (1,000 shuffles).

    ``n_inputs`` are known together; ``tries`` says of how many inputs, or sets of them, the best is taken: the more are
    looked at, the luckier the luckiest.
    """
    table, rng = np.asarray(values, dtype=float), np.random.default_rng(seed)
    gains, n_worlds = _gains(table), table.shape[1]
    check_size(n_inputs, n_worlds)
    dummies = np.stack([rng.permutation(n_worlds).astype(float) for _ in range(n_inputs)])
    halves = slice(0, n_worlds // 2), slice(n_worlds // 2, n_worlds)
    regressions, wide = list(_regressions(dummies, halves)), _quantile(n_worlds, level)
    shown = np.empty(SHUFFLES)
    for shuffle in range(SHUFFLES):
        shuffled = gains[:, rng.permutation(n_worlds)]
        paid = np.stack([regression.paid(shuffled) for regression in regressions])
        shown[shuffle] = (paid.mean(axis=1) - wide * paid.std(axis=1, ddof=1) / np.sqrt(n_worlds)).max()
    return float(max(np.quantile(shown, 0.95 ** (1.0 / tries)), 0.0))


def check_size(n_inputs: int, n_worlds: int) -> None:
    """Refuse more inputs together than a regression can take, or too few worlds for it."""
    if n_inputs > MAX_SET:
        raise EstimateRefused(f"the value of knowing inputs together is for at most {MAX_SET} (found {n_inputs})")
    columns = 1 + 3 * n_inputs + n_inputs * (n_inputs - 1) // 2
    needed = max(MIN_WORLDS, WORLDS_A_COLUMN * columns)
    if n_worlds < needed:
        raise EstimateRefused(f"the value of knowing {n_inputs} inputs needs {needed} worlds (found {n_worlds})")


@dataclass(frozen=True)
class _Regression:
    """Least squares on some columns, fitted on each half of the worlds for the other.

    Parameters
    ----------
    columns : (n_worlds, n_columns) float
        Orthonormal.
    halves : pair of (n_half,) int, or of slices
        Worlds, by their place.
    fits : pair of (n_half, n_columns) float
        What turns the values of a half into coefficients.
    """

    columns: Array
    halves: Halves
    fits: tuple[Array, Array]

    def paid(self, gains: Array, own_best: bool = False) -> Array:
        """Return (n_worlds,) gain of the choice that the other half's fit makes, over the best strategy of all worlds.

        With ``own_best`` over the best strategy of the other half, which has not seen this half's luck either.
        """
        paid = np.empty(gains.shape[1])
        for fit, fitted, valued in zip(self.fits, self.halves, self.halves[::-1], strict=True):
            known, worth = gains[:, fitted], gains[:, valued]
            promised = known @ fit @ self.columns[valued].T
            best, brings = promised[0], worth[0]
            for promise, found in zip(promised[1:], worth[1:], strict=True):
                brings = np.where(promise > best, found, brings)
                best = np.maximum(best, promise)
            paid[valued] = brings - worth[known.mean(axis=1).argmax()] if own_best else brings
        return paid

    def shown(self) -> NDArray[np.intp]:
        """Return some worlds, evenly by their order in the columns."""
        step = max(len(self.columns) // SHOWN_WORLDS, 1)
        return np.argsort(self.columns[:, -1], kind="stable")[step // 2 :: step]


@dataclass(frozen=True)
class _Resampler:
    """Units (worlds, or scrambles of them) that are resampled, and how wide an interval over them is.

    Parameters
    ----------
    units : int
    level : float
    seed : int
    """

    units: int
    level: float
    seed: int

    @property
    def wide(self) -> float:
        """Standard errors from the middle of an interval to its end."""
        return _quantile(self.units, self.level)

    def sums(self, table: Array) -> Array:
        """Return (n_units, ...) sums over the worlds of each unit, from (n_worlds, ...)."""
        return np.asarray(table.reshape(self.units, -1, *table.shape[1:]).sum(axis=1))

    def error(self, paid: Array) -> float:
        """Return the standard error of a mean over (n_worlds,)."""
        return float(self.sums(paid).std(ddof=1) * np.sqrt(self.units) / len(paid))

    def error_of_fitted(self, gains: Array, regression: _Regression) -> float:
        """Return the standard error of the mean of the largest fitted gain: worlds resampled, fitted anew.

        To first order a resample moves the coefficients by the resampled residuals' products with the columns.
        """
        coefficients = gains @ regression.columns
        residuals = gains - coefficients @ regression.columns.T
        moves = self.sums(residuals.T[:, :, None] * regression.columns[:, None, :])
        moved = coefficients + np.tensordot(_draws(self.units, self.seed), moves, axes=1)
        fitted = moved @ regression.columns[regression.shown()].T
        return float((fitted.max(axis=1).mean(axis=1) - fitted.mean(axis=2).max(axis=1)).std(ddof=1))


@lru_cache(maxsize=2)
def _draws(units: int, seed: int) -> Array:
    """Return (RESAMPLES, units) how often each unit is drawn, less once; the same for every input that is looked at."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.multinomial(units, np.full(units, 1.0 / units), size=RESAMPLES) - 1.0)


def _quantile(units: int, level: float) -> float:
    return float(stdtrit(units - 1, 0.5 + level / 2.0))


def _interval(gains: Array, regression: _Regression, resampler: _Resampler) -> tuple[float, float, float]:
    """Return the lower end, the estimate and the upper end for one regression, not yet kept above 0."""
    paid, crossed = regression.paid(gains), regression.paid(gains, own_best=True)
    fitted = gains @ regression.columns @ regression.columns.T
    error = max(resampler.error(crossed), resampler.error_of_fitted(gains, regression))
    high = max(crossed.mean(), fitted.max(axis=0).mean() - fitted.mean(axis=1).max()) + resampler.wide * error
    return paid.mean() - resampler.wide * resampler.error(paid), crossed.mean(), high


def _upper_end(gained: Array, resampler: _Resampler) -> float:
    """Return the upper end of a mean: no input is worth more than the whole world."""
    return float(gained.mean() + resampler.wide * resampler.error(gained))


def _gains(values: Array) -> Array:
    """Return what every strategy brings more than the best one."""
    return np.asarray(values - values[values.mean(axis=1).argmax()])


def _worlds_a_unit(n_worlds: int, even: bool) -> int:
    """Return how many consecutive worlds are independent of the others only together."""
    scrambles, cut = divmod(n_worlds, WORLDS_A_SCRAMBLE)
    return WORLDS_A_SCRAMBLE if even and not cut and scrambles >= MIN_SCRAMBLES else 1


def _halves(units: int, unit: int, seed: int) -> Halves:
    """Return the worlds of each half: units drawn at random, so that no order of the worlds matters."""
    second = np.repeat(np.random.default_rng(seed).permutation(units) % 2 == 1, unit)
    return np.flatnonzero(~second), np.flatnonzero(second)


def _regressions(columns: Array, halves: Halves) -> Iterator[_Regression]:
    """Yield the regression on every subset of (n_inputs, n_worlds) inputs."""
    scores = [ndtri(rank_scale(column)) for column in columns]
    for size in range(1, len(scores) + 1):
        for chosen in combinations(scores, size):
            spanned = _span(_design(chosen))
            first, last = (_fit(spanned[half]) for half in halves)
            yield _Regression(spanned, halves, (first, last))


def rank_scale(column: Array) -> Array:
    """Return ranks scaled into (0, 1), equal for equal values: the regression sees no outliers."""
    _, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2.0
    return np.asarray(middles[place] / len(column))


def _span(design: Array) -> Array:
    """Return orthonormal columns that span the same."""
    sizes, vectors = np.linalg.eigh(design.T @ design)
    # An input of few values spans fewer columns than a cubic has.
    kept = sizes > DEPENDENT * sizes[-1]
    return np.asarray(design @ (vectors[:, kept] / np.sqrt(sizes[kept])))


def _fit(columns: Array) -> Array:
    """Return what turns values into the coefficients of least squares: of independent columns only, as far as seen."""
    return np.asarray(columns @ np.linalg.pinv(columns.T @ columns, rcond=DEPENDENT, hermitian=True))


def _design(scores: tuple[Array, ...]) -> Array:
    """Return the columns of the regression on some inputs: cubics, and products of two."""
    columns = [np.ones_like(scores[0])]
    for score in scores:
        columns += [score, score**2 - 1.0, score**3 - 3.0 * score]
    columns += [a * b for a, b in combinations(scores, 2)]
    return np.stack(columns, axis=1)
