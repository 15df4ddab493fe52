"""Business buyers' orders on a platform: value, acceptance, production, shipment.

A buyer orders and pays a deposit; the supplier produces; at the shipment the sale is recognised and the rest is paid.
Ignored: negotiation of prices, samples, orders that are cancelled in production.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from sim.business.accounts import COST_OF_GOODS, FREIGHT, PREPAID_GOODS
from sim.business.delays import Delay, DelayLine
from sim.business.ledger import CASH, Account, Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import (
    WholesaleBatch,
    economics,
    note_refused_orders,
    open_orders,
    order_book,
    value_of_orders,
)
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms, Price
from sim.business.parameters import Number, delay, needs, never, number, rate, switch
from sim.business.state import State, Today
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

VALUE, COST = 1, 2
"""Places of a batch's quantities in the line of orders in production."""


@dataclass(frozen=True, kw_only=True)
class WholesalePrices(Mechanism):
    """Price the orders that buyers place today: their sum is lognormal with the sum's mean and variance.

    Repeat orders may be larger.

    When in the day: before acceptance. Posts: nothing. Source: [j].
    """

    does: ClassVar[str] = "value of the orders placed today"
    streams: ClassVar[tuple[str, ...]] = ("value",)

    mean_value: Number = number(
        {"lognormal": {"median": 800, "log_sd": 0.6}},
        unit="money per order",
        low=0.01,
        meaning="Mean order value.",
        spread="log_sd",
    )
    log_sd: Number = number(
        1.0, unit="log-sd", high=3.0, meaning="Spread between orders.", used_when=needs("counts", "random")
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """State the price."""
        terms.price = self.mean_value

    def at_price(self, price: Price) -> Self:
        """Sell at it."""
        return replace(self, mean_value=price.amount)

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the mean."""
        economics(state).value = self.mean_value

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Price the orders."""
        orders = np.asarray(today.paid_orders + today.free_orders + today.repeat_orders)
        today.list_sales = value_of_orders(state, luck, orders, today.repeat_orders, self.mean_value, self.log_sd)


@dataclass(frozen=True, kw_only=True)
class WholesaleAcceptance(Mechanism):
    """Take the orders whose goods and freight can be paid, at their actual value.

    When in the day: after the price. Posts: nothing. Assumes: cash that orders in production will need at
    their shipment is spoken for; repeat orders are served first, then free ones; the rest is lost; the cost is
    agreed in dollars at the order. Source: docs/model.md, cash limits.
    """

    does: ClassVar[str] = "orders whose goods and freight can be paid"

    limit_by_cash: bool = switch(True, meaning="Take only orders that can be paid for.")
    keeps_cash_for_shipment: bool = switch(
        True,
        meaning="Look at the whole outlay; off: at the supplier's down payment alone.",
        used_when=needs("limit_by_cash", True) + needs("production.enabled", True),
    )
    cash_reserve: Number = number(
        500.0, unit="money", meaning="Cash that is not spent on orders.", used_when=needs("limit_by_cash", True)
    )

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Cut the orders to what can be paid."""
        sells = today.wanted & ~state.halted
        repeat, free, paid = (
            np.where(sells, orders, 0.0) for orders in (today.repeat_orders, today.free_orders, today.paid_orders)
        )
        wanted = paid + free + repeat
        value = np.divide(today.list_sales, wanted, out=np.zeros(state.n_paths), where=wanted > 0)
        goods, freight = shares_of_value(state)
        cost = value * goods * environment.goods_price
        if self.limit_by_cash:
            capacity = self._capacity(state, cost, value * freight)
            repeat = np.minimum(repeat, capacity)
            free = np.minimum(free, capacity - repeat)
            paid = np.minimum(paid, capacity - repeat - free)
        if today.in_arrears is not None:
            repeat, free, paid = (np.where(today.in_arrears, 0.0, orders) for orders in (repeat, free, paid))
        today.repeat_orders, today.free_orders, today.paid_orders = repeat, free, paid
        orders = today.orders_taken = repeat + free + paid
        note_refused_orders(state, today, wanted - orders, value)
        book = order_book(state)
        book.taken = WholesaleBatch(orders, orders * value, orders * cost, paid, orders * environment.day)
        book.shipped = book.taken

    def _capacity(self, state: State, cost: Array, freight: Array) -> Array:
        """Orders of this cost and freight that the cash covers."""
        book, wallet = order_book(state), state.wallet
        whole = self.keeps_cash_for_shipment or book.line is None
        outlay = cost + freight if whole else cost * book.down_payment
        cash = wallet.free_cash if whole else wallet.cash
        return np.asarray(np.floor(np.maximum(cash - self.cash_reserve, 0.0) / np.maximum(outlay, 1e-9)))


def shares_of_value(state: State) -> tuple[Array | float, Array | float]:
    """Return what goods and freight of an order cost, as shares of its value, on day 0."""
    needs = economics(state)
    return needs.goods / needs.value, (needs.outlay - needs.goods) / needs.value


@dataclass(frozen=True, kw_only=True)
class Production(Mechanism):
    """Have the goods made before they are shipped; the buyer has paid a deposit.

    When in the day: after acceptance. Posts: nothing (the deposit is booked by the escrow, the supplier's
    down payment with the goods). Assumes: production days are independent between orders. Source: [j].
    """

    does: ClassVar[str] = "production: orders wait some weeks for their shipment"
    streams: ClassVar[tuple[str, ...]] = ("lag",)

    production_days: Distribution = delay(
        {"pert": {"low": 10, "mode": 20, "high": 35}}, meaning="Days from the order to the shipment."
    )
    buyer_deposit: Number = rate(
        0.30,
        meaning="Share of the price the buyer pays with the order.",
        used_when=never("the platform holds the deposit until it releases the rest: the books show it, no figure does"),
    )

    def foretell(self, flow: OrderFlow) -> None:
        """Say how long it takes."""
        flow.production = Delay.of(self.production_days)

    def begin(self, state: State, luck: Luck) -> None:
        """Make the line of orders in production."""
        book = order_book(state)
        book.production = Delay.of(self.production_days)
        book.line = DelayLine(state.n_paths, book.production.longest, len(WholesaleBatch._fields))
        book.buyer_deposit = self.buyer_deposit

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Start what was ordered, finish what is due."""
        book = order_book(state)
        assert book.line is not None
        assert book.production is not None
        book.line.spread(environment.day, book.production, luck.split("lag"), *book.taken)
        book.shipped = WholesaleBatch(*book.line.due(environment.day))
        # What waits now will need this cash at its shipment; today's is paid today.
        waiting = book.line.total
        due = (1.0 - book.down_payment) * waiting[COST] + shares_of_value(state)[1] * waiting[VALUE]
        state.wallet.commitments[f"{state.channel}.production"] = due


@dataclass(frozen=True, kw_only=True)
class Shipment(Mechanism):
    """Ship what is ready: from here on the day's orders and sales are those shipped today.

    When in the day: after production, before everything that follows a sale. Posts: nothing (the sale is
    booked by the escrow). Assumes: a sale is earned at the shipment. Source: docs/model.md.
    """

    does: ClassVar[str] = "shipment: the sale is recognised in full"

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Recognise."""
        book = order_book(state)
        shipped = book.shipped
        book.orders_taken += book.taken.orders
        book.value_taken += book.taken.value
        today.orders, today.parcels = shipped.orders, shipped.orders
        today.paid_orders, today.free_orders = shipped.paid, shipped.orders - shipped.paid
        today.repeat_orders = 0.0  # counted with the free ones from here on
        today.list_sales, today.gross_sales = shipped.value, shipped.value
        today.cost_of_goods = shipped.cost

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """Orders taken, shipped or still in production."""
        yield "orders_taken", order_book(state).orders_taken
        yield "value_taken", order_book(state).value_taken


@dataclass(frozen=True, kw_only=True)
class WholesaleGoods(Mechanism):
    """Pay the supplier: a part down with the order, the rest at the shipment.

    When in the day: after the shipment is known. Posts: goods paid in advance, cost of goods, cash. Assumes:
    cost is price times (1 - margin), moved by the yuan until the order; without production everything is paid
    at once. Source: F31 (margins below the store's); [j].
    """

    does: ClassVar[str] = "goods: part down with the order, the rest at shipment"
    posts: ClassVar[tuple[Account, ...]] = (PREPAID_GOODS, COST_OF_GOODS)

    gross_margin: Number = rate(
        {"beta": {"mean": 0.25, "sd": 0.07}}, meaning="Share of the price left after the goods, before freight."
    )
    supplier_down_payment: Number = rate(
        0.30,
        meaning="Share of the cost paid to the supplier with the order.",
        used_when=needs("production.enabled", True),
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what the goods cost, at the stated price."""
        terms.goods = terms.price * (1.0 - self.gross_margin) if terms.price is not None else 0.0

    def at_price(self, price: Price) -> Self:
        """Pay for them what they cost at the stated price."""
        return replace(self, gross_margin=self.gross_margin + (1.0 - self.gross_margin) * (1.0 - 1.0 / price.ratio))

    def begin(self, state: State, luck: Luck) -> None:
        """Publish what an order's goods cost and how they are paid."""
        needs = economics(state)
        needs.goods = needs.value * (1.0 - self.gross_margin)
        needs.outlay = needs.outlay + needs.goods
        order_book(state).down_payment = self.supplier_down_payment

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay down, pay the rest."""
        book = order_book(state)
        down = 0.0 if book.line is None else self.supplier_down_payment
        ledger.post(book.taken.cost * down, debit=PREPAID_GOODS, credit=CASH)
        ledger.post(book.shipped.cost * down, debit=COST_OF_GOODS, credit=PREPAID_GOODS)
        ledger.post(book.shipped.cost * (1.0 - np.asarray(down)), debit=COST_OF_GOODS, credit=CASH)

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Paid in advance = down payments of orders in production."""
        line = order_book(state).line
        cost = np.zeros(state.n_paths) if line is None else line.held()[COST]
        yield PREPAID_GOODS, np.asarray(cost * self.supplier_down_payment)


@dataclass(frozen=True, kw_only=True)
class WholesaleFreight(Mechanism):
    """Ship by express, for a share of the value.

    When in the day: after the goods. Posts: freight, cash. Assumes: paid at the shipment; bulk goods cost
    freight in proportion to their value. Source: [j].
    """

    does: ClassVar[str] = "freight as a share of value; delivery days"
    posts: ClassVar[tuple[Account, ...]] = (FREIGHT,)

    share_of_value: Number = rate(0.06, meaning="Freight, of the order's value.")
    delivery_days: Distribution = delay(
        {"uniform": {"low": 5, "high": 10}}, meaning="Days from the shipment to the delivery."
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what it costs, at the stated price: the goods weigh what they weigh."""
        terms.freight = terms.price * self.share_of_value if terms.price is not None else 0.0
        terms.freight_by_value = True

    def foretell(self, flow: OrderFlow) -> None:
        """Say how long it takes."""
        flow.delivery = Delay.of(self.delivery_days)

    def at_price(self, price: Price) -> Self:
        """Pay for it what it costs at the stated price."""
        return replace(self, share_of_value=self.share_of_value / price.ratio)

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the outlay and the delivery days."""
        needs = economics(state)
        needs.outlay = needs.outlay + needs.value * self.share_of_value
        open_orders(state).delivery = Delay.of(self.delivery_days)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay the freight."""
        today.freight = today.gross_sales * self.share_of_value
        ledger.post(today.freight, debit=FREIGHT, credit=CASH)
