"""P4P's policy: when it looks, at what, and what follows; what an order is expected to bring."""

import numpy as np
import pytest

from sim.business.accounts import ADVERTISING
from sim.business.mechanisms.p4p_policy import P4PPolicy, Verdicts
from sim.business.mechanisms.shared import KeywordAds, OrderBook
from sim.business.order_terms import OrderTerms
from tests.unit.business.mechanisms.lone_mechanism import Lone
from tests.unit.business.mechanisms.platform_harness import N, World

AN_ORDER = 100.0
"""What an order brings in these tests: a price of 100 and no costs."""


class Ads:
    """A shop of two paths that spends what the policy says; the first has the orders it is given."""

    def __init__(self, budget=20.0, share_of_free=0.0, **values):
        self.shop = Lone(("p4p_policy", P4PPolicy, values), brings=AN_ORDER)
        self.shop.state.keep(KeywordAds(np.full(2, budget), np.full(2, share_of_free)))
        self.ads = self.shop.state.recall(KeywordAds)

    def days(self, n_days, paid=0.0, free=0.0):
        """Live some days with these orders a day on the first path; return its (n_days,) budgets, spent that day."""
        spent = []
        for _ in range(n_days):
            spend = self.ads.budget.copy()
            flows = {"paid_orders": np.array([paid, 0.0]), "free_orders": np.array([free, 0.0])}
            self.shop.live(ad_spend=spend, **flows)
            spent.append(float(spend[0]))
        return spent

    @property
    def pauses(self):
        return self.shop.state.recall(Verdicts).pauses.tolist()


def test_nothing_changes_before_the_first_look_which_comes_after_thirty_days():
    assert Ads().days(31) == [20.0] * 30 + [0.0]
    assert Ads(first_look=90.0).days(91) == [20.0] * 90 + [0.0]


def test_what_pays_rises_by_a_tenth_a_week_up_to_the_highest():
    """Thirty dollars a day for twenty: 20 for 30 days, then 22, 24.2, 26.62 and so on for a week each, at most 25."""
    spent = Ads(highest=25.0).days(30 + 28, paid=0.3)
    assert spent == pytest.approx([20] * 30 + [22] * 7 + [24.2] * 7 + [25] * 14)


def test_what_does_not_pay_falls_by_a_tenth_a_week_down_to_the_lowest_and_then_pauses():
    spent = Ads(budget=25.0).days(30 + 29)
    assert spent == pytest.approx([25] * 30 + [22.5] * 7 + [20.25] * 7 + [20] * 7 + [0] * 8)


def test_to_earn_what_was_spent_is_not_enough():
    """Thirty orders of 100 in 30 days of 100 each come to nothing; a little more does not."""
    assert Ads(budget=100.0).days(31, paid=1.0)[-1] == pytest.approx(90)
    assert Ads(budget=100.0).days(31, paid=1.001)[-1] == pytest.approx(110)


def test_the_first_look_adds_up_its_own_days_and_later_ones_a_month():
    """All orders come on days 1 to 10. Sixty days see them on day 60; twenty-eight, a week later, do not."""
    ads = Ads(first_look=60.0, first_trailing=60.0)
    ads.days(10, paid=20.0)
    assert ads.days(51)[-1] == pytest.approx(22), "20,000 for 1,200"
    assert ads.days(7)[-1] == pytest.approx(20), "nothing for 574: 22 falls, but not below 20"
    assert Ads(first_look=60.0, first_trailing=30.0).days(10, paid=20.0) == [20.0] * 10
    short = Ads(first_look=60.0, first_trailing=30.0)
    short.days(10, paid=20.0)
    assert short.days(51)[-1] == 0, "thirty days do not see them"


def test_an_order_leaves_the_look_after_its_days():
    """Look on day 30 over 28 days: an order of day 3 is in it, one of day 2 is not."""
    for day, then in ((1, 0.0), (2, 22.0)):
        ads = Ads(first_trailing=28.0)
        ads.days(day)
        ads.days(1, paid=20.0)
        assert ads.days(30 - day)[-1] == pytest.approx(then)


def test_pauses_double_and_a_retry_is_looked_at_after_thirty_days():
    spent = np.array(Ads().days(30 + 30 + 30 + 60 + 30 + 120 + 1))
    on = [(0, 30), (60, 90), (150, 180), (300, 301)]
    expected = np.zeros(spent.size)
    for first, last in on:
        expected[first:last] = 20
    np.testing.assert_array_equal(spent, expected)


def test_pauses_may_be_longer_or_grow_otherwise():
    ads = Ads(pause_days=10.0, pause_growth=3.0, retry_look=5.0)
    spent = np.array(ads.days(30 + 10 + 5 + 30 + 1))
    assert np.flatnonzero(spent).tolist() == [*range(30), *range(40, 45), 75]
    assert ads.pauses == [2.0, 2.0]


def test_a_retry_that_pays_goes_on_weekly():
    ads = Ads()
    ads.days(60)
    assert ads.days(30, paid=0.3) == pytest.approx([20] * 30)
    assert ads.days(14, paid=0.3) == pytest.approx([22] * 7 + [24.2] * 7)


def test_free_orders_count_by_the_share_that_the_ads_brought():
    """Half an order a day, of which four in ten are owed to the ads: 20 for 20; 41% are more."""
    assert Ads(share_of_free=0.4).days(31, free=0.5)[-1] == 0
    assert Ads(share_of_free=0.41).days(31, free=0.5)[-1] == pytest.approx(22)


