"""Bills that wait for money: how old the oldest is, when what comes in pays the oldest first.

Kept to date rather than bill by bill: what is left of the bills due by a day is what had come up by then, less all that
was paid since. A row a day for as many days as the grace lasts, whatever the number of bills.

Worked number: 100 left unpaid on day 2, 30 on day 4, 110 paid on day 5: of the bills due by day 2 nothing is left, of
those due by day 4 there are 20.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.randomness.memory import zeros
from sim.randomness.streams import Array

HALF_A_CENT = 0.005
"""Money below which nothing is owed: sums of amounts are nothing only up to rounding."""


class Arrears:
    """Bills left unpaid on each path, to date.

    Parameters
    ----------
    longest : int
        Days after which a bill need not be told from older ones: the longest grace.
    """

    def __init__(self, n_paths: int, longest: int) -> None:
        self._came_up: Array = zeros((longest + 1, n_paths))  # to date, at the end of each of the last days
        self._to_date: Array = np.zeros(n_paths)
        self._paid: Array = np.zeros(n_paths)

    def pay(self, amount: Array) -> None:
        """Take (n_paths,) money off the oldest."""
        self._paid += amount

    def add(self, day: int, amount: Array) -> None:
        """Add (n_paths,) bills that were due today and could not be paid; every day, once."""
        self._to_date += amount
        self._came_up[day % len(self._came_up)] = self._to_date

    def older_than(self, grace: NDArray[np.int64], day: int) -> NDArray[np.bool_]:
        """(n_paths,) whether anything is left of the bills due ``grace`` days ago or before; grace : (n_paths,)."""
        rows = (day - grace) % len(self._came_up)
        due = np.take_along_axis(self._came_up, rows[None], axis=0)[0]
        return np.asarray(due - self._paid > HALF_A_CENT)
