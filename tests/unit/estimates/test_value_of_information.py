"""What knowing is worth: closed forms, and the order that must hold."""

from itertools import combinations

import numpy as np
import pytest
from scipy.special import ndtr

from sim.estimates import EstimateRefused, evpi, evpi_from_replicates, evppi, evppi_noise_floor


def unit_loss(mean, deviation):
    """E[max(0, N(mean, deviation))]."""
    z = mean / deviation
    return mean * ndtr(z) + deviation * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def test_the_worked_number():
    x = np.array([-1.0, 1.0] * 2048)
    values = np.stack([np.zeros(4096), x])
    assert evpi(values) == pytest.approx(0.5)
    found = evppi(values, x)
    assert found.estimate == pytest.approx(0.5)
    assert (found.level, found.n) == (0.95, 4096)
    # What x brings is 0 or 1: standard deviation 1/2 over 64 roots of worlds.
    assert found.low == pytest.approx(0.5 - 1.9605 / 128, abs=1e-4)
    assert found.high == pytest.approx(0.5 + 1.9605 / 128, abs=1e-4)


def test_normal_inputs_have_a_closed_form(rng):
    a, b = rng.normal(size=(2, 40_000))
    values = np.stack([np.zeros(40_000), 1 + 2 * a + 3 * b])
    for inputs, deviation in ((a, 2), (b, 3), (np.stack([a, b]), np.sqrt(13))):
        error = deviation / np.sqrt(40_000)
        assert evppi(values, inputs).estimate == pytest.approx(unit_loss(1, deviation) - 1, abs=4 * error)
    assert evpi(values) == pytest.approx(unit_loss(1, np.sqrt(13)) - 1, abs=4 * np.sqrt(13 / 40_000))


def test_a_bent_influence_is_found(rng):
    x = rng.normal(size=20_000)
    values = np.stack([np.zeros(20_000), x**2 - 1 + rng.normal(size=20_000)])
    truth = 2 * np.exp(-0.5) / np.sqrt(2 * np.pi)  # E[max(0, x^2 - 1)]
    assert evppi(values, x).estimate == pytest.approx(truth, rel=0.05)


def test_the_order_always_holds(rng):
    for _ in range(4):
        inputs = rng.normal(size=(4, 512))
        mixed = rng.normal(size=(3, 4)) @ inputs + inputs[0] * inputs[1]
        values = mixed + rng.normal(size=(3, 512)) * rng.choice([0, 5])
        worth = {s: evppi(values, inputs[list(s)]) for k in (1, 2, 3, 4) for s in combinations(range(4), k)}
        for chosen, value in worth.items():
            assert 0.0 <= value.low <= value.estimate <= value.high
            assert value.estimate <= evpi(values)
            for fewer in (worth[part] for k in range(1, len(chosen)) for part in combinations(chosen, k)):
                assert fewer.estimate <= value.estimate
                assert fewer.low <= value.low
                assert fewer.high <= value.high


def test_only_the_order_of_an_input_counts(rng):
    x = rng.normal(size=2048)
    values = np.stack([np.zeros(2048), x + rng.normal(size=2048)])
    assert evppi(values, np.exp(9 * x)) == evppi(values, x)


def test_a_sure_choice_needs_no_information(rng):
    values = np.stack([np.full(2048, 100.0), rng.normal(size=2048)])
    assert evpi(values) == 0.0
    found = evppi(values, rng.normal(size=2048))
    assert (found.low, found.estimate, found.high) == (0.0, 0.0, 0.0)


def test_noise_stays_under_its_floor(rng):
    x = rng.normal(size=1024)
    values = np.stack([np.zeros(1024), 0.5 * x + 3 * rng.normal(size=1024)])
    floor = evppi_noise_floor(values)
    assert 0.0 <= floor < evppi(values, x).low
    passed = np.mean([evppi(values, rng.normal(size=1024)).low > floor for _ in range(60)])
    assert passed <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 60)


def test_luck_is_bracketed(rng):
    world = rng.normal(size=8192)
    paths = np.stack([np.zeros((8192, 4)), world[:, None] + 2 * rng.normal(size=(8192, 4))])
    low, high = evpi_from_replicates(paths.reshape(2, -1), 4)
    truth = 1 / np.sqrt(2 * np.pi)
    assert low < truth < high
    assert high == evpi(paths.mean(axis=2))


def test_refused_with_its_reason(rng):
    with pytest.raises(EstimateRefused, match="at most 6"):
        evppi(rng.normal(size=(2, 512)), rng.normal(size=(7, 512)))
    with pytest.raises(EstimateRefused, match="1 inputs needs 64 worlds"):
        evppi(rng.normal(size=(2, 63)), rng.normal(size=63))
    with pytest.raises(EstimateRefused, match="6 inputs needs 136 worlds"):
        evppi_noise_floor(rng.normal(size=(2, 135)), 6)
    with pytest.raises(EstimateRefused, match="2 replicates"):
        evpi_from_replicates(rng.normal(size=(2, 512)), 1)


@pytest.mark.slow
def test_the_luckiest_of_many_dummies_stays_below_the_floor_in_most_runs(rng):
    over = {1: 0, 40: 0}
    for _ in range(20):
        values = np.stack([np.zeros(512), rng.normal(0.0, 1.0, 512)])
        luckiest = max(evppi(values, rng.random(512)).low for _ in range(40))
        for tries in over:
            over[tries] += luckiest > evppi_noise_floor(values, tries=tries)
    assert over[40] <= 4
    assert over[1] >= over[40]


def test_an_input_of_two_values_is_found(rng):
    x = rng.integers(0, 2, 4096)
    values = np.stack([np.zeros(4096), 2.0 * x - 1.0 + 0.01 * rng.normal(size=4096)])
    assert evppi(values, x).estimate == pytest.approx(0.5, abs=0.02)


def test_money_that_every_choice_brings_is_no_gain(rng):
    paths = rng.normal(size=(3, 2048)) + np.repeat(rng.normal(size=(3, 512)), 4, axis=1)
    low, high = evpi_from_replicates(paths, 4)
    assert evpi_from_replicates(paths + 1000.0, 4) == pytest.approx((low, high))
    assert 0.0 < low < high


def test_the_lower_figure_chooses_by_one_half_and_is_paid_by_the_other():
    # Three worlds, two paths each; the second strategy is best on average. Known by the first paths it is taken in the
    # first world only, which costs (0 + 4 - 6) / 3; by the second paths in all but the second, which brings 6 / 3.
    paths = np.array([[0.0] * 6, [2.0, 4, -6, -4, -1, 6]])
    assert evpi_from_replicates(paths, 2) == pytest.approx((2 / 3, 5 / 3))


def test_six_inputs_may_be_known_together(rng):
    assert evppi(rng.normal(size=(2, 256)), rng.normal(size=(6, 256))).high > 0.0


def test_dummies_known_together_show_more_and_the_same_each_time(rng):
    values = np.stack([np.zeros(512), rng.normal(size=512)])
    floor = evppi_noise_floor(values, tries=20)
    assert floor == evppi_noise_floor(values, tries=20)
    assert floor < evppi_noise_floor(values, n_inputs=3, tries=20)


def test_the_lower_figure_is_no_loss_and_no_more_than_the_upper(rng):
    for _ in range(20):
        low, high = evpi_from_replicates(
            rng.normal(size=(3, 32)), 2
        )  # noise alone: one half tells nothing of the other
        assert 0.0 <= low <= high
