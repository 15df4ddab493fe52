"""Account freezes: how likely on a day, what they lock, when and how they end, what is provided for."""

import numpy as np
import pytest

from sim.business.accounts import SALES
from sim.business.delays import RollingSum
from sim.business.mechanisms.freezes import EXPECTED_FROZEN_LOSS, FROZEN_WRITE_OFF, DisputeMonitor, Freeze, FreezeRecord
from sim.business.mechanisms.shared import ChannelHistory
from sim.business.state import NEVER, Processor, processor_accounts
from tests.unit.business.mechanisms.lone_mechanism import Lone, Means
from tests.unit.business.mechanisms.platform_harness import days

PLAIN = {"reading": "annual_event_probability", "annual_probability": 0.5, "figure": 0.12, "covers": "base"}
PLAIN |= {"new_account_days": 0.0, "new_account_factor": 2.0, "other_factors": 1.0, "handling_days": days(10, 10)}
PLAIN |= {"ratio_threshold": 0.02, "ratio_slope": 1.5, "least_sales": 100.0, "jump_factor": 1.5, "jump_ratio": 3.0}
PLAIN |= {"frozen_share": 0.8, "won": 0.6, "forfeited": 0.25, "hold_days": 30.0, "lost_funds": "hold_of_lost_funds"}
FROZEN = processor_accounts("paypal")[3]


def account(fixed_uniform=0.5, holds=1000.0, **values):
    """An account with $1,000 due on day 300; the uniform decides when a freeze comes (1: at once) and how it ends."""
    freeze = ("paypal_freeze", Freeze, PLAIN | values)
    shop = Lone(freeze, accounts=(SALES,), capital=0.0, luck=Means(2, fixed_uniform))
    processor = shop.state.processors["paypal"] = Processor("paypal", 2, 1.0, (300, 300, 300))
    processor.pending.line.schedule(0, 300, holds)
    shop.book.post(holds, debit=processor.pending.account, credit=SALES)
    return shop.begin()


def record(shop):
    return shop.state.recall(FreezeRecord, "paypal_freeze")


def frozen(shop):
    return shop.state.processors["paypal"].frozen.tolist()


def frozen_at_once(loses=False, **values):
    """A shop on the first day of its freeze."""
    shop = account(1 - 1e-9 if loses else 1e-9, **values)
    record(shop).threshold[:] = 0.0
    shop.live()
    return shop


def figures(shop):
    return {name: float(values[0]) for name, values in shop.mechanisms[0].figures(shop.state)}


# How likely


def hazard_after(n_days=1, **values):
    shop = account(**values)
    record(shop).threshold[:] = np.inf
    shop.live(n_days)
    return float(record(shop).hazard[0])


def test_a_years_hazard_is_that_of_the_yearly_chance():
    assert 1 - np.exp(-hazard_after(365)) == pytest.approx(0.5)


def test_a_new_account_has_a_higher_hazard():
    assert hazard_after(100, new_account_days=30.0) == pytest.approx(np.log(2) / 365 * (30 * 2 + 70))


@pytest.mark.parametrize(("new_days", "other"), [(90.0, 1.0), (90.0, 1.2), (0.0, 1.0), (1000.0, 1.0)])
def test_a_chance_that_covers_the_first_year_holds_with_its_factors(new_days, other):
    """All that is not the new account's factor is its mean."""
    hazard = other * hazard_after(365, covers="first_year", new_account_days=new_days, other_factors=other)
    assert 1 - np.exp(-hazard) == pytest.approx(0.5)


def test_read_as_a_share_of_volume_handling_times_take_that_share_of_the_year():
    # 12% of 365 days, at 10 days a freeze: 4.38 freezes; a new account or a dispute changes nothing.
    values = {"reading": "share_of_volume", "new_account_days": 90.0}
    assert hazard_after(365, **values) == pytest.approx(0.12 * 365 / 10)


