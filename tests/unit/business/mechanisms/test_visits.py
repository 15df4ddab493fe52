"""P4P: what the budget buys; free visits: they follow the ads, or do not."""

import numpy as np
import pytest

from sim.business.mechanisms.shared import KeywordAds
from sim.business.mechanisms.violations import ProfileLink
from sim.business.mechanisms.visits import FreeVisits, PayForPerformance
from sim.business.mechanisms.warehouse import CoAdvertising, WarehouseUse
from tests.unit.business.mechanisms.lone_mechanism import Lone
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


# Clicks that saturate


def p4p_clicks(**values):
    """P4P's clicks on day 0, with a price of 0.5 and without a drift: (2,) paths."""
    shop = Lone(("p4p", PayForPerformance, {"cpc": 0.5, "cpc_drift": 0.0, "spend_exponent": 0.8} | values))
    return shop.live().sources["p4p"].clicks


def test_the_stated_price_of_a_click_holds_at_the_reference_budget():
    assert p4p_clicks() == pytest.approx(40), "20 / .5"


def test_more_clicks_are_bought_dearer():
    """Twice the budget at an exponent of .8: 2 ** .8 = 1.7411 times the 40 clicks."""
    assert p4p_clicks(daily_budget=40.0) == pytest.approx(69.644, abs=1e-3)
    assert p4p_clicks(daily_budget=40.0, spend_exponent=1.0) == pytest.approx(80)


def test_the_reference_may_be_another_budget():
    """80 a day buy 160 clicks at the stated price; a quarter of that .25 ** .8 = .32988 of them."""
    assert p4p_clicks(reference_budget=80.0) == pytest.approx(160 * 0.329877, abs=1e-3)


def test_clicks_follow_the_spend_of_every_day():
    """The factor is kept from day to day: a spend that changes on one path must be found, and found again."""
    shop = Lone(("p4p", PayForPerformance, {"cpc": 0.5, "cpc_drift": 0.0, "spend_exponent": 0.5}))
    shop.live()
    for budgets in ([20, 80], [20, 80], [180, 80], [20, 20], [0, 45]):
        shop.state.recall(KeywordAds).budget[:] = budgets
        spend = np.where(np.array(budgets) >= 20, budgets, 0)
        assert shop.live().sources["p4p"].clicks == pytest.approx(40 * np.sqrt(spend / 20))


# Free visits that follow the ads

FOLLOWING = {"free_share": 0.6, "half_life": 10.0, "base_share": 0.1, "ramp_days": 90.0, "rfq_weight": 1.2}


def followed(budgets, visits=None):
    """(n_days,) free visits of days with these P4P budgets, 40 clicks for each 20; per day what ads brought."""
    p4p = {"cpc": 0.5, "cpc_drift": 0.0, "spend_exponent": 1.0, "threshold": 0.0}
    shop = Lone(("p4p", PayForPerformance, p4p), ("visits", FreeVisits, FOLLOWING | (visits or {})))
    free, share = [], []
    for budget in budgets:
        if shop.begun:
            shop.state.recall(KeywordAds).budget[:] = budget
        else:
            shop.begin().state.recall(KeywordAds).budget[:] = budget
        free.append(float(shop.live().sources["free"].clicks[0]))
        share.append(float(shop.state.recall(KeywordAds).share_of_free[0]))
    return np.array(free), np.array(share)


def test_free_visits_follow_the_running_mean_of_bought_ones():
    """Half-life 1: of 40 bought visits a day the mean is 20, 30, 35; without ads 17.5. Each brings 1.5 x 1.2 free ones.

    The base is a tenth of 1.5 x 1.2 x 40 = 72, of which 1 - exp(-3 n / 90) come on the n-th day.
    """
    free, share = followed([20, 20, 20, 0], {"half_life": 1.0})
    brought = np.array([20, 30, 35, 17.5]) * 1.8
    base = 7.2 * (1 - np.exp(-np.arange(1, 5) / 30))
    np.testing.assert_allclose(free, brought + base)
    np.testing.assert_allclose(share, brought / (brought + base))


def test_with_steady_ads_free_visits_are_their_share_and_the_base():
    free, _ = followed([20] * 400, {"rfq_weight": 1.0})
    assert free[-1] == pytest.approx(60 * 1.1), "1.5 times the 40 bought ones, and a tenth of them as a base"


def test_without_ads_they_fall_to_the_base_by_half_every_half_life():
    free, _ = followed([20] * 400 + [0] * 100, {"half_life": 20.0, "ramp_days": 1.0})
    base = 0.1 * 72
    for days in (20, 40, 60):
        assert free[399 + days] - base == pytest.approx((free[399] - base) * 0.5 ** (days / 20))


def test_a_listing_that_nobody_advertises_has_its_base_alone():
    """A tenth of what the reference budget would bring, 95% of it after the ramp."""
    free, share = followed([0] * 90)
    assert free[-1] == pytest.approx(7.2 * 0.950213, abs=1e-5)
    assert share.max() == 0


def test_the_base_does_not_depend_on_the_budget_and_the_rest_does():
    small, large = (followed([budget] * 60)[0] for budget in (20, 80))
    base = followed([0] * 60)[0]
    np.testing.assert_allclose(large - base, 4 * (small - base))


def test_without_the_section_the_base_refers_to_the_stated_clicks():
    shop = Lone(("visits", FreeVisits, FOLLOWING | {"reference_clicks": 40.0, "ramp_days": 1.0}))
    assert shop.live(20).sources["free"].clicks == pytest.approx(7.2)


def test_ads_are_forgotten_while_the_shop_does_not_sell():
    p4p = {"cpc": 0.5, "cpc_drift": 0.0, "spend_exponent": 1.0}
    shop = Lone(("p4p", PayForPerformance, p4p), ("visits", FreeVisits, FOLLOWING | {"base_share": 0.0}))
    before = shop.live(50).sources["free"].clicks[0]
    shop.state.closed[:] = True
    assert not shop.live(10).sources["free"].clicks.any()
    shop.state.closed[:] = False
    shop.state.recall(KeywordAds).budget[:] = 0.0
    assert shop.live().sources["free"].clicks[0] == pytest.approx(before * 0.5 ** (11 / 10))


def test_joint_advertising_and_the_profile_link_follow_all_visits():
    """A tenth on top of bought and free visits; the link gets a hundredth of all three."""
    p4p = {"cpc": 0.5, "cpc_drift": 0.0, "spend_exponent": 1.0}
    parts = (("p4p", PayForPerformance, p4p), ("visits", FreeVisits, FOLLOWING))
    more = (("co_advertising", CoAdvertising, {"extra_visits": 0.1}), ("link", ProfileLink, {"share_of_visits": 0.01}))
    shop = Lone(*parts, *more, channels=("alibaba", "store"))
    shop.state.keep(WarehouseUse(0.3))
    today = shop.live(30)
    own = today.sources["p4p"].clicks + today.sources["free"].clicks
    assert today.sources["co_advertising"].clicks == pytest.approx(0.1 * own)
    assert shop.wallet.profile_visits == pytest.approx(0.011 * own)
