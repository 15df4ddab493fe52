"""Distributions: quantiles, moments, fits and truncation against scipy; what cannot be is refused."""

import contextlib
import math

import numpy as np
import pytest
from scipy import stats

from sim.randomness.distributions import FAMILIES, Constant, DistributionError, Truncated, from_leaf
from sim.randomness.distributions.discrete import Choice, Empirical, Mixture
from sim.randomness.distributions.families import Beta, Gamma, LogNormal, Normal, Pert, StudentT, Triangular, Uniform
from sim.randomness.distributions.parse import from_mapping, from_text
from sim.scenario.yaml_reader import parse

U = np.array([2.0**-54, 1e-9, 0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 1 - 1e-9])


AGAINST_SCIPY = [
    (Uniform(-1, 3), stats.uniform(-1, 4)),
    (Normal(0.3, 2.0), stats.norm(0.3, 2.0)),
    (LogNormal(2.5, 0.4), stats.lognorm(0.4, scale=2.5)),
    (LogNormal(5e-4, 1.0), stats.lognorm(1.0, scale=5e-4)),
    (Beta(0.7, 5.0), stats.beta(0.7, 5.0)),
    (Gamma(0.4, 3.0), stats.gamma(0.4, scale=3.0)),
    (Triangular(1, 2, 6), stats.triang(0.2, 1, 5)),
    (Triangular(1, 1, 6), stats.triang(0.0, 1, 5)),
    (Triangular(1, 6, 6), stats.triang(1.0, 1, 5)),
    (Pert(1, 2, 6), stats.beta(1.8, 4.2, 1, 5)),
    (StudentT(1.0, 0.5, 4.0), stats.t(4.0, 1.0, 0.5)),
    (Normal(1, 2).truncated(0, 4), stats.truncnorm(-0.5, 1.5, 1, 2)),
    (Normal(1, 2).truncated(low=0), stats.truncnorm(-0.5, np.inf, 1, 2)),
]
NAMES = [f"{type(ours).__name__}-{number}" for number, (ours, _) in enumerate(AGAINST_SCIPY)]


@pytest.mark.parametrize(("ours", "theirs"), AGAINST_SCIPY, ids=NAMES)
def test_quantiles_distribution_and_moments_are_scipys(ours, theirs):
    np.testing.assert_allclose(ours.ppf(U), theirs.ppf(U), rtol=1e-9, atol=1e-9)
    x = np.concatenate([theirs.ppf(U[2:-1]), np.asarray(theirs.support()).clip(-9, 9), [-5.0, 50.0]])
    np.testing.assert_allclose(ours.cdf(x), theirs.cdf(x), rtol=1e-9, atol=1e-12)
    closed = isinstance(ours, (Normal, LogNormal, Beta, Gamma, Constant))
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-12 if closed else 2e-3)
    assert ours.sd == pytest.approx(theirs.std(), rel=1e-12 if closed else 2e-2)


@pytest.mark.parametrize(("ours", "theirs"), AGAINST_SCIPY, ids=NAMES)
def test_the_support_is_scipys(ours, theirs):
    np.testing.assert_allclose(ours.support, theirs.support(), atol=1e-12)


def test_a_constant_is_one_number():
    seven = from_leaf(7)
    assert seven == Constant(7.0)
    np.testing.assert_array_equal(seven.ppf(U), np.full(U.size, 7.0))
    np.testing.assert_array_equal(seven.cdf([6.9, 7.0, 7.1]), [0, 1, 1])
    assert (seven.mean, seven.sd, seven.support) == (7.0, 0.0, (7.0, 7.0))
    assert Uniform(2, 2).cdf(2.0) == 1.0
    np.testing.assert_array_equal(Uniform(2, 2).ppf(U), np.full(U.size, 2.0))


def test_choice_takes_the_smallest_value_that_reaches_the_uniform():
    dice = Choice((30.0, 10.0, 20.0), (1.0, 2.0, 1.0))
    assert dice.values == (10.0, 20.0, 30.0)
    np.testing.assert_array_equal(dice.ppf([0.001, 0.5, 0.501, 0.75, 0.751, 0.999]), [10, 10, 20, 20, 30, 30])
    np.testing.assert_allclose(dice.cdf([9, 10, 19, 20, 30, 31]), [0, 0.5, 0.5, 0.75, 1, 1])
    assert dice.mean == pytest.approx(17.5)
    assert Choice((1.0, 2.0)).weights == (0.5, 0.5)


