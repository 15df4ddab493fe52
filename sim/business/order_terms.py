"""What one order brings and costs, as its seller reckons before starting, and the price that covers it.

Every mechanism that has a part in it says so (`Mechanism.tell`): what the seller knows by the world's own value, what
he can only expect (returns, losses, salvage, chargebacks) by the mean of the distribution that the scenario states.

Per order at list price ``p``, before ads: ``contribution = A p - B``. Both follow from the books, mechanism by
mechanism, so that an order of a run without chance contributes just that. `OrderTerms.lines` parts the same sum by the
accounts that the books post each piece to: what a refund brings back of a commission or a payment fee stands with the
fees, what a refunded parcel costs with the returns, what one that is sent again costs with the losses.

Ignored: the yuan's later moves, coupons that are deeper in season, and refunds that a processor pays out of money it
would have taken a payout fee on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sim.business.parameters import Number

MOST_MARKUP = 100.0
"""Times the stated price: beyond, no price covers. A denominator near 0 asks for any amount."""

LINES = ("price", "goods", "freight", "duty", "fees", "returns", "losses")
"""What an order's contribution before ads consists of, as a statement lists it."""


@dataclass
class OrderTerms:
    """Terms of one order; shares of the price unless said otherwise, money in scenario currency.

    Parameters
    ----------
    price : stated list price, money; None where the channel has none.
    coupons : share of orders with a coupon, times its depth.
    freight_by_value : a larger order costs more freight in proportion, as bulk goods do; a parcel costs what it costs.
    goods, freight, parcel_fees, handling, payment_fixed, chargeback_fee : money an order, parcel, return, chargeback.
    duty : of the goods' cost, or of the price paid where it is on the checkout price.
    lost, lost_refunded : share of parcels lost; share of those that is refunded, the others being sent again.
    returned : share of the delivered orders; ``given_back_fee`` the payment fee that comes back with a refund.
    commission_given_back : share of the commission that comes back with a refund.
    payout_fee : of what an escrow pays out; ``payout_fees`` of what each payment processor does.
    proof : factor on the chance to win a chargeback.
    """

    price: Number | None = None
    coupons: Number = 0.0
    vat: Number = 0.0
    goods: Number = 0.0
    freight: Number = 0.0
    freight_by_value: bool = False
    parcel_fees: Number = 0.0
    duty: Number = 0.0
    duty_on_checkout: bool = False
    carrier: str = ""
    lost: Number = 0.0
    lost_refunded: Number = 0.0
    returned: Number = 0.0
    without_return: Number = 0.0
    handling: Number = 0.0
    salvage: Number = 0.0
    given_back_fee: Number = 0.0
    commission: Number = 0.0
    commission_given_back: Number = 0.0
    affiliates: Number = 0.0
    payment: Number = 0.0
    payment_fixed: Number = 0.0
    payout_fee: Number = 0.0
    payout_fees: dict[str, Number] = field(default_factory=dict)
    charged_back: Number = 0.0
    won: Number = 0.0
    proof: Number = 1.0
    chargeback_fee: Number = 0.0

    @property
    def sent_back(self) -> Number:
        """Returns per order: lost and refunded parcels cannot be returned."""
        return self.returned * (1.0 - self.lost * self.lost_refunded)

    @property
    def refunded(self) -> Number:
        """Share of the orders that is refunded: lost, or returned."""
        return self.lost * self.lost_refunded + self.sent_back

    @property
    def kept(self) -> Number:
        """Share of the orders that is neither lost and refunded nor returned."""
        return 1.0 - self.refunded

    @property
    def sent_again(self) -> Number:
        """Parcels per order that are lost and sent again."""
        return self.lost * (1.0 - self.lost_refunded)

    @property
    def comes_back(self) -> Number:
        """Parcels per order whose goods come back."""
        return self.sent_back * (1.0 - self.without_return)

    @property
    def fee_share(self) -> Number:
        """Of the price paid: commission, affiliates, payment and payout, less what comes back with refunds."""
        fees = self.commission * (1.0 - self.commission_given_back * self.refunded) + self.affiliates + self.payment
        payout = self.payout_fee * (self.kept - self.commission - self.affiliates)
        return fees + payout - self.given_back_fee * self.sent_back

    @property
    def disputed_share(self) -> Number:
        """Of the price paid: chargebacks that are not won."""
        return self.charged_back * self.kept * (1.0 - self.won * self.proof)

    def of_price(self) -> Number:
        """Return A: what is left of the price after everything in proportion to it."""
        duty = self.duty if self.duty_on_checkout else 0.0
        return (1.0 - self.coupons) * ((1.0 - self.vat) * self.kept - self.fee_share - self.disputed_share - duty)

    def brings(self, price: Number) -> Number:
        """Return what an order at a list price is expected to contribute before ads, money."""
        return self.of_price() * price - self.in_money()

    def in_money(self) -> Number:
        """Return B: what an order costs whatever its price."""
        return (
            self.goods * self.of_goods()
            + self.freight * (1.0 + self.sent_again)
            + self.parcel_fees
            + self.comes_back * self.handling
            + self.payment_fixed
            + self.charged_back * self.kept * self.chargeback_fee
        )

    def of_goods(self) -> Number:
        """Return what an order costs more for each unit of money that its goods cost more."""
        duty = 0.0 if self.duty_on_checkout else self.duty
        return 1.0 + duty + self.sent_again - self.comes_back * self.salvage

    def lines(self, price: Number) -> dict[str, Number]:
        """Return what `brings` consists of at a list price, by the names of ``LINES``: costs negative, money.

        ``price`` is what buyers pay, net of coupons and VAT; ``returns`` what is refunded of it, lost parcels
        included, with handling and less salvage; ``losses`` parcels sent again, chargebacks and their fees.
        """
        paid = (1.0 - self.coupons) * price
        duty = self.duty * (paid if self.duty_on_checkout else self.goods)
        disputes = self.disputed_share * paid + self.charged_back * self.kept * self.chargeback_fee
        salvage = self.comes_back * self.salvage * self.goods
        return {
            "price": (1.0 - self.vat) * paid,
            "goods": -self.goods,
            "freight": -self.freight,
            "duty": -(duty + self.parcel_fees),
            "fees": -(self.fee_share * paid + self.payment_fixed),
            "returns": salvage - self.comes_back * self.handling - (1.0 - self.vat) * self.refunded * paid,
            "losses": -(self.sent_again * (self.goods + self.freight) + disputes),
        }

    def of_size(self, size: Number) -> OrderTerms:
        """Return the terms of an order so many times as large: its price and goods, and freight where it follows."""
        assert self.price is not None
        freight = self.freight * size if self.freight_by_value else self.freight
        return replace(self, price=self.price * size, goods=self.goods * size, freight=freight)


@dataclass(frozen=True)
class Price:
    """The price that the seller sets once, before the first day.

    Parameters
    ----------
    amount : (n_paths,) float
        List price of an order in the mean, scenario currency.
    ratio : (n_paths,) float
        To the stated price; below 1 only where the seller asks less than he stated.
    response : (n_paths,) float
        Factor on the conversion, at most 1.
    brings : (n_paths,) float
        What an order is expected to contribute before ads, money.
    """

    amount: Number
    ratio: Number
    response: Number
    brings: Number


def covering(terms: OrderTerms, contribution: Number) -> tuple[Number, Number]:
    """Return the price at which an order contributes this share of it, and whether (1 or 0) there is one.

    ``max(p0, B / (A - t))``: never below the stated price. Where no price covers, the stated one stays.
    """
    stated = np.asarray(terms.price, dtype=float)
    left = np.asarray(terms.of_price() - contribution)
    cost = np.asarray(terms.in_money())
    covers = left * MOST_MARKUP * stated >= cost
    asked = np.divide(
        cost, left, out=np.zeros(np.broadcast_shapes(cost.shape, left.shape, stated.shape)), where=covers & (left > 0)
    )
    return np.maximum(stated, asked), np.where(covers, 1.0, 0.0)
