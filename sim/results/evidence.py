"""The interface between outcomes and what is told of them: estimates of one strategy by the names of ``outcomes``.

`Evidence` is implemented by ``from_paths.PathEvidence``, where paths are kept, and by ``from_counts.CountEvidence``,
where they are counted. An estimate that the histories cannot support raises `EstimateRefused`, which says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from sim.estimates import Estimate, Fan
from sim.estimates.shops import Shops

PERCENTILES = (5, 50, 95)
"""Points of money that are shown, in per cent."""


class Evidence(Protocol):
    """Estimates of one strategy."""

    def names(self, group: str) -> list[str]:
        """Return the averages of a group, such as ``funnel``, without its name."""

    def has(self, name: str) -> bool:
        """Whether there is a yes-or-no outcome of this name."""

    def pointwise(self, name: str, level: float = 0.95) -> list[Estimate]:
        """Return a probability month by month, each interval on its own."""

    def band(self, name: str) -> list[Estimate]:
        """Return a probability month by month, all intervals together."""

    def parameter_band(self, name: str) -> list[Estimate]:
        """Return the 5-95% points of P(hit | world) by month."""

    def quantile(self, name: str, p: float) -> Estimate:
        """Return a quantile of money."""

    def at_least(self, name: str, amount: float) -> bool:
        """Whether money is a lower bound on any path on which it lies at or below an amount, such as a quantile."""

    def mean(self, name: str) -> Estimate:
        """Return mean money."""

    def shortfall(self, name: str) -> Estimate:
        """Return the mean of the worst twentieth of money."""

    def average(self, name: str) -> Any:
        """Return a plain mean over paths: a number, or one a month."""

    def order_points(self) -> tuple[dict[str, dict[str, float]], float]:
        """Return the percentiles over worlds of each line of an order, and the share of worlds without an order."""

    def shops(self, name: str) -> Shops:
        """Return shares of worlds by P(hit | world) at the last month: all but sure not, open, all but sure."""

    def fan(self, name: str) -> Fan:
        """Return percentiles week by week."""

    def whole_path_fan(self, name: str) -> Fan:
        """Return two lines that hold whole paths."""

    def statement(self, kind: str, total: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the rows of a statement in their order: ``line``, ``subtotal``, ``month``, ``mean`` and percentiles.

        Months count from 1; over all of them (``total``) there is one. Subtotals are there always, other lines where
        they ever moved.
        """


def names_in(group: str, names: Iterable[object]) -> list[str]:
    """Return the names of a group, such as ``funnel``, without the group's."""
    return [name.removeprefix(f"{group}.") for name in names if isinstance(name, str) and name.startswith(f"{group}.")]
