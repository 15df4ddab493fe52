"""Orders that a day's ads are expected to bring, before any run, and what a customer orders again: `OrderFlow`.

Every mechanism that has a part in it says so (`Mechanism.foretell`), by the world's own values. Two stages: at the
start nothing has grown yet (no page learnt, no visit that nobody bought, no review, nobody who came back), and once
grown all of it has, as far as it ever will.

Ignored: the calendar (season, weekdays, the drift of ad prices), budgets that move or pause, limits of cash and stock,
past customers' word, visits and buyers from another channel, pages that are full (more orders than carts never are).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.business.delays import Delay
from sim.business.parameters import Number
from sim.randomness.streams import Array

AT_ONCE = Delay((1.0,))
"""A wait of no day."""


@dataclass
class OrderFlow:
    """Visits, orders and money for ads of an average day; counts a day unless said otherwise.

    Parameters
    ----------
    grown : whether everything that grows has, or nothing yet.
    alongside : whether the strategy sells by other channels too.
    kept : share of the orders that is neither lost and refunded nor returned.
    budget, spend : money for ads a day; ``spend`` with new creatives.
    bought, reference : bought visits by kind, today and at the reference budget.
    free_per_bought, free_base : free visits for each bought one, and those that come without.
    extra_visits : visits of joint advertising, for each other one, if the overseas warehouse is in use.
    conversion : orders (inquiries) a visit at the start, by kind, none of a kind that is not there; ``completion``
        the most there can be.
    lift, points : factor on that, and what is added to it.
    standing : factor on it by reviews.
    won : orders an inquiry; 1 where a visitor orders directly.
    organic : orders of unpaid visits, for each order that the reference budget brings.
    again : repeat orders that an order that was kept leads to; ``reorders`` whether those lead to further ones.
    gap : mean days until a repeat order, from the day the buyer decided to keep the goods.
    repeat_size : value of a repeat order, relative to a first one.
    production, delivery, window : days from the order to the shipment, to the delivery, to the decision.
    """

    grown: bool = True
    alongside: bool = False
    kept: Number = 1.0
    budget: Number = 0.0
    spend: Number = 0.0
    bought: dict[str, Number] = field(default_factory=dict)
    reference: dict[str, Number] = field(default_factory=dict)
    free_per_bought: Number = 0.0
    free_base: Number = 0.0
    extra_visits: Number = 0.0
    warehouse: bool = False
    conversion: dict[str, Number] = field(default_factory=dict)
    completion: Number = 1.0
    lift: Number = 1.0
    points: Number = 0.0
    standing: Number = 1.0
    won: Number = 1.0
    organic: Number = 0.0
    again: Number = 0.0
    reorders: bool = False
    gap: Number = 1.0
    repeat_size: Number = 1.0
    production: Delay = AT_ONCE
    delivery: Delay = AT_ONCE
    window: Delay = AT_ONCE

    def buy(self, kind: str, clicks: Number, at_reference: Number, spend: Number) -> None:
        """Add the visits of an ad source, today's and those that the reference budget buys, and its money."""
        self.bought[kind] = self.bought.get(kind, 0.0) + clicks
        self.reference[kind] = self.reference.get(kind, 0.0) + at_reference
        self.spend = self.spend + spend

    def orders_a_visit(self, kind: str) -> Number:
        """Return how many orders a visit of a kind brings."""
        reached = np.minimum(self.conversion.get(kind, 0.0) * self.lift + self.points, self.completion)
        return reached * self.won * self.standing

    @property
    def bought_visits(self) -> Number:
        """All that are bought."""
        return sum(self.bought.values(), start=0.0)

    @property
    def bought_orders(self) -> Number:
        """Orders of bought visits."""
        return sum((clicks * self.orders_a_visit(kind) for kind, clicks in self.bought.items()), start=0.0)

    @property
    def free_orders(self) -> Number:
        """Orders of visits that nobody bought."""
        orders: Number = 0.0
        if np.any(self.organic):
            at_reference = sum(clicks * self.conversion.get(kind, 0.0) for kind, clicks in self.reference.items())
            orders = self.organic * at_reference * self.lift * self.standing
        free = self.bought_visits * self.free_per_bought + self.free_base
        extra = (self.bought_visits + free) * self.extra_visits if self.warehouse else 0.0
        if np.any(free) or np.any(extra):
            orders = orders + (free + extra) * self.orders_a_visit("visit")
        return orders

    @property
    def first_orders(self) -> Number:
        """Orders of visitors, bought or not."""
        return self.bought_orders + self.free_orders

    @property
    def repeats_of_an_order(self) -> Number:
        """Repeat orders that a first order leads to, sooner or later; nobody has come back at the start."""
        if not self.grown:
            return 0.0
        return self._ever

    @property
    def _ever(self) -> Number:
        leads_to = np.asarray(self.kept * self.again)
        return leads_to / np.maximum(1.0 - leads_to, 1e-9) if self.reorders else leads_to

    @property
    def orders(self) -> Number:
        """All orders, repeats included."""
        return self.first_orders * (1.0 + self.repeats_of_an_order)

    def repeats_by_age(self, days: int) -> Array:
        """(days + 1, n_worlds) repeat orders by a customer's age in days, in all, as the mechanisms draw them.

        One customer orders on day 0. What he keeps adds to a pool on the day he decides, and the pool gives
        ``1 - exp(-1 / gap)`` of itself a day.
        """
        wait = self.production.plus(self.delivery).plus(self.window).probability[: days + 1]
        shape = np.broadcast_shapes(*(np.shape(value) for value in (self.kept, self.again, self.gap)))
        gives, leads_to = -np.expm1(-1.0 / np.asarray(self.gap)), np.asarray(self.kept * self.again)
        orders = np.zeros((days + 1, *shape))
        pool: Array = np.zeros(shape)
        orders[0] = 1.0
        back = np.array(wait[::-1])
        for day in range(days + 1):
            decided = np.asarray(wait[day] if day < len(wait) else 0.0)
            if self.reorders:
                recent = orders[max(day - len(wait) + 1, 0) : day + 1]
                decided = np.tensordot(back[-len(recent) :], recent, axes=1)
            pool = pool + leads_to * decided
            if day:
                orders[day] = pool * gives
                pool = pool - orders[day]
        orders[0] = 0.0
        return np.cumsum(orders, axis=0)
