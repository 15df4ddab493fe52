"""By when: the running share of all paths, ruined ones included."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from sim.estimates import simultaneous_band
from sim.estimates.survival import incidence_of, reached_by

INF = np.inf


def cumulative_incidence(event_month, n_months, replicates=1, ruin_month=None):
    """The incidence over all paths, with its band over all months together."""
    return incidence_of(simultaneous_band(reached_by(event_month, n_months, ruin_month), replicates))


def test_the_incidence_is_the_hand_count():
    months = np.array([1, 2, 2, 4, INF, INF, 3, INF, 8, INF])
    found = cumulative_incidence(months, 8)
    assert [band.estimate for band in found.bands] == [0.1, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5, 0.6]
    assert found.median == 4


def test_paths_that_never_get_there_stay_in_the_denominator():
    found = cumulative_incidence(np.array([1, 1, INF, INF, INF]), 3)
    assert [band.estimate for band in found.bands] == [0.4, 0.4, 0.4]
    assert found.median is None


def test_an_event_beyond_the_horizon_does_not_count():
    assert cumulative_incidence(np.array([1.0, 9.0]), 8).bands[-1].estimate == 0.5


def test_one_minus_kaplan_meier_would_answer_another_question_and_too_high(rng):
    n = 4000
    profit, ruin = rng.geometric(0.15, n).astype(float), rng.geometric(0.12, n).astype(float)
    event = np.where((profit <= ruin) & (profit <= 8), profit, INF)
    truth = sum(0.15 * 0.85 ** (k - 1) * 0.88 ** (k - 1) for k in range(1, 9))
    ours = cumulative_incidence(event, 8).bands[-1].estimate
    seen = np.minimum(np.minimum(profit, ruin), 8)
    censored = 1 - SurvfuncRight(seen, np.isfinite(event).astype(int)).surv_prob[-1]
    error = np.sqrt(truth * (1 - truth) / n)
    assert ours == pytest.approx(truth, abs=4 * error)
    assert ours == pytest.approx(np.mean([e <= 8 for e in event]))
    assert censored > ours + 10 * error


def test_the_intervals_are_those_of_the_simultaneous_band(rng):
    months = np.where(rng.random(800) < 0.3, INF, rng.integers(1, 9, 800))
    hits = months[None, :] <= np.arange(1, 9)[:, None]
    assert cumulative_incidence(months, 8, 4).bands == tuple(simultaneous_band(hits, 4))


NEVER = np.inf
EVENT = np.array([1, 1, 3, 3] + [NEVER] * 6)
RUIN = np.array([NEVER] * 4 + [2] * 4 + [NEVER] * 2)


def one_minus_kaplan_meier(event, ruin, n_months):
    """The planted mistake: ruin taken as a path lost from sight."""
    alive, curve = 1.0, []
    for month in range(1, n_months + 1):
        at_risk = np.sum((event >= month) & (ruin >= month))
        alive *= 1.0 - np.sum(event == month) / at_risk
        curve.append(1.0 - alive)
    return np.array(curve)


def curve(event, n_months, **more):
    return np.array([band.estimate for band in cumulative_incidence(event, n_months, **more).bands])


def test_one_minus_kaplan_meier_is_caught():
    wrong = one_minus_kaplan_meier(EVENT, RUIN, 4)
    assert wrong[2] == pytest.approx(0.6)
    assert np.abs(wrong - curve(EVENT, 4, ruin_month=RUIN)).max() == pytest.approx(0.2)


def test_it_is_the_hand_count_on_many_paths(rng):
    event, ruin = rng.geometric(0.2, 4096).astype(float), rng.geometric(0.15, 4096).astype(float)
    counted = [
        sum(1 for e, r in zip(event, ruin, strict=True) if e <= month and e <= r) / 4096 for month in range(1, 9)
    ]
    np.testing.assert_array_equal(curve(event, 8, ruin_month=ruin), counted)
    assert one_minus_kaplan_meier(event, ruin, 8)[-1] > counted[-1] + 0.1


@pytest.mark.parametrize("never", [np.inf, np.nan, 0.0])
def test_never_may_be_written_three_ways(never):
    np.testing.assert_allclose(curve(np.where(EVENT == NEVER, never, EVENT), 4), curve(EVENT, 4))
    ruin = np.where(RUIN == NEVER, never, RUIN)
    np.testing.assert_allclose(curve(EVENT, 4, ruin_month=ruin), curve(EVENT, 4))


def test_the_medians_interval_comes_from_the_band(rng):
    event = rng.geometric(0.2, 4096).astype(float)
    found = cumulative_incidence(event, 8)
    assert found.median_low <= found.median <= found.median_high
    unsure = cumulative_incidence(np.array([1.0] * 55 + [NEVER] * 45), 2)
    assert (unsure.median_low, unsure.median, unsure.median_high) == (1.0, 1.0, None)
