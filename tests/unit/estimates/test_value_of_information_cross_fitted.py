"""The value of one input, fitted on one half of the worlds and valued on the other: an oracle, and odd inputs."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm, rankdata

from sim.estimates import evpi, evppi, evppi_noise_floor

N = 1024


def two_choices(rng, slope=1.0, worlds=N, mean=0.2, noise=2.0):
    """Return the values of doing nothing and of a strategy that hangs on x, and x."""
    x = rng.normal(size=worlds)
    return np.stack([np.zeros(worlds), mean + slope * x + noise * rng.normal(size=worlds)]), x


def by_a_plain_loop(values, x, first):
    """Return the cross-fitted figure by ordinary least squares, one world after the other."""
    score = norm.ppf((rankdata(x) - 0.5) / len(x))
    powers = sm.add_constant(np.stack([score, score**2, score**3], axis=1))
    gained = 0.0
    for fitted, valued in ((first, ~first), (~first, first)):
        models = [sm.OLS(row[fitted], powers[fitted]).fit() for row in values]
        usual = max(range(len(values)), key=lambda choice: values[choice][fitted].mean())
        for world in np.flatnonzero(valued):
            promised = [model.predict(powers[world : world + 1])[0] for model in models]
            gained += values[promised.index(max(promised))][world] - values[usual][world]
    return gained / len(x)


def test_it_is_what_a_plain_loop_over_ordinary_least_squares_finds(rng):
    values, x = two_choices(rng, worlds=400)
    values = np.vstack([values, 0.1 + 0.5 * x**2 + rng.normal(size=400)])
    first = np.random.default_rng(1).permutation(400) % 2 == 0
    assert evppi(values, x, seed=1).estimate == pytest.approx(by_a_plain_loop(values, x, first), rel=1e-9)


def test_the_standard_error_is_that_of_worlds_drawn_again_and_fitted_anew(rng):
    values, x = two_choices(rng, worlds=2048)
    again = []
    for _ in range(200):
        drawn = rng.integers(0, 2048, 2048)
        again.append(evppi(values[:, drawn], x[drawn]).estimate)
    found = evppi(values, x)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * np.std(again), rel=0.35)


def test_an_input_that_tells_nothing_is_worth_nothing(rng):
    """A constant, one choice, and choices that are the same in every world."""
    values, x = two_choices(rng)
    for table, column in ((values, np.full(N, 3.0)), (values[1:], x), (np.stack([values[1]] * 2), x)):
        found = evppi(table, column)
        assert (found.low, found.estimate, found.high) == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)
        assert found.low == evppi_noise_floor(table) == 0.0, "not worth knowing"


def test_an_input_of_few_values_is_worth_the_best_choice_for_each(rng):
    x = rng.integers(0, 3, 3000)
    values = np.stack([np.zeros(3000), x - 1.0 + rng.normal(size=3000)])
    assert evppi(values, x).estimate == pytest.approx(1 / 3, abs=0.05)
    assert evppi(values, x).low > 0.2


def test_luck_within_worlds_changes_no_estimate_only_its_interval(rng):
    slope = np.repeat(rng.normal(size=2048), 4)
    paths = np.stack([np.zeros(8192), slope + 6 * rng.normal(size=8192)]).reshape(2, 2048, 4)
    one, four = (evppi(paths[:, :, :m].mean(axis=2), slope[::4]) for m in (1, 4))
    truth = 1 / np.sqrt(2 * np.pi)
    assert one.low <= truth <= one.high
    assert four.low <= truth <= four.high
    assert four.high - four.low < one.high - one.low


def test_evenly_spread_worlds_count_by_scramble(rng):
    """Within a scramble the input is even, so its means differ less between scrambles than those of random worlds."""
    x = np.concatenate([norm.ppf((rng.permutation(256) + rng.random(256)) / 256) for _ in range(32)])
    values = np.stack([np.zeros(x.size), 0.3 + x])
    even, random = evppi(values, x, even=True), evppi(values, x)
    assert (even.n, random.n) == (32, x.size)
    assert even.high - even.low < 0.5 * (random.high - random.low)
    truth = norm.pdf(0.3) - 0.3 * norm.cdf(-0.3)
    assert even.low <= truth <= even.high
    assert evppi(values[:, :1024], x[:1024], even=True).n == 1024, "of four scrambles nothing could be told"


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_the_halves_hang_on_no_order_of_the_worlds(rng, order):
    values, x = two_choices(rng)
    sorted_by_x = np.argsort(x)[order]
    found = evppi(values[:, sorted_by_x], x[sorted_by_x])
    assert found.low < evppi(values, x).estimate < found.high


def test_another_currency_is_another_unit_and_nothing_else(rng):
    values, x = two_choices(rng)
    found, dear = evppi(values, x), evppi(7.0 * values + 50.0, x)
    assert [dear.low, dear.estimate, dear.high] == pytest.approx([7 * found.low, 7 * found.estimate, 7 * found.high])


def test_what_decides_everything_is_worth_no_more_than_everything(rng):
    x = rng.normal(size=N)
    values = np.stack([np.zeros(N), x])
    assert evppi(values, x).estimate <= evpi(values)
    assert evppi(values, x).estimate == pytest.approx(evpi(values), rel=0.02)


# ----- how often the interval covers -----


def intervals(draw, runs, worlds=N):
    """Yield the values and the interval of each run."""
    for seed in range(runs):
        values, x = draw(np.random.default_rng([16, seed]), worlds)
        yield values, evppi(values, x)


def unit_gain(mean, slope):
    """Return what knowing N(mean, slope) brings beside 0."""
    return slope * norm.pdf(mean / slope) - abs(mean) * norm.cdf(-abs(mean) / slope)


def linear(mean, slope, noise=3.0):
    def draw(rng, worlds):
        return two_choices(rng, slope, worlds, mean, noise)

    return draw, unit_gain(mean, slope)


def heavy(rng, worlds):
    x = rng.normal(size=worlds)
    return np.stack([np.zeros(worlds), 0.5 + x + 2 * rng.standard_t(3, size=worlds)]), np.exp(3 * x)


def twins(rng, worlds):
    x, common = rng.normal(size=worlds), 5 + 3 * rng.normal(size=worlds)
    return np.stack([np.zeros(worlds), common, common + 0.3 * x + rng.normal(size=worlds)]), x


@pytest.mark.slow
@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        linear(1.0, 2.0),
        linear(0.5, 0.5),
        linear(0.5, 0.3),
        linear(0.0, 1.0),
        linear(0.0, 0.2),
        linear(-1.0, 0.4),
        (heavy, unit_gain(0.5, 1.0)),
        (twins, unit_gain(0.0, 0.3)),
    ],
)
def test_intervals_cover_where_the_answer_is_known(draw, truth):
    """At 95% about 10 of 200 miss; 4 standard errors more are 22, and no more than 16 on either side."""
    found = [interval for _, interval in intervals(draw, 200)]
    above, below = sum(one.low > truth for one in found), sum(one.high < truth for one in found)
    assert above + below <= 22
    assert max(above, below) <= 16


@pytest.mark.slow
@pytest.mark.parametrize("mean", [0.0, 0.05, 0.3, 2.0])
def test_an_idle_input_is_not_worth_knowing_in_95_of_100(mean):
    def idle(rng, worlds):
        return np.stack([np.zeros(worlds), mean + 3 * rng.normal(size=worlds)]), rng.normal(size=worlds)

    lucky = [(values, found) for values, found in intervals(idle, 200) if found.low > 0.0]
    assert len(lucky) <= 10
    assert sum(found.low > evppi_noise_floor(values) for values, found in lucky) <= 10
