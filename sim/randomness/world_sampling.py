"""How are worlds spread over what the seller does not know? At random, evenly per input, or evenly over all inputs.

* ``random``: every parameter of every world on its own.
* ``latin_hypercube``: of every 1,024 worlds one in each 1,024th of each parameter's distribution, the parameters
  shuffled against each other; less variance where the answer is a sum of single inputs.
* ``sobol``: every 1,024 worlds a Sobol' sequence with a scrambling of its own; less variance for few inputs that act
  together.

Only whole blocks of 1,024 worlds are even, and only the spread *between* blocks tells the error
(``sim.estimates.sobol_intervals``): at least eight blocks are asked for. Sobol' points give a dimension to each
uncertain parameter in alphabetical order, so a scenario with another set of uncertain parameters sees other worlds.

References: Owen (1997), SIAM J. Numer. Anal. 34, 1884-1910; McKay, Beckman and Conover (1979), Technometrics 21,
239-245.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import numpy as np

from sim.randomness.streams import BLOCK, Array, block_generator, open_interval, world_uniforms

Sampling = Literal["random", "sobol", "latin_hypercube"]
SAMPLINGS: tuple[str, ...] = get_args(Sampling)

SOBOL = "world.sobol"
"""Stream of the scrambling."""

LARGEST = 1.0 - 2.0**-53
"""Stands in for a 1 that the last cell of a Latin hypercube may round to."""


def uniforms_of_worlds(sampling: str, seed: int, names: Iterable[str], first: int, count: int) -> dict[str, Array]:
    """Draw the uniforms of worlds ``first .. first + count - 1``.

    Parameters
    ----------
    sampling : {"random", "sobol", "latin_hypercube"}
    names : iterable of str
        Streams, ``world.<parameter>``.

    Returns
    -------
    dict of str to (count,) float
        In (0, 1); world ``w`` gets the same ones whatever range is asked for.
    """
    streams = sorted(names)
    if sampling == "random":
        return {name: world_uniforms(seed, name, first, count) for name in streams}
    if not streams or not count:
        return {name: np.empty(count) for name in streams}
    blocks = range(first // BLOCK, (first + count - 1) // BLOCK + 1)
    if sampling == "sobol":
        drawn = [sobol_points(seed, SOBOL, len(streams), BLOCK, block) for block in blocks]
    else:
        drawn = [latin_points(seed, streams, BLOCK, block) for block in blocks]
    start = first - blocks.start * BLOCK
    part = open_interval(np.concatenate(drawn, axis=1)[:, start : start + count])
    return dict(zip(streams, part, strict=True))


def latin_points(seed: int, streams: list[str], n: int, block: int = 0) -> Array:
    """Return (n_streams, n): in every stream one point in each n-th; a stream's points depend on no other stream."""
    rows = np.empty((len(streams), n))
    for row, name in zip(rows, streams, strict=True):
        generator = block_generator(seed, name, block)
        row[:] = (generator.permutation(n) + generator.random(n)) / n
    np.minimum(rows, LARGEST, out=rows)
    return rows


def sobol_points(seed: int, stream: str, n_dimensions: int, n: int, block: int = 0) -> Array:
    """Return (n_dimensions, n): one sequence, scrambled by a stream."""
    from scipy.stats import qmc

    points = qmc.Sobol(n_dimensions, scramble=True, rng=block_generator(seed, stream, block))
    return np.ascontiguousarray(points.random(n).T)