def test_values_without_weight_are_never_chosen():
    u = np.concatenate([U, np.linspace(0.01, 0.99, 50)])
    assert set(Choice((1.0, 2.0, 3.0, 4.0), (0.0, 0.3, 0.7, 0.0)).ppf(u)) == {2.0, 3.0}


def test_an_empirical_distribution_takes_each_value_as_often_as_the_others():
    data = Empirical((4.0, 1.0, 2.0, 2.0))
    np.testing.assert_allclose(data.ppf([0.0, 0.25, 0.2501, 0.5, 0.75, 0.7501, 1.0]), [1, 1, 2, 2, 2, 4, 4])
    np.testing.assert_allclose(data.cdf([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0]), [0, 0.25, 0.25, 0.75, 0.75, 1, 1])
    assert data.support == (1.0, 4.0)


def test_mean_and_spread_of_an_empirical_distribution_are_the_datas():
    # With straight lines between them the ends had half a weight, and the mean of these was 64.2.
    values = (20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 400.0)
    data = Empirical(values)
    assert data.mean == pytest.approx(85, rel=1e-12)
    assert data.sd == pytest.approx(np.std(values), rel=1e-12)
    assert data.ppf((np.arange(7000) + 0.5) / 7000).mean() == pytest.approx(85, rel=1e-12)


FAR = [(Normal(0, 1), stats.norm()), (LogNormal(1, 1), stats.lognorm(1)), (Gamma(2, 1), stats.gamma(2))]


@pytest.mark.parametrize(("ours", "theirs"), FAR, ids=["normal", "lognormal", "gamma"])
@pytest.mark.parametrize("tail", [1e-3, 1e-12, 1e-17, 1e-30])
def test_a_truncation_far_out_in_the_upper_tail_is_counted_from_there(ours, theirs, tail):
    """[8.5, inf) of a normal was refused as empty, [7, 8] was off by 8e-4."""
    low, high = float(theirs.isf(tail)), float(theirs.isf(tail / 50))
    for end, beyond in ((math.inf, 0.0), (high, tail / 50)):
        found = ours.truncated(low, end)
        assert found.probability == pytest.approx(tail - beyond, rel=1e-9)
        u = np.array([0.05, 0.5, 0.95])
        expected = theirs.isf(tail - u * (tail - beyond))
        np.testing.assert_allclose(found.ppf(u), expected, rtol=1e-9)
        np.testing.assert_allclose(found.cdf(expected), u, rtol=1e-7)


def test_a_mixture_weighs_its_components():
    two = Mixture((Normal(-5, 1), Normal(5, 2)), (1.0, 3.0))
    x = np.linspace(-8, 10, 37)
    expected = 0.25 * stats.norm.cdf(x, -5, 1) + 0.75 * stats.norm.cdf(x, 5, 2)
    np.testing.assert_allclose(two.cdf(x), expected, atol=1e-14)
    np.testing.assert_allclose(two.cdf(two.ppf(U[1:])), U[1:], rtol=1e-9)
    assert two.mean == pytest.approx(2.5, abs=1e-3)


def test_a_mixture_with_a_certain_part_has_weight_there():
    never_or_some = Mixture((Constant(0.0), LogNormal(1.0, 0.5)), (0.4, 0.6))
    np.testing.assert_allclose(never_or_some.ppf([0.01, 0.2, 0.399]), 0.0, atol=1e-15)
    assert never_or_some.ppf(np.array(0.7)) == pytest.approx(1.0)
    assert never_or_some.cdf(0.0) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("leaf", "quantiles"),
    [
        ({"lognormal": {"p5": 0.5, "p95": 3}}, {0.05: 0.5, 0.95: 3}),
        ({"lognormal": {"p10": 2, "p50": 3}}, {0.1: 2, 0.5: 3}),
        ({"normal": {"p25": -1, "p97.5": 3}}, {0.25: -1, 0.975: 3}),
        ({"beta": {"p5": 0.1, "p95": 0.3}}, {0.05: 0.1, 0.95: 0.3}),
        ({"beta": {"p95": 0.995, "p5": 0.4}}, {0.05: 0.4, 0.95: 0.995}),
        ({"gamma": {"p5": 1, "p50": 3}}, {0.05: 1, 0.5: 3}),
        ({"gamma": {"p5": 14, "p95": 21}}, {0.05: 14, 0.95: 21}),
        ("0.5 to 3", {0.05: 0.5, 0.95: 3}),
        ("-0.5 to 3e0", {0.05: -0.5, 0.95: 3}),
        ("0 to .3", {0.05: 0, 0.95: 0.3}),
    ],
)
def test_two_quantiles_are_met(leaf, quantiles):
    found = from_leaf(leaf)
    for u, value in quantiles.items():
        assert float(found.ppf(np.array(u))) == pytest.approx(value, rel=1e-7, abs=1e-9)


