"""A run of two strategies, two months and forty paths (twenty worlds of two), every figure of it made by hand."""

from functools import cache

import numpy as np

import sim
from sim.results.result import Result
from sim.simulation.plan import Plan
from sim.simulation.recorder import Record

PATHS = np.arange(40)
FLOWS = {
    "impressions": (1000, 3000),
    "clicks": (50, 150),
    "carts": (20, 20),
    "orders": (3, 5),
    "paid_orders": (2, 4),
    "ad_spend": (30, 90),
    "paid_sales": (200, 280),
    "gross_sales": (400, 600),
}


def on_every_path(months):
    return np.repeat(np.array(months, dtype=float)[:, None], len(PATHS), axis=1)


def shop():
    """Paths 36 and 37 are ruined on day 10, path 38 on day 45; paths 0 to 3 have an account frozen, path 0 two."""
    settled = np.stack([PATHS - 29.5, PATHS - 9.5])
    ruin_day = np.full(40, np.inf)
    ruin_day[[36, 37, 38]] = 10, 10, 45
    stable = np.full(40, np.inf)
    stable[[5, 38, 39]] = 2, 2, 1
    frozen = np.where(PATHS < 4, 1.0, 0.0)
    twice = np.where(PATHS == 0, 1.0, 0.0)
    monthly = {name: on_every_path(months) for name, months in FLOWS.items()}
    monthly |= {
        "settled_profit": settled,
        "cumulative_profit": settled + 5,
        "operating_profit": settled + 2,
        "profit_after_owner_pay": settled - 4,
        "cash": settled + 1000,
        "ruined": (ruin_day < np.array([[30], [60]])).astype(float),
    }
    paths = {
        "ruin_day": ruin_day,
        "first_stable_month": stable,
        "peak_funding": PATHS + 100.0,
        "lowest_cash": PATHS + 500.0,
        "store.paypal_freeze.freezes": frozen,
        "store.paypal_freeze.frozen_days": 10 * frozen,
        "store.paypal_freeze.frozen_money": 100 * frozen,
        "store.stripe_freeze.freezes": twice,
        "store.stripe_freeze.frozen_days": 5 * twice,
        "store.stripe_freeze.frozen_money": 50 * twice,
        "store.stripe_freeze.forfeited": 8 * twice,
    }
    lines = {"sales": monthly["gross_sales"] + PATHS, "staff": np.zeros((2, 40))}
    receipts = {"received": monthly["paid_sales"] - PATHS}
    weeks = PATHS + 100.0 * np.arange(8)[:, None]
    weekly = {"cash": weeks, "settled_profit": weeks + 7}
    return Record(monthly, paths, lines, receipts, weekly)


def platform():
    """Earns 10 less than the shop, to the end of each month, and is never ruined nor frozen."""
    record = shop()
    monthly = record.monthly | {"settled_profit": record.monthly["settled_profit"] - 10, "ruined": np.zeros((2, 40))}
    paths = {"ruin_day": np.full(40, np.inf), "first_stable_month": np.full(40, np.inf), "peak_funding": PATHS + 1.0}
    return Record(monthly, paths, record.profit_and_loss, record.cash_flow, record.weekly)


@cache
def two_months():
    strategies = {"shop": ["store"], "platform": ["alibaba"]}
    return sim.load("configs/article.yaml", ["horizon_days=60"]).with_({"strategies": strategies})


def small_run(**changes):
    """Return the run; changes are of its scenario."""
    records = {"shop": shop(), "platform": platform()}
    scenario = two_months().with_(changes) if changes else two_months()
    return Result(scenario, Plan(1, 20, 2), records, {"market.demand": np.arange(20.0)})
