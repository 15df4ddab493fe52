"""From the parcel to the doorstep: carriers, duty and VAT by destination, lost parcels, orders on their way."""

import numpy as np
import pytest

from sim.business.accounts import COST_OF_GOODS, FREIGHT, REFUNDS, REFUNDS_PAYABLE, SALES, VAT_PAYABLE
from sim.business.ledger import CASH
from sim.business.mechanisms.fulfilment import LOST_PARCELS, Delivery, Freight, LostParcels
from sim.business.mechanisms.import_charges import IMPORT_DUTY, ImportCharges
from sim.business.mechanisms.shared import OrderEconomics, economics, open_orders
from tests.unit.business.mechanisms.lone_mechanism import Lone, Means

BY_DESTINATION = {"us_share": 0.5, "us_duty": 0.2, "us_parcel_fee": 3.0}
BY_DESTINATION |= {"eu_share": 0.3, "eu_vat": 0.25, "eu_parcel_fee": 4.0}
DAY = {"orders": np.array([10.0, 0.0]), "parcels": np.array([10.0, 0.0]), "gross_sales": np.array([1000.0, 0.0])}
DAY |= {"cost_of_goods": np.array([400.0, 0.0]), "freight": np.array([50.0, 0.0])}
VAT = 1000 * 0.3 * 0.25 / 1.25  # three tenths of the sales hold VAT: a fifth of their price


@pytest.mark.parametrize(("carrier", "cost", "mean", "proof"), [("dhl", 14.0, 5, 1.0), ("packet", 6.0, 11, 0.6)])
def test_a_carrier_has_its_price_its_days_and_its_proof_of_delivery(carrier, cost, mean, proof):
    days = {"dhl_days": {"uniform": {"low": 3, "high": 7}}, "packet_days": {"uniform": {"low": 8, "high": 14}}}
    values = {"carrier": carrier, "dhl_cost": 14.0, "packet_cost": 6.0, "untracked_proof": 0.6}
    shop = Lone(("freight", Freight, values | days))
    shop.state.keep(OrderEconomics(value=100.0, goods=40.0, outlay=40.0))
    today = shop.live(orders=np.array([10.0, 0.0]))
    assert shop.balance(FREIGHT).tolist() == today.freight.tolist() == [10 * cost, 0]
    assert economics(shop.state).outlay == 40 + cost
    assert open_orders(shop.state).delivery.mean == pytest.approx(mean, abs=1e-3)
    assert shop.state.proof_of_delivery == proof


def importer(*more):
    shop = Lone(("import_charges", ImportCharges, BY_DESTINATION), *more, accounts=(COST_OF_GOODS,))
    shop.state.keep(OrderEconomics(value=100.0, goods=40.0, outlay=55.0))
    return shop


def test_duty_is_a_share_of_the_goods_and_a_fee_a_parcel():
    shop = importer()
    shop.live(**DAY)
    # Half of the goods at 20%, half of the parcels at $3, three tenths at $4.
    assert shop.balance(IMPORT_DUTY) == pytest.approx([40 + 15 + 12, 0])
    assert economics(shop.state).outlay == pytest.approx(55 + 4 + 1.5 + 1.2), "an order of $40 of goods"


def test_vat_inside_the_price_is_set_aside_and_remitted_on_the_first_day_of_a_month():
    shop = importer()
    shop.live(29)
    cash = shop.cash.copy()
    shop.live(gross_sales=DAY["gross_sales"])
    assert shop.balance(VAT_PAYABLE) == pytest.approx([-VAT, 0])
    assert shop.balance(SALES) == pytest.approx([VAT, 0]), "sales are net of it"
    assert shop.wallet.free_cash == pytest.approx(cash - [VAT, 0])
    np.testing.assert_array_equal(shop.cash, cash)
    shop.live()
    assert shop.cash == pytest.approx(cash - [VAT, 0])
    assert shop.wallet.free_cash == pytest.approx(shop.cash)


def test_vat_of_the_first_day_of_a_month_waits_for_the_next():
    shop = importer()
    shop.live(gross_sales=DAY["gross_sales"])
    shop.live(29)
    assert shop.balance(VAT_PAYABLE) == pytest.approx([-VAT, 0])
    shop.live()
    assert not shop.balance(VAT_PAYABLE).any()


def test_of_lost_parcels_some_are_sent_again_and_the_others_refunded():
    shop = importer(("lost_parcels", LostParcels, {"loss_rate": 0.2, "refunded_share": 0.25}))
    today = shop.live(**DAY)
    # Two of ten are lost: 1.5 go out again, at $45 each; half an order of $100 is refunded, $6 of it VAT.
    assert shop.balance(LOST_PARCELS) == pytest.approx([1.5 * 45, 0])
    assert today.lost_and_refunded == pytest.approx([0.5, 0])
    assert shop.balance(REFUNDS) == pytest.approx([50 - VAT / 20, 0])
    assert shop.balance(VAT_PAYABLE) == pytest.approx([-VAT + VAT / 20, 0])
    assert shop.balance(REFUNDS_PAYABLE) == pytest.approx([-50, 0])
    assert shop.ledger.cash_flows.sum(axis=0) == pytest.approx(shop.balance(CASH))


def test_what_was_lost_and_refunded_is_on_its_way_no_more_and_only_first_orders_count_as_customers():
    shop = Lone(("delivery", Delivery, {}), luck=Means(2))
    lost = np.array([2.0, 0.0])
    shop.live(**DAY, lost_and_refunded=lost, repeat_orders=np.array([3.0, 0.0]))
    orders, sales, cost, first = open_orders(shop.state).line.total
    assert [row[0] for row in (orders, sales, cost, first)] == pytest.approx([8, 800, 320, 5])
    assert not np.array([orders, sales, cost, first])[:, 1].any()
