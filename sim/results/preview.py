"""The answer so far of a run under way, for whoever watches it: `Preview` adds up spans and tells their estimate.

Only counts are kept, so a run of millions of paths pays nothing for it. The interval is the one of the final answer and
narrows as spans come in. It is a preview, not a stopping rule: who stops where the figure looks good is no longer
protected by the interval's 95%.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.estimates.estimate import Estimate
from sim.estimates.tallies import Hits
from sim.results.from_counts import RunCounts, probabilities
from sim.results.outcomes import profitable
from sim.simulation.recorder import Record

OnPreview = Callable[[dict[str, Estimate]], None]
"""Told the chance of a settled profit at the horizon, by strategy."""


class Preview:
    """Adds up spans as they come and tells what all of them say."""

    def __init__(self, on_preview: OnPreview, replicates: int) -> None:
        self._on_preview = on_preview
        self._replicates = replicates
        self._hits: dict[str, Hits] = {}

    def records(self, part: dict[str, Record]) -> None:
        """Take in a span whose paths are kept."""
        self._add({name: Hits.of(profitable(record)[-1:], self._replicates) for name, record in part.items()})

    def counts(self, part: RunCounts) -> None:
        """Take in a span of which counts are kept."""
        self._add({name: found.hits["profit.settled_profit"] for name, found in part.strategies.items()})

    def _add(self, hits: dict[str, Hits]) -> None:
        self._hits = {name: self._hits[name] + found if self._hits else found for name, found in hits.items()}
        self._on_preview({name: probabilities(found)[-1] for name, found in self._hits.items()})
