"""Named, block-keyed streams of uniforms: the only source of chance in the toolkit.

A *stream* has a dotted name such as ``store.meta.clicks``; a *block* is 1,024 consecutive paths (or worlds). The
generator of a stream's block depends on the seed, the name and the block's number alone, never on who asks first. So a
path draws the same uniforms whatever else is simulated beside it, in which process, and in how many spans.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Of real numbers; what its axes are, each docstring says."""

WORLDS, REPLICATES, SEED = 4096, 4, 1
"""Draws of what the seller does not know, draws of luck in each, and the seed, where nobody says otherwise."""

BLOCK = 1024
"""Consecutive paths that share one generator: the unit of determinism."""

DAYS_AHEAD = 4
"""Days drawn at once. Changes speed only: a generator is read in the order of the days."""

MIN_UNIFORM = 2.0**-54
"""Stands in for an exact zero, so that every inverse CDF is finite. Half the generator's own step."""


def stream_id(name: str) -> int:
    """Return the 64-bit key of a stream's dotted name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def check_names(names: Iterable[str]) -> None:
    """Refuse two different names with one key (never seen; silent correlation if it happened)."""
    owner: dict[int, str] = {}
    for name in names:
        other = owner.setdefault(stream_id(name), name)
        if other != name:
            raise ValueError(f"streams '{other}' and '{name}' share one key; rename one of them")


def block_generator(seed: int, name: str, block: int) -> np.random.Generator:
    """Return the generator of one block of a stream."""
    sequence = np.random.SeedSequence(seed, spawn_key=(stream_id(name), block))
    return np.random.Generator(np.random.PCG64DXSM(sequence))


def advance(generator: np.random.Generator, count: int) -> None:
    """Pass over so many uniforms without drawing them: the generator computes the state it would be in."""
    bits = generator.bit_generator
    assert isinstance(bits, np.random.PCG64DXSM)
    bits.advance(count)


def open_interval(uniforms: Array) -> Array:
    """Move exact zeros into (0, 1), in place."""
    return np.maximum(uniforms, MIN_UNIFORM, out=uniforms)


def world_uniforms(seed: int, name: str, first: int, count: int) -> Array:
    """Draw the uniforms of worlds ``first .. first + count - 1`` of a parameter's stream.

    Returns
    -------
    (count,) float
        Uniforms in (0, 1); world ``w`` gets the same one whatever range is asked for.
    """
    blocks = range(first // BLOCK, (first + count - 1) // BLOCK + 1)
    drawn = np.concatenate([block_generator(seed, name, block).random(BLOCK) for block in blocks])
    start = first - blocks.start * BLOCK
    return open_interval(drawn[start : start + count])


class DailyStream:
    """One stream over a span of blocks of paths: a row of uniforms for every day.

    Parameters
    ----------
    copies : int
        How many times the blocks stand side by side, each time with the same uniforms.
    """

    def __init__(self, seed: int, name: str, blocks: range, copies: int = 1) -> None:
        self._generators = [block_generator(seed, name, block) for block in blocks]
        self._rows = np.empty((DAYS_AHEAD, copies, len(blocks) * BLOCK))
        self._days = range(0)

    def day(self, day: int) -> Array:
        """Return the (n_paths,) uniforms of a day; days must not go back beyond those drawn together."""
        if day < self._days.start:
            raise ValueError(f"day {day} of this stream has passed")
        if day >= self._days.stop:
            self._draw(day)
        row: Array = self._rows[day - self._days.start].reshape(-1)
        return row

    def _draw(self, day: int) -> None:
        """Draw some days ahead where days are asked for in turn; where some were passed over, this one alone."""
        passed_over = day - self._days.stop
        rows = self._rows[: 1 if passed_over else DAYS_AHEAD]
        for position, generator in enumerate(self._generators):
            if passed_over:
                advance(generator, passed_over * BLOCK)
            rows[:, :, position * BLOCK : (position + 1) * BLOCK] = generator.random((len(rows), 1, BLOCK))
        open_interval(rows)
        self._days = range(day, day + len(rows))


def fixed_uniforms(seed: int, name: str, blocks: range, count: int, copies: int = 1) -> Array:
    """Draw ``count`` uniforms a path, once and for all; the same for every copy of the blocks.

    Returns
    -------
    (count, n_paths) float
        Row ``k`` is the same whatever ``count`` is: rows are drawn in order.
    """
    parts = [block_generator(seed, name, block).random((count, BLOCK)) for block in blocks]
    return open_interval(np.concatenate(parts * copies, axis=1))
