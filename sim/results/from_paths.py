"""Estimates of one strategy from paths that are kept: `PathEvidence`.

Intervals are chosen by the sample: clustered by world, over scrambles, or over what a condition keeps. A run that was
read back has its months path by path, but no weeks and no lines of statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.estimates import Estimate, EstimateRefused, Fan, Sample
from sim.estimates.shops import Shops
from sim.randomness.streams import Array
from sim.results.evidence import PERCENTILES, names_in
from sim.results.outcomes import Outcomes, Values, outcomes_of
from sim.results.per_order import by_world
from sim.results.statement import ALWAYS, TOTALS, statement_tables
from sim.simulation.recorder import Record


@dataclass(frozen=True)
class PathEvidence:
    """Estimates of one strategy; the sample, how the paths came about, chooses the intervals."""

    record: Record
    sample: Sample

    @cached_property
    def outcomes(self) -> Outcomes:
        """Every outcome, path by path."""
        return outcomes_of(self.record)

    def names(self, group: str) -> list[str]:
        """Return the averages of a group."""
        return names_in(group, self.outcomes.averages)

    def has(self, name: str) -> bool:
        """Whether there is such an outcome."""
        return name in self.outcomes.hits

    def pointwise(self, name: str, level: float = 0.95) -> list[Estimate]:
        """Return a probability month by month."""
        return [self.sample.probability(hits, level) for hits in self.outcomes.hits[name]]

    def band(self, name: str) -> list[Estimate]:
        """Return a probability with simultaneous intervals."""
        return self.sample.band(self.outcomes.hits[name])

    def parameter_band(self, name: str) -> list[Estimate]:
        """Return the parameter band."""
        return self.sample.parameter_bands(self.outcomes.hits[name])

    def shops(self, name: str) -> Shops:
        """Return shares of worlds by P(hit | world) at the last month."""
        return self.sample.shops(self.outcomes.hits[name][-1])

    def quantile(self, name: str, p: float) -> Estimate:
        """Return a quantile of money."""
        return self.sample.quantile(self._money(name), p)

    def at_least(self, name: str, amount: float) -> bool:
        """Whether money is a lower bound on any path on which it lies at or below an amount."""
        lower_bounds = self.sample.chosen(self.outcomes.marked[name] & (self._money(name) <= amount))
        return bool(lower_bounds.any())

    def mean(self, name: str) -> Estimate:
        """Return mean money."""
        return self.sample.mean(self._money(name))

    def shortfall(self, name: str) -> Estimate:
        """Return the mean of the worst twentieth."""
        return self.sample.shortfall(self._money(name))

    def average(self, name: str) -> Any:
        """Return a plain mean over paths."""
        return self.sample.chosen(self.outcomes.averages[name]).mean(axis=-1, dtype=float)

    def order_points(self) -> tuple[dict[str, dict[str, float]], float]:
        """Return the percentiles over worlds of each line of an order, and the share of worlds without an order."""
        totals = {name: self.outcomes.averages[f"order.{name}"] for name in self.names("order")}
        kept = self.sample.mask
        lines = by_world(totals, self.sample.replicates, kept)
        agreeing = slice(None) if kept is None else kept.reshape(-1, self.sample.replicates).any(axis=1)
        without = float(np.isnan(lines["price"][agreeing]).mean())
        points = {line: np.nanpercentile(values, PERCENTILES, method="inverted_cdf") for line, values in lines.items()}
        named = {line: {f"p{p}": float(x) for p, x in zip(PERCENTILES, at, strict=True)} for line, at in points.items()}
        return named, without

    def fan(self, name: str) -> Fan:
        """Return percentiles week by week."""
        return self.sample.fan(self._weeks(name))

    def whole_path_fan(self, name: str) -> Fan:
        """Return two lines that hold whole paths."""
        return self.sample.simultaneous_fan(self._weeks(name))

    def statement(self, kind: str, total: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the rows of a statement."""
        for line, table in statement_tables(self.record, kind, total).items():
            if line not in ALWAYS[kind] and not table.any():
                continue
            chosen = self.sample.chosen(table)
            points = np.percentile(chosen, PERCENTILES, axis=1, method="inverted_cdf")
            for month, amounts in enumerate(chosen):
                named = {f"p{p}": float(row[month]) for p, row in zip(PERCENTILES, points, strict=True)}
                mean = float(np.mean(amounts, dtype=float))
                yield {"line": line, "subtotal": line in TOTALS[kind], "month": month + 1, "mean": mean, **named}

    def _money(self, name: str) -> Array:
        return np.asarray(self.outcomes.money[name], dtype=float)

    def _weeks(self, name: str) -> Values:
        if not self.outcomes.weekly:
            raise EstimateRefused("a run that was read back has no weeks path by path: run again for fans")
        return self.outcomes.weekly[name]
