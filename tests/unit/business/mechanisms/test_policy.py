"""How the seller decides: test, review and weekly scaling, the gate after the test, the loss at which to give up."""

import numpy as np
import pytest

from sim.business.accounts import ADVERTISING, SALES, TOOLS
from sim.business.ledger import CASH
from sim.business.mechanisms.advertising import AdSource
from sim.business.mechanisms.policy import Budget, StopLoss, TestGate
from sim.business.mechanisms.returns import EXPECTED_RETURNS, RETURNS_PROVISION
from sim.business.state import Today
from sim.business.visitors import piece_ends
from tests.unit.business.mechanisms.lone_mechanism import Lone

PLAN = {"test_days": 7.0, "test_budget": 30.0, "review_days": 10.0, "first_budget": 50.0, "lowest": 40.0}
PLAN |= {"highest": 70.0, "step_up": 0.2, "step_down": 0.1, "scaling": True, "cash_reserve": 1000.0}
PLAN |= {"weeks": "of_advertising"}
ACCOUNTS = (SALES, ADVERTISING, TOOLS, RETURNS_PROVISION, EXPECTED_RETURNS)


def seller(capital=1e6, **values):
    return Lone(("budget", Budget, PLAN | values), accounts=ACCOUNTS, capital=capital)


def budgets(shop, n_days, earns=None):
    """(n_days, n_paths) budgets; every day the shop earns what it is told."""
    found = []
    for _ in range(n_days):
        found.append(shop.live().budget)
        if earns is not None:
            shop.book.post(np.array(earns), debit=CASH, credit=SALES)
    return np.array(found)


def test_a_cheap_test_a_pause_then_the_first_budget():
    shop = seller(scaling=False)
    shop.state.opens[:] = 2, 0
    found = budgets(shop, 30)
    np.testing.assert_array_equal(found[:, 0], [0] * 2 + [30] * 7 + [0] * 10 + [50] * 11)
    np.testing.assert_array_equal(found[:, 1], [30] * 7 + [0] * 10 + [50] * 13)


def test_the_budget_moves_once_a_week_by_the_last_weeks_contribution_within_its_limits():
    """From the first full week after the review on: age 17 + 7 = 24, and the next day that ends a week is 28."""
    found = budgets(seller(weeks="calendar"), 57, earns=[1.0, -1.0])
    up = [0] * 28 + [60] * 7 + [70] * 22
    down = [0] * 28 + [45] * 7 + [40.5] * 7 + [40] * 15
    for path, weeks in enumerate((up, down)):
        np.testing.assert_allclose(found[28:, path], weeks[28:])
    np.testing.assert_array_equal(found[17:28], 50)


def test_a_week_of_advertising_is_seven_days_with_ads_from_the_first_on():
    """Test on days 3 to 9, review to day 19, seven days of ads to day 26: days 27, 34 and 41 begin with a look."""
    shop = seller()
    shop.state.opens[:] = 3, 5
    found = budgets(shop, 44, earns=[1.0, -1.0])
    np.testing.assert_allclose(found[20:, 0], [50] * 7 + [60] * 7 + [70] * 10)
    np.testing.assert_allclose(found[22:, 1], [50] * 7 + [45] * 7 + [40.5] * 7 + [40])


def test_each_path_compares_with_its_own_last_look():
    """The second path opens three days later and looks on days 10 and 27: between them 14 days at +10, 3 at -20."""
    shop = seller()
    shop.state.opens[:] = 0, 3
    found = [shop.live().budget]
    for day in range(31):
        shop.book.post(10.0 if day < 24 else -20.0, debit=CASH, credit=SALES)
        found.append(shop.live().budget)
    assert [budget.tolist() for budget in np.array(found)[[23, 24, 27, 31]]] == [[50, 50], [60, 50], [60, 60], [54, 60]]


