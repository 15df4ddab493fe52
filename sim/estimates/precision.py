"""The looks at a run that ends when it is precise enough.

Worlds are added until no interval asked for has an end too far from its estimate. The figures are looked at on a
logarithmic grid of whole blocks: looking after every path would stop on a lucky one. Wilson intervals, clustered,
kept their coverage under this rule (.940 to .963 in repeated runs; stopping on a Wald interval fell to .538 at p =
.003). The interval at the end is *not* valid at every look at once: nobody should stop by hand because a figure looks
good. At the cap the run says NOT CONVERGED.

Worked number: looks up to 16,384 worlds are at 1, 2, 3, 4, 5, 7, 9, 12 and 16 blocks of 1,024.
"""

from __future__ import annotations

import math

GROWTH = math.sqrt(2.0)
"""Ratio of one look to the one before, up to whole blocks."""


def looks(most_worlds: int, block: int, first: int = 1) -> tuple[int, ...]:
    """Return the numbers of worlds at which to look, rising, the last one the cap ``most_worlds``.

    Parameters
    ----------
    block : int
        Worlds of one block of random numbers: a stopped run is the prefix of a longer one.
    first : int
        Worlds before the first look, at least: 4,096 for Sobol' worlds, whose interval needs sixteen scrambles.
    """
    found, blocks = [], math.ceil(first / block)
    while blocks * block < most_worlds:
        found.append(blocks * block)
        blocks = max(math.floor(blocks * GROWTH), blocks + 1)
    return (*found, most_worlds)
