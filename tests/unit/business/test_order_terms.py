"""The price that covers an order: worked by hand, and refused where no price covers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.business.order_terms import LINES, OrderTerms, covering


def parcel(**changes):
    """Return an order of 60 with goods for 39, shipped abroad for 5.50, sold on a platform."""
    terms = OrderTerms(
        price=60.0,
        goods=39.0,
        freight=5.5,
        coupons=0.035,
        vat=0.05,
        duty=0.11,
        parcel_fees=2.64,
        lost=0.02,
        lost_refunded=0.5,
        returned=0.08,
        without_return=0.6,
        handling=10.0,
        salvage=0.45,
        commission=0.065,
        affiliates=0.01,
        payment=0.06,
        payment_fixed=0.38,
        charged_back=0.006,
        won=0.35,
        proof=0.7,
        chargeback_fee=17.5,
    )
    for name, value in changes.items():
        setattr(terms, name, value)
    return terms


def test_a_price_by_hand():
    """Refunded: .01 lost + .08 x .99 returned = .0892, kept .9108; come back: .0792 x .4 = .03168.

    A = .965 (.95 x .9108 - .065 - .01 - .06 - .006 x .9108 x (1 - .35 x .7))
      = .965 (.86526 - .135 - .004125924...) = .700724...
    B = 39 (1 + .11 + .01 - .03168 x .45) + 5.5 x 1.01 + 2.64 + .03168 x 10 + .38 + .006 x .9108 x 17.5 = 52.111450
    p = B / (A - .25) = 115.617...
    """
    terms = parcel()
    of_price = 0.965 * (0.86526 - 0.135 - 0.0041259240)
    in_money = 39 * 1.105744 + 5.555 + 2.64 + 0.3168 + 0.38 + 0.095634
    assert terms.of_price() == pytest.approx(of_price, rel=1e-12)
    assert terms.in_money() == pytest.approx(in_money, rel=1e-12)
    price, covers = covering(terms, 0.25)
    assert price == pytest.approx(in_money / (of_price - 0.25), rel=1e-12)
    assert price == pytest.approx(115.618, abs=1e-3)
    assert covers == 1.0


def test_duty_on_the_checkout_price_goes_with_the_price():
    """.11 leaves B's goods and enters A, less coupons: A falls by .965 x .11, B by 39 x .11."""
    factory, checkout = parcel(), parcel(duty_on_checkout=True)
    assert factory.of_price() - checkout.of_price() == pytest.approx(0.10615, rel=1e-12)
    assert factory.in_money() - checkout.in_money() == pytest.approx(4.29, rel=1e-12)


def test_a_commission_that_is_given_back_is_paid_on_kept_orders_only():
    kept = parcel(commission_given_back=1.0).of_price() - parcel().of_price()
    assert kept == pytest.approx(0.965 * 0.065 * 0.0892, rel=1e-12)


def test_what_an_escrow_pays_out_costs_its_share_of_what_is_left_of_the_price():
    paid = parcel().of_price() - parcel(payout_fee=0.02).of_price()
    # A hundredth is lost and refunded and 8% of the rest returned: .0892 is never paid out.
    assert paid == pytest.approx(0.965 * 0.02 * (1 - 0.0892 - 0.075), rel=1e-12)


def test_the_price_is_never_below_the_stated_one():
    price, covers = covering(parcel(price=200.0), 0.25)
    assert (float(price), float(covers)) == (200.0, 1.0)


@pytest.mark.parametrize("share", [0.8, 0.99, 1.0])
def test_where_no_price_covers_the_stated_one_stays(share):
    price, covers = covering(parcel(), share)
    assert (float(price), float(covers)) == (60.0, 0.0)


def test_worlds_are_priced_each_by_itself():
    goods = np.array([39.0, 3.0, 3900.0])
    price, covers = covering(parcel(goods=goods), 0.25)
    each = [covering(parcel(goods=value), 0.25) for value in goods]
    assert price.tolist() == [float(found) for found, _ in each]
    assert covers.tolist() == [1.0, 1.0, 0.0]  # the last one asks for more than a hundred times 60
    assert price[1] == price[2] == 60.0


SHARE = st.floats(0.0, 1.0)
MONEY = st.floats(0.0, 1e6)
ANY_TERMS = st.builds(
    OrderTerms,
    price=MONEY,
    coupons=SHARE,
    vat=SHARE,
    goods=MONEY,
    freight=MONEY,
    parcel_fees=MONEY,
    duty=SHARE,
    duty_on_checkout=st.booleans(),
    lost=SHARE,
    lost_refunded=SHARE,
    returned=SHARE,
    without_return=SHARE,
    handling=MONEY,
    salvage=SHARE,
    given_back_fee=SHARE,
    commission=SHARE,
    commission_given_back=SHARE,
    affiliates=SHARE,
    payment=SHARE,
    payment_fixed=MONEY,
    payout_fee=SHARE,
    charged_back=SHARE,
    won=SHARE,
    proof=SHARE,
    chargeback_fee=MONEY,
)


@settings(max_examples=300, deadline=None)
@given(terms=ANY_TERMS)
def test_the_lines_of_an_order_add_up_to_what_it_brings(terms):
    lines = terms.lines(terms.price)
    assert tuple(lines) == LINES
    scale = sum(map(abs, lines.values())) + terms.in_money()
    assert abs(sum(lines.values()) - terms.brings(terms.price)) <= 1e-12 * scale


def test_the_lines_of_an_order_by_hand():
    """Of 60: paid .965 x 60 = 57.90, of which .05 is VAT; .0892 refunded, .03168 come back, .01 are sent again."""
    lines = parcel().lines(60.0)
    assert lines["price"] == pytest.approx(0.95 * 57.9, rel=1e-12)
    assert lines["goods"] == -39.0
    assert lines["freight"] == -5.5
    assert lines["duty"] == pytest.approx(-(0.11 * 39 + 2.64), rel=1e-12)
    assert lines["fees"] == pytest.approx(-(0.135 * 57.9 + 0.38), rel=1e-12)
    assert lines["returns"] == pytest.approx(0.03168 * (0.45 * 39 - 10) - 0.0892 * 0.95 * 57.9, rel=1e-12)
    disputes = 0.006 * 0.9108 * (57.9 * (1 - 0.35 * 0.7) + 17.5)
    assert lines["losses"] == pytest.approx(-(0.01 * 44.5 + disputes), rel=1e-12)


def test_what_comes_back_with_a_refund_stands_with_the_fees():
    kept, back = parcel().lines(60.0), parcel(commission_given_back=1.0, given_back_fee=0.06).lines(60.0)
    returned = 0.08 * 0.99
    assert back["fees"] - kept["fees"] == pytest.approx(57.9 * (0.065 * 0.0892 + 0.06 * returned), rel=1e-12)
    assert {name: back[name] for name in LINES if name != "fees"} == {
        name: kept[name] for name in LINES if name != "fees"
    }


def test_a_larger_order_costs_more_goods_and_more_freight_only_where_that_follows_the_value():
    parcels, bulk = (parcel(freight_by_value=by_value).of_size(2.0) for by_value in (False, True))
    assert (parcels.price, parcels.goods, parcels.freight) == (120.0, 78.0, 5.5)
    assert bulk.freight == 11.0
    assert parcels.handling == parcel().handling