def test_days_without_ads_are_no_days_of_advertising():
    """The first path's checkout is closed on days 20 to 22: its third week of ads ends three days later."""
    shop = seller()
    found = []
    for day in range(30):
        shop.state.halted[0] = 20 <= day <= 22
        found.append(shop.live().budget)
        shop.book.post(1.0, debit=CASH, credit=SALES)
    found = np.array(found)
    np.testing.assert_allclose(found[17:, 0], [50] * 3 + [0] * 3 + [50] * 4 + [60] * 3)
    np.testing.assert_allclose(found[17:, 1], [50] * 7 + [60] * 6)


def test_money_for_ads_that_cash_cut_is_told():
    shop = seller(capital=1035.0)
    assert shop.live().refused_ads == 0.0
    assert not shop.wallet.held_back.any()
    shop.wallet.commitments["store.vat"] = np.array([5.0, 20.0])
    assert shop.live().refused_ads.tolist() == [0, 15]
    assert shop.wallet.held_back.tolist() == [False, True]


def test_who_is_in_arrears_buys_no_ads_and_the_rule_is_told_what_was_refused():
    shop = seller()
    shop.begin()
    shop.environment.day += 1
    today = Today(trading=np.array([True, True]))
    today.hold_back(np.array([True, False]))
    shop.mechanisms[0].step(shop.state, today, shop.book, shop.environment, shop.luck)
    assert today.trading.tolist() == [False, True]
    assert today.budget.tolist() == [0, 30]
    assert today.refused_ads.tolist() == [30, 0]


def test_nothing_is_refused_by_a_closed_checkout_or_a_pause():
    shop = seller()
    shop.begin()
    shop.state.halted[0], shop.state.closed[1] = True, True
    assert shop.live().refused_ads == 0.0


def test_a_week_counts_not_the_whole_past():
    shop = seller(weeks="calendar")
    shop.begin()
    shop.book.post(np.array([5000.0, -5000.0]), debit=CASH, credit=SALES)
    found = budgets(shop, 29, earns=[-1.0, 1.0])
    np.testing.assert_allclose(found[28], [45, 60])


def test_expected_returns_count_and_fixed_costs_do_not():
    shop = seller(weeks="calendar")
    for _ in range(29):
        found = shop.live().budget
        shop.book.post(10.0, debit=CASH, credit=SALES)
        shop.book.post(np.array([11.0, 0.0]), debit=EXPECTED_RETURNS, credit=RETURNS_PROVISION)
        shop.book.post(100.0, debit=TOOLS, credit=CASH)
    np.testing.assert_allclose(found, [45, 60])


def test_only_cash_above_the_reserve_and_not_spoken_for_is_spent():
    shop = seller(capital=1035.0)
    shop.wallet.commitments["store.vat"] = np.array([0.0, 20.0])
    assert shop.live().budget.tolist() == [30, 15]
    shop.wallet.commitments["store.vat"] = np.array([15.0, 900.0])
    assert shop.live().budget.tolist() == [20, 0]


def test_who_cannot_sell_does_not_advertise():
    shop = seller()
    shop.begin()
    shop.state.halted[0], shop.state.closed[1] = True, True
    assert shop.live().budget.tolist() == [0, 0]


def test_budget_and_gate_have_visitors_counted_on_the_last_day_of_their_test():
    gate, budget = ("test_gate", TestGate, {"test_days": 3.0}), ("budget", Budget, PLAN | {"test_days": 6.6})
    shop = Lone(budget, gate, accounts=ACCOUNTS)
    shop.state.opens[:] = 2, 30
    ends = []
    for _ in range(60):
        shop.live()
        found = piece_ends(shop.state, shop.environment)
        ends.append([False, False] if found is None else found.tolist())
    days = [[day for day, here in enumerate(ends) if here[path]] for path in range(2)]
    assert days == [[2 + 2, 2 + 6, 29, 59], [29, 30 + 2, 30 + 6, 59]]


def goes_on_after(*days, opens=0, n_days=3):
    """Who goes on after so many days of (impressions, clicks, carts) of ads; organic visitors beside them."""
    numbers = {"test_days": 2.0, "least_ctr": 0.008, "least_add_to_cart": 0.025}
    shop = Lone(("test_gate", TestGate, numbers), n_paths=1)
    shop.state.opens[:] = opens
    for day in range(n_days):
        impressions, clicks, carts = days[min(day, len(days) - 1)]
        paid = {"impressions": impressions, "paid_clicks": clicks, "paid_carts": carts}
        shop.live(
            **{name: np.array([value]) for name, value in paid.items()}, clicks=clicks + 100.0, carts=carts + 90.0
        )
    return not shop.state.closed[0]


