"""A strategy with a bill unpaid: neither ads nor orders until what comes in has paid it, then both again."""

import numpy as np
import pytest

import sim
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan

CARELESS = ("store.budget.limit_by_cash=false", "store.acceptance.limit_by_cash=false", "store.test_gate.enabled=false")
DAYS = 120


@pytest.fixture(scope="module")
def lived():
    """By day: who owed at the start of trading, ads, orders, what was refused; of a seller whom cash never stops."""
    scenario = sim.load("configs/market.yaml", ["strategies={own: [store]}", "wallet.capital=1500", *CARELESS])
    environment, (business,), luck = prepare(scenario, Plan(), range(1))
    (shop,) = business.channels
    days = []
    for day in range(DAYS):
        luck.day = day
        environment.step(day)
        owed = []
        business.live(environment, before=lambda section, owed=owed: owed.append(business.wallet.in_arrears.copy()))
        at_trading = owed[-2]  # the last mechanism and the closing come after the arrears were paid
        flows = [shop.today.ad_spend, shop.today.orders, shop.today.refused_ads, shop.state.halted]
        days.append([at_trading, *(np.broadcast_to(flow, at_trading.shape).copy() for flow in flows)])
    found = [np.array(kept) for kept in zip(*days, strict=True)]
    return [*found, business.wallet.insolvent_since > np.arange(DAYS)[:, None]]


def test_who_owes_neither_advertises_nor_sells(lived):
    owed, ads, orders, _, _, _ = lived
    assert owed.sum() > 1000
    assert not ads[owed].any()
    assert not orders[owed].any()


def test_the_ads_that_were_wanted_are_told(lived):
    owed, ads, _, refused, halted, solvent = lived
    wanting = owed & solvent & ~halted
    assert (refused[wanting] > 0).mean() > 0.5
    assert not refused[~owed].any(), "cash itself never stops this seller"
    assert ads[~owed].any()


def test_selling_goes_on_on_the_day_on_which_all_is_paid(lived):
    owed, ads, _, _, _, _ = lived
    freed = owed[:-1] & ~owed[1:]
    assert freed.sum() > 30
    assert (ads[1:][freed] > 0).mean() > 0.5
