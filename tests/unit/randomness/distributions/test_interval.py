"""A written interval in a field with a range: its ends are the 5 and 95% points, wherever the range lies."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from sim.randomness.distributions import DistributionError, from_leaf, from_text
from sim.randomness.distributions.families import LogNormal
from sim.randomness.distributions.interval import Interval
from sim.scenario.declarations import declared
from sim.scenario.values import Reader, read_leaf

OPEN = math.inf
CASES = [
    Interval(0.05, 0.90, 0.0, 1.0),
    Interval(0.0, 0.10, 0.0, 1.0),
    Interval(0.2, 1.0, 0.0, 1.0),
    Interval(0.0, 1.0, 0.0, 1.0),
    Interval(2.0, 400.0, 1.0, OPEN),
    Interval(1.0, 400.0, 1.0, OPEN),
    Interval(-0.5, 0.4, -0.9, OPEN),
    Interval(-80.0, -3.0, -OPEN, -1.0),
    Interval(-3.0, 5.0),
]


@pytest.mark.parametrize("found", CASES, ids=str)
def test_its_points_are_those_that_were_given_and_all_lies_within_the_range(found):
    np.testing.assert_allclose(found.ppf([0.05, 0.95]), [found.p5, found.p95], rtol=1e-12, atol=1e-15)
    values = found.ppf(np.linspace(1e-12, 1 - 1e-12, 10_001))
    assert (np.diff(values) >= 0).all()
    assert found.low <= values[0] <= values[-1] <= found.high
    assert from_leaf(found.to_mapping()) == found


@pytest.mark.parametrize("found", CASES, ids=str)
def test_distribution_function_and_quantiles_belong_together(found):
    u = np.linspace(0.001, 0.999, 999)
    values = found.ppf(u)
    inside = (values > found.low) & (values < found.high)
    np.testing.assert_allclose(found.cdf(values)[inside], u[inside], atol=1e-9)
    for end, share in ((found.low, 0.0), (found.high, 1.0)):
        if math.isfinite(end):
            outside = end - 1e-9 if share == 0.0 else end
            assert found.cdf(outside) == share


def test_a_share_is_logit_normal_as_scipy_has_it():
    found = Interval(0.05, 0.90, 0.0, 1.0)
    slope = (math.log(9) + math.log(19)) / 2 / stats.norm.ppf(0.95)
    middle = 0.5 * (math.log(9) - math.log(19))
    mean = integrate.quad(lambda z: stats.norm.pdf(z) / (1 + math.exp(-middle - slope * z)), -9, 9)[0]
    assert found.mean == pytest.approx(mean, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "within", "usual"),
    [("15% to 30%", (0.0, 1.0), True), ("5% to 90%", (0.0, 1.0), False), ("0.5 to 3", (0.0, OPEN), True)],
)
def test_the_usual_lognormal_stays_where_all_of_it_lies_in_the_range(text, within, usual):
    assert isinstance(from_text(text, lambda value: 100.0 if value.unit else 1.0, within), LogNormal) == usual


def written_within(parameter):
    """Intervals inside a range, near and at its ends."""
    low = parameter.low if math.isfinite(parameter.low) else -5.0
    high = parameter.high if math.isfinite(parameter.high) else 50.0 + 2 * low
    width = high - low
    yield from ((low + a * width, low + b * width) for a, b in ((0.3, 0.5), (0.05, 0.9), (0.01, 0.99), (0.001, 0.7)))
    yield low, low + 0.1 * width
    if math.isfinite(parameter.high):
        yield low + 0.6 * width, high
        yield low, high


def test_the_ends_of_an_interval_are_the_5_and_95_percent_points_of_every_field():
    seen = 0
    for key, parameter, _ in declared():
        if parameter.form not in ("number", "delay"):
            continue
        for low, high in written_within(parameter):
            found = read_leaf(parameter, f"{low:.17g} to {high:.17g}", Reader())
            ends = found.ppf(np.array([0.05, 0.95]))
            np.testing.assert_allclose(ends, [low, high], rtol=1e-9, atol=1e-12, err_msg=key)
            seen += 1
    assert seen > 1000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"p5": 2, "p95": 1}, "needs p5 < p95"),
        ({"p5": 0, "p95": 2, "high": 1}, "must lie within low and high"),
        ({"p5": 0, "p95": "x"}, "must be a number"),
        ({"p5": 0}, "p95"),
    ],
)
def test_what_cannot_be_is_refused(given, words):
    with pytest.raises(DistributionError, match=words):
        from_leaf({"interval": given})


def test_what_was_written_in_percent_is_not_taken_for_percent_once_more():
    field = next(parameter for key, parameter, _ in declared() if key == "store.returns.return_rate")
    with pytest.raises(ValueError, match=r"must lie between 0 and 1") as refused:
        read_leaf(field, "80% to 130%", Reader())
    assert "did you mean" not in str(refused.value)
    with pytest.raises(ValueError, match=r"did you mean 0\.8 to 0\.9\?"):
        read_leaf(field, "80 to 90", Reader())
