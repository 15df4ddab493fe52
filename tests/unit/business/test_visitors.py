"""Visitors counted by how far they get: the law of nested thinning, pieces of the calendar, nobody lost or twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sim
from sim.business.market import Environment
from sim.business.state import State, Visits, Wallet
from sim.business.visitors import Stages, end_piece_at, piece_ends
from sim.randomness.luck import Luck, SpanLuck
from sim.randomness.streams import BLOCK

STAGES = ("clicks", "carts", "orders")
EVERYWHERE = np.ones(BLOCK, dtype=bool)


class Shop:
    """Stages with a luck of their own."""

    def __init__(self, seed=1, names=STAGES, expected=False, n_blocks=1):
        self.span = SpanLuck(seed, range(n_blocks), expected)
        self.luck = Luck(self.span, "store.funnel", names)
        self.stages = Stages(names, n_blocks * BLOCK)

    def day(self, day, *sources, ends=None):
        """Return the day's (paid, free) orders, and what is counted of the others."""
        self.span.day = day
        orders = self.stages.count_furthest(sources, self.luck)
        return orders, None if ends is None else self.stages.count_others(ends, self.luck)


def visits(clicks, carts, orders, paid=True):
    means = {"clicks": clicks, "carts": carts, "orders": orders}
    return Visits("social", paid, **{name: np.full(BLOCK, float(mean)) for name, mean in means.items()})


def in_a_month(seed, *days, paid=True):
    """(3, n_paths) clicks, carts and orders of so many days, whose (clicks, carts, orders) means are given."""
    shop = Shop(seed)
    orders = 0.0
    for day, means in enumerate(days):
        (today, _), counted = shop.day(day, visits(*means), ends=EVERYWHERE if day == len(days) - 1 else None)
        orders = orders + today
    return np.array([counted["clicks"][0], counted["carts"][0], orders])


def test_the_joint_law_is_that_of_visitors_who_are_thinned_twice():
    """Against NumPy's own samplers: every pair (carts, orders) of a day, and clicks beside them."""
    mean, add_to_cart, completion, n = 6.0, 0.4, 0.3, 64 * BLOCK
    means = (mean, mean * add_to_cart, mean * add_to_cart * completion)
    found = np.concatenate([in_a_month(seed, means) for seed in range(64)], axis=1)
    rng = np.random.default_rng(5)
    clicks = rng.poisson(mean, n)
    carts = rng.binomial(clicks, add_to_cart)
    nested = np.array([clicks, carts, rng.binomial(carts, completion)])
    for a, b in ((0, 1), (0, 2), (1, 2)):
        cells = [np.minimum(both[a], 11) * 12 + np.minimum(both[b], 5) for both in (found, nested)]
        table = np.array([np.bincount(cell.astype(int), minlength=144) for cell in cells])
        table = table[:, table.sum(axis=0) >= 20]
        assert stats.chi2_contingency(table).pvalue > 1e-4, (STAGES[a], STAGES[b])
    np.testing.assert_allclose(np.cov(found), np.cov(nested), rtol=0.05)


def test_bought_visitors_and_the_others_have_a_luck_of_their_own():
    """At means of 5 no two of the six counts are correlated beyond 4.5 standard errors of 64 x 1,024 paths."""
    found = []
    for seed in range(64):
        bought, free = visits(15, 10, 5), visits(15, 10, 5, paid=False)
        orders, counted = Shop(seed).day(0, bought, free, ends=EVERYWHERE)
        clicks, carts = counted["clicks"], counted["carts"]
        parts = [(orders[i], carts[i] - orders[i], clicks[i] - carts[i]) for i in range(2)]
        found.append(np.array(parts).reshape(6, BLOCK))
    correlation = np.corrcoef(np.concatenate(found, axis=1))
    assert np.abs(correlation - np.eye(6)).max() < 4.5 / np.sqrt(64 * BLOCK)


def test_who_gets_less_far_is_counted_at_the_mean_of_all_days_since_the_last_count():
    """Three days: the last one's luck decides on the sum of the means, and orders are among the carts and clicks."""
    days = [(5.0, 2.0, 0.5), (7.0, 2.5, 1.0), (3.0, 0.5, 0.25)]
    clicks, carts, orders = in_a_month(3, *days)
    luck = Shop(3)
    luck.span.day = 2
    without_order = stats.poisson.ppf(luck.luck.uniform("carts.paid"), 5.0 - 1.75)
    without_cart = stats.poisson.ppf(luck.luck.uniform("clicks.paid"), 15.0 - 5.0)
    np.testing.assert_array_equal(carts - orders, without_order)
    np.testing.assert_array_equal(clicks - carts, without_cart)


