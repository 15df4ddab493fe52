"""Which months are those of a shop at work: a profit is none of a shop's that has closed.

A shop that sells no more gives back provisions and looks profitable, so a month's operating profit counts only where
the shop worked. A channel worked in a month in which it took an order, had not been given up by its end and, where it
lives on ads, spent at least half of its lowest budget. A strategy worked where any of its channels did: what the
others' provisions give back belongs to a business that goes on.

A channel lives on ads where a budget of its own is set for ad sources (:class:`~sim.business.mechanisms.policy.Budget`
says the lowest): the store. Platforms do not: their free visits go on, and keyword ads may pause by the seller's rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.business.calendar import DAYS_A_MONTH
from sim.business.market import Environment
from sim.business.state import State, Today, Wallet
from sim.randomness.streams import Array

PART_OF_LOWEST = 0.5
"""Of the lowest budget; less is no shop that advertises."""


class Activity:
    """What each channel of a strategy did in the month so far."""

    def __init__(self, n_channels: int, n_paths: int) -> None:
        self._orders: Array = np.zeros((n_channels, n_paths))
        self._ad_spend: Array = np.zeros((n_channels, n_paths))

    def close(self, environment: Environment, wallet: Wallet, channels: Sequence[tuple[State, Today]]) -> None:
        """Add a day's orders and ads; on the last day of a month say in the wallet who worked in it."""
        for position, (_, today) in enumerate(channels):
            if np.ndim(today.orders_taken) == 0:  # unless orders are shipped on another day than they are taken
                today.orders_taken = today.orders
            self._orders[position] += today.orders_taken
            self._ad_spend[position] += today.ad_spend
        if environment.ends_period:
            wallet.at_work = np.zeros_like(wallet.at_work)
            for (state, _), orders, spent in zip(channels, self._orders, self._ad_spend, strict=True):
                least = PART_OF_LOWEST * state.lowest_ads * DAYS_A_MONTH * environment.month_so_far
                wallet.at_work |= (orders > 0) & (spent >= least) & ~state.closed
            self._orders[:] = self._ad_spend[:] = 0.0