def test_nothing_is_frozen_before_the_shop_opens():
    shop = account()
    shop.state.opens[1] = 5
    shop.live(8)
    assert record(shop).hazard / (np.log(2) / 365) == pytest.approx([8, 3])


@pytest.mark.parametrize(
    ("orders", "disputes", "factor"),
    [
        (99.0, 90.0, 1.0),
        (100.0, 2.0, 1.0),
        (100.0, 1.0, 1.0),
        (100.0, 3.0, 1 + 1.5 * 0.5),
        (200.0, 12.0, 1 + 1.5 * 2),
    ],
)
def test_disputes_above_the_accepted_ratio_raise_the_hazard(orders, disputes, factor):
    shop = account()
    history = ChannelHistory(*(RollingSum(2, window) for window in (90, 90, 30, 60)))
    history.orders.add(0, orders)
    history.disputes.add(0, disputes)
    shop.state.keep(history)
    shop.live()
    assert record(shop).hazard == pytest.approx(np.log(2) / 365 * factor)


def test_processors_look_at_chargebacks_and_at_parcels_that_were_lost_and_refunded():
    shop = Lone(("dispute_monitor", DisputeMonitor, {}))
    shop.live(orders=np.full(2, 40.0), chargebacks=np.array([3.0, 0.0]), lost_and_refunded=np.array([0.5, 0.0]))
    history = shop.state.recall(ChannelHistory)
    assert history.disputes.total.tolist() == [3.5, 0]
    shop.live(89, orders=np.ones(2), gross_sales=np.full(2, 10.0))
    assert (history.orders.total[0], history.disputes.total[0]) == (40 + 89, 3.5)
    assert (history.month.total[0], history.two_months.total[0]) == (300, 600)
    shop.live(orders=np.ones(2))
    assert (history.orders.total[0], history.disputes.total[0]) == (90, 0)


def test_a_freeze_comes_when_the_hazard_passes_an_exponential_and_the_next_at_the_sum_of_two():
    # 0.01 a day; every exponential is 0.014. Passed on day 1; while a freeze is handled the hazard stands still.
    shop = account(fixed_uniform=np.exp(-0.014), annual_probability=1 - np.exp(-3.65), won=1.0)
    freezes = []
    for _ in range(30):
        shop.live()
        freezes.append(figures(shop)["freezes"])
    assert freezes == [0] * 1 + [1] * 10 + [2] * 11 + [3] * 8


# What is locked


@pytest.mark.parametrize(("reading", "locked"), [("annual_event_probability", 800.0), ("share_of_balance", 120.0)])
def test_a_freeze_locks_a_share_of_what_the_processor_holds(reading, locked):
    shop = frozen_at_once(reading=reading)
    assert frozen(shop) == pytest.approx([locked] * 2)
    assert shop.balance(FROZEN) == pytest.approx([locked] * 2)
    assert shop.state.processors["paypal"].pending.available == pytest.approx([1000 - locked] * 2)
    assert figures(shop)["frozen_money"] == pytest.approx(locked)


@pytest.mark.parametrize(
    ("values", "is_open", "into_frozen", "stops"),
    [
        ({"new_sales": "other_processor"}, False, False, False),
        ({"new_sales": "frozen_account"}, True, True, False),
        ({"new_sales": "stop"}, False, False, True),
        ({"new_sales": "other_processor", "reading": "share_of_volume"}, True, True, False),
    ],
)
def test_where_sales_go_while_the_account_is_frozen(values, is_open, into_frozen, stops):
    shop = frozen_at_once(**values)
    processor = shop.state.processors["paypal"]
    assert (processor.open[0], processor.to_frozen[0], processor.stops[0]) == (is_open, into_frozen, stops)
    record(shop).threshold[:] = record(shop).thresholds[:] = np.inf
    shop.live(10)
    assert (processor.open[0], processor.to_frozen[0], processor.stops[0]) == (True, False, False)


# How it ends


