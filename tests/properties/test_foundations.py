"""What holds for every input: books balance, nothing on its way is lost, quantiles and distributions invert."""

import json
import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.business.delays import GRID, Delay, DelayLine
from sim.business.ledger import CAPITAL, CASH, PROFIT_KINDS, Account, Kind, Ledger
from sim.randomness import counts
from sim.randomness.distributions import Constant, from_leaf
from sim.randomness.distributions.discrete import Choice, Empirical, Mixture
from sim.randomness.distributions.families import Beta, Gamma, LogNormal, Normal, Pert, StudentT, Triangular, Uniform

settings.register_profile("sim", deadline=None, max_examples=60, derandomize=True, print_blob=True)
settings.load_profile("sim")

N = 3
CHART = tuple(Account(kind.value, kind) for kind in Kind)
ALL = (CASH, CAPITAL, *CHART)
money = hnp.arrays(float, N, elements=st.floats(-1e7, 1e7))
postings = st.lists(
    st.tuples(st.sampled_from(("store", "alibaba")), st.sampled_from(ALL), st.sampled_from(ALL), money), max_size=40
)


@given(postings)
def test_the_ledger_sums_to_zero_and_cash_to_its_statement(entries):
    ledger = Ledger({"store": CHART, "alibaba": CHART}, N)
    for channel, debit, credit, amount in entries:
        if debit != credit:
            ledger.books[channel].post(amount, debit=debit, credit=credit)
    tolerance = 1e-9 * (1 + ledger.gross())
    assert (np.abs(ledger.balances.sum(axis=0)) <= tolerance).all()
    cash = ledger.books[""].balance(CASH)
    assert (np.abs(ledger.cash_flows.sum(axis=0) - cash) <= tolerance).all()
    worth = ledger.balances[ledger.rows({Kind.ASSET, Kind.LIABILITY})].sum(axis=0)
    capital = ledger.balances[ledger.rows({Kind.CAPITAL})].sum(axis=0)
    assert (np.abs(worth + capital - ledger.profit(PROFIT_KINDS | {Kind.DRAWING})) <= tolerance).all()


@st.composite
def delays(draw):
    weights = draw(st.lists(st.floats(0, 1), min_size=1, max_size=30))
    assume(sum(weights) > 0.01)
    return Delay(tuple(weight / sum(weights) for weight in weights))


uniforms = st.floats(2.0**-54, 1 - 2.0**-53)


