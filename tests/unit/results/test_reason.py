"""Why an order leaves what it leaves: the largest term, and the number whose move matters most."""

import pytest

import sim
from sim.results.expected_order import expected_orders
from sim.results.reason import largest_term, left_after_ads, moves_most, moves_of, reasons


@pytest.fixture(scope="module")
def market():
    return sim.load("configs/market.yaml")


def test_the_largest_term_is_that_after_goods():
    lines = {"price": 50.0, "goods": -30.0, "freight": -5.0, "duty": 0.0, "fees": -2.0, "returns": -8.0, "ads": -7.0}
    assert largest_term(lines) == {"line": "returns", "amount": -8.0, "share_of_price": 0.16}
    assert largest_term(lines | {"ads": -8.5})["line"] == "ads"
    assert largest_term({}) is None
    assert largest_term({"price": 50.0, "goods": -30.0, "ads": 0.0}) is None


def test_what_a_number_moves_is_what_the_scenario_with_that_number_leaves(market):
    """All numbers at their means, one at an end of its benchmark: `--set` gives the same, one at a time."""
    means = {key: leaf.mean for key, leaf in market.numbers().items() if ".comes" not in key}
    channels = ("store", "aliexpress", "alibaba")
    known = market.with_(means | {f"{channel}.pricing.rule": "as_given" for channel in channels})
    for channel in channels:
        moves = moves_of(market, [channel])  # those that are known there move nothing
        left = left_after_ads(known, [channel], moves)
        for place in (0, len(moves) // 2, len(moves) - 1):
            key, _, *ends = moves[place]
            for end, value in enumerate(ends):
                changed = known.with_({key: value, "strategies": {"alone": [channel]}})
                order = expected_orders(changed, worlds=1)[f"alone/{channel}"]
                after = next(line["mean"] for line in order["lines"] if line["line"] == "after_ads")
                assert left[2 * place + end] == pytest.approx(after, rel=1e-9), key


def test_the_number_that_moves_most_is_told_with_its_benchmark(market):
    found = moves_most(market, ["aliexpress"])
    moves = moves_of(market, ["aliexpress"])
    assert "aliexpress.prices.mean_value" not in [key for key, *_ in moves], "another price is another product"
    left = left_after_ads(market, ["aliexpress"], moves)
    swings = {key: abs(left[2 * i + 1] - left[2 * i]) for i, (key, *_) in enumerate(moves)}
    assert found["key"] == max(swings, key=swings.get) == "aliexpress.orders.conversion_rate"
    assert (found["low"], found["high"]) == pytest.approx((0.00885, 0.03470), abs=1e-5)
    assert found["contribution_low"] < found["contribution_high"]
    assert found["unit"] == "fraction"


def test_benchmarks_of_money_are_in_the_scenarios_currency(market):
    yuan = sim.load("configs/market.yaml").with_({"strategies": {"all": ["store"]}})
    mapping = {"name": "yuan", "currency": "CNY", "exchange_rates": {"USD": 1 / 7}, "strategies": {"all": ["store"]}}
    in_yuan = type(yuan).from_mapping(mapping)
    dollars, seven = (
        {key: (low, high) for key, _, low, high in moves_of(scenario, ["store"])} for scenario in (yuan, in_yuan)
    )
    assert seven["store.google.cpc"] == pytest.approx([7 * end for end in dollars["store.google.cpc"]])
    assert seven["store.returns.return_rate"] == dollars["store.returns.return_rate"]


def test_a_shop_that_loses_on_every_order_hears_of_each_strategy(market):
    found = reasons(market)
    assert list(found) == list(market.strategies)
    assert found["independent"]["largest_term"]["line"] == "ads"
    assert found["dual"]["moves_most"]["key"].split(".")[0] in ("store", "alibaba")
    lines = [{"line": name, "mean": mean} for name, mean in (("price", 40.0), ("fees", -3.0), ("ads", -1.0))]
    of_a_run = reasons(market, {"independent": {"lines": lines}, "alibaba": None})
    assert of_a_run["independent"]["largest_term"] == {"line": "fees", "amount": -3.0, "share_of_price": 0.075}
    assert of_a_run["alibaba"]["largest_term"] is None
    assert of_a_run["independent"]["moves_most"] == found["independent"]["moves_most"]


def test_what_the_seller_knows_moves_nothing(market):
    known = market.with_({"aliexpress.orders.conversion_rate": 0.02})
    assert "aliexpress.orders.conversion_rate" not in [key for key, *_ in moves_of(known, ["aliexpress"])]
    assert moves_most(known, ["aliexpress"])["key"] != "aliexpress.orders.conversion_rate"
