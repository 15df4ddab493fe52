"""How worlds are spread: evenness, independence of who asks, marginals, correlations, refusals."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim
from sim.estimates import EstimateRefused, sobol_intervals
from sim.randomness import world_sampling
from sim.randomness.distributions import Constant, Distribution
from sim.randomness.distributions.discrete import Choice
from sim.randomness.distributions.families import Beta, LogNormal, Uniform
from sim.randomness.streams import BLOCK, world_uniforms
from sim.randomness.world_sampling import SAMPLINGS, WORLDS_A_SCRAMBLE, uniforms_of_worlds
from sim.results.result import Result
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan, PlanError
from sim.simulation.worlds import draw_worlds
from tests.builders import command

ARTICLE = Path(__file__).parents[3] / "configs" / "article.yaml"
EVEN = ("latin_hypercube", "sobol")
STREAMS = tuple(f"world.store.{name}" for name in ("cpc", "conversion", "price", "returns", "freight"))


def scrambles_of(sampling_, seed, count, streams=STREAMS):
    """(n_streams, n_scrambles, 256) uniforms."""
    drawn = uniforms_of_worlds(sampling_, seed, streams, 0, count * 256)
    return np.array([drawn[name] for name in streams]).reshape(len(streams), count, 256)


def cells(uniforms, parts):
    return np.floor(np.sort(uniforms, axis=-1) * parts)


def test_intervals_take_the_scrambles_that_are_drawn():
    # Neither layer knows the other; a block of random numbers holds whole scrambles.
    assert WORLDS_A_SCRAMBLE == sobol_intervals.WORLDS_A_SCRAMBLE == 256
    assert BLOCK % WORLDS_A_SCRAMBLE == 0


@pytest.mark.parametrize("how", EVEN)
def test_each_256th_of_each_marginal_holds_one_world_of_each_scramble(seed, how):
    found = scrambles_of(how, seed, 16)
    assert found.min() > 0.0
    assert found.max() < 1.0
    np.testing.assert_array_equal(cells(found, 256), np.broadcast_to(np.arange(256), found.shape))


def test_random_worlds_are_not_even(seed):
    filled = [len(np.unique(row)) for row in cells(scrambles_of("random", seed, 4).reshape(-1, BLOCK), BLOCK)]
    assert all(0.6 * BLOCK < count < 0.67 * BLOCK for count in filled)  # 1 - 1/e


def test_sobol_worlds_are_even_over_pairs_of_parameters_and_latin_ones_only_over_each(seed):
    # The first two dimensions, in alphabetical order, are a net: every 16 x 16 box holds one point.
    boxes = {}
    for how in EVEN:
        one, other = (scrambles_of(how, seed, 1)[STREAMS.index(f"world.store.{n}"), 0] for n in ("conversion", "cpc"))
        boxes[how] = len(np.unique(np.floor(one * 16) * 16 + np.floor(other * 16)))
    assert boxes["sobol"] == 256
    assert boxes["latin_hypercube"] < 0.75 * 256


@pytest.mark.parametrize("how", EVEN)
def test_scrambles_are_independent_of_each_other(seed, how):
    # Point by point Sobol' scrambles resemble each other (their order is the sequence's); their means do not.
    found = scrambles_of(how, seed, 400)
    assert len(np.unique(found[:, :3])) > 0.999 * found[:, :3].size  # Sobol' points have 30 bits: a rare tie
    means = (np.exp(found) * found[::-1]).mean(axis=(0, 2))
    assert means.std() > 0.0
    for lag in (1, 2, 3, 4):
        # Of ranks: the means of linear scrambles have long tails.
        assert abs(stats.spearmanr(means[lag:], means[:-lag]).statistic) < 4.5 / np.sqrt(400)


@pytest.mark.parametrize("how", EVEN)
def test_parameters_are_shuffled_against_each_other(seed, how):
    found = scrambles_of(how, seed, 64).reshape(len(STREAMS), -1)
    assert np.abs(np.corrcoef(found) - np.eye(len(STREAMS))).max() < 4.5 / np.sqrt(found.shape[1])


@pytest.mark.parametrize("how", SAMPLINGS)
@pytest.mark.parametrize(
    ("first", "count"),
    [(0, 1), (5, 7), (255, 2), (256, 256), (1000, 100), (1023, 2), (1024, 1024), (2049, 1023), (0, 3072)],
)
def test_a_world_is_the_same_whatever_range_is_asked(seed, how, first, count):
    whole = uniforms_of_worlds(how, seed, STREAMS, 0, 3 * BLOCK)
    for name, row in uniforms_of_worlds(how, seed, reversed(STREAMS), first, count).items():
        np.testing.assert_array_equal(row, whole[name][first : first + count])


@pytest.mark.parametrize("how", SAMPLINGS)
def test_nothing_asked_nothing_drawn(seed, how):
    assert uniforms_of_worlds(how, seed, [], 0, 5) == {}
    if how != "random":
        for first in (0, 7):
            none = uniforms_of_worlds(how, seed, STREAMS, first, 0)
            assert [len(row) for row in none.values()] == [0] * len(STREAMS)


@pytest.mark.parametrize("how", SAMPLINGS)
def test_another_seed_draws_other_worlds(seed, how):
    one, other = (uniforms_of_worlds(how, s, STREAMS, 0, 64) for s in (seed, seed + 1))
    assert all((one[name] != other[name]).all() for name in STREAMS)


def test_random_worlds_are_what_they_always_were(seed):
    for name, row in uniforms_of_worlds("random", seed, STREAMS, 100, 2000).items():
        np.testing.assert_array_equal(row, world_uniforms(seed, name, 100, 2000))


def test_latin_worlds_of_one_parameter_do_not_depend_on_the_others(seed):
    alone = uniforms_of_worlds("latin_hypercube", seed, STREAMS[:1], 0, 100)
    np.testing.assert_array_equal(
        alone[STREAMS[0]], uniforms_of_worlds("latin_hypercube", seed, STREAMS, 0, 100)[STREAMS[0]]
    )


@pytest.mark.parametrize("luck", [0.0, 1.0 - 2.0**-53])
def test_the_outer_cells_reach_neither_zero_nor_one(monkeypatch, seed, luck):
    class Always:
        def permutation(self, n):
            return np.arange(n)

        def random(self, n):
            return np.full(n, luck)

    monkeypatch.setattr(world_sampling, "block_generator", lambda *_: Always())
    found = uniforms_of_worlds("latin_hypercube", seed, STREAMS[:1], 0, WORLDS_A_SCRAMBLE)[STREAMS[0]]
    assert 0.0 < found.min() < found.max() < 1.0


# ----- worlds -----

NUMBERS = {
    "store.meta.cpc": LogNormal(1.2, 0.5),
    "store.prices.mean_value": LogNormal(170, 0.25),
    "store.returns.return_rate": Beta(3, 20),
    "store.stock.share": Uniform(0.2, 0.7),
    "store.fixed_costs.apps": Constant(31),
    "store.budget.kind": Choice((1, 2, 3), (0.2, 0.5, 0.3)),
}
CONTINUOUS = tuple(name for name, d in NUMBERS.items() if not isinstance(d, Constant | Choice))
PAIRS = {
    ("store.meta.cpc", "store.prices.mean_value"): 0.6,
    ("store.meta.cpc", "store.returns.return_rate"): -0.4,
}


@dataclass
class Scenario:
    """What worlds need of one."""

    sampling: str
    by_name: dict[str, Distribution] = field(default_factory=lambda: dict(NUMBERS))
    correlations: dict[tuple[str, str], float] = field(default_factory=dict)

    def numbers(self):
        return self.by_name


@pytest.mark.parametrize("how", SAMPLINGS)
def test_marginals_are_those_declared(seed, how):
    worlds = draw_worlds(Scenario(how, correlations=PAIRS), seed, 0, 16 * BLOCK)
    assert set(worlds) == set(NUMBERS) - {"store.fixed_costs.apps"}
    for name in CONTINUOUS:
        grid = np.linspace(0.0, 1.0, 2001)[1:-1]
        reached = np.searchsorted(np.sort(worlds[name]), NUMBERS[name].ppf(grid), side="right") / (16 * BLOCK)
        distance = np.abs(reached - grid).max()  # Kolmogorov-Smirnov, at 2,000 points
        assert distance < stats.kstwobign.ppf(0.9999) / np.sqrt(16 * BLOCK)
        # Names without a correlation, and the first of the pairs, keep the evenness: within one cell.
        if how != "random" and name in ("store.meta.cpc", "store.stock.share"):
            assert distance <= 1.01 / 256
    shares = np.bincount(worlds["store.budget.kind"].astype(int), minlength=4)[1:] / (16 * BLOCK)
    np.testing.assert_allclose(shares, (0.2, 0.5, 0.3), atol=4.5 * 0.5 / np.sqrt(16 * BLOCK))


@pytest.mark.parametrize("how", SAMPLINGS)
def test_correlations_hold_on_top_of_the_spread(seed, how):
    worlds = draw_worlds(Scenario(how, correlations=PAIRS), seed, 0, 32 * BLOCK)
    ranks = stats.spearmanr(np.array([worlds[name] for name in CONTINUOUS]).T).statistic
    asked = np.eye(len(CONTINUOUS))
    for (a, b), value in PAIRS.items():
        i, j = CONTINUOUS.index(a), CONTINUOUS.index(b)
        asked[i, j] = asked[j, i] = 6 / np.pi * np.arcsin(value / 2)  # Spearman's of a Gaussian copula
    np.testing.assert_allclose(ranks, asked, atol=4.5 / np.sqrt(32 * BLOCK))


# ----- runs -----


def article(how, days=30):
    data = sim.load(ARTICLE, [f"horizon_days={days}"]).to_mapping()
    data |= {"strategies": {"independent": ["store"]}, "sampling": how}
    return sim.Scenario.from_mapping(data)


@pytest.mark.parametrize("how", EVEN)
def test_spans_and_workers_change_no_result(how):
    plan = Plan(seed=5, worlds=700, replicates=4)
    usual = Result.of(simulate(article(how), plan)).sha256
    for options in ({"span_blocks": 1}, {"span_blocks": 2, "n_jobs": 2, "backend": "threading"}):
        assert Result.of(simulate(article(how), plan, **options)).sha256 == usual


@pytest.mark.parametrize("how", EVEN)
@pytest.mark.parametrize(("worlds", "take"), [(1, 4096), (3840, 4096), (4095, 4096), (4097, 4352), (10_000, 10_240)])
def test_worlds_that_could_not_tell_their_error_are_refused_before_the_run(how, worlds, take):
    with pytest.raises(PlanError, match=f"needs whole scrambles of 256.*take --worlds {take}$"):
        sim.run(article(how), worlds=worlds, replicates=1)


def test_the_command_line_refuses_them_with_status_2(tmp_path, monkeypatch, capsys):
    words = ("run", ARTICLE, "--set", "sampling=sobol", "--worlds", "2048", "--out", tmp_path / "run")
    outcome = command(monkeypatch, capsys, *words)
    assert outcome.status == 2
    assert "--worlds 4096" in outcome.err
    assert not (tmp_path / "run").exists()


def test_a_sampling_there_is_not_is_refused(monkeypatch, capsys, tmp_path):
    words = ("run", ARTICLE, "--set", "sampling=halton", "--worlds", "64", "--out", tmp_path / "run")
    outcome = command(monkeypatch, capsys, *words)
    assert outcome.status == 2
    assert "sampling" in outcome.err


@pytest.fixture(scope="module", params=EVEN)
def even_run(request):
    return sim.run(article(request.param), worlds=4096, replicates=1)


def test_an_evenly_spread_run_takes_its_intervals_from_the_scrambles(even_run):
    summary = even_run.summary()
    assert summary["sampling"] == even_run.scenario.sampling
    mean = summary["strategies"]["independent"]["settled_profit"]["mean"]
    assert mean["method"] == "t over scrambles"
    values = even_run.record("independent").monthly["settled_profit"][-1].astype(float)
    theirs = stats.ttest_1samp(values.reshape(16, -1).mean(axis=1), 0).confidence_interval(0.95)
    assert (mean["low"], mean["high"]) == pytest.approx((theirs.low, theirs.high))


def test_a_condition_on_an_evenly_spread_run_is_refused(even_run):
    with pytest.raises(EstimateRefused, match="sampling: random"):
        even_run.given("independent.orders[1] >= 1").estimate_profit("independent")