@given(
    delays(),
    st.lists(st.tuples(st.integers(0, 120), uniforms, st.floats(0, 1e4)), min_size=1, max_size=25),
    st.booleans(),
    st.booleans(),
)
def test_a_delay_line_loses_nothing(delay, cohorts, pooled, exact):
    line = DelayLine(1, delay.longest, 2, pooled=pooled)
    out = np.zeros(2)
    for day in range(len(cohorts) + delay.longest + 1):
        if day < len(cohorts):
            orders, u, price = cohorts[day]
            luck = None if exact else np.array([u])
            line.spread(day, delay, luck, np.array([float(orders)]), np.array([orders * price]))
        due = line.due(day)[:, 0]
        assert (due >= 0).all()
        out += due
        np.testing.assert_allclose(line.held()[0], line.total[0], atol=1e-6)
    put = np.array([sum(n for n, _, _ in cohorts), sum(n * price for n, _, price in cohorts)])
    np.testing.assert_allclose(out, put, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(line.total, 0, atol=1e-6)


@given(delays(), st.integers(1, 300), uniforms)
def test_a_cohort_is_within_one_order_of_its_share_every_day(delay, orders, u):
    line = DelayLine(1, delay.longest)
    line.spread(0, delay, np.array([u]), np.array([float(orders)]))
    upto = np.cumsum([line.due(day)[0, 0] for day in range(delay.longest + 1)])
    assert (upto % 1 == 0).all()
    assert upto[-1] == orders
    assert (np.abs(upto - orders * delay.cumulative) <= 1 + 1e-6).all()


@given(delays(), hnp.arrays(float, 20, elements=uniforms))
def test_a_lag_is_the_quantile_of_its_delay(delay, position):
    lag = delay.lag(position * GRID)
    assert (delay.cumulative[lag] > position).all()
    below = np.where(lag > 0, delay.cumulative[np.maximum(lag - 1, 0)], 0.0)
    assert (below <= position).all()


value = st.floats(-1e4, 1e4).map(lambda x: round(x, 4))
positive = st.floats(0.05, 50).map(lambda x: round(x, 4))
weights = st.floats(0.01, 1).map(lambda x: round(x, 4))


@st.composite
def three(draw, family):
    low, mode, high = sorted(draw(st.lists(value, min_size=3, max_size=3, unique=True)))
    assume(high - low > 0.01)
    return family(low, mode, high)


def uniform_of(low, width):
    return Uniform(low, low + width)


continuous = st.one_of(
    st.builds(uniform_of, value, positive),
    st.builds(Normal, value, positive),
    st.builds(LogNormal, positive, st.floats(0.01, 2)),
    st.builds(Beta, st.floats(0.5, 50), st.floats(0.5, 50)),
    st.builds(Gamma, st.floats(0.5, 50), positive),
    st.builds(StudentT, value, positive, st.floats(2, 30)),
    three(Triangular),
    three(Pert),
)
stepped = st.one_of(
    st.builds(Constant, value),
    st.lists(st.tuples(value, weights), min_size=1, max_size=6, unique_by=lambda pair: pair[0]).map(
        lambda pairs: Choice(*zip(*pairs, strict=True))
    ),
    st.lists(value, min_size=2, max_size=8).map(lambda values: Empirical(tuple(values))),
)
mixed = st.lists(st.tuples(continuous | stepped, weights), min_size=1, max_size=3).map(
    lambda pairs: Mixture(*zip(*pairs, strict=True))
)


@st.composite
def cut(draw, families):
    whole = draw(families)
    low, high = (float(whole.ppf(np.array(u))) for u in sorted((draw(st.floats(0, 0.4)), draw(st.floats(0.6, 1)))))
    low, high = (end if math.isfinite(end) else sign * math.inf for end, sign in ((low, -1), (high, 1)))
    assume(low < high)
    return whole.truncated(low, high)


probability = st.floats(1e-6, 1 - 1e-6)


@given(continuous | cut(continuous), hnp.arrays(float, 12, elements=probability))
def test_distribution_and_quantile_functions_invert_each_other(distribution, u):
    x = distribution.ppf(u)
    # A value far from zero has only so many digits left for its place.
    spread = float(np.diff(distribution.ppf(np.array([0.25, 0.75])))[0])
    tolerance = 1e-7 + 1e-13 * float(np.abs(x).max()) / max(spread, 1e-300)
    np.testing.assert_allclose(distribution.cdf(x), u, atol=tolerance)


@given(continuous | stepped | mixed | cut(continuous) | cut(stepped), hnp.arrays(float, 30, elements=probability))
def test_quantiles_are_monotone_within_the_support_and_reach_the_uniform(distribution, u):
    u = np.sort(u)
    x = distribution.ppf(u)
    assert x.shape == u.shape
    low, high = distribution.support
    slack = 1e-9 * (1 + np.abs(x))
    assert (np.diff(x) >= -slack[1:]).all()
    assert (x >= low - slack).all()
    assert (x <= high + slack).all()
    assert (distribution.cdf(x + slack) >= u - 1e-6).all()
    assert (distribution.cdf(np.nextafter(x, -np.inf) - slack) <= u + 1e-6).all()


@given(continuous | stepped | mixed | cut(continuous) | cut(stepped))
def test_the_yaml_form_gives_the_same_distribution_again(distribution):
    again = from_leaf(distribution.to_mapping())
    assert again == distribution
    through_json = from_leaf(json.loads(json.dumps(distribution.to_mapping())))
    assert through_json == distribution


@given(continuous | stepped, st.lists(st.floats(0.001, 0.999), min_size=4, max_size=4, unique=True), st.booleans())
def test_two_truncations_are_the_one_to_what_both_share(distribution, where, nested):
    a, b, c, d = distribution.ppf(np.sort(where))
    one, other = ((a, d), (b, c)) if nested else ((a, c), (b, d))
    assume(b < c)
    assume(distribution.cdf(c) - distribution.cdf(np.nextafter(b, -np.inf)) > 1e-3)
    u = np.array([0.01, 0.3, 0.7, 0.99])
    expected = distribution.truncated(b, c)
    for first, second in ((one, other), (other, one)):
        twice = distribution.truncated(*first).truncated(*second)
        np.testing.assert_allclose(twice.ppf(u), expected.ppf(u))
        np.testing.assert_allclose(from_leaf(twice.to_mapping()).ppf(u), expected.ppf(u))


# In the last 1e-13 below one, rounding of the summed probabilities decides between neighbours.
@given(
    hnp.arrays(float, 40, elements=st.floats(0, 300)),
    hnp.arrays(float, 40, elements=st.floats(2.0**-54, 1 - 1e-13)),
    st.floats(1, 1.5),
)
@settings(max_examples=40)
def test_counts_are_whole_and_monotone_in_the_rate(mean, u, more):
    found, raised = counts.poisson(mean, u), counts.poisson(mean * more, u)
    assert (found % 1 == 0).all()
    assert (found >= 0).all()
    assert (raised >= found).all()


@given(
    hnp.arrays(float, 40, elements=st.integers(0, 400).map(float)),
    hnp.arrays(float, 40, elements=st.floats(0, 1)),
    hnp.arrays(float, 40, elements=st.floats(1e-9, 1 - 1e-9)),
    st.integers(0, 30),
)
@settings(max_examples=40)
def test_binomial_counts_stay_within_the_trials_and_are_monotone(number, chance, u, more):
    found = counts.binomial(number, chance, u)
    assert (found % 1 == 0).all()
    assert (found >= 0).all()
    assert (found <= number).all()
    assert (counts.binomial(number + more, chance, u) >= found).all()
    assert (counts.binomial(number, np.minimum(chance * 1.1, 1.0), u) >= found).all()
