"""What a budget buys on one source: prices, saturation, the shared ad price, creatives that wear out."""

import numpy as np
import pytest

from sim.business.accounts import ADVERTISING
from sim.business.mechanisms.advertising import CREATIVES, AdSource
from sim.business.mechanisms.shared import ReferenceTraffic
from tests.unit.business.mechanisms.lone_mechanism import Lone

PLAIN = {"budget_share": 1.0, "price_basis": "cpm", "cpm": 12.0, "cpc": 0.8, "ctr": 0.01, "spend_exponent": 1.0}
PLAIN |= {"reference_budget": 30.0, "fatigue": False, "noise": False, "kind": "social"}
WORN = {"fatigue": True, "half_life": 10.0, "renew_below": 0.6, "renewal_cost": 50.0}


def source(**values):
    return Lone(("meta", AdSource, PLAIN | values))


def bought(shop, budget=30.0):
    return shop.live(budget=np.broadcast_to(budget, (2,))).sources["meta"]


@pytest.mark.parametrize(("basis", "clicks"), [("cpm", 30 / 12 * 1000 * 0.01), ("cpc", 30 / 0.8)])
def test_one_price_is_given_and_the_other_follows(basis, clicks):
    today = source(price_basis=basis).live(budget=np.full(2, 30.0))
    visits = today.sources["meta"]
    assert visits.clicks[0] == pytest.approx(clicks)
    assert today.impressions[0] == pytest.approx(clicks / 0.01)
    assert (visits.kind, visits.paid) == ("social", True)


def test_its_share_of_the_budget_is_spent():
    shop = source(budget_share=0.4)
    today = shop.live(budget=np.array([50.0, 0.0]), ad_spend=np.full(2, 7.0))
    assert today.ad_spend.tolist() == [27, 7]
    assert shop.balance(ADVERTISING).tolist() == [20, 0]
    assert today.sources["meta"].clicks[1] == 0


def test_clicks_grow_as_a_power_of_spend_around_the_reference():
    shop = source(spend_exponent=0.8, budget_share=0.4)
    usual, more = (bought(shop, budget).clicks[0] for budget in (30.0, 120.0))
    assert usual == pytest.approx(0.4 * 25)
    assert more == pytest.approx(usual * 4**0.8)


def test_dearer_ads_buy_fewer_visitors():
    shop = source()
    shop.environment.ad_price = np.array([1.25, 1.0])
    assert bought(shop).clicks == pytest.approx([20, 25])


def test_a_creative_loses_half_its_clicks_each_half_life():
    shop = source(**WORN | {"renew_below": 0.0})
    clicks = [bought(shop).clicks[0] for _ in range(25)]
    np.testing.assert_allclose(clicks, 25 * 0.5 ** (np.arange(25) / 10))


def test_a_worn_creative_is_replaced_and_draws_in_full_again():
    # .5^(.7) = .616, .5^(.8) = .574: after eight days of ads a new one.
    shop = source(**WORN)
    clicks = [bought(shop).clicks[0] for _ in range(20)]
    np.testing.assert_allclose(clicks, 25 * 0.5 ** (np.arange(20) % 8 / 10))
    assert shop.balance(CREATIVES)[0] == 100


def test_a_creative_that_is_not_shown_neither_wears_nor_is_replaced():
    shop = source(**WORN)
    for _ in range(8):
        bought(shop)
    for _ in range(30):
        bought(shop, 0.0)
    assert not shop.balance(CREATIVES).any()
    assert bought(shop).clicks[0] == pytest.approx(25)
    assert shop.balance(CREATIVES)[0] == 50


def test_pauses_do_not_age_a_creative():
    shop = source(**WORN)
    bought(shop)
    for _ in range(5):
        bought(shop, 0.0)
    assert bought(shop).clicks[0] == pytest.approx(25 * 0.5**0.1)


def test_the_reference_budgets_clicks_add_up_by_kind():
    """30 x 60% at 12 a mille and a CTR of 1% are 15 clicks; 30 x 40% at $0.80 are 15 more."""
    other = PLAIN | {"budget_share": 0.4, "price_basis": "cpc"}
    shop = Lone(
        ("meta", AdSource, PLAIN | {"budget_share": 0.6}),
        ("tiktok", AdSource, other),
        ("google", AdSource, other | {"kind": "search"}),
    ).begin()
    clicks = shop.state.recall(ReferenceTraffic).clicks
    assert {kind: float(number) for kind, number in clicks.items()} == pytest.approx({"social": 30.0, "search": 15.0})
