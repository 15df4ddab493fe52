"""Spans: the blocks of paths that are computed together, and how many processes they keep busy.

`spans` cuts a run, `Pace` says how far it is. All of it changes speed only, never a result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from sim.randomness.streams import BLOCK
from sim.simulation.processes import cores

OnProgress = Callable[[int, int], None]
"""Told how many paths are done, and how many there are in all."""

MAX_BLOCKS = 8
"""Blocks computed together: large enough to hide call overhead, small enough for the caches. A head start adds some."""

MIN_BLOCKS = 2
"""Blocks below which a process of their own does not pay."""

HEAD_START = 3
"""Blocks a helper gets done more while this process computes the first."""


def blocks_of(n_paths: int) -> int:
    """Return the blocks that hold so many paths."""
    return -(-n_paths // BLOCK)


def span_size(blocks: int, n_jobs: int) -> int:
    """Return how many blocks to compute together, so that everybody has some."""
    return min(max(-(-blocks // cores(n_jobs)), MIN_BLOCKS), MAX_BLOCKS)


def helpers_for(n_paths: int, n_jobs: int) -> int:
    """Return how many processes a run can use beside the one that asks; none where there are not as many cores."""
    blocks, together = blocks_of(n_paths), cores(n_jobs)
    pieces = -(-blocks // span_size(blocks, n_jobs))
    return min(together, max(pieces, min(blocks, 2))) - 1 if together <= cores(-1) else 0


def spans(blocks: int, size: int, first: int = 0, *, early: bool = False) -> list[range]:
    """Return the spans of ``size`` blocks that cover blocks ``first .. blocks - 1``.

    With ``early`` the first span is a single block, to have something to show early.
    """
    starts = list(range(first, blocks, size))
    if early and blocks - first > 1:
        starts = list(range(first + 1, blocks, size))
        if len(starts) == 2:
            starts[1] = min(starts[0] + (blocks - starts[0] + HEAD_START) // 2, blocks - 1)
        starts.insert(0, first)
    return [range(start, stop) for start, stop in pairwise([*starts, blocks])]


@dataclass
class Pace:
    """Says how far a run is: the spans that came back, and the days of the one that is computed here.

    The helpers' spans are taken to be as far as this one: they began with it and are of its size.

    Parameters
    ----------
    n_paths, n_days : int
        In all.
    together : int
        Processes that compute at once.
    back : int
        Paths that came back so far.
    """

    on_progress: OnProgress | None
    n_paths: int
    n_days: int
    together: int
    back: int = 0

    def __post_init__(self) -> None:
        self._told = self.back

    def is_at(self, n_paths: int) -> None:
        """Say that so many paths came back."""
        self.back = n_paths
        self._say(n_paths)

    def finished_day(self, n_paths: int, day: int) -> None:
        """Say that some paths have lived through a day here."""
        self._say(self.back + self.together * n_paths * (day + 1) // (self.n_days + 1))

    def _say(self, n_paths: int) -> None:
        done = min(n_paths, self.n_paths)
        if self.on_progress is not None and done > self._told:
            self._told = done
            self.on_progress(done, self.n_paths)
