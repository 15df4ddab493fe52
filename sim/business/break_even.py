"""Break-even points of an order: what ads may cost, and the conversion, price or margin at which nothing is left.

Each is the one number that would have to be so, all else as it is, for an order to leave nothing after ads in the mean
over worlds. A price is asked for at the same demand. None where no number does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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


class Told(NamedTuple):
    """Means of what a seller tells of an order: its list price, what stays of a further unit of it, and the goods.

    Parameters
    ----------
    goods : float
        What they cost, money; ``of_goods`` what an order costs more for each unit that they cost more.
    """

    price: float
    of_price: float
    goods: float
    of_goods: float

    @classmethod
    def by(cls, terms: OrderTerms, weights: Array) -> Told:
        """Return the means of terms over worlds that count so much each; the price is the one that is asked."""
        assert terms.price is not None
        each = (terms.price, terms.of_price(), terms.goods, terms.of_goods())
        return cls(*(weighted(value, weights) for value in each))


def break_even(lines: Mapping[str, float], conversion: float | None, told: Told | None) -> Points:
    """Return the break-even points of an order.

    Parameters
    ----------
    lines : mapping of str to float
        Means of ``price`` (what buyers pay), ``before_ads``, ``ads`` (negative) and ``after_ads``, money an order.
    conversion : float, optional
        Orders a visit as it is; what an order takes in ads falls in proportion to it.
    told : Told, optional
        Of a single channel that sets a price; else price and margin have no point.
    """
    before = lines["before_ads"]
    relief = ratio(-lines["ads"], before)
    found: Points = {
        "ads_per_order": before if before > 0 else None,
        "acos": ratio(before, lines["price"]),
        "roas": ratio(lines["price"], before),
        "conversion": None if conversion is None or relief is None else _share(conversion * relief),
        "conversion_now": conversion,
    }
    return found | _of_price_and_margin(-lines["after_ads"], told)


def _of_price_and_margin(short: float, told: Told | None) -> Points:
    if told is None:
        return dict.fromkeys(("price", "price_now", "margin", "margin_now"))
    asked = told.price + short / told.of_price if told.of_price > 0 else -1.0
    goods_may_cost = told.goods - short / told.of_goods if told.of_goods > 0 else -1.0
    return {
        "price": asked if asked > 0 else None,
        "price_now": told.price,
        "margin": _share(1.0 - goods_may_cost / told.price) if goods_may_cost >= 0 else None,
        "margin_now": 1.0 - told.goods / told.price,
    }


def _share(value: float) -> float | None:
    """Return a share of visits, or of a price, if it is one."""
    return value if value <= 1.0 else None
