"""Memories that mechanisms of different families share, and who still pays bills."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.business.delays import Delay, DelayLine, RollingSum
from sim.business.parameters import Number
from sim.business.state import Days, State, Today
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

LEAST_ORDERS = 1e-9
"""Fractions of an order, of runs that count means, below which there is none: sums are exact up to rounding."""


def running(state: State, day: int) -> Array:
    """(n_paths,) 1.0 where monthly bills go on: not given up, not insolvent."""
    return np.where(~state.closed & (state.wallet.insolvent_since > day), 1.0, 0.0)


def note_refused_ads(state: State, today: Today, wanted: Array) -> None:
    """Note the money for ads that want of cash cut from what the seller's rule wants, (n_paths,) each."""
    refused = wanted - today.budget
    if refused.any():
        today.refused_ads = refused
        state.wallet.held_back |= refused > 0


def note_refused_orders(state: State, today: Today, refused: Array, value: Array | float) -> None:
    """Note orders that want of cash cut, (n_paths,), and what one of them is worth at list price."""
    cut = refused > LEAST_ORDERS
    if cut.any():
        today.refused_order_count = np.where(cut, refused, 0.0)
        today.refused_orders = today.refused_order_count * value
        state.wallet.held_back |= cut


def share_of(part: Array | float, whole: Array | float) -> Array:
    """(n_paths,) part / whole; zero where both are. A masked division costs five times as much."""
    return np.asarray(part / np.maximum(whole, 1e-300))


def as_equal_orders(orders: Array, repeats: Array | float, size: Array | float) -> tuple[Array, Array | float]:
    """Return number and mean size of equal orders whose sum has mean and variance of these, some of another size.

    Of ``n`` orders ``k`` are ``s`` times as large: a sum of ``N = n + k (s - 1)`` sizes and ``Q = n + k (s^2 - 1)``
    squares is that of ``N^2 / Q`` orders of the size ``Q / N``. Three orders, one of them twice as large: 2.67 of 1.5.
    """
    if np.ndim(repeats) == 0 or (np.ndim(size) == 0 and size == 1.0):
        return orders, 1.0
    sizes = orders + repeats * (size - 1.0)
    squares = orders + repeats * (np.square(size) - 1.0)
    return share_of(np.square(sizes), squares), share_of(squares, sizes)


@dataclass
class ReferenceTraffic:
    """Clicks a day that the reference budget buys at the stated price, by kind of source."""

    clicks: dict[str, Array | float]


@dataclass
class KeywordAds:
    """A platform's P4P: (n_paths,) budget of the day, money, and the share of the free visits that it brought."""

    budget: Array
    share_of_free: Array | float = 0.0


@dataclass
class Standing:
    """What buyers see of the shop: orders they kept so far, and the factor that this puts on conversion."""

    completed: Array
    factor: Array


@dataclass
class Conversion:
    """What a visitor of each kind is worth today, before luck.

    Parameters
    ----------
    start : dict of str to (n_paths,) float
        Orders per visit on the first day, by kind of source.
    lift : (n_paths,) float
        Factor reached so far through improvement of the page, its speed and what platform data taught.
    """

    start: dict[str, Array | float]
    lift: Array | float = 1.0


@dataclass
class OrderEconomics:
    """What an order is expected to bring and to cost, for decisions made before the day's luck is known.

    Parameters
    ----------
    value : (n_paths,) float
        Mean price at list, scenario currency.
    goods : (n_paths,) float
        Cost of its goods on day 0.
    outlay : (n_paths,) float
        Cash needed to serve one order: goods, freight, duty.
    repeat_size : (n_paths,) float
        Value of a repeat order, relative to a first one.
    commission_given_back : (n_paths,) float
        Share of the price paid that the platform gives back of its commission when the price is refunded.
    """

    value: Array | float = 0.0
    goods: Array | float = 0.0
    outlay: Array | float = 0.0
    repeat_size: Array | float = 1.0
    commission_given_back: Array | float = 0.0


@dataclass
class OpenOrders:
    """Orders whose buyer has not decided yet: count, price, cost of goods, and count of first orders.

    ``delivery`` is set by whoever ships, ``window`` (from delivery) by whoever takes returns; the ``line`` is made by
    ``Delivery`` when both have.
    """

    line: DelayLine = field(init=False)
    delivery: Delay | None = None
    window: Delay | None = None
    return_rate: Array | float = 0.0

    @cached_property
    def delay(self) -> Delay:
        """Days from the order to the buyer's decision; asked for only when all have begun."""
        delivery = self.delivery or Delay((0.0, 1.0))
        return delivery if self.window is None else delivery.plus(self.window)


