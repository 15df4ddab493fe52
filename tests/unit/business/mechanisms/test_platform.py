"""Membership, deposit, product selection, warehouse, retail orders."""

import pytest

from sim.business.accounts import DEPOSIT_PAID
from sim.business.channels import channel
from sim.business.delays import GRID, Delay
from sim.business.ledger import CASH, PROFIT_KINDS
from sim.business.mechanisms.platform import MEMBERSHIP, MEMBERSHIP_PROVISION, PREPAID_MEMBERSHIP
from sim.business.mechanisms.shared import Conversion, open_orders
from sim.business.mechanisms.warehouse import mixture
from tests.unit.business.mechanisms.platform_harness import World

QUIET = dict.fromkeys(("owner_pay", "stop_loss", "monthly_costs", "p4p_policy", "reviews", "reorders"), False)


def alibaba(expected=True, settings=None, **rest):
    values = {"capital": 1e6} | rest
    return World(["alibaba"], settings={"alibaba": QUIET | (settings or {})}, expected=expected, **values)


def aliexpress(expected=True, settings=None, **rest):
    values = {"capital": 1e6} | rest
    return World(["aliexpress"], settings={"aliexpress": QUIET | (settings or {})}, expected=expected, **values)


# Membership


def test_membership_is_paid_in_advance_and_used_up_by_twelfths():
    world = alibaba(settings={"membership": {"annual_fee": 2400}}).run(1)
    book = world.shops["alibaba"].book
    assert book.balance(PREPAID_MEMBERSHIP)[0] == pytest.approx(2400)
    assert book.balance(MEMBERSHIP)[0] == 0
    world.run(28)
    assert book.balance(MEMBERSHIP)[0] == 0, "not before the month has ended"
    world.run(1)
    assert book.balance(MEMBERSHIP)[0] == pytest.approx(200)
    world.run(60)
    assert book.balance(PREPAID_MEMBERSHIP)[0] == pytest.approx(2400 - 600)
    world.environment.last_day = 104
    world.run(15)
    assert book.balance(MEMBERSHIP)[0] == pytest.approx(700), "half a month on the last day"
    assert book.balance(PREPAID_MEMBERSHIP)[0] == pytest.approx(2400 - 700)


def test_settled_profit_has_no_unexpired_membership():
    fee, world = 2400.0, alibaba(settings={"membership": {"annual_fee": 2400}, "p4p": False, "visits": False})
    for _ in range(3):
        world.run(30)
        # Without visits only the opening (100) and the membership cost anything.
        assert world.ledger.profit(PROFIT_KINDS)[0] == pytest.approx(-fee - 100)
    book = world.shops["alibaba"].book
    assert book.balance(MEMBERSHIP_PROVISION)[0] == pytest.approx(-book.balance(PREPAID_MEMBERSHIP)[0])


def test_membership_is_renewed_after_360_days_unless_the_shop_was_given_up():
    world = alibaba(settings={"membership": {"annual_fee": 1200}, "p4p": False, "visits": False}).run(360)
    shop = world.shops["alibaba"]
    assert shop.book.balance(PREPAID_MEMBERSHIP)[0] == pytest.approx(0)
    shop.state.closed[1] = True
    world.run(1)
    assert shop.book.balance(PREPAID_MEMBERSHIP)[:2] == pytest.approx([1200, 0])


# Deposit


def test_deposit_is_an_asset_and_no_cost():
    with_deposit, without = alibaba().run(60), alibaba(settings={"deposit": False}).run(60)
    book = with_deposit.shops["alibaba"].book
    assert book.balance(DEPOSIT_PAID)[0] == pytest.approx(1500)
    assert with_deposit.ledger.profit(PROFIT_KINDS)[0] == pytest.approx(without.ledger.profit(PROFIT_KINDS)[0])
    assert without.wallet.cash[0] - with_deposit.wallet.cash[0] == pytest.approx(1500)


# Conversion


@pytest.mark.parametrize("name", ["alibaba", "aliexpress"])
def test_product_selection_lifts_conversion_by_22_percent(name):
    make = {"alibaba": alibaba, "aliexpress": aliexpress}[name]
    flow = {"alibaba": "inquiries", "aliexpress": "orders"}[name]
    without = make().run(60).shops[name].total(flow)[0]
    relative = make(settings={"product_selection": {}}).run(60).shops[name].total(flow)[0]
    assert relative / without == pytest.approx(1.22)


