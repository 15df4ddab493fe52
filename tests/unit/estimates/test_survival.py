"""By when: the running share of all paths, ruined ones included."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from sim.estimates import cumulative_incidence, simultaneous_band

INF = np.inf


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
