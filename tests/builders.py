"""Builders that tests share: a command as it ended, summaries and runs made by hand, small sweeps.

`command` runs the command line in this process. `summary` is a summary in which no two figures are alike, so that one
that stands in another's place is seen. `small_run` is a run of two strategies, two months and forty paths (twenty
worlds of two), every figure of it made by hand. `write_sweep` writes a sweep's file; the functions below it are cells
that fail on purpose, here so that worker processes can import them.
"""

import os
import signal
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

import sim
from sim.business.statement import Part
from sim.cli.app import main
from sim.results.result import Result
from sim.simulation.plan import Plan
from sim.simulation.recorder import Record
from sim.studies.sweeps.runner import simulate_cell


@dataclass
class Ended:
    """What a command left behind."""

    status: int
    out: str
    err: str


def command(monkeypatch, capsys, *words):
    """Run ``sim`` with these words."""
    monkeypatch.setattr(sys, "argv", ["sim", *map(str, words)])
    status = 0
    try:
        main()
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else 0
    captured = capsys.readouterr()
    return Ended(status, captured.out, captured.err)


def share(estimate, half=0.01):
    """Return a share, or a sum of money, with its interval."""
    return {"estimate": estimate, "low": estimate - half, "high": estimate + half}


def an_order(price, ads=0.0, **costs):
    """Return one order on average as a summary has it: costs are negative, what is not named costs nothing."""
    means = {"price": price} | {key: costs.get(key, 0.0) for key in ("goods", "freight", "duty", "fees", "returns")}
    means["losses"] = costs.get("losses", 0.0)
    before = sum(means.values())
    means |= {"before_ads": before, "ads": ads, "after_ads": before + ads}
    points = {"ads_per_order": before if before > 0 else None, "acos": before / price if before > 0 else None}
    points |= dict.fromkeys(("roas", "conversion", "conversion_now", "price", "price_now", "margin", "margin_now"))
    lines = [
        {"line": line, "mean": mean, "p5": 0.9 * mean, "p50": mean, "p95": 1.1 * mean} for line, mean in means.items()
    ]
    return {"orders": 312.4, "worlds_without_orders": 0.0, "lines": lines, "break_even": points, "customer": None}


def amounts(p5, p50, p95):
    """Return the 5, 50 and 95% points of sums of money."""
    return {"p5": share(p5, 1.0), "p50": share(p50, 1.0), "p95": share(p95, 1.0)}


def chances(first, last, band):
    """Return a chance by the end of both months, and what the last one depends on."""
    bands = [{"estimate": None, "low": low, "high": high} for low, high in ((0.001, 0.999), band)]
    return {"pointwise": [share(first), share(last)], "parameter_band": bands}


def paid(expected):
    """Return the expected profit after owner's pay as a summary has it."""
    return {"mean": share(expected, 100.0)}


def order(price, goods, ads, *, orders=18.0):
    """Return what one order brings and costs as a summary has it: price, goods, ads, and small other costs."""
    costs = {"goods": -goods, "freight": -6.25, "duty": -3.5, "fees": -2.25, "returns": -7.75, "losses": -0.5}
    before = price + sum(costs.values())
    lines = {"price": price, **costs, "before_ads": before, "ads": -ads, "after_ads": before - ads}
    points = {"p5": 0.5, "p50": 0.75, "p95": 1.5}
    told = [
        {"line": name, "mean": mean} | {at: part * mean for at, part in points.items()} for name, mean in lines.items()
    ]
    break_even = {
        **{"ads_per_order": before, "acos": before / price, "roas": price / before},
        **{"conversion": 0.02 * ads / before, "conversion_now": 0.02},
        **{"price": price - (before - ads) / 0.8, "price_now": price, "margin": 0.55, "margin_now": 0.47},
    }
    return {"orders": orders, "worlds_without_orders": 0.05, "lines": told, "break_even": break_even}


def advised(strategy="aliexpress", leading="aliexpress", reason="gain", expected=800.0, chance=0.36, among=2):
    """Return a recommendation as a summary has it."""
    told = {"expected": share(expected, 100.0), "chance": share(chance)}
    names = {"strategy": strategy, "leading": leading, "named": leading, "of_named": told}
    return names | {"among": among, "reason": reason, **told}


