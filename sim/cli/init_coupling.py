"""Correlations where the goods cost an amount of money: the margin follows the price.

:func:`coupled` writes the rows anew, so that in every shop that is drawn the goods cost what was told, whatever the
price there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.cli.init_answers import Row

MARGIN, PRICE = "goods.gross_margin", "prices.mean_value"

ALMOST = 0.99
"""Of what costs alone decide, how far they are the same in two channels: rounding needs some room."""

AS_GOOD_AS_ONE = 0.999
"""A correlation beyond is written as 1: rounded in the file it would contradict others."""


def coupled(rows: Sequence[Row], cost_shares: Mapping[str, float]) -> list[Row]:
    """Return correlations in which margins that were told as costs move with the prices, and no longer by themselves.

    On the normal scale such a margin is ``w price + sqrt(1 - w^2) cost``, the cost being one for all channels: what
    correlates with the price by ``r`` does so with the margin by ``w r``. So the rows never contradict each other.

    Parameters
    ----------
    cost_shares : mapping of str to float
        ``w`` by the margin's key.
    """
    shares = {key: 1.0 if share > AS_GOOD_AS_ONE else round(share, 4) for key, share in cost_shares.items()}
    kept = [row for row in rows if not {row[0], row[1]} & set(shares)]
    of_price = {key: key.replace(MARGIN, PRICE) for key in shares}
    made = []
    for key, share in shares.items():
        made.append((key, of_price[key], share))
        for first, second, value in kept:
            if of_price[key] in (first, second):
                made.append((key, second if first == of_price[key] else first, share * value))
    by_pair = {frozenset(row[:2]): row[2] for row in kept}
    keys = list(shares)
    for position, first in enumerate(keys):
        for second in keys[position + 1 :]:
            prices = by_pair.get(frozenset((of_price[first], of_price[second])), 0.0)
            alone = ALMOST * math.sqrt((1.0 - shares[first] ** 2) * (1.0 - shares[second] ** 2))
            made.append((first, second, shares[first] * shares[second] * prices + alone))
    return kept + [(first, second, round(value, 7)) for first, second, value in made if round(value, 7)]
