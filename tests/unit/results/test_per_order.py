"""One order against the statement's own lines, against worlds reckoned one by one, and against a hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.business.break_even import break_even
from sim.estimates import EstimateRefused
from sim.results.per_order import BEFORE, LINES, PARTS, per_order, told_by

SIZE = {"worlds": 128, "replicates": 4, "n_jobs": 1}


@pytest.fixture(scope="module", params=["configs/market.yaml", "configs/article.yaml"])
def result(request):
    return sim.run(sim.load(request.param), **SIZE)


def told(result, strategy):
    return result.summary()["strategies"][strategy]["per_order"]


def means(order):
    return {row["line"]: row["mean"] for row in order["lines"]}


def test_means_are_the_statements_lines_over_the_orders(result):
    for strategy in result.strategies:
        order, total = told(result, strategy), result.statement(strategy, total=True).set_index("line")["mean"]
        record = result.record(strategy)
        found = means(order)
        for line, parts in PARTS.items():
            amount = sum(total.get(name, 0.0) for name, part in record.parts.items() if part in parts)
            assert found[line] == pytest.approx(amount / order["orders"], rel=1e-9, abs=1e-9)
        for line, subtotal in (("before_ads", "contribution before ads"), ("after_ads", "contribution after ads")):
            assert found[line] == pytest.approx(total[subtotal] / order["orders"], rel=1e-9, abs=1e-9)
        assert order["orders"] == pytest.approx(record.monthly["orders"].sum(axis=0, dtype=float).mean())


def test_means_add_up_and_every_cost_is_negative(result):
    for strategy in result.strategies:
        found = means(told(result, strategy))
        assert sum(found[line] for line in BEFORE) == pytest.approx(found["before_ads"])
        assert found["before_ads"] + found["ads"] == pytest.approx(found["after_ads"])
        assert all(found[line] <= 0.0 for line in (*BEFORE[1:], "ads"))


def test_points_are_over_worlds_and_those_without_an_order_are_counted_apart(result):
    for strategy in result.strategies:
        record, order = result.record(strategy), told(result, strategy)
        orders = record.monthly["orders"].sum(axis=0, dtype=float).reshape(-1, 4).sum(axis=1)
        sales = record.profit_and_loss["sales"].sum(axis=0, dtype=float).reshape(-1, 4).sum(axis=1)
        each = [money / number for money, number in zip(sales, orders, strict=True) if number > 0]
        assert order["worlds_without_orders"] == pytest.approx(1 - len(each) / len(orders))
        price = order["lines"][0]
        expected = np.percentile(each, (5, 50, 95), method="inverted_cdf")
        np.testing.assert_allclose([price["p5"], price["p50"], price["p95"]], expected)


def test_counts_say_the_same_to_the_bin(result):
    counted = sim.run(result.scenario, **SIZE, keep="summary")
    for strategy in result.strategies:
        ours, theirs = told(counted, strategy), told(result, strategy)
        assert means(ours) == pytest.approx(means(theirs), rel=1e-9, abs=1e-9)
        assert ours["worlds_without_orders"] == pytest.approx(theirs["worlds_without_orders"])
        points = theirs["break_even"]
        assert [ours["break_even"][point] is None for point in points] == [value is None for value in points.values()]
        known = {point: value for point, value in points.items() if value is not None}
        assert {point: ours["break_even"][point] for point in known} == pytest.approx(known, rel=1e-6)
        for row, other in zip(ours["lines"], theirs["lines"], strict=True):
            assert row["p50"] == pytest.approx(other["p50"], rel=6e-3, abs=6e-3)


def test_a_condition_counts_only_the_orders_of_what_agrees():
    result = sim.run(sim.load("configs/article.yaml"), worlds=512, replicates=4, n_jobs=1)
    given = result.given("independent.orders[1] >= 5")
    mask = given.sample.mask
    record = result.record("independent")
    sales = record.profit_and_loss["sales"][:, mask].sum(dtype=float)
    orders = record.monthly["orders"][:, mask].sum(dtype=float)
    assert means(told(given, "independent"))["price"] == pytest.approx(sales / orders)


def test_a_run_that_was_read_back_says_what_it_said_and_refuses_what_it_cannot_know(tmp_path, result):
    back = sim.read(result.save(tmp_path / "run"))
    assert told(back, "independent") == told(result, "independent")
    assert back.per_order().equals(result.per_order())
    with pytest.raises(EstimateRefused, match="run again for what an order costs"):
        per_order(back.evidence("dual"), {})


def test_frames_are_tidy(result):
    frame, points = result.per_order(), result.break_even()
    assert list(frame) == ["strategy", "line", "mean", "p5", "p50", "p95"]
    assert frame.groupby("strategy", sort=False)["line"].apply(list).tolist() == [list(LINES)] * 4
    assert list(points) == ["strategy", "point", "value"]
    assert points.set_index(["strategy", "point"]).loc[("independent", "ads_per_order"), "value"] > 0


def test_break_even_points_of_the_worked_number():
    lines = {"price": 100.0, "before_ads": 20.0, "ads": -30.0, "after_ads": -10.0}
    reported = {"price": 100.0, "of_price": 0.8, "goods": 60.0, "of_goods": 1.25}
    told = told_by({f"store.pricing.{name}": value for name, value in reported.items()})
    assert break_even(lines, 0.02, told) == pytest.approx(
        {
            **{"ads_per_order": 20.0, "acos": 0.2, "roas": 5.0, "conversion": 0.03, "conversion_now": 0.02},
            **{"price": 112.5, "price_now": 100.0, "margin": 0.48, "margin_now": 0.4},
        }
    )


def test_an_order_that_loses_before_ads_has_no_price_of_ads():
    lines = {"price": 35.0, "before_ads": -9.0, "ads": -60.0, "after_ads": -69.0}
    found = break_even(lines, 0.02, told_by({}))
    assert [found[name] for name in ("ads_per_order", "acos", "roas", "conversion")] == [None] * 4
    assert found["price"] is None, "no channel told its price"
    reported = {"price": 35.0, "of_price": -0.1, "goods": 20.0, "of_goods": 1.2}
    beyond = told_by({f"store.pricing.{name}": value for name, value in reported.items()})
    assert break_even(lines, 0.02, beyond)["price"] is None, "a higher price loses more"
    assert break_even(lines, 0.02, beyond)["margin"] is None, "goods for nothing would not do"


def test_where_nobody_orders_there_is_nothing_to_say():
    closed = {"strategies": {"independent": ["store"]}, "store.opening.setup_days": 300}
    found = sim.run(sim.load("configs/article.yaml").with_(closed), worlds=8, replicates=2, n_jobs=1, seed=1)
    assert told(found, "independent") is None
    assert found.per_order().empty
