"""Estimates over the paths a condition keeps: worked numbers, agreement where all are kept, limits, refusals."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import (
    EstimateRefused,
    compare_probability,
    conditioned,
    estimate_mean,
    estimate_probability,
    estimate_quantile,
    expected_shortfall,
    parameter_bands,
    simultaneous_band,
)
from sim.estimates.conditioned import (
    Kept,
    band_given,
    difference_given,
    mean_given,
    parameter_band_given,
    probability_given,
    quantile_given,
    shortfall_given,
)
from sim.estimates.parameter_band import ALIKE, UNSEEN
from sim.estimates.probability import clopper_pearson, wilson

WORLDS = 500


def everything(replicates, worlds=WORLDS):
    return Kept(np.ones(worlds * replicates, dtype=bool), replicates)


def hits_of(rng, p, replicates, worlds=WORLDS, strength=4.0):
    chance = rng.beta(p * strength, (1 - p) * strength, (worlds, 1))
    return (rng.random((worlds, replicates)) < chance).ravel()


@pytest.fixture
def few_worlds(monkeypatch):
    monkeypatch.setattr(conditioned, "MIN_WORLDS", 2)


def test_the_worked_number(few_worlds):
    # Worlds keep 2, 1, 1 and 0 paths with 2, 0, 1 and 0 hits; what was not kept hits everywhere.
    mask = np.array([1, 1, 1, 0, 0, 1, 0, 0], dtype=bool)
    hits = np.array([1, 1, 0, 1, 1, 1, 1, 1], dtype=bool)
    kept = Kept(mask, 2)
    assert (kept.paths, kept.worlds, kept.counts.tolist()) == (4, 3, [2, 1, 1])
    ratio, residuals = kept.residuals(kept.totals(hits))
    assert ratio == 0.75
    assert residuals.tolist() == [0.5, -0.75, 0.25]
    assert kept.variance(residuals) == pytest.approx(0.875 / 16 * 3 / 2)
    assert 0.75 * 0.25 / kept.variance(residuals) == pytest.approx(2.29, abs=0.005)


@pytest.mark.parametrize("replicates", [1, 4, 16])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_with_all_paths_kept_a_probability_is_the_plain_one(rng, p, replicates):
    # The variance between worlds divides by W - 1 here, and by W within the correlation there: one effective path.
    hits = hits_of(rng, p, replicates)
    found, plain = probability_given(everything(replicates), hits), estimate_probability(hits, replicates)
    assert found.estimate == pytest.approx(plain.estimate, abs=1e-12)
    assert found.n == pytest.approx(plain.n - 1.0, rel=1e-9)
    low, high = wilson(found.estimate * found.n, found.n)
    assert (found.low, found.high) == pytest.approx((float(low), float(high)))
    assert found.half_width == pytest.approx(plain.half_width, rel=2.0 / plain.n)
    assert found.method == f"{plain.method}, given the condition"


@pytest.mark.parametrize("replicates", [1, 4])
@pytest.mark.parametrize("count", [0, 3, 6])
@pytest.mark.parametrize("turned", [False, True])
def test_with_all_paths_kept_rare_events_are_the_plain_ones(replicates, count, turned):
    hits = (np.arange(WORLDS * replicates) % (WORLDS * replicates // max(count, 1)) == 0) & (count > 0)
    hits = ~hits if turned else hits
    found, plain = probability_given(everything(replicates), hits), estimate_probability(hits, replicates)
    assert (found.estimate, found.low, found.high) == pytest.approx((plain.estimate, plain.low, plain.high), abs=1e-4)
    assert found.method == f"{plain.method}, given the condition"


@pytest.mark.parametrize("replicates", [1, 4, 16])
def test_with_all_paths_kept_amounts_are_the_plain_ones(rng, replicates):
    values = (rng.gamma(2, 100, (1200, 1)) + rng.normal(0, 300, (1200, replicates))).ravel()
    kept = everything(replicates, 1200)
    found, plain = mean_given(kept, values), estimate_mean(values, replicates)
    assert (found.estimate, found.low, found.high, found.n) == pytest.approx(
        (plain.estimate, plain.low, plain.high, plain.n)
    )
    for p in (0.05, 0.5, 0.95):
        found, plain = quantile_given(kept, values, p), estimate_quantile(values, replicates, p)
        assert found.estimate == plain.estimate
        assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.1 * values.std())
        assert abs(found.n - plain.n) <= 1
    found, plain = shortfall_given(kept, values, 0.1), expected_shortfall(values, replicates, 0.1)
    assert (found.estimate, found.low, found.high) == pytest.approx((plain.estimate, plain.low, plain.high))


@pytest.mark.parametrize("replicates", [1, 4])
def test_with_all_paths_kept_the_band_over_months_is_the_plain_one(rng, replicates):
    luck = rng.normal(size=(1, WORLDS, 1)) + np.cumsum(rng.normal(size=(6, WORLDS, replicates)), axis=0)
    hits = (luck.reshape(6, -1)) > np.array([6.0, 2.5, 2, 1, 0, -1])[:, None]
    band, plain = band_given(everything(replicates), hits), simultaneous_band(hits, replicates)
    for month, other in zip(band, plain, strict=True):
        assert month.method == f"{other.method}, given the condition"
        assert (month.low, month.high) == pytest.approx((other.low, other.high), abs=3e-4)
        assert month.level == 0.95


def test_with_all_paths_kept_the_parameter_band_is_the_plain_one(rng):
    hits = np.array([hits_of(rng, p, 8, 4000) for p in (0.2, 0.6)])
    for month, plain in zip(hits, parameter_bands(hits, 8), strict=True):
        found = parameter_band_given(everything(8, 4000), month)
        assert (found.estimate, found.low, found.high) == pytest.approx(
            (plain.estimate, plain.low, plain.high), abs=1e-3
        )


def test_with_all_paths_kept_the_difference_is_the_plain_one(rng):
    a, b = hits_of(rng, 0.5, 4), hits_of(rng, 0.3, 4)
    found, plain = difference_given(everything(4), a, b), compare_probability(a, b, 4)
    assert (found.estimate, found.low, found.high) == pytest.approx((plain.estimate, plain.low, plain.high))


def test_what_was_not_kept_plays_no_part(rng):
    mask = rng.random(2000) < 0.5
    values = rng.normal(size=2000)
    other = np.where(mask, values, np.inf)  # infinite where not kept: never touched
    kept = Kept(mask, 4)
    assert mean_given(kept, values) == mean_given(kept, other)
    assert quantile_given(kept, values, 0.5) == quantile_given(kept, other, 0.5)
    assert shortfall_given(kept, values, 0.2) == shortfall_given(kept, np.where(mask, values, -np.inf), 0.2)
    assert probability_given(kept, values > 0) == probability_given(kept, (values > 0) | ~mask)
    assert mean_given(kept, values).estimate == pytest.approx(values[mask].mean())


def test_worlds_without_kept_paths_are_not_counted(rng):
    # The same kept worlds with ten times as many empty ones beside them conclude the same.
    hits = hits_of(rng, 0.4, 4)
    mask = rng.random(hits.size) < 0.4
    far = 10 * hits.size
    wide = np.concatenate([mask, np.zeros(far, dtype=bool)])
    kept, among_many = Kept(mask, 4), Kept(wide, 4)
    assert among_many.worlds == kept.worlds < WORLDS
    padded = np.concatenate([hits, np.ones(far, dtype=bool)])
    assert probability_given(kept, hits) == probability_given(among_many, padded)
    assert mean_given(kept, hits) == mean_given(among_many, padded)
    none = np.zeros_like(padded)
    found = probability_given(among_many, none)
    assert (found.low, found.n) == (0.0, kept.worlds)
    assert found.high == pytest.approx(1 - 0.05 ** (1 / kept.worlds))


def test_copies_of_a_path_add_nothing(rng):
    # Each world's kept paths all alike: worth the worlds, not the paths.
    hits = np.repeat(rng.random(WORLDS) < 0.5, 8)
    found = probability_given(everything(8), hits)
    assert found.n == pytest.approx(WORLDS - 1)
    counts = rng.integers(1, 9, WORLDS)
    mask = (np.arange(8) < counts[:, None]).ravel()
    unequal = probability_given(Kept(mask, 8), hits)
    assert unequal.n < WORLDS  # unequal sizes cost some more


@pytest.mark.parametrize("replicates", [1, 4])
def test_fewer_than_200_worlds_are_refused_and_the_reason_reads(replicates):
    mask = np.zeros(1024 * replicates, dtype=bool)
    mask[: 200 * replicates] = True
    assert Kept(mask, replicates).worlds == 200
    mask[:replicates] = False
    with pytest.raises(EstimateRefused) as refusal:
        Kept(mask, replicates)
    assert str(refusal.value) == (
        f"the condition keeps {199 * replicates} paths in 199 worlds of 1024; "
        "nothing is concluded from fewer than 200 worlds: run more, or ask for less"
    )


def test_a_condition_that_keeps_nothing_is_refused():
    with pytest.raises(EstimateRefused, match="keeps 0 paths in 0 worlds of 1024"):
        Kept(np.zeros(1024, dtype=bool), 1)


def test_a_parameter_band_needs_200_worlds_with_two_paths():
    mask = np.tile([True, False], 1000)
    mask[: 2 * 199] = True
    with pytest.raises(EstimateRefused, match=r"200 worlds with two kept paths \(found 199\)"):
        parameter_band_given(Kept(mask, 2), np.zeros(2000, dtype=bool))


@pytest.mark.parametrize("replicates", [2, 4, 16])
@pytest.mark.parametrize(("a", "b"), [(2.0, 2.0), (1.0, 4.0), (0.8, 0.6)])
def test_the_parameter_band_is_the_posterior_by_bayes(rng, a, b, replicates):
    # A world keeps a path with the probability q ~ Beta(a, b) that its paths hit: seen once, Beta(a + 1, b).
    worlds = 200_000
    q = rng.beta(a, b, (worlds, 1))
    mask, hits = ((rng.random((worlds, replicates)) < q).ravel() for _ in range(2))
    kept = Kept(mask, replicates)
    found, posterior = parameter_band_given(kept, hits), stats.beta(a + 1, b)
    assert found.estimate == pytest.approx(posterior.mean(), abs=0.01)
    assert [found.low, found.high] == pytest.approx(posterior.ppf([0.05, 0.95]).tolist(), abs=0.03)
    assert found.estimate == probability_given(kept, hits).estimate  # one figure on the screen, not two


@pytest.mark.parametrize("kept_share", [0.05, 0.1])
def test_the_parameter_band_is_the_posterior_where_few_paths_are_kept(rng, kept_share):
    # Most worlds that keep any keep one path: to leave them out would count what was seen twice.
    worlds = 1_000_000
    q = rng.beta(2, 2, (worlds, 1))
    mask = (rng.random((worlds, 4)) < 2 * kept_share * q).ravel()
    hits = (rng.random((worlds, 4)) < q).ravel()
    found, posterior = parameter_band_given(Kept(mask, 4), hits), stats.beta(3, 2)
    assert found.estimate == pytest.approx(posterior.mean(), abs=0.01)
    assert [found.low, found.high] == pytest.approx(posterior.ppf([0.05, 0.95]).tolist(), abs=0.05)


def test_a_condition_that_tells_nothing_leaves_the_prior(rng):
    q = rng.beta(2, 5, (40_000, 1))
    mask, hits = rng.random(160_000) < 0.3, (rng.random((40_000, 4)) < q).ravel()
    found = parameter_band_given(Kept(mask, 4), hits)
    assert [found.low, found.high] == pytest.approx(stats.beta(2, 5).ppf([0.05, 0.95]).tolist(), abs=0.025)


def test_parameter_bands_at_the_ends():
    kept, nothing = everything(2), np.zeros(2 * WORLDS, dtype=bool)
    none, everyone = parameter_band_given(kept, nothing), parameter_band_given(kept, ~nothing)
    assert (none.low, none.method, everyone.high, everyone.method) == (0.0, UNSEEN, 1.0, UNSEEN)
    assert 0.0 < none.high < 0.5 < everyone.low < 1.0
    alike = parameter_band_given(kept, np.tile([True, False], WORLDS))  # one hit in every world
    assert (alike.low, alike.high, alike.method) == (0.5, 0.5, ALIKE)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_unanimous_paths_have_a_one_sided_interval(share):
    found = probability_given(everything(4), np.full(4 * WORLDS, share == 1.0))
    reach = 1 - 0.05 ** (1 / WORLDS)
    assert (found.low, found.high) == pytest.approx((0.0, reach) if share == 0.0 else (1 - reach, 1.0))
    assert found.estimate == share


def test_a_rare_event_takes_the_exact_interval(rng):
    hits = np.zeros(4 * WORLDS, dtype=bool)
    hits[::500] = True
    found = probability_given(everything(4), hits)
    low, high = clopper_pearson(found.estimate * found.n, found.n)
    assert (found.low, found.high) == (float(low), float(high))
    assert found.n < 4 * WORLDS  # four lonely hits do not prove that the paths of a world are independent


def test_a_difference_that_is_the_same_everywhere_still_has_an_interval():
    # A profits on every kept path and B on none: no spread, but no certainty either.
    yes, no = np.ones(4 * WORLDS, dtype=bool), np.zeros(4 * WORLDS, dtype=bool)
    found = difference_given(everything(4), yes, no)
    assert found.estimate == found.high == 1.0
    assert 0.98 < found.low < 0.9999
    turned = difference_given(everything(4), no, yes)
    assert (turned.estimate, turned.low, turned.high) == pytest.approx((-1.0, -1.0, -found.low))
    same = difference_given(everything(4), yes, yes)
    assert same.low < same.estimate == 0.0 < same.high


def test_the_worst_outcomes_need_fifty_effective_paths(rng):
    values = rng.normal(size=4 * 300)
    with pytest.raises(EstimateRefused, match="needs 50 effective paths"):
        shortfall_given(everything(4, 300), np.repeat(rng.normal(size=300), 4), 0.05)
    assert shortfall_given(everything(4, 300), values, 0.05).estimate == pytest.approx(np.sort(values)[:60].mean())


@pytest.mark.parametrize(("seen", "paths"), [(6, 500), (494, 500), (20, 5000), (4980, 5000)])
def test_few_events_or_a_small_share_of_the_band_take_the_exact_interval(rng, seen, paths):
    rare, _ = band_given(everything(1, paths), np.stack([np.arange(paths) < seen, rng.random(paths) < 0.4]))
    assert rare.method == "Bonferroni Clopper-Pearson, given the condition"
    low, high = clopper_pearson(rare.estimate * rare.n, rare.n, 1 - 0.05 / 2)
    assert (rare.low, rare.high) == pytest.approx((float(low), float(high)))
    assert rare.n == pytest.approx(paths, rel=0.01)


def test_kept_paths_are_never_worth_more_than_they_are_many():
    hits = np.tile([True, False, True, False], WORLDS)  # each world has two: less spread than chance
    hits[:2] = [False, True]
    hits[4:8] = [True, True, True, False]
    assert probability_given(everything(4), hits).n == 4 * WORLDS


def test_few_events_weigh_by_the_sizes_of_the_worlds():
    # 200 worlds keep one path, 200 keep three: 800 in all, and a path shares its world with
    # (200 + 200 * 9) / 800 - 1 = 1.5 others on average. Three lonely hits among three: likeness 1 / (3 * 2 + 1).
    mask, hits = np.zeros((400, 3), dtype=bool), np.zeros((400, 3), dtype=bool)
    mask[:, 0] = mask[200:] = True
    hits[397:, 0] = True
    assert probability_given(Kept(mask.ravel(), 3), hits.ravel()).n == pytest.approx(800 / (1 + 1.5 / 7))


@pytest.mark.parametrize(("differing", "method"), [(19, "Bonett-Price on worlds"), (21, "ratio over worlds")])
def test_twenty_worlds_that_differ_are_enough_for_their_spread(differing, method):
    a = np.arange(WORLDS) < differing
    assert difference_given(everything(1), a, np.zeros_like(a)).method.startswith(method)


@pytest.mark.parametrize("level", [0.3, 0.999])
def test_a_difference_lies_in_its_interval_and_that_within_one(level):
    a, kept = np.ones(200, dtype=bool), everything(1, 200)
    for b in (~a, np.arange(200) < 1, np.arange(200) < 21):
        for found in (difference_given(kept, a, b, level), difference_given(kept, b, a, level)):
            assert -1.0 <= found.low <= found.estimate <= found.high <= 1.0


def band_of_pairs_and_singles(pairs, singles):
    """Return the parameter band where worlds keep two paths with these hits, or a single one."""
    hits = np.concatenate([np.stack([np.greater(pairs, 0), np.greater(pairs, 1)], axis=1), np.ones((len(singles), 2))])
    hits[len(pairs) :, 0] = singles
    mask = np.ones(hits.shape, dtype=bool)
    mask[len(pairs) :, 1] = False
    return parameter_band_given(Kept(mask.ravel(), 2), hits.ravel() > 0)


@pytest.mark.parametrize(
    ("pairs", "singles", "mean", "squares"),
    [
        # Pairs that always hit tell of no likeness: the singles' mean square is that of their share, one half.
        (np.full(200, 2), np.arange(200) < 100, 500 / 600, (200 * 2 + 200 * 0.5**2) / 600),
        # 48 pairs hit twice, 104 once, 48 never: less alike than chance, which counts as none.
        (np.repeat([2, 1, 0], [48, 104, 48]), np.arange(2000) < 1900, 2100 / 2400, (48 * 2 + 2000 * 0.95**2) / 2400),
    ],
)
def test_worlds_with_a_single_kept_path_are_as_alike_within_as_the_others(pairs, singles, mean, squares):
    found = band_of_pairs_and_singles(pairs, singles)
    strength = mean * (1 - mean) / (squares - mean**2) - 1
    expected = stats.beta(mean * strength, (1 - mean) * strength).ppf([0.05, 0.95])
    assert (found.estimate, found.low, found.high) == pytest.approx((mean, *expected))


def test_nothing_seen_bounds_the_parameter_band_by_two_paths_a_world():
    found = parameter_band_given(everything(4), np.zeros(4 * WORLDS, dtype=bool))
    assert 0.05 * (1 - (1 - found.high) ** 2) == pytest.approx(3 / WORLDS)