@pytest.mark.parametrize(
    ("impressions", "clicks", "carts", "goes_on"),
    [
        (10_000.0, 80.0, 2.0, True),
        (10_000.0, 79.0, 2.0, False),
        (10_000.0, 80.0, 1.9, False),
        (10_000.0, 400.0, 9.9, False),
        (0.0, 0.0, 0.0, False),
    ],
)
def test_the_gate_asks_for_click_through_and_for_carts_of_paid_visitors(impressions, clicks, carts, goes_on):
    assert goes_on_after((impressions, clicks, carts)) == goes_on


def test_the_gate_pools_the_days_of_the_test_and_looks_at_no_other():
    good, bad, ruinous = (10_000.0, 100.0, 5.0), (10_000.0, 70.0, 1.0), (10_000.0, 1.0, 0.0)
    assert goes_on_after(bad, good)
    assert goes_on_after(good, good, ruinous, n_days=9), "decided on the last day of the test"
    assert goes_on_after(ruinous, good, good, opens=1, n_days=4), "the day before the opening is no day of the test"
    assert not goes_on_after(good, ruinous, good, n_days=9)
    assert goes_on_after(ruinous, ruinous, n_days=1), "not before the last day"


def test_who_was_stopped_is_told_and_who_had_given_up_before_is_not():
    shop = Lone(("test_gate", TestGate, {"test_days": 1.0}))
    shop.state.closed[1] = True
    shop.live()
    ((name, stopped),) = shop.mechanisms[0].figures(shop.state)
    assert (name, stopped.tolist()) == ("stopped", [1, 0])


def test_a_seller_gives_up_in_the_week_in_which_the_loss_passes_its_limit():
    shop = Lone(("stop_loss", StopLoss, {"largest_loss": 600.0}), accounts=ACCOUNTS)
    lost_by = []
    for _ in range(15):
        shop.live()
        lost_by.append(shop.state.closed.tolist())
        shop.book.post(np.array([60.0, 90.0]), debit=TOOLS, credit=CASH)
    # By day 7 420 and 630 are lost, by day 14 840 and 1,260.
    assert lost_by == [[False, False]] * 7 + [[False, True]] * 7 + [[True, True]]


def test_a_loss_of_exactly_the_limit_is_still_borne():
    shop = Lone(("stop_loss", StopLoss, {"largest_loss": 600.0}), accounts=ACCOUNTS)
    shop.book.post(np.array([600.0, 600.01]), debit=TOOLS, credit=CASH)
    shop.live()
    assert shop.state.closed.tolist() == [False, True]


def test_another_channels_loss_closes_no_store():
    shop = Lone(("stop_loss", StopLoss, {"largest_loss": 600.0}), accounts=ACCOUNTS, channels=("store", "alibaba"))
    shop.ledger.books["alibaba"].post(5000.0, debit=TOOLS, credit=CASH)
    shop.live()
    assert not shop.state.closed.any()


@pytest.mark.parametrize(
    ("values", "lowest"), [({}, 40.0), ({"first_budget": 35.0}, 35.0), ({"scaling": False, "first_budget": 90.0}, 90.0)]
)
def test_what_a_shop_that_lives_on_ads_spends_at_the_least_is_published(values, lowest):
    """Of the lowest budget, as the rule can set it, what the sources spend."""
    social, search = (("meta", AdSource, {"budget_share": 0.6}), ("google", AdSource, {"budget_share": 0.3}))
    shop = Lone(("budget", Budget, PLAN | values), social, search, accounts=ACCOUNTS).begin()
    assert shop.state.lowest_ads == pytest.approx(0.9 * lowest)
    assert seller(**values).begin().state.lowest_ads == 0.0, "no source, no ads to live on"
