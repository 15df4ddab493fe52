"""The shared market: season, weekdays, ad prices that return to their level, the yuan's heavy tails."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from sim.business.market import WEEKDAY, Environment, Market, student_t3
from sim.randomness.luck import Luck, SpanLuck

START = date(2026, 9, 7)
QUIET = {
    "ad_price_drift": 0.0,
    "ad_price_volatility": 0.0,
    "ad_price_persistence": 0.9,
    "season": False,
    "weekdays": False,
    "yuan_start": 7.0,
    "yuan_volatility": 0.035,
    "yuan_moves": False,
    "ad_price_november": 1.30,
    "ad_price_december": 1.35,
    "ad_price_january": 0.90,
    "demand_november": 1.30,
    "demand_december": 1.20,
    "trade_rules": {},
    "trade_regime": "",
    "duty_on": "factory_price",
}
AD_PRICE_SEASON = {11: 1.30, 12: 1.35, 1: 0.90}
DEMAND_SEASON = {11: 1.30, 12: 1.20}


def live(n_days, seed=1, *, blocks=range(1), expected=False, start=START, **values):
    """Yield the environment after each day."""
    span = SpanLuck(seed, blocks, expected=expected)
    market = Environment(Market(**(QUIET | values)), start, Luck(span, "market", Market.streams))
    for day in range(n_days):
        span.day = day
        market.step(day)
        yield market


def test_the_calendar_runs_from_the_start():
    dates = [market.date for market in live(40)]
    assert dates[0] == START
    assert dates[-1] == START + timedelta(days=39)


def test_a_month_of_bills_has_thirty_days_from_day_0():
    assert [market.day for market in live(91) if market.starts_month] == [0, 30, 60, 90]
    assert [market.day for market in live(91) if market.ends_period] == [29, 59, 89]
    assert [market.month_so_far for market in live(60)] == [(day % 30 + 1) / 30 for day in range(60)]


def test_a_period_ends_with_the_horizon_too():
    environment = Environment(None, START, None, n_days=75)
    found = []
    for environment.day in range(75):
        if environment.ends_period:
            found.append((environment.day, environment.month_so_far))
    assert found == [(29, 1.0), (59, 1.0), (74, 0.5)]


def test_a_quiet_market_changes_nothing():
    for market in live(120, start=date(2026, 10, 20)):
        assert (market.demand, market.ad_price, market.goods_price) == (1.0, 1.0, 1.0)


def test_demand_and_ad_prices_follow_the_months():
    for market in live(400, season=True):
        assert market.demand == DEMAND_SEASON.get(market.date.month, 1.0)
        assert market.ad_price == AD_PRICE_SEASON.get(market.date.month, 1.0)


def test_each_world_has_a_season_of_its_own():
    worlds = np.array([1.3, 1.6])
    days = live(60, start=date(2026, 10, 20), season=True, ad_price_november=worlds, demand_november=worlds - 1.0)
    for market in days:
        november = market.date.month == 11
        np.testing.assert_array_equal(
            market.ad_price, worlds if november else AD_PRICE_SEASON.get(market.date.month, 1)
        )
        np.testing.assert_array_equal(
            market.demand, worlds - 1.0 if november else DEMAND_SEASON.get(market.date.month, 1)
        )


def test_orders_follow_the_weekday_and_average_one():
    demand = [market.demand for market in live(7, weekdays=True)]
    assert START.weekday() == 0
    assert demand == list(WEEKDAY)
    assert np.mean(demand) == pytest.approx(1.0, abs=0.002)
    later = next(iter(live(1, weekdays=True, start=date(2026, 9, 12))))
    assert later.demand == WEEKDAY[5]


def test_ad_prices_rise_by_the_drift_in_a_year():
    prices = [market.ad_price for market in live(366, ad_price_drift=0.2)]
    assert prices[0] == 1.0
    assert prices[365] == pytest.approx(1.2)
    assert prices[73] == pytest.approx(1.2**0.2)


def test_ad_price_shocks_are_stationary_with_mean_one_and_the_stated_memory(seed):
    volatility, keep = 0.3, 0.8
    rows = [
        np.log(market.ad_price)
        for market in live(6, seed, blocks=range(60), ad_price_volatility=volatility, ad_price_persistence=keep)
    ]
    n = rows[0].size
    for row in rows:
        assert row.std() == pytest.approx(volatility, abs=4 * volatility / np.sqrt(2 * n))
        assert np.exp(row).mean() == pytest.approx(1.0, abs=4 * np.sqrt(np.expm1(volatility**2) / n))
    for lag in (1, 3):
        error = (1 - keep ** (2 * lag)) / np.sqrt(n)
        assert np.corrcoef(rows[0], rows[lag])[0, 1] == pytest.approx(keep**lag, abs=4 * error)


def test_each_world_has_its_own_market_numbers():
    volatility = np.linspace(0.0, 0.4, 1024)
    drift = np.linspace(-0.1, 0.3, 1024)
    market = list(live(30, ad_price_volatility=volatility, ad_price_drift=drift))[-1]
    assert market.ad_price.shape == (1024,)
    assert market.ad_price[0] == pytest.approx(0.9 ** (29 / 365))


def test_a_stronger_yuan_makes_goods_dearer_and_days_add_up(seed):
    span = SpanLuck(seed, range(1))
    daily = 0.5 / np.sqrt(365 * 3)
    log_yuan = np.zeros(1024)
    for day, market in enumerate(live(12, seed, yuan_moves=True, yuan_volatility=0.5)):
        span.day = day
        log_yuan = log_yuan + daily * stats.t(3).ppf(span.uniform("market.yuan"))
        np.testing.assert_allclose(market.goods_price, np.exp(-log_yuan), rtol=1e-6)


def test_the_yuans_yearly_volatility_is_the_stated_one(seed):
    days = 250
    prices = [market.goods_price for market in live(days, seed, blocks=range(8), yuan_moves=True, yuan_volatility=0.04)]
    change = np.log(prices[-1])
    # Heavy tails: sums of 250 t(3) draws have a kurtosis that never settles; 5% is about 4 errors of quartiles.
    quartiles = np.subtract(*np.percentile(change, (75, 25)))
    assert quartiles == pytest.approx(1.349 * 0.04 * np.sqrt(days / 365), rel=0.12)
    assert np.median(change) == pytest.approx(0.0, abs=4 * 1.2533 * 0.04 / np.sqrt(change.size))


def test_expected_counts_leave_only_season_and_drift():
    for market in live(60, expected=True, ad_price_volatility=0.3, yuan_moves=True, ad_price_drift=0.1, season=True):
        level = AD_PRICE_SEASON.get(market.date.month, 1.0) * 1.1 ** (market.day / 365)
        np.testing.assert_allclose(market.ad_price, level, rtol=1e-14)
        np.testing.assert_array_equal(market.goods_price, 1.0)


def test_student_t3_quantiles_are_scipys():
    u = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 200_001), [0.5, 0.25, 0.75]])
    np.testing.assert_allclose(student_t3(u), stats.t(3).ppf(u), rtol=1e-9, atol=1e-9)
    # In the far tails the uniform's own distance to the end limits what can be known.
    tail = np.geomspace(1e-11, 1e-3, 1000)
    np.testing.assert_allclose(student_t3(tail), stats.t(3).ppf(tail), rtol=1e-5)
    np.testing.assert_allclose(student_t3(1 - tail), -stats.t(3).ppf(tail), rtol=1e-5)


def test_student_t3_is_symmetric_monotone_and_finite_at_the_ends():
    u = np.linspace(0.001, 0.999, 999)
    np.testing.assert_allclose(student_t3(u), -student_t3(1 - u), rtol=1e-9, atol=1e-12)
    assert (np.diff(student_t3(np.linspace(1e-12, 1 - 1e-12, 100_001))) > 0).all()
    ends = student_t3(np.array([2.0**-54, 1 - 2.0**-53]))
    assert np.isfinite(ends).all()
    assert ends[0] < -1000
    assert ends[1] > 1000