def test_an_interval_in_words_is_lognormal_where_both_ends_are_positive():
    assert isinstance(from_text("0.5 to 3"), LogNormal)
    assert isinstance(from_text("0 to 3"), Normal)
    assert isinstance(from_text("-2 to 3"), Normal)


@pytest.mark.parametrize("family", ["normal", "lognormal", "beta", "gamma"])
def test_mean_and_sd_are_met(family):
    found = from_mapping({family: {"mean": 0.22, "sd": 0.045}})
    assert found.mean == pytest.approx(0.22, rel=1e-12)
    assert found.sd == pytest.approx(0.045, rel=1e-12)
    assert from_mapping({family: {"mean": 0.22, "sd": 0}}) == Constant(0.22)


def test_truncation_keeps_what_lies_inside_in_proportion():
    whole = LogNormal(2.5, 0.4)
    part = whole.truncated(2.0, 3.0)
    assert isinstance(part, Truncated)
    assert part.probability == pytest.approx(whole.cdf(3.0) - whole.cdf(2.0))
    x = np.linspace(1.5, 3.5, 21)
    expected = np.clip((whole.cdf(x) - whole.cdf(2.0)) / part.probability, 0, 1)
    np.testing.assert_allclose(part.cdf(x), expected, atol=1e-12)
    assert part.support == (2.0, 3.0)
    assert (part.ppf(U) >= 2.0).all()
    assert (part.ppf(U) <= 3.0).all()


def test_truncation_that_changes_nothing_returns_the_same():
    share = Beta(2, 3)
    assert share.truncated(0, 1) is share
    assert share.truncated(-1, math.inf) is share
    assert Constant(0.4).truncated(0, 1) == Constant(0.4)


def test_a_value_at_the_lower_end_of_a_truncation_is_kept():
    cut = Choice((1.0, 2.0, 3.0)).truncated(2.0, 3.0)
    np.testing.assert_array_equal(cut.ppf([0.1, 0.49, 0.51, 0.9]), [2, 2, 3, 3])
    np.testing.assert_allclose(cut.cdf([1.9, 2.0, 3.0]), [0, 0.5, 1])
    assert Choice((1.0, 2.0)).truncated(2.0, 5.0).ppf(np.array(0.3)) == 2.0


def test_a_truncation_of_a_truncation_survives_being_written():
    once = from_mapping({"normal": {"mean": 1, "sd": 2}, "truncate": [None, 3]})
    twice = once.truncated(low=0.0)
    assert twice.support == (0.0, 3.0)
    again = from_leaf(twice.to_mapping())
    np.testing.assert_array_equal(again.ppf(U), twice.ppf(U))
    np.testing.assert_allclose(twice.ppf(U), stats.truncnorm(-0.5, 1, 1, 2).ppf(U), atol=1e-9)


def test_every_family_can_be_truncated_in_its_mapping():
    found = from_mapping({"lognormal": {"median": 1, "log_sd": 1}, "truncate": [0.5, None]})
    assert found.support == (0.5, math.inf)
    assert float(found.cdf(0.5)) == 0.0


def test_weights_that_sum_to_one_stay_as_they_are():
    weights = (0.1, 0.2, 0.7)
    assert Choice((1.0, 2.0, 3.0), weights).weights == weights
    assert Mixture((Constant(1.0),) * 3, weights).weights == weights


