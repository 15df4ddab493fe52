"""Reviews: what a new listing loses, how kept orders make it good, and which step of a sale they act on."""

import numpy as np
import pytest

from sim.business.mechanisms.reviews import Reviews
from sim.business.mechanisms.shared import Standing
from tests.unit.business.mechanisms.lone_mechanism import Lone
from tests.unit.business.mechanisms.platform_harness import World

QUIET = dict.fromkeys(("owner_pay", "stop_loss", "monthly_costs", "p4p_policy", "reorders"), False)


def factors(kept, **values):
    """(n_days, 2) factors on days on which so many orders are decided and kept."""
    shop = Lone(("reviews", Reviews, {"start": 0.5, "halfway": 30.0} | values))
    found = []
    for orders in kept:
        shop.live(kept_orders=np.array([orders, 0.0]))
        found.append(shop.state.recall(Standing).factor)
    return np.array(found)


def test_a_new_listing_converts_at_the_stated_share_and_half_of_the_way_later_halfway_between():
    """(15 + n) / (30 + n): 15/30, then 45/60 at 30 orders, 105/120 at 90."""
    np.testing.assert_allclose(factors([30, 60, 0])[:, 0], [0.5, 0.75, 0.875])


def test_what_was_decided_today_counts_from_tomorrow_on():
    assert factors([30])[0, 0] == 0.5


def test_a_shop_without_orders_stays_where_it_was():
    assert (factors([30, 60, 0])[:, 1] == 0.5).all()


def test_five_business_orders_are_half_of_the_way():
    np.testing.assert_allclose(factors([5, 0], start=0.4, halfway=5.0)[:, 0], [0.4, 0.7])


def conversions(channel, getting_there, before, settings):
    """(n_days,) how many of those who got to one stage got to the next one, day by day, over all sources."""
    world = World([channel], settings={channel: QUIET | settings}, expected=True, capital=1e7).run(90)
    history = world.shops[channel].history
    sums = [[sum(getattr(v, name) for v in t.sources.values()) for t in history] for name in (getting_there, before)]
    return [float(np.mean(a) / np.mean(b)) for a, b in zip(*sums, strict=True) if np.mean(b) > 0]


def test_they_act_on_the_orders_of_consumers():
    rates = conversions("aliexpress", "orders", "clicks", {"orders": {"conversion_rate": 0.02}})
    assert rates[0] == pytest.approx(0.01)
    assert rates[-1] > 0.012
    assert min(np.diff(rates)) > -1e-12


def test_they_act_on_the_orders_of_businesses_not_on_their_inquiries():
    settings = {"inquiries": {"inquiries_per_visit": 0.04}, "orders": {"orders_per_inquiry": 0.1}}
    assert conversions("alibaba", "inquiries", "clicks", settings) == pytest.approx([0.04] * 81, rel=1e-9)
    rates = conversions("alibaba", "orders", "inquiries", settings)
    assert rates[0] == pytest.approx(0.05)
    assert rates[-1] > 0.055


def test_only_kept_orders_count():
    """Half of the orders come back: half as many reviews."""
    completed = []
    for returned in (0.0, 0.5):
        settings = QUIET | {"returns": {"return_rate": returned}, "reviews": {"halfway": 1e9}, "lost_parcels": False}
        shop = World(["aliexpress"], settings={"aliexpress": settings}, expected=True, capital=1e7).run(90)
        completed.append(shop.shops["aliexpress"].state.recall(Standing).completed[0])
    assert completed[1] == pytest.approx(0.5 * completed[0])
