"""By when? The running share of all paths that got there: cumulative incidence.

Every path is seen to the horizon, so nothing is censored. A path that is ruined first never gets there and stays in the
denominator. Treating ruin as censoring (one minus Kaplan-Meier) would answer another question, and too high: .708 for
a true .581 on a small model. The median is over *all* paths; below one half at the horizon it is not reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.bands import simultaneous_band
from sim.estimates.estimate import Estimate


@dataclass(frozen=True)
class Incidence:
    """Share of all paths that reached the event by the end of each month.

    Parameters
    ----------
    bands : tuple of Estimate
        One a month, with simultaneous intervals.
    median : float or None
        First month by which half of all paths got there; None: not reached.
    """

    bands: tuple[Estimate, ...]
    median: float | None


def cumulative_incidence(
    event_month: NDArray[Any], n_months: int, replicates: int = 1, level: float = 0.95
) -> Incidence:
    """Estimate the cumulative incidence.

    Parameters
    ----------
    event_month : (n_paths,) float
        Month of the event from 1; infinite where it never came.
    """
    months = np.arange(1, n_months + 1)
    reached = np.asarray(event_month)[None, :] <= months[:, None]
    share = reached.mean(axis=1)
    past_half = months[share >= 0.5]
    median = float(past_half[0]) if past_half.size else None
    return Incidence(tuple(simultaneous_band(reached, replicates, level)), median)
