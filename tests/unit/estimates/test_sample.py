"""One place chooses the interval: which estimator answers for random, even and conditioned paths."""

import numpy as np
import pytest

from sim.estimates import (
    EstimateRefused,
    Sample,
    compare_money,
    compare_probability,
    estimate_mean,
    estimate_probability,
    estimate_quantile,
    estimate_scrambled_mean,
    estimate_scrambled_probability,
    expected_shortfall,
    parameter_bands,
    scrambled_band,
    simultaneous_band,
)
from sim.estimates.conditioned import (
    band_given,
    difference_given,
    mean_given,
    parameter_band_given,
    probability_given,
    quantile_given,
    shortfall_given,
)
from sim.estimates.fans import fan, simultaneous_fan
from sim.estimates.survival import incidence_of, reached_by
from sim.results.outcomes import first_month, profitable, ruin_month
from sim.simulation.recorder import Record

WORLDS, REPLICATES = 8192, 2
PATHS = WORLDS * REPLICATES


@pytest.fixture
def values(rng):
    return (rng.normal(size=(3, WORLDS, 1)) + rng.normal(size=(3, WORLDS, REPLICATES))).reshape(3, -1)


@pytest.fixture
def mask(rng):
    return rng.random(PATHS) < 0.3


def test_random_worlds_take_the_clustered_intervals(values):
    sample, hits, last = Sample(REPLICATES), values > 0.5, values[-1]
    assert sample.probability(hits[0], 0.9) == estimate_probability(hits[0], REPLICATES, 0.9)
    assert sample.band(hits, 0.9) == simultaneous_band(hits, REPLICATES, 0.9)
    assert sample.parameter_bands(hits, 0.8) == parameter_bands(hits, REPLICATES, 0.8)
    assert sample.mean(last, 0.9) == estimate_mean(last, REPLICATES, 0.9)
    assert sample.quantile(last, 0.05, 0.9) == estimate_quantile(last, REPLICATES, 0.05, 0.9)
    assert sample.shortfall(last, 0.1, 0.9) == expected_shortfall(last, REPLICATES, 0.1, 0.9)
    assert sample.difference(hits[0], hits[1], 0.9) == compare_probability(hits[0], hits[1], REPLICATES, 0.9)
    assert sample.gap(last, values[0], 0.9) == compare_money(last, values[0], REPLICATES, 0.9)
    assert sample.kept is None
    assert sample.chosen(values) is values


def test_even_worlds_take_the_spread_between_scrambles(values):
    sample, hits, last = Sample(REPLICATES, even=True), values > 0.5, values[-1]
    assert sample.probability(hits[0], 0.9) == estimate_scrambled_probability(hits[0], REPLICATES, 0.9)
    assert sample.band(hits, 0.9) == scrambled_band(hits, REPLICATES, 0.9)
    assert sample.mean(last, 0.9) == estimate_scrambled_mean(last, REPLICATES, 0.9)
    gap = hits[0].astype(float) - hits[1]
    assert sample.difference(hits[0], hits[1], 0.9) == estimate_scrambled_mean(gap, REPLICATES, 0.9)
    assert sample.gap(last, values[0], 0.9) == estimate_scrambled_mean(last - values[0], REPLICATES, 0.9)
    # The parameter band is no simulation error: how worlds are spread does not matter to it.
    assert sample.parameter_bands(hits, 0.8) == parameter_bands(hits, REPLICATES, 0.8)
    quantile, worst = sample.quantile(last, 0.05), sample.shortfall(last, 0.05)
    assert quantile.method == worst.method == "sectioning over scrambles"
    assert quantile.estimate == estimate_quantile(last, REPLICATES, 0.05).estimate
    assert worst.estimate == expected_shortfall(last, REPLICATES, 0.05).estimate


def test_conditioned_paths_take_the_ratios(values, mask):
    sample, hits, last = Sample(REPLICATES, mask=mask), values > 0.5, values[-1]
    kept = sample.kept
    assert sample.kept is kept  # made once
    assert sample.probability(hits[0], 0.9) == probability_given(kept, hits[0], 0.9)
    assert sample.band(hits, 0.9) == band_given(kept, hits, 0.9)
    assert sample.parameter_bands(hits, 0.8) == [parameter_band_given(kept, month, 0.8) for month in hits]
    assert sample.mean(last, 0.9) == mean_given(kept, last, 0.9)
    assert sample.quantile(last, 0.05, 0.9) == quantile_given(kept, last, 0.05, 0.9)
    assert sample.shortfall(last, 0.1, 0.9) == shortfall_given(kept, last, 0.1, 0.9)
    assert sample.difference(hits[0], hits[1], 0.9) == difference_given(kept, hits[0], hits[1], 0.9)
    assert sample.gap(last, values[0], 0.9) == mean_given(kept, last - values[0], 0.9)
    np.testing.assert_array_equal(sample.chosen(values), values[:, mask])


@pytest.mark.parametrize("kind", ["random", "even", "kept"])
def test_a_win_names_its_coupling_and_a_draw_is_no_win(values, mask, kind):
    sample = Sample(REPLICATES, kind == "even", mask if kind == "kept" else None)
    found = sample.beats(values[0], values[1], "nothing shared")
    assert found.estimate == sample.probability(values[0] > values[1]).estimate
    assert found.method.endswith("; coupling: nothing shared")
    assert sample.beats(values[0], values[0]).estimate == 0.0