OWN_STORE = {
    "probability_of_profit": {
        "settled_profit": chances(0.21, 0.41, (0.11, 0.72)),
        "operating_profit": chances(0.35, 0.45, (0.13, 0.74)),
        "profit_after_owner_pay": chances(0.17, 0.27, (0.12, 0.52)),
    },
    "settled_profit": amounts(-6000.0, -700.0, 9000.0)
    | {
        "mean": share(-1000.0, 100.0),
        "mean_of_worst_5": {"estimate": -8000.0},
    },
    "profit_after_owner_pay": paid(-1234.0),
    "cash_needed": amounts(1500.0, 2500.0, 4500.0) | {"at_least_share": share(0.02)},
    "ruin": [share(0.03), share(0.08)],
    "freezes": {"share_of_paths": share(0.14), "locked": share(0.09), "mean_where_locked": 345.0},
    "shops": {"lose": 0.44, "open": 0.36, "win": 0.2, "method": "Beta"},
    "refused": {"share_of_orders": 0.002},
    "per_order": order(85.0, 42.5, 30.0),
    "time_to_profit": {"incidence": [share(0.22), share(0.47)], "median_month": None},
    "stable_profit": {"incidence": [share(0.19), share(0.33)], "median_month": None},
    "funnel": {
        "impressions": [70_000.0, 80_000.0],
        "clicks": [600.0, 900.0],
        "carts": [31.0, 44.0],
        "orders": [6.2, 11.8],
        "orders_per_visit": 0.012,
        "cost_per_click": 0.75,
        "acos": 0.62,
    },
    "figures": {"store.test_gate.stopped": 0.29},
}

ALIEXPRESS = {
    "probability_of_profit": {
        "settled_profit": chances(0.24, 0.53, (0.0, 1.0)) | {"parameter_band": {"refused": "one replicate"}},
        "operating_profit": chances(0.37, 0.57, (0.15, 0.76)),
        "profit_after_owner_pay": chances(0.18, 0.36, (0.14, 0.54)),
    },
    "settled_profit": amounts(-3000.0, 400.0, 5000.0)
    | {
        "mean": share(900.0, 100.0),
        "mean_of_worst_5": {"estimate": -3500.0},
    },
    "profit_after_owner_pay": paid(800.0),
    "cash_needed": amounts(1100.0, 2100.0, 3100.0) | {"at_least_share": share(0.06)},
    "ruin": [share(0.02), share(0.07)],
    "freezes": {},
    "shops": {"refused": "one replicate"},
    "refused": {"share_of_orders": 0.31},
    "per_order": order(36.0, 14.5, 5.2),
    "time_to_profit": {"incidence": [share(0.25), share(0.61)], "median_month": 2.0},
    "stable_profit": {"incidence": [share(0.26), share(0.56)], "median_month": 2.0},
    "funnel": {
        "impressions": [0.0, 0.0],
        "clicks": [0.0, 0.0],
        "carts": [0.0, 0.0],
        "orders": [0.0, 0.0],
        "orders_per_visit": None,
        "cost_per_click": None,
        "acos": None,
    },
    "figures": {},
}


def summary():
    """Return the summary of a run of two strategies over two months, as far as it is shown."""
    return {
        "scenario": "shop",
        "currency": "USD",
        "months": [1, 2],
        "worlds": 512,
        "replicates": 4,
        "keep": "paths",
        "condition": None,
        "stop": None,
        "recommendation": advised(),
        "model_doubt": None,
        "strategies": {"independent": OWN_STORE, "aliexpress": ALIEXPRESS},
        "comparisons": [
            {
                "a": "independent",
                "b": "aliexpress",
                "probability": share(-0.12, 0.03),
                "money": {"estimate": 650.0, "low": 150.0, "high": 1150.0},
                "a_beats_b": share(0.31, 0.02),
            }
        ],
    }


