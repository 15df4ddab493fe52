"""Every key that can be set, one by one: it changes the run, or is declared to change nothing."""

from functools import cache

import numpy as np
import pytest

from sim.scenario import Scenario
from sim.scenario.declarations import COMMON
from sim.scenario.effects import without_effect
from sim.scenario.problems import ScenarioError
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from tests.keys import KEYS, in_use, rule, shipped_channels, this_part

UNMET = {
    "market.yuan_start": "told for its meaning alone",
    "alibaba.production.buyer_deposit": "told for its meaning alone",
    "aliexpress.freight.untracked_proof": "the channel has neither chargebacks nor freezes",
}
"""What no scenario of the shipped channels can put to use."""

PLAN = Plan(worlds=64, replicates=16)

LIVELY = {
    # Enough orders, disputes, freezes and cash within three months that a number that is read is also felt.
    "wallet.capital": 60_000,
    "store.test_gate.least_ctr": 0.009,
    "store.test_gate.least_add_to_cart": 0.05,
    "store.prices.mean_value": 80,
    "store.funnel.start_conversion_social": 0.04,
    "store.funnel.start_conversion_search": 0.05,
    "store.organic.midpoint": 30,
    "store.meta.half_life": 15,
    "store.chargebacks.chargeback_rate": 0.2,
    "store.chargebacks.lag_days": {"uniform": {"low": 20, "high": 40}},
    "store.returns.decision_days": {"uniform": {"low": 3, "high": 12}},
    "store.paypal_freeze.annual_probability": 0.9,
    "store.stripe_freeze.annual_probability": 0.9,
    "store.paypal_freeze.least_sales": 20,
    "store.stripe_freeze.least_sales": 20,
    "store.paypal_freeze.hold_days": 25,
    "store.stripe_freeze.hold_days": 25,
    "store.paypal_reserve.annual_probability": 0.9,
    "store.stripe_reserve.annual_probability": 0.9,
    "store.paypal_reserve.least_sales": 20,
    "store.stripe_reserve.least_sales": 20,
    "store.paypal_reserve.hold_days": {"uniform": {"low": 20, "high": 30}},
    "store.stripe_reserve.hold_days": {"uniform": {"low": 20, "high": 30}},
    "store.paypal_reserve.review_days": {"uniform": {"low": 30, "high": 40}},
    "store.stripe_reserve.review_days": {"uniform": {"low": 30, "high": 40}},
    "alibaba.inquiries.inquiries_per_visit": 0.3,
    "alibaba.orders.orders_per_inquiry": 0.2,
    "aliexpress.orders.conversion_rate": 0.1,
    **{
        f"{platform}.p4p_policy.{number}": value
        for platform in ("alibaba", "aliexpress")
        for number, value in {"first_look": 14, "first_trailing": 10, "retry_look": 5, "pause_days": 5}.items()
    },
}

POOR = {"wallet.capital": 2_500}
FELT_WHEN = {
    # What is read is not felt everywhere: a limit must be reached, a bill must be due.
    "wallet.credit_limit": POOR,
    "wallet.credit_rate": POOR | {"wallet.credit_limit": 3_000},
    "wallet.insolvency": POOR,
    "wallet.grace_days": POOR,
    "wallet.sales_tax_rate": {"wallet.sales_tax_threshold": 1_000},
    "wallet.share_without_papers": {"wallet.sales_tax_threshold": 1_000},
    "store.budget.cash_reserve": POOR,
    "store.budget.limit_by_cash": POOR,
    "store.acceptance.cash_reserve": POOR,
    "store.acceptance.limit_by_cash": POOR,
    "store.paypal.first_payout_for": {"store.paypal.first_payout_days": 20},
    "aliexpress.p4p.limit_by_cash": POOR,
    "store.diverted.enabled": {"alibaba.violations.enabled": True},
}

US = {"destination": "us", "duty": 0.9}

