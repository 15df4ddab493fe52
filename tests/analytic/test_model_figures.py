"""The deterministic figures of the model's text come out from YAML alone, before any run."""

import pytest

import sim
from sim.results.expected_order import expected_orders

TEXT = """
extends: article
name: figures
strategies: {own: [store]}
store:
  meta: {cpc: 1.27, spend_exponent: 1.0}
  funnel: {start_conversion_social: 0.018, start_conversion_search: 0.018, start_conversion_organic: 0.018}
  improvement: {enabled: false}
  prices: {mean_value: 85}
  goods: {gross_margin: 0.5}
  freight: {carrier: dhl, dhl_cost: 12}
  returns: {return_rate: 0.20}
  chargebacks: {enabled: false}
"""
"""Margin 50%, DHL 12, 2.9% + .30, every return comes back, salvage 50%, handling 8, no duty, no losses."""


@pytest.fixture
def figures(tmp_path):
    """Return what an order is expected to bring, with some numbers changed."""
    file = tmp_path / "figures.yaml"
    file.write_text(TEXT, encoding="utf-8")

    def found(**changes):
        keys = {"value": "prices.mean_value", "returns": "returns.return_rate", "cpc": "meta.cpc"}
        scenario = sim.load(file, [f"store.{keys[name]}={value}" for name, value in changes.items()])
        order = expected_orders(scenario, worlds=16)["own/store"]
        return order | {"means": {line["line"]: line["mean"] for line in order["lines"]}}

    return found


@pytest.mark.parametrize(
    ("value", "returns", "contribution"),
    [
        *((85, 0.15, 16.9725), (85, 0.20, 13.385), (85, 0.30, 6.21)),
        *((159, 0.15, 43.5015), (159, 0.20, 37.139), (159, 0.30, 24.414)),
    ],
)
def test_contribution_before_ads_of_an_order(figures, value, returns, contribution):
    order = figures(value=value, returns=returns)
    assert order["means"]["before_ads"] == pytest.approx(contribution, abs=1e-9)
    assert order["break_even"]["ads_per_order"] == pytest.approx(contribution, abs=1e-9)


def test_the_acos_of_a_cheap_order(figures):
    """An order of 75 at 1.27 a click and 1.8%: 70.56 of ads, 94% of it."""
    order = figures(value=75, cpc=1.27)
    acos = -order["ads_at_start"]["mean"] / order["means"]["price"]
    assert acos == pytest.approx(1.27 / 0.018 / 75, abs=1e-9)
    assert round(100 * acos) == 94


@pytest.mark.parametrize(("cpc", "acos", "value"), [(0.5, 0.50, 56), (3.0, 0.35, 476)])
def test_the_order_value_that_an_acos_implies(figures, cpc, acos, value):
    implied = -figures(cpc=cpc)["ads_at_start"]["mean"] / acos
    assert round(implied) == value
    order = figures(cpc=cpc, value=implied)
    assert -order["ads_at_start"]["mean"] / order["means"]["price"] == pytest.approx(acos, abs=1e-9)


def test_the_break_even_acos_stays_below_its_bound_at_any_order_value(figures):
    found = [figures(value=value)["break_even"]["acos"] for value in (50, 85, 159, 400, 3000, 1e6)]
    assert found == sorted(found)
    assert 0.3209 < found[-1] < 0.321
    assert figures(value=159)["break_even"]["acos"] == pytest.approx(37.139 / 159, abs=1e-9)
