"""Fulfilment, from the order to the doorstep: goods, stock, freight, lost parcels, delivery.

Ignored: several products, packaging as a cost of its own, customs delays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from sim.business.accounts import COST_OF_GOODS, FREIGHT, PREPAID_GOODS, REFUNDS, REFUNDS_PAYABLE, VAT_PAYABLE
from sim.business.calendar import DAYS_A_MONTH
from sim.business.delays import Delay, DelayLine
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase, bring_to
from sim.business.mechanisms.shared import Stockroom, economics, open_orders, share_of
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms, Price
from sim.business.parameters import Number, choice, delay, needs, number, rate
from sim.business.state import State, Today
from sim.business.statement import Part
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

LOST_PARCELS = Account("lost parcels", Kind.EXPENSE, variable=True, part=Part.LOSSES)
INVENTORY = Account("inventory", Kind.ASSET, part=Part.GOODS)
SUPPLIERS = Account("owed to suppliers", Kind.LIABILITY, cash_line="cost of goods")
STOCK_PROVISION = Account("provision for stock at salvage", Kind.LIABILITY)
EXPECTED_STOCK_LOSS = Account("expected loss on stock", Kind.ACCRUAL)


@dataclass
class SupplierBills:
    """Memory of goods bought on credit: what is due when."""

    line: DelayLine


@dataclass(frozen=True, kw_only=True)
class Goods(Mechanism):
    """Buy the goods of the day's orders, or take them from stock.

    When in the day: after the order value. Posts: cost of goods, cash; with a supplier's terms what is owed to
    suppliers; with a stock the inventory at its average cost. Assumes: cost is list price times (1 - margin), moved by
    the yuan; a coupon lowers the price, not the cost. Source: F26, 10100.com 65691324.
    """

    does: ClassVar[str] = "goods bought with the order, on terms, or taken from stock"
    posts: ClassVar[tuple[Account, ...]] = (COST_OF_GOODS, SUPPLIERS, INVENTORY)

    gross_margin: Number = rate(
        {"beta": {"mean": 0.45, "sd": 0.08}},
        meaning="Share of the list price left after the goods, before freight.",
        source="Chinese sellers average 35% (10100.com 65691324)",
    )
    supplier_credit_days: Number = number(
        0.0,
        unit="days",
        high=180,
        meaning="Days the supplier waits for money.",
        used_when=needs("stock.enabled", False),
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what the goods cost, at the stated price."""
        terms.goods = terms.price * (1.0 - self.gross_margin) if terms.price is not None else 0.0

    def at_price(self, price: Price) -> Self:
        """Pay for them what they cost at the stated price."""
        return replace(self, gross_margin=self.gross_margin + (1.0 - self.gross_margin) * (1.0 - 1.0 / price.ratio))

    def begin(self, state: State, luck: Luck) -> None:
        """Publish what an order's goods cost."""
        needs = economics(state)
        needs.goods = needs.value * (1.0 - self.gross_margin)
        needs.outlay = needs.outlay + needs.goods
        longest = int(np.max(np.rint(self.supplier_credit_days)))
        if longest:
            state.keep(SupplierBills(DelayLine(state.n_paths, longest)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Buy or take from stock; pay bills that are due."""
        cost = np.asarray(today.list_sales * (1.0 - self.gross_margin) * environment.goods_price)
        if state.has(Stockroom):
            today.cost_of_goods = self._from_stock(state.recall(Stockroom), today, ledger)
            return
        today.cost_of_goods = cost
        if not state.has(SupplierBills):
            ledger.post(cost, debit=COST_OF_GOODS, credit=CASH)
            return
        line = state.recall(SupplierBills).line
        ledger.post(line.due(environment.day)[0], debit=SUPPLIERS, credit=CASH)
        lag = np.broadcast_to(np.rint(self.supplier_credit_days), cost.shape).astype(np.int64)
        at_once = lag == 0
        ledger.post(np.where(at_once, cost, 0.0), debit=COST_OF_GOODS, credit=CASH)
        ledger.post(np.where(at_once, 0.0, cost), debit=COST_OF_GOODS, credit=SUPPLIERS)
        line.schedule(environment.day, np.maximum(lag, 1), np.where(at_once, 0.0, cost))

    @staticmethod
    def _from_stock(room: Stockroom, today: Today, ledger: Book) -> Array:
        share = np.divide(today.orders, room.on_hand, out=np.zeros_like(room.on_hand), where=room.on_hand > 0)
        cost = np.asarray(room.cost * share)
        ledger.post(cost, debit=COST_OF_GOODS, credit=INVENTORY)
        room.on_hand -= today.orders
        room.cost -= cost
        return cost

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Owed to suppliers = bills on the way."""
        if state.has(SupplierBills):
            yield SUPPLIERS, -state.recall(SupplierBills).line.held()[0]
        if state.has(Stockroom):
            yield INVENTORY, state.recall(Stockroom).cost


@dataclass
class PurchaseOrders:
    """Memory of goods on their way: units, money already paid, money due at shipment."""

    line: DelayLine


@dataclass(frozen=True, kw_only=True)
class Stock(Mechanism):
    """Buy stock ahead: minimum order, lead time, part down, the rest at shipment; leftovers go at salvage.

    When in the day: before orders are accepted, so that goods that arrive can be sold. Posts: inventory, goods paid in
    advance, cash; settled profit values leftovers at salvage. Assumes: one product, one order on the way at a time, for
    the days of the cover at the last month's demand, and only where cash for all of it is there; the balance is paid
    when goods arrive. Source: [j].
    """

    does: ClassVar[str] = "stock: goods arrive; reorder below the cover"
    posts: ClassVar[tuple[Account, ...]] = (INVENTORY, PREPAID_GOODS, STOCK_PROVISION, EXPECTED_STOCK_LOSS)

    minimum_order: Number = number(
        {"pert": {"low": 50, "mode": 100, "high": 300}}, unit="units", low=1.0, meaning="Least order."
    )
    lead_time: Number = number(20.0, unit="days", low=1.0, high=180, meaning="Days from order to arrival.")
    cover_days: Number = number(30.0, unit="days", low=1.0, meaning="Reorder when stock lasts fewer days.")
    down_payment: Number = rate(0.30, meaning="Paid with the order; the rest at shipment.")
    salvage: Number = rate(
        {"beta": {"mean": 0.45, "sd": 0.20}}, meaning="What leftover goods fetch, as a share of their cost."
    )

    def begin(self, state: State, luck: Luck) -> None:
        """Start with empty shelves."""
        n = state.n_paths
        state.keep(Stockroom(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)))
        state.keep(PurchaseOrders(DelayLine(n, int(np.max(np.rint(self.lead_time))), 3)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Receive what arrives, reorder what lacks."""
        room, line = state.recall(Stockroom), state.recall(PurchaseOrders).line
        units, prepaid, balance = line.due(environment.day)
        ledger.post(balance, debit=INVENTORY, credit=CASH)
        ledger.post(prepaid, debit=INVENTORY, credit=PREPAID_GOODS)
        room.on_hand += units
        room.on_order -= units
        room.cost += prepaid + balance
        room.daily_demand += (
            np.asarray(today.repeat_orders + today.free_orders + today.paid_orders) - room.daily_demand
        ) / DAYS_A_MONTH
        unit_cost = economics(state).goods * environment.goods_price
        wanted = np.ceil(np.maximum(self.minimum_order, room.daily_demand * self.cover_days))
        low = room.on_hand <= room.daily_demand * self.cover_days  # on day 0 both are nothing
        running = ~state.closed & (state.wallet.insolvent_since > environment.day)
        affordable = state.wallet.free_cash >= wanted * unit_cost
        reorders = low & (room.on_order == 0) & running
        state.wallet.held_back |= reorders & ~affordable
        orders = np.where(reorders & affordable, wanted, 0.0)
        cost = orders * unit_cost
        ledger.post(cost * self.down_payment, debit=PREPAID_GOODS, credit=CASH)
        lag = np.broadcast_to(np.rint(self.lead_time), orders.shape).astype(np.int64)
        line.schedule(environment.day, lag, orders, cost * self.down_payment, cost * (1.0 - self.down_payment))
        room.on_order += orders

    def accrue(self, state: State, ledger: Book) -> None:
        """Value the shelves at salvage."""
        loss = (1.0 - self.salvage) * state.recall(Stockroom).cost
        bring_to(ledger, loss, provision=STOCK_PROVISION, expense=EXPECTED_STOCK_LOSS)

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Inventory = cost of what is on hand; advance payments = what was paid for goods on their way."""
        yield INVENTORY, state.recall(Stockroom).cost
        yield PREPAID_GOODS, state.recall(PurchaseOrders).line.held()[1]


@dataclass
class Carrier:
    """Memory: who carries the parcels."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Freight(Mechanism):
    """Ship the day's orders.

    When in the day: after the goods. Posts: freight, cash. Assumes: one parcel an order, paid with the order. Source:
    F6, 10100.com.
    """

    does: ClassVar[str] = "freight by DHL or packet; delivery days"
    posts: ClassVar[tuple[Account, ...]] = (FREIGHT,)

    carrier: str = choice("packet", ("packet", "dhl"), meaning="How parcels travel.")
    packet_cost: Number = number(
        {"lognormal": {"median": 5.5, "log_sd": 0.25}},
        unit="money a parcel",
        meaning="Small packet.",
        source="10100.com",
        used_when=needs("carrier", "packet"),
    )
    packet_days: Distribution = delay(
        {"uniform": {"low": 8, "high": 15}},
        meaning="Delivery by packet.",
        source="10100.com",
        used_when=needs("carrier", "packet"),
    )
    dhl_cost: Number = number(
        {"lognormal": {"median": 14, "log_sd": 0.15}, "truncate": [12, None]},
        unit="money a parcel",
        meaning="DHL, first weight.",
        source="F6",
        used_when=needs("carrier", "dhl"),
    )
    dhl_days: Distribution = delay(
        {"uniform": {"low": 3, "high": 7}},
        meaning="Delivery by DHL.",
        source="10100.com",
        used_when=needs("carrier", "dhl"),
    )
    untracked_proof: Number = rate(
        0.7,
        meaning="Chance to win an appeal without signed delivery, relative to with (packet).",
        used_when=needs("carrier", "packet") + needs(("*.win_rate", "*.won")),
    )

    @property
    def parcel_cost(self) -> Number:
        """Cost of a parcel with the chosen carrier."""
        return self.dhl_cost if self.carrier == "dhl" else self.packet_cost

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what a parcel costs, who carries it, and what it proves."""
        terms.freight, terms.carrier = self.parcel_cost, self.carrier
        terms.proof = 1.0 if self.carrier == "dhl" else self.expected("untracked_proof")

    @property
    def delivery(self) -> Delay:
        """Days to the doorstep with the chosen carrier."""
        return Delay.of(self.dhl_days if self.carrier == "dhl" else self.packet_days)

    def foretell(self, flow: OrderFlow) -> None:
        """Say how long it takes."""
        flow.delivery = self.delivery

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the delivery time, the outlay and whether parcels are signed for."""
        needs = economics(state)
        needs.outlay = needs.outlay + self.parcel_cost
        open_orders(state).delivery = self.delivery
        state.keep(Carrier(self.carrier))
        state.proof_of_delivery = 1.0 if self.carrier == "dhl" else self.untracked_proof

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay the freight."""
        today.parcels = today.orders
        today.freight = today.orders * self.parcel_cost
        ledger.post(today.freight, debit=FREIGHT, credit=CASH)


@dataclass(frozen=True, kw_only=True)
class LostParcels(Mechanism):
    """Lose parcels: some are sent again, the others refunded.

    When in the day: after freight, before delivery is scheduled. Posts: lost parcels, refunds, refunds to pay, VAT
    payable, cash. Assumes: known at once (the claim's delay is ignored); refunded ones cannot be returned any more and
    count as disputes; what is sent again is bought singly, whether there is a stock or not. Source: [j].
    """

    does: ClassVar[str] = "lost parcels: reshipped or refunded"
    streams: ClassVar[tuple[str, ...]] = ("lost", "refunded")
    posts: ClassVar[tuple[Account, ...]] = (LOST_PARCELS, REFUNDS, REFUNDS_PAYABLE, VAT_PAYABLE)

    loss_rate: Number = rate(
        {"beta": {"mean": 0.02, "sd": 0.01}},
        meaning="Parcels lost, sent as a packet.",
        used_when=needs("freight.carrier", "packet"),
    )
    dhl_loss_rate: Number = rate(0.005, meaning="Parcels lost, sent by DHL.", used_when=needs("freight.carrier", "dhl"))
    refunded_share: Number = rate(
        0.5,
        meaning="Lost parcels refunded; the others are sent again.",
        used_when=needs(("loss_rate", "dhl_loss_rate"), unlike=0.0) + needs("freight.enabled", True),
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what gets lost, as far as one can expect."""
        terms.lost = self.expected("dhl_loss_rate" if terms.carrier == "dhl" else "loss_rate")
        terms.lost_refunded = self.expected("refunded_share")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Draw the losses of today's parcels."""
        tracked = state.has(Carrier) and state.recall(Carrier).name == "dhl"
        lost = luck.binomial("lost", np.asarray(today.parcels), self.dhl_loss_rate if tracked else self.loss_rate)
        refunded = luck.binomial("refunded", lost, self.refunded_share)
        share = np.where(lost > 0, share_of(1.0, today.orders), 0.0)
        again = (lost - refunded) * share
        ledger.post(again * (today.cost_of_goods + today.freight), debit=LOST_PARCELS, credit=CASH)
        refund = refunded * share * today.gross_sales
        ledger.post(refund * (1.0 - state.vat_share), debit=REFUNDS, credit=REFUNDS_PAYABLE)
        ledger.post(refund * state.vat_share, debit=VAT_PAYABLE, credit=REFUNDS_PAYABLE)
        today.lost_and_refunded = refunded


@dataclass(frozen=True, kw_only=True)
class Delivery(Mechanism):
    """Send the day's orders on their way: until the buyer has decided, an order is open.

    When in the day: last of fulfilment. Posts: nothing. Assumes: delivery and decision days independent between
    orders.
    """

    does: ClassVar[str] = "orders go out; the buyer decides some days after delivery"
    streams: ClassVar[tuple[str, ...]] = ("lag",)

    def begin(self, state: State, luck: Luck) -> None:
        """Make the line; whoever ships and takes returns has said how long it takes."""
        book = open_orders(state)
        book.line = DelayLine(state.n_paths, book.delay.longest, 4, pooled=True)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Schedule the decisions."""
        book = open_orders(state)
        orders = np.asarray(today.orders)
        left = orders - today.lost_and_refunded
        kept = share_of(left, orders)
        sales, cost = np.asarray(today.gross_sales * kept), np.asarray(today.cost_of_goods * kept)
        first = left - np.minimum(today.repeat_orders, left)
        book.line.spread(environment.day, book.delay, luck.split("lag"), left, sales, cost, first)


@dataclass(frozen=True, kw_only=True)
class Arrivals(Mechanism):
    """Take the orders whose buyer decides today; unless returns say otherwise, all are kept.

    When in the day: first of the receipts that concern orders. Posts: nothing.
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "orders whose buyer decides today"

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Take out what is due."""
        orders, sales, cost, first = open_orders(state).line.due(environment.day)
        today.decided_orders, today.decided_sales, today.decided_cost = orders, sales, cost
        today.kept_orders, today.kept_sales, today.kept_customers = orders, sales, first