@pytest.mark.parametrize("kind", ["random", "kept"])
def test_fans_hold_the_kept_paths(values, mask, kind):
    sample = Sample(REPLICATES, mask=mask if kind == "kept" else None)
    chosen = values[:, mask] if kind == "kept" else values
    np.testing.assert_array_equal(sample.fan(values).lines, fan(chosen).lines)
    np.testing.assert_array_equal(sample.simultaneous_fan(values).lines, simultaneous_fan(chosen).lines)


def test_few_kept_worlds_are_refused_whatever_is_asked(values):
    sample = Sample(REPLICATES, mask=np.arange(PATHS) < 199 * REPLICATES)
    for ask in (
        lambda: sample.probability(values[0] > 0),
        lambda: sample.band(values > 0),
        lambda: sample.mean(values[0]),
        lambda: sample.quantile(values[0], 0.5),
        lambda: sample.parameter_bands(values > 0),
        lambda: sample.chosen(values),
        lambda: sample.fan(values),
    ):
        with pytest.raises(EstimateRefused, match="fewer than 200 worlds"):
            ask()


def test_a_condition_on_even_worlds_is_refused(mask):
    with pytest.raises(EstimateRefused, match="sampling: random"):
        Sample(REPLICATES, even=True, mask=mask)


@pytest.mark.parametrize("worlds", [3840, 8191, 8200])
def test_even_worlds_that_are_cut_are_refused(worlds):
    with pytest.raises(EstimateRefused):
        Sample(1, even=True).probability(np.arange(worlds) % 2 == 0)


# ----- two ends that compete -----

NEVER = np.inf
# A dozen paths: month of profit, month of ruin. By month 1, 2, 3, 4 profit first: 2, 3, 5, 6; ruin first: 1, 2, 4, 4.
PROFIT = np.array([1, 1, 2, 3, 3, 4, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER])
RUIN = np.array([3, NEVER, NEVER, 4, NEVER, NEVER, 1, 2, 3, 3, NEVER, NEVER])


def shares(incidence):
    return [band.estimate for band in incidence.bands]


def test_competing_ends_are_counted_by_hand():
    sample = Sample(1)
    profit, ruin = sample.incidence(PROFIT, 4, RUIN), sample.incidence(RUIN, 4, PROFIT)
    assert shares(profit) == pytest.approx([2 / 12, 3 / 12, 5 / 12, 6 / 12])
    assert shares(ruin) == pytest.approx([1 / 12, 2 / 12, 4 / 12, 4 / 12])
    assert profit.median == 4
    assert ruin.median is None
    assert profit == incidence_of(simultaneous_band(reached_by(PROFIT, 4, RUIN), 1))


def test_one_minus_kaplan_meier_would_say_more():
    # Ruined paths taken out of the denominator as if they had been lost from sight.
    survival = 1.0
    for month in range(1, 5):
        at_risk = np.sum(np.minimum(PROFIT, RUIN) > month - 1)
        survival *= 1 - np.count_nonzero(np.equal(PROFIT, month)) / at_risk
    assert 1 - survival > 0.59
    assert shares(Sample(1).incidence(PROFIT, 4, RUIN))[-1] == 0.5


@pytest.mark.parametrize("kind", ["random", "kept"])
def test_shares_of_competing_ends_never_exceed_one(rng, kind):
    profit, ruin = (np.where(rng.random(4096) < 0.8, rng.integers(1, 5, 4096), np.inf) for _ in range(2))
    profit = np.where(profit == ruin, np.inf, profit)  # a month that ends in ruin is no month of profit
    sample = Sample(4, mask=rng.random(4096) < 0.5 if kind == "kept" else None)
    both = np.array([shares(sample.incidence(profit, 4, ruin)), shares(sample.incidence(ruin, 4, profit))])
    assert (both.sum(axis=0) <= 1.0 + 1e-12).all()
    assert (np.diff(both, axis=1) >= 0).all()
    chosen = sample.chosen(np.array([profit, ruin]))
    assert both[:, -1].tolist() == pytest.approx([np.mean(chosen[0] < chosen[1]), np.mean(chosen[1] < chosen[0])])


def test_the_summary_reads_both_ends_off_a_record():
    # The same dozen paths as a run would record them: settled profit at the end of each of four months of 30 days.
    ruin_day = np.where(np.isfinite(RUIN), 30 * RUIN - 1, np.inf)  # the last day of its month
    ruin_day[6] = 0  # and once the very first day
    months = np.arange(1, 5)[:, None]
    settled = np.where(months >= PROFIT, 1.0, -1.0)
    settled[1:, 1] = -1.0  # a profit lost again has been reached all the same
    settled[:, 9] = [-1, -1, 5, 5]  # a profit in the month of ruin has not
    record = Record(
        monthly={"settled_profit": settled, "ruined": (ruin_day < 30 * months).astype(float)},
        paths={"ruin_day": ruin_day},
    )
    profit = first_month(profitable(record))
    assert profit.tolist() == PROFIT.tolist()
    assert ruin_month(record).tolist() == RUIN.tolist()
    first = Sample(1).incidence(ruin_month(record), 4, profit)
    assert shares(first) == pytest.approx([1 / 12, 2 / 12, 4 / 12, 4 / 12])
    assert first.median is None