def model_doubt():
    """Return what `sim readings` found on two strategies, as plain data."""

    def tried(kind, name, option, recommended, strategy, chance, money):
        shift = {
            "chance": share(0.5),
            "chance_difference": share(*chance),
            "expected_difference": share(*money),
        }
        advice = advised(recommended, reason="gain" if recommended else "loss")
        head = {"kind": kind, "name": name, "option": option, "settings": [name]}
        return head | {"recommendation": advice, "strategies": {strategy: shift}}

    return {
        "scenario": "shop",
        "currency": "USD",
        "months": [1, 2],
        "strategies": ["independent", "aliexpress"],
        "recommendation": advised(),
        "first": {"independent": 1, "do_nothing": 1},
        "tried": [
            tried("reading", "margin", "after_freight", "independent", "independent", (0.12, 0.03), (1500.0, 200.0)),
            tried("doubt", "aliexpress.deposit.amount", 1200.0, None, "aliexpress", (-0.04, 0.01), (-300.0, 50.0)),
        ],
        "left_out": [],
    }


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
    return Record(monthly, paths, lines, receipts, weekly, {"sales": Part.SALES, "staff": Part.RUNNING})


def platform():
    """Earns 10 less than the shop, to the end of each month, and is never ruined nor frozen."""
    record = shop()
    monthly = record.monthly | {"settled_profit": record.monthly["settled_profit"] - 10, "ruined": np.zeros((2, 40))}
    paths = {"ruin_day": np.full(40, np.inf), "first_stable_month": np.full(40, np.inf), "peak_funding": PATHS + 1.0}
    return Record(monthly, paths, record.profit_and_loss, record.cash_flow, record.weekly, record.parts)


@cache
def two_months():
    strategies = {"shop": ["store"], "platform": ["alibaba"]}
    return sim.load("configs/article.yaml", ["horizon_days=60"]).with_({"strategies": strategies})


def small_run(**changes):
    """Return the run; changes are of its scenario."""
    records = {"shop": shop(), "platform": platform()}
    scenario = two_months().with_(changes) if changes else two_months()
    return Result(scenario, Plan(1, 20, 2), records, {"market.demand": np.arange(20.0)})


BASE = Path("configs/article.yaml").resolve()

HEAD = f"""
name: small
base: {BASE}
worlds: 64
strategies: [independent]
set: {{horizon_days: 30}}
"""


def write_sweep(folder, body="axes: {wallet.capital: [5000, 6000, 7000, 8000]}\n", head=HEAD):
    """Write a sweep's file and return its path."""
    file = Path(folder) / "sweep.yaml"
    file.write_text(head + body, encoding="utf-8")
    return file


def assert_same(record, other, cut=...):
    """Hold every figure of a record against another record's, or a part of its."""
    for (group, table), (_, others) in zip(record.groups(), other.groups(), strict=True):
        assert table.keys() == others.keys()
        for name, values in table.items():
            np.testing.assert_array_equal(values, others[name][cut], err_msg=f"{group}.{name}")


def contents(folder):
    """Return the bytes of every file that must not vary from run to run."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(Path(folder).rglob("*"))
        if file.is_file() and file.name not in ("log.jsonl", "lock")
    }


def raises_at_6000(scenario, plan, run_hash, values):
    """Fail one cell with an ordinary error."""
    if values["wallet.capital"] == 6000:
        raise ZeroDivisionError("no capital left to divide by")
    return simulate_cell(scenario, plan, run_hash, values)


def dies_at_6000(scenario, plan, run_hash, values):
    """Kill the process of one cell, whenever it is tried."""
    if values["wallet.capital"] == 6000:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate_cell(scenario, plan, run_hash, values)


def dies_once(scenario, plan, run_hash, values):
    """Kill the process of one cell at its first try only; the folder to remember it by is the environment's."""
    mark = Path(os.environ["SWEEP_TEST_MARK"])
    if values["wallet.capital"] == 6000 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate_cell(scenario, plan, run_hash, values)


def slow(scenario, plan, run_hash, values):
    """Take long enough to be killed in the middle."""
    time.sleep(1.5)
    return simulate_cell(scenario, plan, run_hash, values)
