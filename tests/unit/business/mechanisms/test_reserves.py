"""Reserves as events: when they come, what they keep back, when it is free; the money against a plain loop."""

import numpy as np
import pytest

import sim
from sim.business.accounts import SALES
from sim.business.ledger import CASH
from sim.business.mechanisms.freezes import DisputeMonitor
from sim.business.mechanisms.payments import Payment, Payouts
from sim.business.mechanisms.reserves import Reserve, ReserveRecord
from sim.business.state import processor_accounts
from sim.randomness.distributions import from_leaf
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from tests.unit.business.mechanisms.lone_mechanism import Lone, Means

RECORD = ReserveRecord, "paypal_reserve"
PENDING, HELD, RESERVE, FROZEN = processor_accounts("paypal")
PAY = {"share": 1.0, "fee_rate": 0.0, "fixed_fee": 0.0, "payout_days": 2.0, "first_payout_for": 0.0, "hold_for": 0.0}
BASE = -np.log1p(-0.5) / 365


def shop(uniforms, *, monitor=False, pay=None, **values):
    """Return one account with these uniforms before day 0, a path each: threshold, share, hold, review alike."""
    luck = Drawn(uniforms)
    known = {"annual_probability": 0.5, "new_account_factor": 1.0, "ratio_threshold": 0.01, **values}
    spreads = {
        "kept_share": from_leaf({"uniform": {"low": 0.10, "high": 0.25}}),
        "hold_days": from_leaf({"uniform": {"low": 90, "high": 180}}),
        "review_days": from_leaf({"uniform": {"low": 90, "high": 180}}),
    }
    parts = [
        ("paypal_payouts", Payouts, {}),
        ("paypal_reserve", Reserve, spreads | known),
        ("paypal", Payment, PAY | (pay or {})),
        *([("dispute_monitor", DisputeMonitor, {})] if monitor else []),
    ]
    return Selling(*parts, n_paths=len(uniforms["threshold"]), luck=luck)


class Drawn(Means):
    """Expected counts, and the given uniforms before day 0: the same for every event of a path, or a row an event."""

    def __init__(self, uniforms):
        super().__init__(len(uniforms["threshold"]))
        self.uniforms, self.expected = uniforms, False

    def fixed(self, stream, count):
        rows = np.atleast_2d(self.uniforms[stream])
        return rows[np.minimum(np.arange(count), len(rows) - 1)]


class Selling(Lone):
    def begin(self):
        # Payouts release before the payments have opened the account.
        for mechanism in sorted(self.mechanisms, key=lambda found: found.section == "paypal_payouts"):
            mechanism.begin(self.state, self.luck)
        self.begun = True
        self.state.processors["paypal"].weight = np.ones(self.n_paths)
        return self

    @property
    def balances(self):
        return {a.name: self.balance(a).copy() for a in (PENDING, HELD, RESERVE)}


def alike(n=2, threshold=0.5, share=0.5, hold=0.5, review=0.5):
    return {name: np.full(n, value) for name, value in locals().items() if name != "n"}


def test_a_reserve_comes_when_the_summed_hazard_passes_its_threshold_and_ends_when_reviewed():
    """-log .999 = .0010005 at .0018990 a day: on day 0. Share .175, hold and review 135 days."""
    found = shop(alike(threshold=0.999)).begin()
    found.live(1, gross_sales=np.full(2, 100.0), orders=np.ones(2))
    assert found.balance(RESERVE) == pytest.approx([17.5, 17.5])
    assert found.balance(PENDING) == pytest.approx([82.5, 82.5])
    record = found.state.recall(*RECORD)
    assert record.ends_on.tolist() == [135, 135]
    found.live(134, gross_sales=np.full(2, 100.0), orders=np.ones(2))
    assert found.balance(RESERVE) == pytest.approx([135 * 17.5] * 2)
    found.live(1, gross_sales=np.full(2, 100.0), orders=np.ones(2))
    # Day 135: reviewed. What day 0 kept is paid out, and a new reserve comes at once: 2 x .0010005 is long passed.
    assert record.count.tolist() == [2, 2]
    assert found.balance(RESERVE) == pytest.approx([135 * 17.5] * 2)


def test_what_was_kept_waits_for_its_own_day_after_the_review():
    found = shop(alike(threshold=0.999, hold=1 - 1e-12, review=1e-12), annual_probability=0.01).begin()
    selling = {"gross_sales": np.full(2, 100.0), "orders": np.ones(2)}
    first = int(np.ceil(-np.log(0.999) / (-np.log1p(-0.01) / 365)))
    found.live(first, **selling)
    assert found.balance(RESERVE).max() > 0
    began = first - 1
    found.live(90, **selling)
    kept = found.balance(RESERVE).copy()
    assert kept == pytest.approx([90 * 17.5] * 2)
    reviewed = found.balance(RESERVE)
    found.live(1)
    assert reviewed == pytest.approx(kept), "the review gives nothing back before its day"
    found.live(began + 180 - found.environment.day - 1)
    assert found.balance(RESERVE) == pytest.approx(kept)
    found.live(1)
    assert found.balance(RESERVE) == pytest.approx(kept - 17.5)


