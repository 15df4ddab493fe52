"""The calendar of trade rules: which hold on a day, and what they cost, against a plain loop over days."""

from datetime import date, timedelta

import numpy as np
import pytest

from sim.business.ledger import PROFIT_KINDS
from sim.business.mechanisms.import_charges import IMPORT_DUTY
from sim.business.parameters import parameters_of
from sim.business.trade_rules import Charges, TradeCalendar, TradeRule
from sim.scenario import Scenario
from sim.simulation.engine import prepare, simulate, span_worlds
from sim.simulation.plan import Plan

PLAN = Plan(seed=5, worlds=64, replicates=16)
OWN = Charges(vat=0.2, parcel_fee=1.0)


def rule(starts, destination="us", comes=1.0, **values):
    declared = {name: parameter.default for name, parameter in parameters_of(TradeRule).items()}
    given = {"starts": date.fromisoformat(starts), "destination": destination, **values}
    return TradeRule(comes=comes, **(declared | given))


def on(day, rules, destination="us", **choices):
    calendar = TradeCalendar(rules, **choices)
    calendar.move_to(date.fromisoformat(day))
    return calendar.charges(destination, OWN)


def test_until_a_rule_comes_the_channels_own_charges_hold_and_then_nothing_of_them():
    rules = {"a": rule("2026-10-01", duty=0.3)}
    assert on("2026-09-30", rules) == OWN
    assert on("2026-10-01", rules) == Charges(duty=0.3), "the VAT and the fee that it leaves out are over"
    assert on("2026-10-01", rules, "eu") == OWN


def test_a_later_rule_replaces_an_earlier_one_whatever_their_order_in_the_file():
    rules = {"b": rule("2026-11-01", duty=0.1), "a": rule("2026-10-01", duty=0.3)}
    assert [on(day, rules).duty for day in ("2026-10-31", "2026-11-01")] == [0.3, 0.1]


def test_of_named_regimes_only_the_chosen_one_comes():
    rules = {
        name: rule("2026-10-01", duty=duty, sure="regime", regime=name) for name, duty in (("low", 0.1), ("high", 0.3))
    }
    assert on("2026-12-01", rules, regime="high").duty == 0.3
    assert on("2026-12-01", rules, regime="low").duty == 0.1


def test_a_proposed_rule_holds_in_the_worlds_in_which_it_comes():
    rules = {
        "a": rule("2026-10-01", duty=0.3),
        "b": rule("2026-11-01", duty=0.5, sure="proposed", comes=np.array([0.0, 1.0])),
        "c": rule("2026-12-01", vat=0.1),
    }
    assert on("2026-11-15", rules).duty.tolist() == [0.3, 0.5]
    assert on("2026-12-01", rules) == Charges(vat=0.1)


RULES = {
    "eu_handling": {
        "starts": "2026-11-03",
        "destination": "eu",
        "vat": 0.25,
        "item_kind_fee": 3.0,
        "handling_fee": 2.0,
    },
    "us_now": {"starts": "2026-01-01", "destination": "us", "duty": 0.2, "parcel_fee": 3.0},
    "us_open": {"starts": "2026-10-20", "destination": "us", "duty": 0.4, "sure": "proposed", "probability": 0.4},
    "rest": {"starts": "2026-12-24", "destination": "other", "duty": 0.05, "vat": 0.1},
}
IN_EFFECT = {
    # By destination: from this day (None: from the first), VAT, duty, money a parcel with two item kinds.
    "us": [(None, 0.0, 0.2, 3.0), ("2026-10-20", 0.0, 0.4, 0.0)],
    "eu": [(None, 0.21, 0.0, 3.3), ("2026-11-03", 0.25, 0.0, 2 * 3.0 + 2.0)],
    "other": [(None, 0.0, 0.0, 0.0), ("2026-12-24", 0.1, 0.05, 0.0)],
}
SHARES = {"us": 0.55, "eu": 0.30, "other": 1 - 0.55 - 0.30}


def scenario(**market):
    head = {"name": "rules", "start_date": "2026-09-07", "horizon_days": 120, "strategies": {"s": ["store"]}}
    store = {"import_charges": {"item_kinds": 2.0}, "lost_parcels": {"enabled": False}}
    return Scenario.from_mapping(head | {"store": store, "market": {"trade_rules": RULES, **market}})