def test_product_selection_read_as_points_adds_them():
    settings = {"product_selection": {"reading": "points"}, "orders": {"conversion_rate": 0.02}}
    world = aliexpress(settings=settings, capital=1e7).run(30)
    shop = world.shops["aliexpress"]
    assert shop.total("orders")[0] / shop.total("clicks")[0] == pytest.approx(0.02 + 0.22)
    assert shop.state.recall(Conversion).lift == pytest.approx(0.24 / 0.02)


@pytest.mark.parametrize(("rate", "everybody"), [(0.9, False), (1.0, True)])
def test_retail_orders_never_exceed_visits(rate, everybody):
    orders = {"conversion_rate": rate, "order_dispersion": 0.5, "noise": not everybody}
    settings = {"orders": orders, "visits": {"free_share": 0.9}}
    shop = aliexpress(expected=False, settings=settings, capital=1e7).run(30, audit=False).shops["aliexpress"]
    wanted = shop.total("paid_orders") + shop.total("free_orders")
    assert (wanted <= shop.total("clicks")).all()
    assert (wanted == shop.total("clicks")).all() == everybody


def test_season_and_weekday_act_on_retail_orders():
    steady = aliexpress().run(60).shops["aliexpress"].history
    moving = aliexpress(market={"weekdays": True, "season": True}).run(60).shops["aliexpress"].history
    day = 56  # 2026-11-02, a Monday in November
    assert moving[day].paid_orders[0] / steady[day].paid_orders[0] == pytest.approx(1.11 * 1.3)


def test_aliexpress_orders_come_from_both_kinds_of_visits():
    shop = aliexpress(settings={"orders": {"conversion_rate": 0.02}}).run(120).shops["aliexpress"]
    assert shop.total("paid_orders")[0] + shop.total("free_orders")[0] == pytest.approx(shop.total("orders")[0])
    last = shop.history[-1]
    paid = last.sources["p4p"].clicks[0] * 0.02
    assert last.paid_orders[0] == pytest.approx(paid)


# Warehouse


def test_mixture_of_delays_keeps_the_mean():
    one, other = Delay((0.0, 0.5, 0.5)), Delay((0.0, 0.0, 0.0, 0.2, 0.8))
    mixed = mixture(one, other, 0.25)
    assert sum(mixed.probability) == pytest.approx(1)
    assert mixed.mean == pytest.approx(0.25 * one.mean + 0.75 * other.mean, abs=4 / GRID)


@pytest.mark.parametrize("name", ["alibaba", "aliexpress"])
def test_warehouse_delivers_sooner_and_brings_visits(name):
    make = {"alibaba": alibaba, "aliexpress": aliexpress}[name]
    without = make().run(60).shops[name]
    using = make(settings={"warehouse": {"eligible_share": 0.5}}).run(60).shops[name]
    usual, sooner = (open_orders(shop.state).delivery.mean for shop in (without, using))
    assert sooner == pytest.approx(0.5 * 6 + 0.5 * usual, abs=0.01)
    assert using.total("clicks")[0] / without.total("clicks")[0] == pytest.approx(1.1, rel=1e-3)


def test_only_premium_suppliers_use_the_warehouse():
    plain = alibaba().run(40)
    refused = alibaba(settings={"warehouse": {"premium": False}}).run(40)
    assert (refused.ledger.profit(PROFIT_KINDS) == plain.ledger.profit(PROFIT_KINDS)).all()


def test_warehouse_share_must_be_one_number():
    with pytest.raises(ValueError, match="one number"):
        alibaba(settings={"warehouse": {"eligible_share": {"uniform": {"low": 0.1, "high": 0.5}}}}, worlds=1)


# Costs and cash


def test_monthly_bills():
    settings = {"monthly_costs": {"erp": 30, "crm": 20, "staff": 400}}
    with_bills, without = alibaba(settings=settings).run(31), alibaba().run(31)
    assert without.wallet.cash[0] - with_bills.wallet.cash[0] == pytest.approx(2 * 450)


def test_retail_orders_are_cut_before_cash_runs_out():
    world = aliexpress(expected=False, worlds=3, capital=4_000.0).run(200)
    assert (world.wallet.insolvent_since > 200).all()
    assert world.ledger.books[""].balance(CASH).min() >= 0


def test_the_day_is_readable():
    plan = channel("alibaba").plan()
    assert all(does for *_, does in plan)
    names = [section for _, _, section, _ in plan]
    assert names.index("escrow_releases") < names.index("p4p") < names.index("inquiries") < names.index("escrow")