def test_disputes_and_a_new_account_raise_the_hazard():
    """4% disputes of 100 a day: 1 + 1.5 (.04 / .01 - 1) = 5.5 from the second day on; a new account doubles it."""
    for new, factor in ((0.0, 1.0), (500.0, 2.0)):
        found = shop(alike(threshold=1e-12), monitor=True, new_account_factor=2.0, new_account_days=new).begin()
        found.live(3, gross_sales=np.full(2, 1e3), orders=np.full(2, 100.0), chargebacks=np.full(2, 4.0))
        record = found.state.recall(*RECORD)
        assert record.hazard == pytest.approx([BASE * factor * (1 + 2 * 5.5)] * 2)


def test_money_never_leaves_the_buckets_and_profit_is_the_same():
    found = shop({name: np.linspace(0.05, 0.95, 8) for name in ("threshold", "share", "hold", "review")}).begin()
    rng = np.random.default_rng(3)
    sold = 0.0
    for _ in range(500):
        sales = rng.uniform(0, 100, 8)
        sold = sold + sales
        found.live(1, gross_sales=sales, orders=np.ones(8))
        for mechanism in found.mechanisms:
            for account, balance in mechanism.reconcile(found.state):
                np.testing.assert_allclose(balance, found.balance(account), atol=1e-6)
    held = sum(found.balances.values())
    np.testing.assert_allclose(found.cash - 1e6 + held, sold)
    np.testing.assert_allclose(-found.balance(SALES), sold)


def test_the_money_of_many_accounts_is_that_of_a_plain_loop():
    """1,500 accounts of their own luck, 300 days: reserve and cash, day by day and account by account."""
    rng, n, days = np.random.default_rng(7), 1500, 300
    uniforms = {name: rng.uniform(size=(4, n)) for name in ("share", "hold", "review")}
    uniforms["threshold"] = rng.uniform(size=n)
    sales = rng.uniform(0, 200, (days, n))
    found = shop(uniforms, annual_probability=0.7).begin()
    for day in range(days):
        found.live(1, gross_sales=sales[day], orders=np.ones(n))
    base = -np.log(0.3) / 365
    reserve, cash, events = (np.zeros(n) for _ in range(3))
    for path in range(n):
        step = -np.log(uniforms["threshold"][path])
        hazard, ends = 0.0, None
        for day in range(days):
            if ends == day:
                ends = None
            if ends is None:
                hazard += base
                if hazard > step * (events[path] + 1):
                    luck = {name: uniforms[name][int(events[path]), path] for name in ("share", "hold", "review")}
                    share, hold = 0.10 + 0.15 * luck["share"], round(90 + 90 * luck["hold"])
                    ends, events[path] = day + round(90 + 90 * luck["review"]), events[path] + 1
            kept = share * sales[day, path] if ends is not None else 0.0
            if ends is not None and day + hold >= days:
                reserve[path] += kept
            else:
                cash[path] += kept
            if day + 2 < days:
                cash[path] += sales[day, path] - kept
    np.testing.assert_array_equal(found.state.recall(*RECORD).count, events)
    assert events.max() >= 3
    assert 0.2 < (events > 0).mean() < 0.7
    np.testing.assert_allclose(found.balance(RESERVE), reserve, atol=1e-6)
    np.testing.assert_allclose(found.balance(CASH) - 1e6, cash, atol=1e-6)


def test_in_a_run_it_moves_cash_and_not_what_was_earned_and_its_frequency_is_the_stated_one():
    changes = {
        "store.paypal_reserve.annual_probability": 0.5,
        "store.paypal_reserve.new_account_factor": 1,
        "store.dispute_monitor.enabled": False,
        "store.paypal_payouts.withdrawal_fee": 0,
        "store.paypal_payouts.conversion_fee": 0,
        "wallet.capital": 1_000_000,
        "horizon_days": 90,
    }
    base = sim.load("configs/market.yaml", ["strategies={s: [store]}"]).with_(changes)
    plan = Plan(seed=2, worlds=1024, replicates=1)
    with_it, without = (
        simulate(base.with_({"store.paypal_reserve.enabled": on}), plan).records["s"] for on in (True, False)
    )
    for figure in ("orders", "operating_profit"):
        np.testing.assert_array_equal(with_it.monthly[figure], without.monthly[figure])
    came = with_it.paths["store.paypal_reserve.reserves"] > 0
    exposed = 90 - 5  # opened after about five days
    assert came.mean() == pytest.approx(1 - 0.5 ** (exposed / 365), abs=4 * np.sqrt(0.15 * 0.85 / 1024))
    assert with_it.monthly["cash"][-1][came].mean() < without.monthly["cash"][-1][came].mean()
    np.testing.assert_array_equal(with_it.monthly["cash"][-1][~came], without.monthly["cash"][-1][~came])