@dataclass
class KeptOrders:
    """Orders that were kept and may still be charged back: count and price."""

    line: DelayLine
    lag: Delay


@dataclass
class Customers:
    """Customers who kept their goods, and the repeat orders still expected of them."""

    kept: Array
    pool: Array


@dataclass
class ChannelHistory:
    """Rolling sums a payment processor looks at: 90-day orders and disputes, 30- and 60-day sales."""

    orders: RollingSum
    disputes: RollingSum
    month: RollingSum
    two_months: RollingSum


@dataclass
class KeptBack:
    """What one processor keeps back of new sales while it holds a reserve.

    Parameters
    ----------
    longest : longest hold there may be, days.
    share, days : (n_paths,) what share of new sales, nothing where no reserve is open, and for how long.
    """

    longest: int
    share: Array
    days: Days


def dispute_factor(state: State, slope: Number, threshold: Number, least_sales: Number) -> Array | float:
    """Return what disputes make of a processor's hazard: ``1 + k max(ratio / threshold - 1, 0)``, over 90 days.

    Too few sales give no ratio, and so does a channel that nobody watches.
    """
    if not state.has(ChannelHistory):
        return 1.0
    history = state.recall(ChannelHistory)
    orders, disputes = history.orders.total, history.disputes.total
    looked_at = (orders >= least_sales) & (disputes > 0)
    if not looked_at.any():
        return 1.0
    ratio = np.where(looked_at, disputes / np.maximum(orders, 1.0), 0.0)
    return np.asarray(1.0 + slope * np.maximum(ratio / threshold - 1.0, 0.0))


@dataclass
class Stockroom:
    """Goods on hand and on order, units, and what the goods on hand cost."""

    on_hand: Array
    on_order: Array
    cost: Array
    daily_demand: Array


class WholesaleBatch(NamedTuple):
    """Orders of business buyers that move together.

    Parameters
    ----------
    orders, value, cost, paid : (n_paths,) float
        Count, price, cost of the goods as agreed at the order, and how many of them advertising brought.
    ordered_on : (n_paths,) float
        Sum over the orders of the day they were placed on.
    """

    orders: Array
    value: Array
    cost: Array
    paid: Array
    ordered_on: Array


@dataclass
class OrderBook:
    """Orders of business buyers between the order and the shipment.

    Parameters
    ----------
    taken, shipped : WholesaleBatch
        Today's; the same where goods are shipped at once.
    orders_taken, value_taken : (n_paths,) float
        Orders and their value, taken so far.
    production : Delay, optional
        Days from the order to the shipment; None where goods are shipped at once.
    line : DelayLine, optional
        Orders in production: the five quantities of a batch.
    buyer_deposit, down_payment : (n_paths,) float
        Shares paid with the order: of the price by the buyer, of the cost to the supplier.
    """

    taken: WholesaleBatch
    shipped: WholesaleBatch
    orders_taken: Array
    value_taken: Array
    production: Delay | None = None
    line: DelayLine | None = None
    buyer_deposit: Array | float = 0.0
    down_payment: Array | float = 0.0


def order_book(state: State) -> OrderBook:
    """Return the channel's wholesale orders, made at the first call."""
    if not state.has(OrderBook):
        none = WholesaleBatch(*np.zeros((5, state.n_paths)))
        state.keep(OrderBook(none, none, *np.zeros((2, state.n_paths))))
    return state.recall(OrderBook)


@dataclass
class DepositHeld:
    """What the platform holds as the seller's deposit, scenario currency."""

    amount: Array


def value_of_orders(
    state: State, luck: Luck, orders: Array, repeats: Array | float, mean: Number, log_sd: Number
) -> Array:
    """(n_paths,) value of orders at list, lognormal between them, repeats at a size of their own; stream ``value``."""
    number, size = as_equal_orders(orders, repeats, economics(state).repeat_size)
    return luck.sum_of("value", number, mean * size, np.expm1(np.square(log_sd)))


def economics(state: State) -> OrderEconomics:
    """Return the channel's order economics, made at the first call."""
    if not state.has(OrderEconomics):
        state.keep(OrderEconomics())
    return state.recall(OrderEconomics)


def open_orders(state: State) -> OpenOrders:
    """Return the channel's open orders, made at the first call."""
    if not state.has(OpenOrders):
        state.keep(OpenOrders())
    return state.recall(OpenOrders)