def test_a_freeze_that_is_won_pays_everything_out_on_the_day_it_is_decided():
    shop = frozen_at_once()
    record(shop).thresholds[:] = np.inf
    shop.live(9)
    assert frozen(shop) == pytest.approx([800, 800])
    shop.live()
    assert shop.cash == pytest.approx([800, 800])
    assert not any(frozen(shop))
    shop.live(20)
    found = figures(shop)
    expected = {"freezes": 1, "frozen_days": 10, "forfeited": 0, "decided": 1, "handled_days": 10, "appeals_won": 1}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(("lost_funds", "more_days"), [("evidence_window", 0), ("hold_of_lost_funds", 30 - 10)])
def test_a_lost_freeze_costs_its_share_at_once_or_after_the_hold_and_closes_the_account(lost_funds, more_days):
    shop = frozen_at_once(loses=True, lost_funds=lost_funds)
    shop.live(10 + more_days - 1)
    assert not shop.cash.any()
    shop.live()
    assert shop.cash == pytest.approx([600, 600])
    assert shop.balance(FROZEN_WRITE_OFF) == pytest.approx([200, 200])
    assert frozen(shop) == pytest.approx([0, 0])
    assert not shop.state.processors["paypal"].open.any()
    assert (figures(shop)["forfeited"], figures(shop)["appeals_won"]) == (pytest.approx(200), 0)


def test_lost_money_is_held_each_paths_own_days():
    shop = frozen_at_once(loses=True, hold_days=np.array([15.0, 40.0]))
    shop.live(15)
    assert shop.cash == pytest.approx([600, 0])
    shop.live(25)
    assert shop.cash == pytest.approx([600, 600])


@pytest.mark.parametrize(("proof", "wins"), [(1.0, True), (0.5, False)])
def test_an_appeal_without_proof_of_delivery_is_won_less_often(proof, wins):
    shop = account(0.5)  # below .6, above .6 x .5
    record(shop).threshold[:] = 0.0
    shop.state.proof_of_delivery = proof
    shop.live(11)
    assert bool(record(shop).appeals_won[0]) == wins


def test_a_reopened_account_is_banned_after_its_days_and_then_loses_whatever_the_appeal():
    shop = frozen_at_once(loses=True, reopen=True, linked_ban_days=np.array([5.0, 8.0]), lost_funds="evidence_window")
    record(shop).thresholds[:] = np.inf
    shop.live(10)
    processor = shop.state.processors["paypal"]
    assert processor.open.all(), "opened anew on the day of the decision"
    shop.luck.fixed_uniform = 1e-9  # the appeal would be won
    started = []
    for _ in range(8):
        shop.live()
        started.append((record(shop).decided_on < NEVER).tolist())
    assert started == [[False, False]] * 4 + [[True, False]] * 3 + [[True, True]]
    shop.live(10)
    assert not processor.open.any(), "never again"
    assert not record(shop).appeals_won.any()
    assert figures(shop)["freezes"] == 2


# What is provided for


def test_the_provision_is_the_expected_loss_and_gone_with_the_freeze():
    shop = frozen_at_once()
    record(shop).thresholds[:] = np.inf
    # $800, lost with 40%, of which a quarter is forfeited.
    assert shop.balance(EXPECTED_FROZEN_LOSS) == pytest.approx([80, 80])
    shop.live(10)
    assert shop.balance(EXPECTED_FROZEN_LOSS) == pytest.approx([0, 0])


def test_without_proof_of_delivery_more_is_provided_for_and_once_lost_all_that_is_forfeited():
    shop = account(1 - 1e-9)
    record(shop).threshold[:] = 0.0
    shop.state.proof_of_delivery = 0.5
    shop.live()
    assert shop.balance(EXPECTED_FROZEN_LOSS) == pytest.approx([140, 140])
    shop.live(10)
    assert shop.balance(EXPECTED_FROZEN_LOSS) == pytest.approx([200, 200])
    shop.live(20)
    assert shop.balance(EXPECTED_FROZEN_LOSS) == pytest.approx([0, 0])
    assert shop.balance(FROZEN_WRITE_OFF) == pytest.approx([200, 200])
