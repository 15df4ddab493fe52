"""How are the figures of a strategy estimated? From the paths themselves, where these are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sim.estimates import Estimate, EstimateRefused, Fan, Sample
from sim.results.outcomes import Outcomes, Values


class View(Protocol):
    """Estimates of one strategy by the names of ``outcomes``; refused where the histories cannot support one."""

    def names(self, group: str) -> list[str]:
        """Return the averages of a group, such as ``funnel``, without its name."""

    def asks(self, name: str) -> bool:
        """Whether a yes-or-no question of this name is asked."""

    def pointwise(self, name: str) -> list[Estimate]:
        """Return a probability month by month."""

    def band(self, name: str) -> list[Estimate]:
        """Return a probability month by month, all intervals together."""

    def parameter_band(self, name: str) -> list[Estimate]:
        """Return the 5-95% points of P(hit | world) by month."""

    def quantile(self, name: str, p: float) -> Estimate:
        """Return a quantile of money."""

    def mean(self, name: str) -> Estimate:
        """Return mean money."""

    def shortfall(self, name: str) -> Estimate:
        """Return the mean of the worst twentieth of money."""

    def average(self, name: str) -> Any:
        """Return a plain mean over paths: a number, or one a month."""

    def fan(self, name: str) -> Fan:
        """Return percentiles week by week."""

    def whole_path_fan(self, name: str) -> Fan:
        """Return two lines that hold whole paths."""


def by_month(chances: Mapping[str, list[Estimate]]) -> list[dict[str, Any]]:
    """Return the rows of a frame: each strategy's estimates by month, from 1."""
    return [
        {"strategy": strategy, "month": month, **estimate.to_dict()}
        for strategy, estimates in chances.items()
        for month, estimate in enumerate(estimates, 1)
    ]


@dataclass(frozen=True)
class PathView:
    """Estimates from paths that are there.

    Parameters
    ----------
    asked : Outcomes
    sample : Sample
        How the paths came about; it chooses the intervals.
    """

    asked: Outcomes
    sample: Sample

    def names(self, group: str) -> list[str]:
        """Return the averages of a group."""
        return [name.removeprefix(f"{group}.") for name in self.asked.averages if name.startswith(f"{group}.")]

    def asks(self, name: str) -> bool:
        """Whether there is such a question."""
        return name in self.asked.hits

    def pointwise(self, name: str) -> list[Estimate]:
        """Return a probability month by month."""
        return [self.sample.probability(hits) for hits in self.asked.hits[name]]

    def band(self, name: str) -> list[Estimate]:
        """Return a probability with simultaneous intervals."""
        return self.sample.band(self.asked.hits[name])

    def parameter_band(self, name: str) -> list[Estimate]:
        """Return the parameter band."""
        return self.sample.parameter_bands(self.asked.hits[name])

    def quantile(self, name: str, p: float) -> Estimate:
        """Return a quantile of money."""
        return self.sample.quantile(np.asarray(self.asked.money[name], dtype=float), p)

    def mean(self, name: str) -> Estimate:
        """Return mean money."""
        return self.sample.mean(np.asarray(self.asked.money[name], dtype=float))

    def shortfall(self, name: str) -> Estimate:
        """Return the mean of the worst twentieth."""
        return self.sample.shortfall(np.asarray(self.asked.money[name], dtype=float))

    def average(self, name: str) -> Any:
        """Return a plain mean over paths."""
        return self.sample.chosen(self.asked.averages[name]).mean(axis=-1, dtype=float)

    def fan(self, name: str) -> Fan:
        """Return percentiles week by week."""
        return self.sample.fan(self._weeks(name))

    def whole_path_fan(self, name: str) -> Fan:
        """Return two lines that hold whole paths."""
        return self.sample.simultaneous_fan(self._weeks(name))

    def _weeks(self, name: str) -> Values:
        if not self.asked.weekly:
            raise EstimateRefused("a run that was read back has no weeks path by path: run again for fans")
        return self.asked.weekly[name]
