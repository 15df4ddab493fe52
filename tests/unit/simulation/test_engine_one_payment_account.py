"""A store with one payment account: what serves the other goes with it, and what is left takes everything."""

import numpy as np
import pytest

import sim
from sim.business.channels.base import Channel, Part
from sim.business.mechanisms.freezes import Freeze
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

ONE_STORE = ("strategies={only: [store]}", "horizon_days=90")
PAYPAL_ONLY = ("store.stripe.enabled=false", "store.paypal.share=1")


def records(*overrides):
    run = simulate(sim.load("configs/market.yaml", [*ONE_STORE, *overrides]), Plan(seed=3, worlds=64, replicates=4))
    return run.records["only"]


def test_without_the_second_account_money_is_what_it_was_with_an_idle_one():
    idle = records("store.stripe.share=0", "store.paypal.share=1", "store.stripe_freeze.enabled=false")
    off = records(*PAYPAL_ONLY)
    for name in ("settled_profit", "cash", "operating_profit"):
        np.testing.assert_array_equal(off.monthly[name], idle.monthly[name], err_msg=name)
    assert off.monthly["orders"].sum() > 0


def test_a_frozen_only_account_stops_the_shop():
    frozen = records(*PAYPAL_ONLY, "store.paypal_freeze.annual_probability=0.95")
    hit = frozen.paths["store.paypal_freeze.frozen_days"] > 20
    assert 0.1 < hit.mean() < 0.9
    orders = frozen.monthly["orders"].sum(axis=0)
    free = records(*PAYPAL_ONLY, "store.paypal_freeze.enabled=false").monthly["orders"].sum(axis=0)
    assert orders[hit].mean() < 0.8 * free[hit].mean()


def test_what_serves_an_account_goes_with_it_and_comes_back_with_it():
    scenario = sim.load("configs/market.yaml", [*ONE_STORE, *PAYPAL_ONLY])
    serving = ("stripe", "stripe_payouts", "stripe_freeze")
    assert not any(scenario.section("store", section).enabled for section in serving)
    assert not any(key.startswith("store.stripe") for key in scenario.numbers())
    again = scenario.with_({"store.stripe.enabled": True, "store.stripe.share": 0.4, "store.paypal.share": 0.6})
    assert all(again.section("store", section).enabled for section in serving)


def test_some_account_must_take_the_payments():
    with pytest.raises(sim.ConfigError, match="one of paypal, stripe must take the payments"):
        sim.load("configs/market.yaml", [*ONE_STORE, "store.stripe.enabled=false", "store.paypal.enabled=false"])


def test_an_account_without_its_payouts_is_refused():
    with pytest.raises(sim.ConfigError, match="switch off 'stripe', which it is part of"):
        sim.load("configs/market.yaml", [*ONE_STORE, "store.stripe_payouts.enabled=false"])


def test_the_shares_of_what_is_left_must_be_one():
    with pytest.raises(sim.ConfigError, match="must sum to 1"):
        sim.load("configs/market.yaml", [*ONE_STORE, "store.stripe.enabled=false"])


def test_a_part_of_something_unknown_is_a_defect_of_the_channel():
    with pytest.raises(ValueError, match="'wise_freeze' is part of 'wise', which cannot be"):
        Channel("stall", "Stall", (Part("wise_freeze", Freeze, part_of="wise"),))


def test_more_freezes_than_thresholds_were_drawn_for_are_no_silent_matter():
    often = ("store.paypal_freeze.new_account_factor=500", "store.paypal_freeze.handling_days=1")
    with pytest.raises(ValueError, match="more than 16 freezes of one account"):
        records(*PAYPAL_ONLY, *often, "store.paypal_freeze.won=1", "store.paypal_freeze.annual_probability=0.9")
