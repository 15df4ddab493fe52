"""Delays, and lines of what is due on a later day: payouts, releases, decisions of buyers.

A :class:`Delay` is a distribution over whole days. A :class:`DelayLine` is a ring of coming days that holds one or more
quantities (orders, money) per path. A cohort of ``n`` orders is split over the days by *systematic sampling*: order
``i`` of ``n`` gets the lag at probability ``(i + u) / n`` with one uniform ``u`` for the cohort. Each order has the
stated distribution, every order is accounted for, and a cohort costs one uniform whatever its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.randomness.memory import zeros
from sim.randomness.streams import Array

if TYPE_CHECKING:
    from sim.randomness.distributions import Distribution


ONE_BY_ONE = 40
"""Cohorts up to this size are placed order by order; larger ones lag by lag. Changes speed only."""

TINY = 1e-300
"""Keeps 0 / 0 at 0; a masked division costs five times as much."""

GRID = 2**14
"""Steps of probability: a delay's distribution is rounded to them once, so that a table turns luck into a lag."""

CACHE_LINE = 64
"""Bytes between the days of a ring: days that lie a power of two apart push each other out of the processor's cache."""

MAX_COUNTED = 60_000
"""Orders a path may have on the way before the small ring of counts gives way to one of floats."""


@dataclass(frozen=True)
class Delay:
    """A distribution over whole days.

    Parameters
    ----------
    probability : (longest + 1,) float
        Probability of each lag, from 0 days; rounded so that their running sums are whole steps of the grid.
    """

    probability: tuple[float, ...]

    def __post_init__(self) -> None:
        steps = np.rint(np.cumsum(self.probability) * GRID)
        steps[-1] = GRID
        object.__setattr__(self, "probability", tuple((np.diff(steps, prepend=0.0) / GRID).tolist()))

    @cached_property
    def _table(self) -> NDArray[np.int16]:
        # One entry more than steps: (n - 1 + u) / n can round to exactly one.
        steps = np.rint(self.cumulative * GRID)
        return np.searchsorted(steps, np.minimum(np.arange(1, GRID + 2), GRID), side="left").astype(np.int16)

    def lag(self, step: Array) -> NDArray[np.int16]:
        """Return the lags at these positions, given in steps: the smallest k with P(lag <= k) * GRID > position."""
        return self._table.take(step.astype(np.intp))

    @classmethod
    def of(cls, distribution: Distribution, shortest: int = 1, longest: int = 365) -> Self:
        """Round a continuous delay to whole days, at least ``shortest``; the far tail falls on its last day."""
        days = np.arange(longest + 1)
        cumulative = np.asarray(distribution.cdf(days + 0.5), dtype=float)
        cumulative[:shortest] = 0.0
        cumulative[-1] = 1.0
        last = int(np.argmax(cumulative >= 1 - 1e-4))
        cumulative[last:] = 1.0
        return cls(tuple(np.diff(cumulative[: last + 1], prepend=0.0).tolist()))

    @property
    def longest(self) -> int:
        """The longest lag, days."""
        return len(self.probability) - 1

    @property
    def mean(self) -> float:
        """The mean lag, days."""
        return float(np.arange(len(self.probability)) @ np.array(self.probability))

    @cached_property
    def cumulative(self) -> Array:
        """P(lag <= k) for k = 0, 1, ...; exactly 1 at the end."""
        return np.cumsum(self.probability)

    def plus(self, other: Delay) -> Delay:
        """Return the delay of one after the other (independent)."""
        return Delay(tuple(np.convolve(self.probability, other.probability).tolist()))

    def beyond(self, other: Delay) -> Delay:
        """Return what is left of this delay once ``other`` has passed: max(self - other, 1), independent."""
        lags, passed = np.arange(self.longest + 1)[:, None], np.arange(other.longest + 1)
        days, chances = np.maximum(lags - passed, 1), np.outer(self.probability, other.probability)
        left = np.bincount(days.ravel(), chances.ravel(), max(self.longest, 1) + 1)
        return Delay(tuple((left / left.sum()).tolist()))


