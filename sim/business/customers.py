"""What a customer is worth who orders again, against what it costs to win one: `customer_value`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.business.break_even import weighted
from sim.business.calendar import DAYS_A_MONTH
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms
from sim.randomness.streams import Array


def repeats_by_age(flow: OrderFlow, days: int, weights: Array) -> Array:
    """(days + 1,) repeat orders of a customer won on day 0, by age in days, in all, in the mean over worlds."""
    return np.array([weighted(row, weights) for row in flow.repeats_by_age(days)])


def cost_of_winning(flow: OrderFlow) -> float | None:
    """Return money for ads a first order, totals over totals; None where there is no first order."""
    spend, orders = np.broadcast_arrays(np.asarray(flow.spend, dtype=float), np.asarray(flow.first_orders, dtype=float))
    return float(np.sum(spend) / np.sum(orders)) if np.sum(orders) > 0 else None


def customer_value(
    terms: OrderTerms, flow: OrderFlow, days: int, weights: Array, cost: float | None
) -> dict[str, Any] | None:
    """Return what a customer won on day 0 orders and brings within so many days; None where nobody comes back.

    Parameters
    ----------
    days : int
        The horizon.
    weights : (n_worlds,) float
        How much each world counts: its orders.
    cost : float, optional
        Money for ads a first order.

    Returns
    -------
    dict
        ``orders_a_customer`` (the first included), ``value`` (before ads, money), ``cost``, and
        ``months_to_pay_back``: 0 where the first order does, None where the horizon is too short.
    """
    if not np.any(np.asarray(flow.again) > 0):
        return None
    assert terms.price is not None
    larger = terms.of_size(flow.repeat_size)
    assert larger.price is not None
    first, each = terms.brings(terms.price), np.asarray(larger.brings(larger.price))
    repeats = flow.repeats_by_age(days)
    brought = np.where(weights > 0, first + each * repeats.reshape(days + 1, -1), 0.0)
    value = np.sum(brought * weights, axis=1) / np.sum(weights)
    return {
        "orders_a_customer": 1.0 + weighted(repeats[-1], weights),
        "value": float(value[-1]),
        "cost": cost,
        "months_to_pay_back": None if cost is None else months_until(value, cost),
    }


def months_until(value: Array, cost: float) -> int | None:
    """Return the months of 30 days after which a value that grows day by day reaches a cost; None where it never does.

    Parameters
    ----------
    value : (days + 1,) float
    """
    reached = np.flatnonzero(value >= cost)
    return math.ceil(reached[0] / DAYS_A_MONTH) if reached.size else None
