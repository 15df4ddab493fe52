"""What a scenario is asked: values far from their benchmark, orders where a mean belongs, wherever they come from."""

import pytest

import sim
from sim.scenario.loading import loads
from sim.scenario.questions import columns_read, questions_of

HEAD = "name: shop\nstrategies: {shop: [store]}\n"
CTR = "store.meta.ctr"


def asked(text="", *overrides):
    return {question.key: str(question) for question in questions_of(loads(HEAD + text, "s.yaml", overrides))}


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("0.9", "write 0.9%"),
        ("{empirical: {values: [0.9, 0.85, 0.95]}}", "write 0.9%"),
        ("0.8 to 0.95", "write 0.8971%"),
    ],
)
def test_a_percentage_without_its_sign_is_asked_about(value, remedy):
    said = asked(f"store: {{meta: {{ctr: {value}}}}}\n")[CTR]
    assert "benchmark, 0.0032 to 0.0379 (10100.com" in said
    assert remedy in said


def test_the_same_is_asked_of_an_override_of_python_and_of_a_manifest():
    found = asked("", f"{CTR}=0.9")[CTR]
    scenario = loads(HEAD).with_({CTR: 0.9})
    assert str(questions_of(scenario)[0]) == found
    assert str(questions_of(sim.scenario.Scenario.from_mapping(scenario.to_mapping()))[0]) == found


@pytest.mark.parametrize("value", ["0.01", "0.1", "1% to 3%"])
def test_a_usual_or_unusual_shop_and_a_zero_are_not_asked_about(value):
    assert CTR not in asked(f"store: {{meta: {{ctr: {value}}}}}\n")
    assert not asked("store: {organic: {orders_per_paid_order: 0}}\n")


def test_yuan_taken_for_dollars_have_their_remedy():
    said = asked("store: {prices: {mean_value: 2000}}\n")["store.prices.mean_value"]
    assert said.endswith("write 2000 CNY.")
    assert not asked("store: {prices: {mean_value: 2000 CNY}}\n")


def test_a_benchmark_is_told_in_the_scenarios_currency():
    in_yuan = "currency: CNY\n" + HEAD
    assert not questions_of(loads(in_yuan))
    (question,) = questions_of(loads(in_yuan, "s.yaml", ["store.prices.mean_value=1"]))
    assert question.benchmark == "131 to 2.11e+03"


def test_below_zero_distance_is_counted_from_the_middle():
    assert "market.ad_price_drift" in asked("market: {ad_price_drift: 5}\n")
    assert not asked("market: {ad_price_drift: -0.3}\n")


def test_what_is_without_effect_or_has_one_number_for_a_benchmark_is_not_asked_about():
    assert not asked("store: {meta: {cpc: 900}}\n")
    assert not asked("store: {meta: {renewal_cost: 90000}}\n")


def test_single_orders_where_a_mean_belongs_are_asked_about(tmp_path):
    (tmp_path / "orders.csv").write_text("value\n20\n25\n30\n35\n40\n45\n400\n", encoding="utf-8")
    column = "{empirical: {file: orders.csv, column: value}}"
    (tmp_path / "s.yaml").write_text(f"{HEAD}store: {{prices: {{mean_value: {column}}}}}\n", encoding="utf-8")
    scenario = sim.load(tmp_path / "s.yaml")
    (question,) = questions_of(scenario)
    said = str(question)
    read = "7 values of orders.csv, column value (least 20, median 35, most 400)"
    assert read in said
    assert said.endswith("write mean_value: 85, store.prices.log_sd: 0.93.")
    assert columns_read(scenario) == {"store.prices.mean_value": read}


def test_only_the_keys_of_an_axis_are_looked_at_where_they_are_named():
    scenario = loads(HEAD, "s.yaml", [f"{CTR}=0.9", "store.meta.cpm=9000"])
    assert [question.key for question in questions_of(scenario, [f"{CTR}.lognormal.median"])] == [CTR]


def test_a_question_is_told_in_chinese():
    (question,) = questions_of(loads(HEAD, "s.yaml", [f"{CTR}=0.9"]))
    assert "相差很远" in question.sentence("zh")
