"""Amounts beyond any seller's, prices of nothing, and texts that are read over elsewhere: refused by key."""

import pytest

from sim.scenario import ConfigError, explain, loads

HEAD = "name: shop\nstrategies: {shop: [store]}\n"
VALUE = "store.prices.mean_value"


@pytest.mark.parametrize(
    ("override", "remedy"),
    [
        ("wallet.capital=3e37", r"wallet\.capital: found 3e\+37; must be at most 1e\+12 \(money\)"),
        ("wallet.capital=1e308", r"must be at most 1e\+12"),
        (f"{VALUE}={{empirical: {{values: [1e308, 1e308]}}}}", r"at most 1e\+12 .*reaches beyond"),
        (f"{VALUE}={{choice: {{values: [10, 1e39], weights: [1, 1e-30]}}}}", r"at most 1e\+12 .*reaches beyond"),
        (f"{VALUE}={{lognormal: {{median: 1e6, log_sd: 3.8}}}}", r"at most 1e\+12 .*reaches beyond"),
        (f"{VALUE}={{normal: {{mean: 1e308, sd: 1e308}}}}", "of this distribution lies outside"),
        ("store.meta.cpm=0", r"store\.meta\.cpm: found 0; must be at least 0\.001"),
        ("store.google.cpm=0", r"must be at least 0\.001"),
        ("store.google.cpc=0", r"must be at least 0\.0001"),
        ("store.meta.ctr=0", "must lie between 1e-06 and 1"),
        ("store.funnel.start_conversion_organic=0", "must lie between 1e-06 and 1"),
        ("store.meta.cpm=0 to 3", "5% of this distribution lies outside"),
        (f"{VALUE}=0.1_5", "found 0.1_5; write 0.15 without '_'"),
        (f"{VALUE}=5万元", "write 50000 CNY"),
        (f"{VALUE}=$5k", r"write \$5000"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_remedy(override, remedy):
    with pytest.raises(ConfigError, match=remedy):
        loads(HEAD, "s.yaml", [override])


@pytest.mark.parametrize("value", ["1e12", "12 to 2000", "1_200", "{lognormal: {median: 1e6, log_sd: 1}}"])
def test_a_large_amount_is_taken_as_it_is_written(value):
    assert loads(HEAD, "s.yaml", [f"wallet.capital={value}"])


def test_weights_whose_sum_overflows_keep_their_shares():
    leaf = loads(HEAD, "s.yaml", [f"{VALUE}={{choice: {{values: [10, 20], weights: [1e308, 1e308]}}}}"]).numbers()[
        VALUE
    ]
    assert leaf.weights == (0.5, 0.5)


@pytest.mark.parametrize("found", ["7", "usd", "[a]", "US$"])
def test_a_bad_currency_is_refused_under_its_own_key(found):
    with pytest.raises(ConfigError, match=r":3: currency: found .*three capital letters"):
        loads(f"{HEAD}currency: {found}\n")


def test_a_section_is_explained_with_the_values_of_the_scenario():
    scenario = loads(HEAD + "store: {freight: {carrier: dhl, packet_cost: 7.25}}\n")
    assert "store.freight.packet_cost      7.25" in explain("store.freight", scenario).replace("untracked", "")
    assert "without effect, because store.freight.carrier is dhl" in explain("store.freight.packet_cost", scenario)


def test_what_is_not_known_is_answered_with_each_key_once():
    with pytest.raises(ConfigError) as error:
        explain("退货率")
    named = str(error.value).partition("there are: ")[2].rstrip(")").split(", ")
    assert len(named) == len(set(named))