CHANGES = {
    "market.trade_rules": [rule("us", **US)],
    "market.trade_regime": [rule("us", sure="regime", regime="high", **US) | {"market.trade_regime": "high"}],
    # Where one number changes with another, or only some values matter.
    "store.meta.budget_share": [{"store.meta.budget_share": 0.3, "store.google.budget_share": 0.7}],
    "store.google.budget_share": [{"store.meta.budget_share": 0.3, "store.google.budget_share": 0.7}],
    "store.paypal.share": [{"store.paypal.share": 0.3, "store.stripe.share": 0.7}],
    "store.stripe.share": [{"store.paypal.share": 0.3, "store.stripe.share": 0.7}],
    "store.meta.enabled": [{"store.meta.enabled": False, "store.google.budget_share": 1}],
    "store.google.enabled": [{"store.google.enabled": False, "store.meta.budget_share": 1}],
    "store.paypal.enabled": [{"store.paypal.enabled": False, "store.stripe.share": 1}],
    "store.stripe.enabled": [{"store.stripe.enabled": False, "store.paypal.share": 1}],
}


@cache
def scenario_of(channels, changes=()):
    """Return a lively scenario of one strategy that sells by these channels, from October into January."""
    head = {"name": "every-key", "start_date": "2026-10-05", "horizon_days": 100, "strategies": {"all": list(channels)}}
    lively = [(key, value) for key, value in LIVELY.items() if key.split(".")[0] in {*channels, *COMMON}]
    return Scenario.from_mapping(head, overrides=[*lively, *changes])


def recorded(scenario):
    """Return all that is recorded of a run."""
    record = simulate(scenario, PLAN).records["all"]
    return {(table, name): row for table, rows in record.groups() for name, row in rows.items()}


@cache
def unchanged(channels, changes=()):
    return recorded(scenario_of(channels, changes))


def other_values(key, scenario):
    """Yield changes of a key, the likelier to be felt first."""
    if key in CHANGES:
        yield from CHANGES[key]
        return
    parameter, _ = KEYS[key]
    if parameter.form == "switch":
        values = [False, True]
    elif parameter.form == "choice":
        values = parameter.options
    else:
        owner, *section, field = key.split(".")
        leaf = scenario.section(owner, section[0]).values[field] if section else getattr(scenario, owner)[field]
        middle = float(leaf.ppf(0.5))
        values = [1.7 * middle + 0.01, 0.4 * middle, 10 * middle + 5, 0.1 * middle, parameter.low, parameter.high]
        values = [value for value in values if parameter.low <= value <= min(parameter.high, 1e9) and value != middle]
    for value in values:
        yield {key: value}


def runs_that_differ(key, channels, changes):
    """Yield whether a change of the key changes what is recorded, for each that is no mistake."""
    before = unchanged(channels, changes)
    for change in other_values(key, scenario_of(channels, changes)):
        try:
            scenario = scenario_of(channels, (*changes, *change.items()))
        except ScenarioError:
            continue
        after = recorded(scenario)
        # A section that takes part reports, even where it did nothing.
        yield any(not np.array_equal(before[name], after[name]) for name in before.keys() & after.keys())


def set_up(key, *, used):
    channels, changes = in_use(key) if used else (shipped_channels(key), {})
    changes = {**FELT_WHEN.get(key, {}), **changes} if used else {}
    changes.pop(key, None)
    return channels, tuple(changes.items())


@pytest.mark.slow
@pytest.mark.parametrize("key", this_part(KEYS))
def test_a_key_changes_the_run_just_where_it_is_declared_to(key):
    channels, changes = set_up(key, used=False)
    if without_effect(scenario_of(channels, changes), key):
        found = runs_that_differ(key, channels, changes)
        assert not next(found, False)
        assert not next(found, False)
    channels, changes = set_up(key, used=True)
    if key not in UNMET:
        assert not without_effect(scenario_of(channels, changes), key)
        assert any(runs_that_differ(key, channels, changes))