class DelayLine:
    """A ring of coming days.

    Parameters
    ----------
    n_paths : int
    longest : int
        The longest lag that will be scheduled, days.
    n_quantities : int
        Quantities that travel together; for a cohort the first is its number of orders.
    pooled : bool
        Only the first quantity, a count, keeps its days; the others leave in proportion to it, at the average of all
        that is on the way. A sixteenth of the memory for orders with price, cost and buyers; nothing is lost or made.

    Attributes
    ----------
    total : (n_quantities, n_paths) float
        What is on the way.
    lags : (n_paths,) float
        Sum of the lags of all orders that a ``keeps_lags`` line was ever given, days.
    used : bool
        Whether anything was ever put in.
    """

    def __init__(
        self, n_paths: int, longest: int, n_quantities: int = 1, *, pooled: bool = False, keeps_lags: bool = False
    ) -> None:
        self._length = longest + 1
        self._pooled = pooled
        self._timed = 1 if pooled else n_quantities
        # Whole counts fit 16 bits: a ring that stays in the cache. It widens where parts of orders or more come in.
        self._rows, self._ring = self._days(n_paths, np.uint16 if pooled else float)
        self.total = np.zeros((n_quantities, n_paths))
        self.used = False
        self._keeps_lags = keeps_lags
        self.lags = np.zeros(n_paths)

    def _days(self, n_paths: int, dtype: type) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return all coming days as (length, timed, n_paths), and before it the longer rows in which they lie."""
        gap = CACHE_LINE // np.dtype(dtype).itemsize
        rows = zeros((self._length, self._timed, n_paths + gap), dtype)
        return rows, rows[:, :, :n_paths]

    def schedule(self, day: int, lag: int | NDArray[np.int64], *amounts: Array | float) -> None:
        """Put amounts due ``lag`` days from ``day``: one lag for all paths, or (n_paths,) of them."""
        self._check_room(int(np.max(lag)))
        self.used = True
        self._widen()
        if np.ndim(lag) == 0:
            slot = self._ring[(day + int(lag)) % self._length]
            for quantity, amount in enumerate(amounts):
                slot[quantity] += amount
        else:
            slots = (day + lag) % self._length
            paths = np.arange(self.total.shape[1])
            for quantity, amount in enumerate(amounts):
                self._ring[slots, quantity, paths] += amount
        for quantity, amount in enumerate(amounts):
            self.total[quantity] += amount

    def schedule_on(self, paths: NDArray[np.int64], day: int, lag: NDArray[np.int64], amount: Array) -> None:
        """Put an amount a path, due ``lag`` days from ``day``, on some paths only: (paths,) each; one quantity."""
        if not paths.size:
            return
        self._check_room(int(lag.max()))
        self.used = True
        self._ring[(day + lag) % self._length, 0, paths] += amount
        self.total[0, paths] += amount

    def _check_room(self, lag: int) -> None:
        # Beyond its end the ring would hand the amount out too early, and no sum would show it.
        if lag >= self._length:
            raise ValueError(f"a lag of {lag} days does not fit a line of {self._length - 1} days")

    def _widen(self) -> None:
        if self._ring.dtype != np.float64:
            counts = self._ring
            self._rows, self._ring = self._days(counts.shape[-1], float)
            self._ring[:] = counts

    def spread(self, day: int, delay: Delay, uniform: Array | None, *amounts: Array) -> None:
        """Split a day's cohort over the lags of a delay.

        Parameters
        ----------
        uniform : (n_paths,) float or None
            One uniform a path; None splits in exact proportion (expected-count mode).
        *amounts : (n_paths,) float
            The first is the number of orders; the others are shared equally among them.
        """
        self._check_room(delay.longest)
        self.used = True
        for quantity, amount in enumerate(amounts):
            self.total[quantity] += amount
        if uniform is None:
            self._widen()
            self.lags += amounts[0] * delay.mean
            for lag, share in enumerate(delay.probability):
                for quantity, amount in enumerate(amounts[: self._timed]):
                    self._ring[(day + lag) % self._length, quantity] += share * amount
            return
        if self._ring.dtype == np.uint16 and self.total[0].max() > MAX_COUNTED:
            self._widen()
        orders = amounts[0]
        paths = (orders > 0).nonzero()[0]
        timed = amounts[: self._timed]
        large = orders[paths] > ONE_BY_ONE
        if large.any():
            self._spread_lag_by_lag(day, delay, uniform, paths[large], timed)
            paths = paths[~large]
        if paths.size:
            self._spread_one_by_one(day, delay, uniform, paths, timed)

    def _spread_one_by_one(
        self, day: int, delay: Delay, uniform: Array, paths: NDArray[np.int64], amounts: tuple[Array, ...]
    ) -> None:
        orders = amounts[0][paths]
        step = GRID / orders
        position = step * uniform[paths]
        number = orders.astype(np.intp)
        before = number.cumsum()
        n_orders = int(before[-1])
        if n_orders > paths.size:
            before -= number
            first, position = position, np.arange(float(n_orders))
            position -= before.repeat(number)
            position *= step.repeat(number)
            position += first.repeat(number)
            paths = paths.repeat(number)
        self._place(day, delay.lag(position), paths, amounts)

    def _place(self, day: int, lag: NDArray[np.int16], owner: NDArray[np.intp], amounts: tuple[Array, ...]) -> None:
        """Put one order a row into the ring; a path may own several."""
        if self._keeps_lags:
            self.lags += np.bincount(owner, lag, self.lags.size)
        width = self._rows.shape[-1]
        starts = (day + np.arange(self._length)) % self._length * (self._timed * width)
        at = starts.take(lag)
        at += owner
        flat = self._rows.reshape(-1)
        for quantity, amount in enumerate(amounts):
            # A number of the ring's own type: any other makes the scatter ten times slower.
            share = self._ring.dtype.type(1) if quantity == 0 else amount[owner] / amounts[0][owner]
            np.add.at(flat, at, share)
            at += width

    def _spread_lag_by_lag(
        self, day: int, delay: Delay, uniform: Array, paths: NDArray[np.int64], amounts: tuple[Array, ...]
    ) -> None:
        # Orders with (i + u) / n <= F are i = 0 .. floor(n F - u): the same split as one by one.
        orders, luck = amounts[0][paths], uniform[paths]
        upto = np.floor(orders * delay.cumulative[:, None] - luck) + 1.0
        placed = np.diff(np.clip(upto, 0.0, orders), axis=0, prepend=0.0)
        lags = np.arange(len(placed))
        if self._keeps_lags:
            self.lags[paths] += lags @ placed
        slots = (day + lags) % self._length
        for quantity, amount in enumerate(amounts):
            share = placed if quantity == 0 else placed * (amount[paths] / orders)
            self._ring[slots[:, None], quantity, paths] += share.astype(self._ring.dtype)

    def due(self, day: int) -> Array:
        """Take out what is due on ``day``: (n_quantities, n_paths)."""
        slot = self._ring[day % self._length]
        if self._timed == len(self.total):
            out = slot.copy()
        else:
            leaving = slot[0] / np.maximum(self.total[0], TINY)
            out = self.total * np.minimum(leaving, 1.0)
            out[0] = slot[0]
        slot[:] = 0
        self.total -= out
        return np.asarray(out)

    def scale(self, paths: NDArray[np.int64], factor: Array | float) -> None:
        """Multiply what is on the way on the given paths (a freeze cancels a share of the releases).

        On a pooled line the counted orders stay; what travels with them is scaled.
        """
        if not self._pooled:
            self._ring[:, :, paths] *= factor
        self.total[1 if self._pooled else 0 :, paths] *= factor

    def held(self) -> Array:
        """Sum the ring afresh, (n_quantities, n_paths): the independent figure that reconciliations use."""
        timed = self._ring.sum(axis=0)
        return np.concatenate([timed, self.total[self._timed :]])


class RollingSum:
    """The sum of a flow over today and the ``days - 1`` days before: ``total``, (n_paths,) float."""

    def __init__(self, n_paths: int, days: int) -> None:
        self._flows = zeros((days, n_paths))
        self.total = np.zeros(n_paths)

    def add(self, day: int, flow: Array | float) -> None:
        """Put today in the place of the oldest day."""
        oldest = self._flows[day % len(self._flows)]
        self.total -= oldest
        self.total += flow
        oldest[:] = flow
