"""Uniforms of worlds, spread over what the seller does not know: at random, evenly per input, or over all inputs.

:func:`uniforms_of_worlds` serves a scenario's ``sampling``; :func:`latin_hypercube` and :func:`sobol_points` serve the
cells of a sweep too.

* ``random``: every parameter of every world on its own.
* ``latin_hypercube``: of every 256 worlds one in each 256th of each parameter's distribution, the parameters shuffled
  against each other; less variance where the answer is a sum of single inputs.
* ``sobol``: every 256 worlds a Sobol' sequence with a scrambling of its own; less variance for few inputs that act
  together.

Both come in *scrambles* of 256 worlds, four in a block of random numbers. Only whole scrambles are even, and only the
spread *between* scrambles tells the error (``sim.estimates.sobol_intervals``): at least sixteen are asked for. Sobol'
points give a dimension to each uncertain parameter in alphabetical order, so a scenario with another set of uncertain
parameters sees other worlds.

References: Owen (1997), SIAM J. Numer. Anal. 34, 1884-1910; McKay, Beckman and Conover (1979), Technometrics 21,
239-245.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

import numpy as np

from sim.randomness.streams import Array, block_generator, open_interval, world_uniforms

Sampling = Literal["random", "sobol", "latin_hypercube"]
SAMPLINGS: tuple[str, ...] = get_args(Sampling)

SOBOL = "world.sobol"
"""Stream of the scrambling."""

WORLDS_A_SCRAMBLE = 256
"""Worlds spread evenly together: a power of two, as Sobol' points ask for, that divides a block."""

MAX_UNIFORM = 1.0 - 2.0**-53
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
    size = WORLDS_A_SCRAMBLE
    scrambles = range(first // size, (first + count - 1) // size + 1)
    if sampling == "sobol":
        parts = [sobol_points(seed, SOBOL, scramble, len(streams), size) for scramble in scrambles]
    else:
        parts = [latin_hypercube(seed, streams, scramble, size) for scramble in scrambles]
    drawn = np.concatenate(parts, axis=1)
    start = first - scrambles.start * size
    part = open_interval(drawn[:, start : start + count])
    return dict(zip(streams, part, strict=True))


def latin_hypercube(seed: int, streams: Sequence[str], scramble: int, count: int) -> Array:
    """Return (n_streams, count): in every stream one point in each ``count``-th of (0, 1), whatever the others are."""
    rows = np.empty((len(streams), count))
    for row, name in zip(rows, streams, strict=True):
        generator = block_generator(seed, name, scramble)
        row[:] = (generator.permutation(count) + generator.random(count)) / count
    np.minimum(rows, MAX_UNIFORM, out=rows)
    return rows


def sobol_points(seed: int, stream: str, scramble: int, n_dimensions: int, count: int) -> Array:
    """Return (n_dimensions, count) points of one Sobol' sequence, scrambled by the stream."""
    from scipy.stats import qmc

    points = qmc.Sobol(n_dimensions, scramble=True, rng=block_generator(seed, stream, scramble))
    return np.ascontiguousarray(points.random(count).T)
