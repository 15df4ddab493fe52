"""The engine against the store lived order by order: means, quantiles, chances, freezes, ruin.

Tolerances are 4 combined standard errors: of a mean, or of the share of the reference that lies below the engine's
quantile (a binomial, so that ties and tails need no density). What the two may differ in is tested too: the model pools
the prices of orders that are open together, so a returned order costs the pool's mean. With the market's wide prices
(log-sd .74) that takes about $100 off the lower tail of the settled profit of shops that gave up; with one price, none.
"""

from functools import cache

import numpy as np
import pytest

import sim
from sim.simulation.engine import prepare, simulate
from sim.simulation.plan import Plan
from tests.analytic.order_by_order import simulate as order_by_order

STORE = "strategies={independent: [store]}"
READINGS = {"settled": "settled_profit", "cash": "cash", "orders": "orders", "ads": "ad_spend"}
FIGURES = {
    "stopped": "store.test_gate.stopped",
    "paypal_freezes": "store.paypal_freeze.freezes",
    "stripe_freezes": "store.stripe_freeze.freezes",
}
MONTHS = (1, 2, 4, 6, 8)
QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)


@cache
def engine(config, *overrides):
    run = simulate(sim.load(f"configs/{config}.yaml", [STORE, *overrides]), Plan(seed=2, worlds=16_384, replicates=1))
    return run.records["independent"]


def gaps(found, reference):
    """Gap of the means in standard errors, then the gaps of the shares below each quantile."""
    found = np.asarray(found, dtype=float)
    # The engine's spread for both: if they agree, it is the reference's too, and a small sample may miss rare paths.
    error = found.std() * np.sqrt(1 / found.size + 1 / reference.size)
    yield "mean", abs(found.mean() - reference.mean()) / (error + 1e-6)
    for p in QUANTILES:
        point = np.quantile(found, p, method="inverted_cdf")
        # Counts have ties, and what is kept is float32: the share below, and the share up to, the point.
        below, upto = (reference < point - 0.01).mean(), (reference <= point + 0.01).mean()
        error = np.sqrt(p * (1 - p) * (1 / found.size + 1 / reference.size))
        yield f"{p} quantile", max(below - p, p - upto, 0.0) / error


def chance_gap(found, reference):
    """Gap of two shares in standard errors, of a share of at least one in the reference."""
    p = max(found.mean(), 1 / reference.size)
    error = np.sqrt(p * (1 - p) * (1 / found.size + 1 / reference.size))
    return abs(found.mean() - reference.mean()) / error


def differences(record, slow, names=READINGS, statistics=None):
    """All gaps above 4 standard errors, by name."""
    wide = {}
    for name in names:
        for month in MONTHS:
            for what, gap in gaps(record.monthly[READINGS[name]][month - 1], slow[name][month - 1]):
                if statistics is None or what in statistics:
                    wide[f"{what} of {name}, month {month}"] = gap
    for month in range(8):
        hits = record.monthly["settled_profit"][month] > 0
        wide[f"P(profit), month {month + 1}"] = chance_gap(hits, slow["settled"][month] > 0)
    for name, figure in FIGURES.items():
        if figure in record.paths:
            wide[name] = next(gap for _, gap in gaps(record.paths[figure], slow[name]))
    wide["ruin"] = chance_gap(np.isfinite(record.paths["ruin_day"]), slow["ruined"])
    return {name: round(float(gap), 2) for name, gap in wide.items() if not gap <= 4}


SIZES = [150, pytest.param(1000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("n_paths", SIZES)
def test_the_articles_store_with_freezes(n_paths, seed):
    assert differences(engine("article"), order_by_order(n_paths, seed)) == {}


@pytest.mark.slow
def test_the_articles_store_without_freezes(seed):
    slow = order_by_order(1500, seed, freezes=(False, False))
    assert differences(engine("article", "store.paypal_freeze.enabled=false"), slow) == {}


@pytest.mark.slow
def test_the_markets_store_at_one_price(seed):
    """Season, two sources, fatigue, gate, stop-loss, coupons, VAT, duty, lost parcels, the yuan: all on."""
    record = engine("market", "store.prices.log_sd=0")
    assert differences(record, order_by_order(1000, seed, article=False, price_log_sd=0.0)) == {}


@pytest.mark.slow
def test_the_markets_store_at_its_wide_prices_but_for_the_lower_tail(seed):
    slow = order_by_order(1000, seed, article=False)
    record = engine("market")
    middle = ("mean", "0.25 quantile", "0.5 quantile", "0.75 quantile", "0.95 quantile")
    assert differences(record, slow, statistics=middle) == {}
    tail = np.quantile(record.monthly["settled_profit"][-1], 0.05) - np.quantile(slow["settled"][-1], 0.05)
    assert 0 < tail < 200


@pytest.mark.slow
def test_shares_of_a_days_sales_stand_for_single_orders(seed):
    """Account, coupon, destination and return of the goods drawn an order each: same means, same settled profit."""
    slow = order_by_order(1000, seed, each=True)
    record = engine("article")
    assert differences(record, slow, statistics=("mean",)) == {}
    assert differences(record, slow, names=("settled", "orders", "ads")) == {}
    slow = order_by_order(1000, seed, article=False, each=True, price_log_sd=0.0)
    assert differences(engine("market", "store.prices.log_sd=0"), slow, statistics=("mean",)) == {}


@pytest.mark.slow
def test_the_comparison_sees_a_return_rate_a_few_points_off():
    slip = engine("article", "store.returns.return_rate={beta: {mean: 0.26, sd: 0.045}}")
    moved = slip.monthly["settled_profit"][7]
    assert max(gap for _, gap in gaps(moved, engine("article").monthly["settled_profit"][7].astype(float))) > 8


@pytest.mark.parametrize("channel", ["store", "aliexpress"])
def test_goods_and_freight_never_take_more_cash_than_there_is(channel):
    """A seller short of cash sells less and is not ruined: orders are taken at their actual cost, not the mean's."""
    overrides = [f"strategies={{s: [{channel}]}}", "wallet.capital=2600", f"{channel}.prices.log_sd=0.74"]
    overrides += [f"{channel}.prices.mean_value={{lognormal: {{median: 250, log_sd: 0.3}}}}"]
    overrides += [f"{channel}.acceptance.cash_reserve=0"]
    scenario = sim.load("configs/article.yaml", overrides)
    environment, (strategy,), luck = prepare(scenario, Plan(seed=4, worlds=1024, replicates=1), range(1))
    cash = {}
    short = 0
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        strategy.live(environment, lambda section: cash.__setitem__(section, strategy.wallet.cash.copy()))
        had, left = cash["goods"], cash["delivery"]
        assert (left[had >= 0] >= -1e-6).all(), f"day {day}"
        short += int(((left < 100) & (left < had)).sum())
    assert short > 100  # the limit is met often enough to be tested
