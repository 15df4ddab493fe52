"""What a reading of the article sets: the figures of its text, and what they mean for the shop."""

import math

import pytest

from sim.scenario.article_readings import all_readings, patch_of


def mean_of(patch, key):
    (family,) = patch[key]
    return patch[key][family]["mean"]


@pytest.mark.parametrize("days", [365, 180, 90])
def test_a_repeat_rate_within_some_days_is_told_for_the_year(days):
    # Gaps between orders are exponential with a mean of 90 days: of those who ever come back, 1 - exp(-days / 90) have.
    ever = 0.30 / -math.expm1(-days / 90)
    rate = mean_of(patch_of({"repeat_rate": f"within_{days}_days"}), "store.repeat.rate_within_year")
    assert rate == round(ever * -math.expm1(-365 / 90), 4)


def test_a_share_of_orders_counts_a_customer_who_comes_back_more_than_once():
    # Three of ten orders are repeat orders, three to seven first ones; a customer who comes back orders 1.3 times more.
    rate = mean_of(patch_of({"repeat_rate": "share_of_orders"}), "store.repeat.rate_within_year")
    assert rate == round(0.3 / 0.7 / 1.3, 4)


def test_twelve_per_cent_are_frozen_in_every_reading_or_held_in_reserve():
    options = all_readings()["freeze_figure"].options
    assert options["share_of_volume"]["store.paypal_freeze.figure"] == 0.12
    assert options["share_of_balance"]["store.paypal_freeze.figure"] == 0.12
    assert options["reserve_rate"] == {"store.paypal.reserve_rate": 0.12, "store.paypal_freeze.enabled": False}
    for name in ("annual_event_probability", "share_of_volume", "share_of_balance"):
        assert options[name]["store.paypal_freeze.reading"] == name


def test_fourteen_to_twenty_one_days_are_a_freeze_or_a_new_sellers_hold():
    options = all_readings()["fourteen_to_twenty_one_days"].options
    days = {"uniform": {"low": 14, "high": 21}}
    assert options["handling_of_a_freeze"] == {"store.paypal_freeze.handling_days": days}
    assert options["new_seller_hold"] == {"store.paypal.hold_days": days, "store.paypal.hold_for": 90}


def test_whoever_pays_all_in_pays_no_clicks_and_no_commission():
    patch = patch_of({"average_revenue": "all_in"})
    assert patch["alibaba.membership.annual_fee"] == "1800 USD"
    assert patch["alibaba.p4p.enabled"] is patch["alibaba.commission.enabled"] is False


def test_the_conversion_of_a_mature_shop_is_reached_after_the_improvement():
    (start,), blended = (
        all_readings()["conversion"].options[name].values() for name in ("paid_landing_page", "blended_shop")
    )
    assert len(blended) == 3
    for found in blended:
        assert 1.9 * found["lognormal"]["median"] == pytest.approx(start["lognormal"]["median"], rel=0.01)


def test_a_margin_after_freight_is_one_of_nine_points_more_before_it():
    before, after = (
        mean_of(patch_of({"margin": name}), "store.goods.gross_margin") for name in all_readings()["margin"].options
    )
    assert after - before == pytest.approx(14 / 155, abs=0.001)


@pytest.mark.parametrize("option", ["relative", "points"])
def test_an_uplift_is_read_as_it_is_called(option):
    assert patch_of({"selection_uplift": option}) == {"alibaba.product_selection.reading": option}


def test_readings_together_set_what_each_sets():
    chosen = {"win_rate": "each_dispute", "commission": "aliexpress_only"}
    assert patch_of(chosen) == {"store.chargebacks.win_rate": 0.65, "alibaba.commission.commission_rate": 0.02}