def charged(day, comes, today, duty_on):
    """Return what a day's orders cost and the VAT in them, destination by destination, on one path."""
    duty = vat = 0.0
    for destination, share in SHARES.items():
        for starts, vat_rate, duty_rate, fee in IN_EFFECT[destination]:
            if starts is None or (day >= date.fromisoformat(starts) and (destination != "us" or comes)):
                now = vat_rate, duty_rate, fee
        sales, cost, parcels = (share * amount for amount in today)
        base = cost if duty_on == "factory_price" else sales / (1 + now[0])
        duty += now[1] * base + now[2] * parcels
        vat += sales * now[0] / (1 + now[0])
    return duty, vat


@pytest.mark.parametrize("duty_on", ["factory_price", "checkout_price"])
def test_costs_change_on_the_day_of_a_rule(duty_on):
    found = scenario(duty_on=duty_on)
    comes = span_worlds(found, PLAN, range(1))["market.trade_rules.us_open.comes"]
    assert 0 < comes.mean() < 1
    environment, (strategy,), luck = prepare(found, PLAN, range(1))
    book, paths = strategy.ledger.books["store"], (0, 16, 32, 48, 1008)
    assert len({comes[path] for path in paths}) == 2
    for number in range(found.horizon_days):
        day = date(2026, 9, 7) + timedelta(days=number)
        luck.day = number
        environment.step(number)
        before = book.balance(IMPORT_DUTY).copy()
        strategy.live(environment)
        today = strategy.channels[0].today
        for path in paths:
            flows = [
                np.broadcast_to(flow, 1024)[path] for flow in (today.gross_sales, today.cost_of_goods, today.orders)
            ]
            duty, vat = charged(day, comes[path], flows, duty_on)
            assert (book.balance(IMPORT_DUTY) - before)[path] == pytest.approx(duty, rel=1e-9, abs=1e-7)
            share = strategy.channels[0].state.vat_share
            assert np.broadcast_to(share, 1024)[path] * flows[0] == pytest.approx(vat, rel=1e-9, abs=1e-9)
    assert strategy.ledger.profit(PROFIT_KINDS).std() > 0


def test_a_chance_is_met_over_worlds_and_moves_no_other_number():
    several = Plan(seed=5, worlds=8192, replicates=1)
    found = span_worlds(scenario(), several, range(8))
    comes = found.pop("market.trade_rules.us_open.comes")
    assert comes.mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / 8192))
    likelier = scenario().with_({"market.trade_rules.us_open.probability": 0.6})
    again = span_worlds(likelier, several, range(8))
    assert (again.pop("market.trade_rules.us_open.comes") >= comes).all()
    for name, values in found.items():
        np.testing.assert_array_equal(values, again[name])


def test_cash_for_an_order_follows_the_rules():
    environment, (strategy,), luck = prepare(scenario(), PLAN, range(1))
    comes = span_worlds(scenario(), PLAN, range(1))["market.trade_rules.us_open.comes"] == 1.0
    outlays = {}
    from sim.business.mechanisms.shared import economics

    for number in range(50):
        luck.day = number
        environment.step(number)
        strategy.live(environment)
        needs = economics(strategy.channels[0].state)
        outlays[number] = np.broadcast_to(needs.outlay, 1024).copy()
    changed = outlays[43] - outlays[42]  # 2026-10-20: 0.2 of the goods more, 3 a parcel less, for the US's 55%
    np.testing.assert_allclose(changed, np.where(comes, 0.55 * (0.2 * needs.goods - 3.0), 0.0), atol=1e-9)


def test_a_rule_that_repeats_the_channels_own_numbers_changes_nothing():
    plan = Plan(seed=5, worlds=32, replicates=2)
    head = {"name": "none", "horizon_days": 60, "strategies": {"s": ["store"]}}
    same = {
        "us": {"starts": "2026-01-01", "destination": "us", "duty": 0.2, "parcel_fee": 3.0},
        "eu": {"starts": "2026-10-01", "destination": "eu", "vat": 0.21, "parcel_fee": 3.3},
    }
    one, other = (
        simulate(Scenario.from_mapping(head | {"market": {"trade_rules": rules}}), plan).records["s"]
        for rules in ({}, same)
    )
    for figure in ("settled_profit", "cash", "orders"):
        np.testing.assert_allclose(one.monthly[figure], other.monthly[figure], rtol=1e-6, atol=1e-4)