def test_only_days_with_ads_count_as_days_of_advertising():
    ads = Ads()
    ads.days(20)
    ads.ads.budget[0] = 0.0  # no cash for it
    ads.days(15)
    ads.ads.budget[0] = 20.0
    assert ads.days(11) == [20.0] * 10 + [0.0]


def test_a_budget_of_nothing_stays_so():
    ads = Ads(budget=0.0)
    assert ads.days(400) == [0.0] * 400
    assert ads.pauses == [0.0, 0.0]


def test_paths_are_judged_apart():
    ads = Ads()
    ads.days(31, paid=0.3)
    assert ads.ads.budget.tolist() == pytest.approx([22.0, 0.0])
    assert ads.pauses == [0.0, 1.0]


def test_numbers_may_differ_between_worlds():
    """The second path looks after 40 days and pauses for 5."""
    ads = Ads(first_look=np.array([30.0, 40.0]), pause_days=np.array([30.0, 5.0]), retry_look=np.array([30.0, 10.0]))
    budgets = []
    for _ in range(50):
        ads.days(1)
        budgets.append(ads.ads.budget.copy())
    off = np.array(budgets) == 0
    assert np.flatnonzero(off[:, 0]).tolist() == list(range(29, 50))
    assert np.flatnonzero(off[:, 1]).tolist() == list(range(39, 44))


# What an order is expected to bring


def test_expected_contribution_by_hand():
    """Price 80 less 5% coupons: 76. A hundredth is lost and refunded, a tenth of the rest returned: R = .109.

    Income .9 x .891 - .07 + .06 x .109 - .01 (1 - .109 - .07) = .73023 of 76 = 55.49748. Goods
    40 (1 + .01 - .099 x .2) = 39.608, freight 6 x 1.01 = 6.06, duty 4, returns .099 x 3 = .297. It leaves 5.53248.
    """
    shares = {"coupons": 0.05, "vat": 0.1, "returned": 0.1, "lost": 0.02, "lost_refunded": 0.5, "salvage": 0.2}
    fees = {"commission": 0.06, "affiliates": 0.01, "commission_given_back": 1.0, "payout_fee": 0.01}
    terms = OrderTerms(goods=40.0, freight=6.0, parcel_fees=4.0, handling=3.0, **shares, **fees)
    assert terms.brings(80.0) == pytest.approx(5.53248, abs=1e-9)


QUIET = dict.fromkeys(("owner_pay", "stop_loss", "monthly_costs", "p4p_policy", "reorders"), False)


@pytest.mark.parametrize("given_back", [True, False])
@pytest.mark.parametrize(("payout_fee_rate", "accuracy"), [(0.0, 1e-9), (0.01, 1e-3)])
@pytest.mark.parametrize(
    ("channel", "rate"), [("alibaba", {"orders_per_inquiry": 0.3}), ("aliexpress", {"conversion_rate": 0.05})]
)
def test_it_is_what_the_books_say_when_all_is_settled(channel, rate, payout_fee_rate, accuracy, given_back):
    """Sixty days of orders, and as long again as the last needs to be decided, with every cost there is.

    The fee on payouts is not exact: refunds later than the last payout come out of cash, and save none.
    """
    settings = QUIET | {
        "p4p_policy": {},
        "orders": rate,
        "commission": {"given_back": given_back},
        "escrow_releases": {"payout_fee_rate": payout_fee_rate},
    }
    if channel == "aliexpress":
        settings |= {"coupons": {"depth_in_season": 0.10}}
    w = World([channel], settings={channel: settings}, expected=True, capital=1e7).run(60)
    shop = w.shops[channel]
    taken = shop.total("orders")[0] + sum(bill.held()[0][0] for bill in in_production(shop))
    shop.state.closed[:] = True
    w.run(300, audit=False)
    ads = shop.book.balance(ADVERTISING)[0]
    brought = shop.book.contribution()[0] + ads
    assert taken > 10
    assert brought / taken == pytest.approx(policy_of(shop).an_order, rel=accuracy)


def policy_of(shop):
    return next(mechanism for mechanism, _ in shop.steps if isinstance(mechanism, P4PPolicy))


def in_production(shop):
    return [shop.state.recall(OrderBook).line] if shop.state.has(OrderBook) else []


def test_orders_that_cash_refused_count_for_nothing():
    """With no money for goods nothing is taken: the ads earn nothing, whoever asked."""
    settings = QUIET | {"p4p_policy": {}, "orders": {"conversion_rate": 0.2}, "acceptance": {"cash_reserve": 1e9}}
    w = World(["aliexpress"], settings={"aliexpress": settings}, expected=True, capital=1e5).run(45)
    shop = w.shops["aliexpress"]
    assert shop.state.recall(Verdicts).total == pytest.approx(-shop.total("ad_spend"))
    assert shop.state.recall(Verdicts).pauses == pytest.approx(np.ones(N))


def test_business_orders_count_when_they_are_taken():
    """Weeks before they are shipped: the seller knows of them."""
    settings = QUIET | {"p4p_policy": {}, "orders": {"orders_per_inquiry": 0.5}}
    w = World(["alibaba"], settings={"alibaba": settings}, expected=True, capital=1e6).run(20)
    shop = w.shops["alibaba"]
    assert shop.total("orders")[0] == 0, "none shipped yet"
    assert shop.state.recall(Verdicts).total[0] > -shop.total("ad_spend")[0]
