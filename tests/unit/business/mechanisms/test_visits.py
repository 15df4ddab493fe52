"""P4P: what the budget buys; free visits: they follow the ads, or do not."""

import numpy as np
import pytest

from sim.business.mechanisms.visits import FreeVisits
from tests.unit.business.mechanisms.platform_harness import N, World, bind

QUIET = dict.fromkeys(("owner_pay", "stop_loss", "monthly_costs", "p4p_policy", "reviews", "reorders"), False)


def alibaba(expected=True, settings=None, **rest):
    values = {"capital": 1e6} | rest
    return World(["alibaba"], settings={"alibaba": QUIET | (settings or {})}, expected=expected, **values)


# P4P


def test_p4p_buys_budget_over_price_and_the_price_drifts():
    settings = {"p4p": {"cpc": 0.5, "cash_reserve": 0}, "orders": {"orders_per_inquiry": 0.0}}
    world = alibaba(settings=settings).run(200)
    clicks = [float(np.mean(today.sources["p4p"].clicks)) for today in world.shops["alibaba"].history]
    for day in (20, 199):
        assert clicks[day] == pytest.approx(20 / (0.5 * 1.18 ** (day / 365)))


def test_p4p_has_no_effect_and_no_cost_below_its_threshold():
    below = alibaba(settings={"p4p": {"daily_budget": 19.99}}).run(40).shops["alibaba"]
    at = alibaba(settings={"p4p": {"daily_budget": 20}}).run(40).shops["alibaba"]
    assert below.total("ad_spend").max() == 0
    assert all(np.all(today.sources["p4p"].clicks == 0) for today in below.history)
    assert at.total("ad_spend")[0] == pytest.approx(20 * int(40 - at.state.opens[0]))


def test_p4p_never_touches_its_reserve():
    settings = {
        "p4p": {"cash_reserve": 700},
        "goods": False,
        "freight": False,
        "orders": {"orders_per_inquiry": 0.0},
    }
    world = alibaba(settings=settings, capital=8_000.0, expected=False).run(240)
    assert world.wallet.cash.min() >= 700


def test_nothing_happens_before_the_admission():
    world = alibaba(expected=False, worlds=5)
    shop = world.shops["alibaba"]
    assert shop.state.opens.min() >= 8
    assert shop.state.opens.max() <= 11
    world.run(8)
    for flow in ("ad_spend", "clicks", "inquiries", "orders"):
        assert shop.total(flow).max() == 0


def test_p4p_noise_keeps_the_mean():
    settings = {"p4p": {"click_dispersion": 5.0, "cash_reserve": 0}, "orders": {"orders_per_inquiry": 0.0}}
    world = alibaba(expected=False, settings=settings).run(40, audit=False)
    clicks = np.array([today.sources["p4p"].clicks for today in world.shops["alibaba"].history[15:]])
    expected = np.mean([20 / (0.57 * 1.18 ** (day / 365)) for day in range(15, 40)])
    spread = expected / np.sqrt(5.0)
    assert clicks.mean() == pytest.approx(expected, abs=4 * spread / np.sqrt(clicks.size))
    assert clicks.std() == pytest.approx(spread, rel=0.1)


# Free visits, whatever is spent


def free_by_day(settings, n_days=140, **rest):
    visits = {"reading": "independent"} | settings.get("visits", {})
    world = alibaba(settings=settings | {"visits": visits}, **rest).run(n_days, audit=False)
    return np.array([np.mean(today.sources["free"].clicks) for today in world.shops["alibaba"].history])


def test_free_visits_reach_their_share_of_mature_traffic():
    free = free_by_day({"p4p": {"cpc": 0.5}, "visits": {"free_share": 0.6, "rfq_weight": 1.0}}, 300)
    assert free[-1] / (free[-1] + 20 / 0.5) == pytest.approx(0.6, abs=1e-3)


def test_free_visits_ramp_up():
    free = free_by_day({"visits": {"ramp_days": 90}})
    selling = free[free > 0]
    assert (np.diff(selling) > 0).all()
    mature = selling[-1] / -np.expm1(-3 * len(selling) / 90)
    assert selling[89] / mature == pytest.approx(0.95, abs=0.001)


def test_answering_requests_earns_weight_above_the_threshold_only():
    levels = {rate: free_by_day({"visits": {"rfq_answer_rate": rate}})[-1] for rate in (0.5, 0.80, 0.81)}
    assert levels[0.5] == levels[0.80]
    assert levels[0.81] / levels[0.80] == pytest.approx(1.2)


def test_free_visits_do_not_follow_the_actual_budget():
    small, large = (free_by_day({"p4p": {"daily_budget": b}})[-1] for b in (20, 80))
    assert small == pytest.approx(large)


def test_free_visits_come_without_p4p():
    free = free_by_day({"p4p": False, "visits": {"reference_clicks": 20 / 0.57}})
    assert free[-1] == pytest.approx(free_by_day({"p4p": {"cpc": 0.57}})[-1])


def test_free_visits_may_be_bound_to_worlds():
    mechanism = bind(FreeVisits, "visits", {}, np.random.default_rng(0))
    assert np.shape(mechanism.free_share) == (N,)
    assert mechanism.free_share.mean() == pytest.approx(0.60, abs=0.02)


def test_the_first_day_brings_a_first_part_of_the_free_visits():
    free = free_by_day({"visits": {"ramp_days": 90, "free_share": 0.6, "rfq_weight": 1.0}, "p4p": {"cpc": 0.5}})
    opens = int(np.argmax(free > 0))
    assert opens == int(alibaba().shops["alibaba"].state.opens[0])
    # 20 / .5 bought clicks and a share of .6: 60 free ones at maturity.
    assert free[opens] == pytest.approx(60 * (1 - np.exp(-3 / 90)))