def test_an_empirical_distribution_reads_its_column_through_the_configuration():
    asked = []

    def read_column(file, column):
        asked.append((file, column))
        return [3, 1, 2]

    found = from_mapping({"empirical": {"file": "cpc.csv", "column": "cpc"}}, read_column)
    assert asked == [("cpc.csv", "cpc")]
    assert found == Empirical((1.0, 2.0, 3.0))
    with pytest.raises(DistributionError, match="no data file can be read here"):
        from_mapping({"empirical": {"file": "cpc.csv", "column": "cpc"}})


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ("3 to 0.5", "reversed or empty"),
        ("1 to 1", "reversed or empty"),
        ("about 3", "neither a number nor an interval"),
        ("1e999 to 2e999", "finite"),
        (True, "must be a number"),
        (None, "must be a number"),
        (math.nan, "finite"),
        (10**400, "finite"),
        ({}, "exactly one distribution"),
        ({"normal": {"mean": 0, "sd": 1}, "beta": {"mean": 0.1, "sd": 0.1}}, "exactly one distribution"),
        ({"lognorml": {"p5": 1, "p95": 2}}, "did you mean 'lognormal'"),
        ({"cauchy": {}}, "unknown distribution 'cauchy'"),
        ({"normal": [0, 1]}, "needs its numbers by name"),
        ({"normal": {"mean": 0, "sd": -1}}, "sd must be above 0"),
        ({"normal": {"mean": 0}}, "normal has mean: write it as {normal: {mean: 0.1, sd: 0.08}} or {normal: {p5:"),
        ({"lognormal": {"mu": 1, "sigma": 2}}, "lognormal has mu, sigma: write it as {lognormal: {median: 14"),
        ({"empirical": "mine.csv"}, "such as {empirical: {file: mine.csv, column: …}}"),
        ({"empirical": [1, 2]}, "such as {empirical: {values:"),
        ({"choice": [1, 2]}, "such as {choice: {values:"),
        ({"normal": {"p5": 0}}, "two quantiles"),
        ({"normal": {"p5": 0, "p50": 1, "p95": 2}}, "two quantiles"),
        ({"normal": {"p5": 2, "p95": 1}}, "lower quantile must be below"),
        ({"normal": {"p0": 1, "p95": 2}}, "not a quantile"),
        ({"lognormal": {"p5": 0, "p95": 1}}, "must be above 0"),
        ({"lognormal": {"mean": -1, "sd": 1}}, "mean above 0"),
        ({"lognormal": {"mean": 1, "sd": -1}}, "sd of at least 0"),
        ({"gamma": {"mean": 1, "sd": -1}}, "sd of at least 0"),
        ({"lognormal": {"median": 0, "log_sd": 1}}, "median must be above 0"),
        ({"beta": {"mean": 1.2, "sd": 0.1}}, "between 0 and 1"),
        ({"beta": {"mean": 0.5, "sd": 0.5}}, "not possible"),
        ({"beta": {"p5": 0.2, "p95": 1.2}}, "between 0 and 1"),
        ({"beta": {"alpha": 0, "beta": 1}}, "alpha must be above 0"),
        ({"gamma": {"mean": 0, "sd": 1}}, "mean above 0"),
        ({"uniform": {"low": 2, "high": 1}}, "low <= high"),
        ({"uniform": {"low": 2}}, "high"),
        ({"uniform": {"low": 2, "high": 3, "mean": 1}}, "mean"),
        ({"triangular": {"low": 0, "mode": 5, "high": 3}}, "low <= mode <= high"),
        ({"pert": {"low": 1, "mode": 1, "high": 1}}, "low < high"),
        ({"student_t": {"location": 0, "scale": 1, "degrees_of_freedom": 0}}, "above 0"),
        ({"choice": {"values": []}}, "as many weights"),
        ({"choice": {"values": [1, 2], "weights": [1]}}, "as many weights"),
        ({"choice": {"values": [1, 2], "weights": [0, 0]}}, "not all 0"),
        ({"choice": {"values": [1, 2], "weights": [2, -1]}}, "at least 0"),
        ({"choice": {"values": 3}}, "needs lists"),
        ({"mixture": {"components": [1]}}, "two lists"),
        ({"mixture": {"components": [1, 2], "weights": [1]}}, "weight a component"),
        ({"empirical": {"values": [1]}}, "at least two"),
        ({"empirical": {"values": [1, "x"]}}, "must be a number"),
        ({"empirical": {"values": [1, 2], "file": "a.csv", "column": "b"}}, "file and column, or values"),
        ({"normal": {"mean": 0, "sd": 1}, "truncate": [3]}, "two ends"),
        ({"normal": {"mean": 0, "sd": 1}, "truncate": [0, 1, 2]}, "two ends"),
        ({"normal": {"mean": 0, "sd": 1}, "truncate": [3, 1]}, "low < high"),
        ({"normal": {"mean": 0, "sd": 1}, "truncate": [1, 1]}, "low < high"),
        ({"uniform": {"low": 0, "high": 1}, "truncate": [3, 4]}, "nothing of the distribution"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(leaf, message):
    with pytest.raises(DistributionError) as caught:
        from_leaf(leaf)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


WAYS = [(name, way) for name, family in FAMILIES.items() for way in family.ways()]


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_every_way_that_is_shown_can_be_written(name, way):
    found = from_leaf(parse(f"key: {way}\n", "s.yaml").data["key"], lambda file, column: [3, 1, 2])
    assert isinstance(found, FAMILIES[name].kind)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_name_that_is_shown_is_needed_unless_it_is_said_to_be_optional(name):
    family = FAMILIES[name]
    for form in family.forms:
        for left_out in form:
            given = {name: {key: value for key, value in form.items() if key != left_out}}
            if left_out in family.optional:
                from_leaf(given)
            else:
                with pytest.raises(DistributionError):
                    from_leaf(given, lambda file, column: [3, 1, 2])


def test_every_family_of_the_registry_has_a_test_here():
    known = {"uniform", "normal", "lognormal", "beta", "gamma", "triangular", "pert", "student_t", "choice"}
    assert set(FAMILIES) == known | {"mixture", "empirical", "interval"}


def test_distributions_are_frozen_and_compare_by_value():
    assert Beta(2, 3) == Beta(2, 3)
    assert hash(Normal(0, 1)) == hash(Normal(0, 1))
    with pytest.raises(AttributeError):
        Normal(0, 1).sd_value = 2


@pytest.mark.parametrize(
    "leaf",
    [
        {"beta": {"mean": 0.5, "sd": 1e-200}},
        {"lognormal": {"median": 14, "log_sd": 40}},
        {"uniform": {"low": -1e308, "high": 1e308}},
    ],
)
def test_numbers_beyond_double_precision_are_refused(leaf):
    with pytest.raises(DistributionError, match=r"too large, or too small|at most 20|must be a finite number"):
        from_leaf(leaf)


@pytest.mark.parametrize(
    "distribution",
    [
        *(ours for ours, _ in AGAINST_SCIPY),
        Constant(3.0),
        Choice((1.0, 2.0, 5.0), (0.2, 0.3, 0.5)),
        Empirical((1.0, 2.0, 5.0)),
        Mixture((Constant(0.0), StudentT(1.0, 2.0, 5.0)), (0.25, 0.75)),
        Uniform(-1, 3).truncated(high=2),
    ],
    ids=str,
)
def test_what_is_written_is_read_back_the_same(distribution):
    assert from_leaf(distribution.to_mapping()) == distribution


def test_an_open_end_of_a_truncation_is_written_as_nothing():
    assert Normal(1, 2).truncated(high=3).to_mapping()["truncate"] == [None, 3]


def test_the_support_is_what_is_left_of_both():
    assert Uniform(0, 1).truncated(0.5, 9.0).support == (0.5, 1.0)
    assert Mixture((Uniform(0, 2), Uniform(1, 5)), (1.0, 1.0)).support == (0.0, 5.0)


def test_a_far_tail_has_finite_quantiles():
    tail = Normal(0, 1).truncated(low=8.0).ppf(U)
    assert np.isfinite(tail).all()
    assert (tail >= 8.0).all()


def test_a_mixture_takes_the_smallest_value_that_reaches_the_uniform():
    two = Mixture((Constant(0.0), Constant(1.0)), (0.25, 0.75))
    np.testing.assert_allclose(two.ppf([0.2, 0.25, 0.26]), [0.0, 0.0, 1.0], atol=1e-12)


@pytest.mark.parametrize("family", ["beta", "gamma"])
@pytest.mark.parametrize("quantiles", [(1e-9, 0.99999), (1e-4, 0.9999), (0.1, 0.100001), (0.3, 0.6)])
def test_quantiles_that_cannot_be_met_are_refused_not_nearly_met(family, quantiles):
    with contextlib.suppress(DistributionError):
        found = from_leaf({family: dict(zip(("p5", "p95"), quantiles, strict=True))})
        np.testing.assert_allclose(found.ppf([0.05, 0.95]), quantiles, rtol=1e-6)
