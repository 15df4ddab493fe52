"""A platform's overseas warehouse: earlier delivery, and visits from the platform's joint advertising.

Ignored: stock in the warehouse as money tied up, goods left there unsold, taxes where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.business.accounts import SUBSCRIPTIONS
from sim.business.delays import Delay
from sim.business.ledger import CASH, Account, Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import open_orders, running
from sim.business.order_flow import OrderFlow
from sim.business.parameters import Needs, Number, delay, needs, number, rate, switch
from sim.business.state import State, Today, Visits
from sim.randomness.distributions import Constant, Distribution
from sim.randomness.luck import Luck


@dataclass
class WarehouseUse:
    """Memory: the seller is admitted to the overseas warehouse, for this share of the orders."""

    share: float


@dataclass(frozen=True, kw_only=True)
class CoAdvertising(Mechanism):
    """Extra visits from the platform's joint advertising for goods in its overseas warehouse.

    When in the day: after free visits. Posts: nothing (the platform pays). Assumes: only with the warehouse
    in use; extra visits as a share of the others. Source: F10; share [j].
    """

    does: ClassVar[str] = "extra visits for goods in the overseas warehouse"
    used_when: ClassVar[tuple[Needs, ...]] = needs("warehouse.premium", True)

    extra_visits: Number = number(0.10, unit="fraction of the other visits", meaning="Extra visits it brings.")

    def foretell(self, flow: OrderFlow) -> None:
        """Say how many come if the warehouse is in use."""
        flow.extra_visits = self.extra_visits

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Say how many to expect."""
        if not state.has(WarehouseUse):
            return
        others = sum((visits.clicks for visits in today.sources.values()), np.zeros(state.n_paths))
        today.sources["co_advertising"] = Visits("free", clicks=others * self.extra_visits)


@dataclass(frozen=True, kw_only=True)
class Warehouse(Mechanism):
    """Keep goods in the platform's overseas warehouse: part of the orders arrives sooner.

    When in the day: after the freight, whose delivery days it shortens. Posts: subscriptions, cash. Assumes:
    premium suppliers only; freight to the warehouse costs what the parcel would have cost; production days
    are unchanged. Source: F10 (5-7 days); share and fee [j].
    """

    does: ClassVar[str] = "overseas warehouse: earlier delivery in eligible countries, monthly fee"
    posts: ClassVar[tuple[Account, ...]] = (SUBSCRIPTIONS,)

    premium: bool = switch(True, meaning="The seller is a premium supplier, admitted to the warehouse.", source="F10")
    eligible_share: Number = rate(
        0.30, meaning="Orders to eligible countries; the same in every world.", used_when=needs("premium", True)
    )
    delivery_days: Distribution = delay(
        {"uniform": {"low": 5, "high": 7}}, meaning="Delivery from it.", source="F10", used_when=needs("premium", True)
    )
    monthly_fee: Number = number(
        150.0, unit="money a month", meaning="Storage and service.", used_when=needs("premium", True)
    )

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Refuse a share that differs between worlds: all orders share one delay."""
        if not isinstance(values["eligible_share"], Constant):
            yield "eligible_share", "must be one number, not a distribution"

    def foretell(self, flow: OrderFlow) -> None:
        """Say whether it is in use, and that part of the orders arrives sooner."""
        flow.warehouse = self.premium
        if self.premium:
            share = float(np.mean(self.eligible_share))
            flow.delivery = mixture(Delay.of(self.delivery_days), flow.delivery, share)

    def begin(self, state: State, luck: Luck) -> None:
        """Mix the warehouse's delivery days into the usual ones."""
        if not self.premium:
            return
        share = np.unique(self.eligible_share)
        if share.size > 1:
            raise ValueError("the warehouse's share of eligible orders must be one number, not a distribution")
        state.keep(WarehouseUse(float(share[0])))
        book = open_orders(state)
        usual = book.delivery or Delay((0.0, 1.0))
        book.delivery = mixture(Delay.of(self.delivery_days), usual, float(share[0]))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay on the first day of a month."""
        if environment.starts_month and state.has(WarehouseUse):
            ledger.post(running(state, environment.day) * self.monthly_fee, debit=SUBSCRIPTIONS, credit=CASH)


def mixture(one: Delay, other: Delay, share: float) -> Delay:
    """Return the delay of orders of which ``share`` follow ``one`` and the rest ``other``."""
    probability = np.zeros(max(one.longest, other.longest) + 1)
    probability[: one.longest + 1] += share * np.array(one.probability)
    probability[: other.longest + 1] += (1.0 - share) * np.array(other.probability)
    return Delay(tuple(probability.tolist()))