def test_a_piece_begins_empty_and_each_path_ends_its_own():
    shop, half = Shop(expected=True), np.arange(BLOCK) < BLOCK // 2
    bought, free = visits(10, 4, 1), visits(2, 2, 0.5, paid=False)
    for day in range(3):
        shop.day(day, bought, free)
    _, counted = shop.day(3, bought, bought, free, ends=half)
    np.testing.assert_allclose(counted["clicks"][0], np.where(half, 50, 0))
    np.testing.assert_allclose(counted["carts"][0], np.where(half, 20, 0))
    np.testing.assert_allclose(counted["carts"][1], np.where(half, 8, 0))
    _, counted = shop.day(4, free, ends=EVERYWHERE)
    np.testing.assert_allclose(counted["clicks"][0], np.where(half, 0, 50))
    np.testing.assert_allclose(counted["clicks"][1], np.where(half, 2, 10))
    _, counted = shop.day(5, ends=EVERYWHERE)
    assert not any(pair[group].any() for pair in counted.values() for group in range(2))


MEANS = st.tuples(st.floats(0.0, 80.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))


@settings(max_examples=60, deadline=None)
@given(means=MEANS, more=st.floats(1.0, 3.0), seed=st.integers(0, 5))
def test_more_visitors_never_make_fewer_clicks_carts_or_orders(means, more, seed):
    mean, add_to_cart, completion = means
    few, many = (
        in_a_month(seed, (mean * n, mean * n * add_to_cart, mean * n * add_to_cart * completion)) for n in (1.0, more)
    )
    assert (many >= few).all()
    assert (np.diff(few, axis=0) <= 0).all(), "never more carts than clicks, or orders than carts"


@settings(max_examples=60, deadline=None)
@given(means=MEANS, better=st.floats(1.0, 3.0), seed=st.integers(0, 5))
def test_a_better_conversion_never_makes_fewer_orders(means, better, seed):
    mean, add_to_cart, completion = means
    few, many = (
        in_a_month(seed, (mean, mean * min(add_to_cart * n, 1.0), mean * min(add_to_cart * n, 1.0) * completion))[2]
        for n in (1.0, better)
    )
    assert (many >= few).all()


def test_a_piece_ends_with_each_month_and_where_a_test_is_judged():
    state = State("store", Wallet(("store",), None, 3), 3)
    state.opens[:] = 4, 6, 40
    environment = Environment(None, None, None)

    def ends():
        found = {}
        for environment.day in range(60):
            here = piece_ends(state, environment)
            if here is not None:
                found[environment.day] = here.tolist()
        return found

    months = {29: [True] * 3, 59: [True] * 3}
    assert ends() == months
    end_piece_at(state, 6.0)
    end_piece_at(state, np.array([6.0, 8.0, 8.0]))
    tests = {10: [True, False, False], 12: [False, True, False], 14: [False, True, False]}
    tests |= {46: [False, False, True], 48: [False, False, True]}
    assert ends() == months | tests
    environment.last_day = 44
    assert ends() == months | tests | {44: [True] * 3}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ("store.test_gate.enabled=true", True),
        ("store.meta.cpc=1.3", False),
    ],
)
def test_a_gate_that_stops_nobody_changes_no_count(change, same):
    """Its own test ends where the budget's does."""
    words = ["strategies={store: [store]}", "horizon_days=60", "store.meta.cpc=1.2"]
    gate = ["store.test_gate.least_ctr=0", "store.test_gate.least_add_to_cart=0"]
    before, after = (
        sim.run(sim.load("configs/article.yaml", [*words, *gate, *more]), worlds=64, seed=2).record("store").monthly
        for more in ([], [change])
    )
    stopped = after["clicks"][0] == 0  # a gate without clicks is not passed
    assert not stopped.any()
    found = {name: np.array_equal(values, after[name]) for name, values in before.items()}
    assert all(found.values()) == same, found
