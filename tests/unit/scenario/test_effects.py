"""What is without effect, and the reason that is given."""

import pytest

import sim
from sim.scenario.effects import idle_correlations, remarks, without_effect
from sim.scenario.questions import questions_of
from sim.scenario.scenario import Scenario


def shop(**changes):
    head = {"name": "shop", "start_date": "2026-03-02", "horizon_days": 60, "strategies": {"shop": ["store"]}}
    return Scenario.from_mapping(head, overrides=[(key.replace("__", "."), value) for key, value in changes.items()])


@pytest.mark.parametrize(
    ("key", "changes", "why"),
    [
        (
            "store.google.cpc",
            {"store__google__enabled": False, "store__meta__budget_share": 1},
            "google is switched off",
        ),
        ("store.freight.packet_cost", {"store__freight__carrier": "dhl"}, "store.freight.carrier is dhl"),
        ("store.paypal_freeze.figure", {}, "store.paypal_freeze.reading is annual_event_probability"),
        ("store.import_charges.us_duty", {"store__import_charges__enabled": False}, "import_charges is switched off"),
        ("store.import_charges.us_duty", {"store__import_charges__us_share": 0}, "store.import_charges.us_share is 0"),
        ("store.coupons.depth", {"store__coupons__enabled": False}, "store.coupons is switched off"),
        ("store.coupons.depth_in_season", {}, "the run has no day in the months it is about"),
        ("market.season", {}, "the run has no day in the months it is about"),
        ("store.stop_loss.largest_loss", {"store__stop_loss__enabled": False}, "store.stop_loss is switched off"),
        ("store.meta.cpm", {"store__meta__price_basis": "cpc"}, "store.meta.price_basis is cpc"),
        (
            "store.paypal_freeze.won",
            {"store__paypal__enabled": False, "store__stripe__share": 1},
            "paypal is switched off",
        ),
        ("store.paypal_freeze.jump_factor", {"store__dispute_monitor__enabled": False}, "monitor is switched off"),
        ("store.goods.supplier_credit_days", {"store__stock__enabled": True}, "store.stock takes part"),
        ("store.meta.click_dispersion", {"counts": "expected"}, "counts is expected"),
        ("store.improvement.platform_data_lift", {}, "no strategy sells by store and another channel"),
        ("market.yuan_start", {}, "goods cost dollars on day 0"),
        ("market.yuan_volatility", {"market__yuan_moves": False}, "market.yuan_moves is false"),
        ("store.paypal.first_payout_days", {}, "store.paypal.first_payout_for is 14, not above 90"),
        ("wallet.credit_rate", {}, "wallet.credit_limit is 0"),
        ("alibaba.p4p.cpc", {}, "no strategy sells by alibaba"),
    ],
)
def test_a_key_is_without_effect_for_a_reason(key, changes, why):
    assert why in without_effect(shop(**changes), key)


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("store.meta.cpm", {}),
        ("store.meta.cpm.lognormal.median", {}),
        ("store.google.enabled", {"store__google__enabled": False, "store__meta__budget_share": 1}),
        ("store.freight.packet_cost", {}),
        ("store.stripe.first_payout_days", {}),
        ("store.goods.supplier_credit_days", {}),
        ("store.improvement.lost_per_100_milliseconds", {"store__improvement__page_milliseconds": "150 to 400"}),
        ("store.import_charges.us_duty", {"store__import_charges__us_share": "0.1 to 0.5"}),
        ("wallet.credit_rate", {"wallet__credit_limit": 500}),
        ("horizon_days", {}),
        ("strategies.shop", {}),
        ("correlations", {}),
    ],
)
def test_what_is_read_has_an_effect(key, changes):
    assert without_effect(shop(**changes), key) == ""


def test_without_goods_from_stock_a_channel_that_has_no_stock_pays_its_suppliers():
    aliexpress = Scenario.from_mapping({"name": "a", "strategies": {"a": ["aliexpress"]}})
    assert not without_effect(aliexpress, "aliexpress.goods.supplier_credit_days")


def test_correlations_with_a_fixed_number_are_told_once_by_its_name():
    rows = [["store.meta.cpm", "store.meta.ctr", 0.5], ["store.meta.cpm", "store.prices.mean_value", 0.1]]
    scenario = shop(correlations=rows, store__meta__cpm=12)
    assert idle_correlations(scenario) == {"store.meta.cpm": (2, "it is one fixed number")}
    assert remarks(scenario, ["correlations", "store.meta.ctr"]) == [
        "2 correlations of store.meta.cpm are without effect, because it is one fixed number"
    ]
    assert not remarks(scenario, ["store.meta.ctr"])


@pytest.mark.parametrize("file", ["article", "article_all_stores", "article_conditioned", "dual", "market"])
def test_no_shipped_scenario_raises_a_question(file):
    assert not questions_of(sim.load(f"configs/{file}.yaml"))


def test_a_rule_that_holds_on_no_day_is_remarked_on_once():
    scenario = sim.load("configs/market.yaml")
    keys = [f"market.trade_rules.{key}" for key in ("us_10.starts", "us_10.duty", "us_30.source", "us_10.source")]
    why = "the rule holds on no day of the run: it begins later, was replaced before, or is of another regime"
    assert remarks(scenario, keys) == [
        f"market.trade_rules.us_10 is without effect, because {why}",
        f"market.trade_rules.us_30 is without effect, because {why}",
    ]
    assert not remarks(scenario, ["market.trade_rules.us_20.duty"])
