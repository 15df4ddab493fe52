"""A cost in money becomes a margin: in every shop that is drawn the goods cost what was told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli.init_answers import AnswerError, Answers, Money, Told
from sim.cli.init_costs import margin_of, read_goods
from sim.cli.init_coupling import coupled
from sim.cli.init_template import correlations, declarations, starter
from sim.randomness.copula import check_positive_definite
from sim.randomness.distributions import from_leaf
from sim.randomness.distributions.families import Constant
from sim.scenario import loads
from sim.simulation.worlds import draw_worlds

MARGINS = ("store.goods.gross_margin", "aliexpress.goods.gross_margin", "alibaba.goods.gross_margin")
KNOWN = declarations()
DECLARED = (KNOWN[MARGINS[0]], KNOWN["store.prices.mean_value"])
PRICE = from_leaf(KNOWN["store.prices.mean_value"].default)

AT_ANOTHER_PRICE = "an order; for the same goods at another price set pricing.sell_at, not the price"


def read(typed, price=PRICE, money=None, language="en"):
    return read_goods(typed, price, DECLARED, money or Money(), language)


def drawn(prices, cost, n=1024):
    """Worlds of a file whose price and cost are told, for both consumer channels."""
    answers = Answers(strategies=("independent", "aliexpress"))
    for name, price in zip(("store", "aliexpress"), prices, strict=True):
        key = f"{name}.prices.mean_value"
        if price is not None:
            answers.told[key] = Told(price)
        told, share = read(cost, from_leaf(price if price is not None else KNOWN[key].default))
        answers.told[f"{name}.goods.gross_margin"] = told
        if share is not None:
            answers.cost_shares[f"{name}.goods.gross_margin"] = share
    scenario = loads(starter(answers))
    return scenario, draw_worlds(scenario, 1, 0, n)


def costs(scenario, worlds, name):
    def values(key):
        return worlds.get(key, scenario.numbers()[key].mean)

    return values(f"{name}.prices.mean_value") * (1.0 - values(f"{name}.goods.gross_margin"))


@pytest.mark.parametrize("prices", [(39, 36), ("30 to 60", "25 to 50"), (None, None), (39, None)])
def test_the_goods_cost_what_was_told_in_every_shop(prices):
    scenario, worlds = drawn(prices, "14.5")
    for name in ("store", "aliexpress"):
        found = np.broadcast_to(costs(scenario, worlds, name), 1024)
        assert np.quantile(found, [0.02, 0.98]) == pytest.approx([14.5, 14.5], rel=0.01), name
        assert found.mean() == pytest.approx(14.5, rel=0.002)


@pytest.mark.parametrize("prices", [(39, 39), ("30 to 60", "30 to 60"), (None, None)])
def test_a_cost_that_is_not_sure_has_the_interval_told_and_is_one_for_both_channels(prices):
    scenario, worlds = drawn(prices, "12 to 16", 4096)
    store, aliexpress = (costs(scenario, worlds, name) for name in ("store", "aliexpress"))
    assert np.quantile(store, [0.05, 0.5, 0.95]) == pytest.approx([12, 13.86, 16], rel=0.015)
    assert np.corrcoef(store, aliexpress)[0, 1] > 0.9
    if prices[0] != 39:
        price = worlds["store.prices.mean_value"]
        assert abs(np.corrcoef(np.log(price), np.log(store))[0, 1]) < 0.06, "the cost does not hang on the price"


def test_a_share_stays_a_share_and_moves_with_the_price():
    assert read("48%") == (Told(0.48), None)
    assert read("40 to 50%") == (Told("0.4 to 0.5"), None)


def test_numbers_give_a_number_and_the_file_says_from_what():
    told, share = read("20.5", Constant(39))
    assert (told.value, share) == (round(1 - 20.5 / 39, 6), None)
    assert told.words == f"from a cost of 20.5 USD {AT_ANOTHER_PRICE}"
    assert read("143.5", Constant(39), Money("CNY"))[0] == Told(
        round(1 - 20.5 / 39, 6),
        f"from a cost of 143.5 CNY {AT_ANOTHER_PRICE}",
    )
    assert "18 to 24 USD" in read("18 to 24", Constant(39))[0].words


def test_what_may_be_a_share_or_an_amount_is_asked_again():
    with pytest.raises(AnswerError, match=r"Write 48% for what is left of the price, 0.48 USD for what the goods cost"):
        read("0.48")
    assert read("0.48 USD", Constant(39))[0].value == pytest.approx(1 - 0.48 / 39, abs=1e-6)
    with pytest.raises(AnswerError, match=r"0\.48 CNY for what"):
        read(".48", Constant(39), Money("CNY"))
    assert read("0.48 CNY", Constant(39), Money("CNY"))[0].value == pytest.approx(1 - 0.48 / 7 / 39, abs=1e-6)


@pytest.mark.parametrize(
    ("typed", "price", "shown"),
    [
        ("39", Constant(39), r"price: 39 USD"),
        ("50", Constant(39), "price: 39 USD"),
        ("40", PRICE, "price: 35.78 – 157.2 USD"),
        ("30 to 50", Constant(45), "price: 45 USD"),
    ],
)
def test_goods_that_cost_more_than_an_order_brings_are_refused_with_the_price(typed, price, shown):
    with pytest.raises(AnswerError, match=shown):
        read(typed, price)


@pytest.mark.parametrize("typed", ["", "lots", "48 %%", "0", "0 to 5", "-5", "101%", "60 to 30", "20 EUR"])
def test_what_is_neither(typed):
    with pytest.raises(AnswerError):
        read(typed)


def lognormal(low, high):
    return Constant(low) if low == high else from_leaf(f"{low!r} to {high!r}")


amounts = st.floats(0.5, 500).map(lambda value: round(value, 2))


@settings(max_examples=150, deadline=None)
@given(amounts, st.floats(1, 4), amounts, st.floats(1, 4))
def test_the_margin_has_the_distribution_of_one_less_cost_over_price(low_cost, wide, low_price, wider):
    cost = lognormal(low_cost, round(low_cost * wide, 2))
    price = lognormal(low_price, round(low_price * wider, 2))
    made, share = margin_of(cost, price)
    if made is None:
        return
    normal = np.random.default_rng(1).standard_normal((2, 20_000))
    from scipy.special import ndtr

    wanted = 1.0 - cost.ppf(ndtr(normal[0])) / price.ppf(ndtr(normal[1]))
    found = from_leaf(made)
    for point in (0.1, 0.5, 0.9):
        assert 1 - float(found.ppf(point)) == pytest.approx(1 - np.quantile(wanted, point), rel=0.03)
    if share is not None and isinstance(cost, Constant):
        assert share == pytest.approx(1.0)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(MARGINS), st.floats(0, 1)))
def test_rows_that_follow_costs_never_contradict_each_other(shares):
    rows = coupled(correlations(), shares)
    pairs = [frozenset(row[:2]) for row in rows]
    assert len(pairs) == len(set(pairs))
    check_positive_definite({(first, second): value for first, second, value in rows})


def test_without_costs_the_rows_are_those_that_are_shipped():
    assert coupled(correlations(), {}) == correlations()


def test_a_margin_that_follows_the_price_moves_with_what_the_price_moves_with():
    rows = {frozenset(row[:2]): row[2] for row in coupled(correlations(), {MARGINS[0]: 0.8, MARGINS[1]: 0.6})}
    assert rows[frozenset((MARGINS[0], "store.prices.mean_value"))] == 0.8
    assert rows[frozenset((MARGINS[0], "store.returns.return_rate"))] == pytest.approx(0.8 * 0.2)
    assert rows[frozenset((MARGINS[0], "aliexpress.prices.mean_value"))] == pytest.approx(0.8 * 0.6)
    assert rows[frozenset(MARGINS[:2])] == pytest.approx(0.8 * 0.6 * 0.6 + 0.99 * 0.6 * 0.8)
    assert frozenset((MARGINS[0], MARGINS[2])) not in rows
