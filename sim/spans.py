"""Which blocks of paths are computed together, and how many processes that keeps busy. It changes speed only."""

from __future__ import annotations

from itertools import pairwise

from sim.streams import BLOCK
from sim.workers import cores

MOST_BLOCKS = 8
"""Blocks computed together: large enough to hide call overhead, small enough for the caches."""

LEAST_BLOCKS = 2
"""Blocks below which a process of their own does not pay."""

HEAD_START = 2
"""Blocks a helper gets done more while this process computes the first."""


def blocks_of(n_paths: int) -> int:
    """Return the blocks that hold so many paths."""
    return -(-n_paths // BLOCK)


def span_size(blocks: int, n_jobs: int) -> int:
    """Return how many blocks to compute together, so that everybody has some."""
    return min(max(-(-blocks // cores(n_jobs)), LEAST_BLOCKS), MOST_BLOCKS)


def helpers_for(n_paths: int, n_jobs: int) -> int:
    """Return how many processes a run can use beside the one that asks."""
    blocks = blocks_of(n_paths)
    return min(cores(n_jobs), -(-blocks // span_size(blocks, n_jobs))) - 1


def spans(blocks: int, size: int, first: int = 0, *, early: bool = False) -> list[range]:
    """Return the spans that cover blocks ``first .. blocks - 1``.

    Parameters
    ----------
    size : int
        Blocks of a span.
    early : bool
        The first span is a single block, to have something to show early.
    """
    starts = list(range(first, blocks, size))
    if early and blocks - first > 1:
        starts = list(range(first + 1, blocks, size))
        if len(starts) == 2:
            starts[1] = min(starts[0] + (blocks - starts[0] + HEAD_START) // 2, blocks - 1)
        starts.insert(0, first)
    return [range(start, stop) for start, stop in pairwise([*starts, blocks])]
