"""Reviews: buyers trust a shop whose orders others kept.

Ignored: stars and bad reviews apart from returns, reviews that age, those of rivals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.ledger import Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import Standing
from sim.business.order_flow import OrderFlow
from sim.business.parameters import Number, number, rate
from sim.business.state import State, Today
from sim.randomness.luck import Luck


@dataclass(frozen=True, kw_only=True)
class Reviews(Mechanism):
    """Let conversion rise with the orders that were delivered and kept.

    Conversion times ``(n0 + completed) / (n1 + completed)`` with ``n1`` the orders to half of the way and ``n0`` their
    share at the start: from ``start`` at no order over ``(start + 1) / 2`` at ``n1`` orders towards one.

    When in the day: before visits or inquiries become orders, on which alone it acts. Posts: nothing. Assumes: what
    counts is what was known when the day began, so orders decided today count from tomorrow on; every kept order
    counts, a reorder too; the stated conversion is that of a shop with many reviews. Source: [j].
    """

    does: ClassVar[str] = "reviews: conversion rises with the orders delivered and kept"

    start: Number = rate(
        0.5, meaning="Conversion of a new listing, relative to one with many reviews.", source="[j] .4 to .7"
    )
    halfway: Number = number(
        30.0,
        unit="orders",
        low=0.01,
        meaning="Orders kept until half of the way to full conversion.",
        source="[j] 20 to 100",
    )

    def foretell(self, flow: OrderFlow) -> None:
        """Say what a listing without reviews lacks; many reviews are what the stated conversion is of."""
        flow.standing = 1.0 if flow.grown else self.start

    def begin(self, state: State, luck: Luck) -> None:
        """Start without a review."""
        state.keep(Standing(np.zeros(state.n_paths), np.ones(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Set the factor by what was known this morning, and take in what was decided today."""
        standing = state.recall(Standing)
        known = standing.completed
        standing.factor = (self.start * self.halfway + known) / (self.halfway + known)
        known += today.kept_orders
