"""Break-even points of an order: what ads may cost, and the conversion, price or margin at which nothing is left.

Each is the one number that would have to be so, all else as it is, for an order to leave nothing after ads in the mean
over worlds. A price is asked for at the same demand. None where no number does.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms
from sim.randomness.streams import Array

Points = dict[str, float | None]


def weighted(value: Array | float, weights: Array) -> float:
    """Return the mean over worlds that count so much each."""
    spread = np.broadcast_to(np.asarray(value, dtype=float), weights.shape)
    return float(np.sum(np.where(weights > 0, spread, 0.0) * weights) / np.sum(weights))


def ratio(part: float, whole: float) -> float | None:
    """Return part / whole where there is a whole, and both are above nothing."""
    return part / whole if part > 0 and whole > 0 else None


def conversion_of(flow: OrderFlow) -> float | None:
    """Return orders a bought visit, over all worlds."""
    orders, visits = np.broadcast_arrays(np.asarray(flow.bought_orders), np.asarray(flow.bought_visits))
    return ratio(float(np.sum(orders)), float(np.sum(visits)))


def break_even(terms: OrderTerms, lines: Mapping[str, float], weights: Array, conversion: float | None) -> Points:
    """Return the break-even points of an order.

    Parameters
    ----------
    terms : OrderTerms
        In each world; its ``price`` is the one that is asked.
    lines : mapping of str to float
        Means of ``price`` (what buyers pay), ``before_ads``, ``ads`` (negative) and ``after_ads``, money an order.
    weights : (n_worlds,) float
        How much each world counts: its orders.
    conversion : float, optional
        Orders a bought visit as it is; what an order takes in ads falls in proportion to it.
    """
    assert terms.price is not None
    before, short = lines["before_ads"], -lines["after_ads"]
    price, goods = weighted(terms.price, weights), weighted(terms.goods, weights)
    of_price, of_goods = weighted(terms.of_price(), weights), weighted(terms.of_goods(), weights)
    asked = price + short / of_price if of_price > 0 else -1.0
    goods_may_cost = goods - short / of_goods if of_goods > 0 else -1.0
    relief = ratio(-lines["ads"], before)
    return {
        "ads_per_order": before if before > 0 else None,
        "acos": ratio(before, lines["price"]),
        "roas": ratio(lines["price"], before),
        "conversion": None if conversion is None or relief is None else _share(conversion * relief),
        "conversion_now": conversion,
        "price": asked if asked > 0 else None,
        "price_now": price,
        "margin": _share(1.0 - goods_may_cost / price) if goods_may_cost >= 0 else None,
        "margin_now": 1.0 - goods / price,
    }


def _share(value: float) -> float | None:
    """Return a share of visits, or of a price, if it is one."""
    return value if value <= 1.0 else None
