"""Advertising money follows the business: nothing is spent on visitors who cannot pay."""

import numpy as np

import sim
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan

ONE_STORE = ("strategies={store: [store]}", "store.test_gate.enabled=false", "wallet.capital=100000")
OFTEN_FROZEN = ("store.paypal_freeze.annual_probability=0.9", "store.paypal_freeze.new_sales=stop")
DAYS = 120


def test_ads_stop_the_day_after_the_checkout_closed_and_return_with_it():
    scenario = sim.load("configs/market.yaml", [*ONE_STORE, *OFTEN_FROZEN])
    environment, (business,), luck = prepare(scenario, Plan(), range(1))
    shop = business.channels[0]
    halted = np.zeros((DAYS + 1, shop.state.n_paths), dtype=bool)
    spending = np.zeros_like(halted)
    trading = np.zeros_like(halted)
    for day in range(DAYS):
        luck.day = day
        environment.step(day)
        business.live(environment)
        halted[day + 1] = shop.state.halted
        spending[day + 1] = np.asarray(shop.today.ad_spend) > 0
        trading[day + 1] = shop.today.trading
    before, now, bought = halted[:-1], halted[1:], spending[1:]
    assert before.sum() > 1000
    assert not (before & bought).any()
    # The first day of a closed checkout is paid for: the seller did not know.
    assert (~before & now & bought).any()
    # Ads come back: a path that sold again bought again.
    reopened = before & ~now & trading[1:]
    assert reopened.any()
    day, path = (found[0] for found in np.nonzero(reopened[:-2]))
    assert bought[day + 1, path] or bought[day + 2, path]
