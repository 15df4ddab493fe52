"""A path is a function of its world and its uniforms alone: not of workers, spans, neighbours, or what is to come."""

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.randomness.luck import SpanLuck
from sim.randomness.streams import BLOCK
from sim.results.result import Result
from sim.simulation.engine import prepare, simulate, simulate_span, span_worlds
from sim.simulation.plan import Plan
from sim.simulation.spans import spans
from sim.simulation.worlds import draw_worlds
from tests.builders import assert_same

ARTICLE = Path(__file__).parents[2] / "configs" / "article.yaml"
PLAN = Plan(seed=7, worlds=700, replicates=4)  # three blocks, the last one partly wanted
SMALL = Plan(seed=7, worlds=128, replicates=4)


def article(*overrides, days=60):
    return sim.load(ARTICLE, [f"horizon_days={days}", *overrides])


def sha256(scenario, plan, **how):
    return Result.of(simulate(scenario, plan, **how), 0.0).sha256


@pytest.fixture(scope="module")
def scenario():
    return article()


@pytest.fixture(scope="module")
def usual(scenario):
    return simulate(scenario, PLAN)


@pytest.mark.parametrize(
    "how",
    [
        {"span_blocks": 1, "n_jobs": 2, "backend": "threading"},
        pytest.param({"span_blocks": 2}, marks=pytest.mark.slow),
        pytest.param({"span_blocks": 1}, marks=pytest.mark.slow),
        pytest.param({"span_blocks": 2, "n_jobs": 2, "backend": "threading"}, marks=pytest.mark.slow),
        pytest.param({"span_blocks": 1, "n_jobs": 2, "backend": "loky"}, marks=pytest.mark.slow),
    ],
    ids=lambda how: ",".join(f"{key}={value}" for key, value in how.items()),
)
def test_one_result_whatever_the_workers_and_the_spans(scenario, usual, how):
    assert sha256(scenario, PLAN, **how) == Result.of(usual, 0.0).sha256


@pytest.mark.slow
def test_a_run_repeats_itself(scenario):
    assert sha256(scenario, SMALL) == sha256(article(), SMALL)


def test_the_first_paths_of_a_longer_run_are_those_of_a_shorter_one(scenario, usual):
    worlds = 300  # ends within a block
    shorter = simulate(scenario, Plan(PLAN.seed, worlds, PLAN.replicates))
    for name, record in shorter.records.items():
        assert_same(record, usual.records[name], (..., slice(worlds * PLAN.replicates)))
    for name, values in shorter.worlds.items():
        np.testing.assert_array_equal(values, usual.worlds[name][:worlds])


@pytest.mark.slow
@pytest.mark.parametrize("config", ["article", "market"])
@pytest.mark.parametrize(("days", "more"), [(60, 105), (255, 300), (75, 255)])
def test_the_first_days_of_a_longer_horizon_are_those_of_a_shorter_one(config, days, more):
    shorter, longer = (
        simulate(sim.load(ARTICLE.with_stem(config), [f"horizon_days={n_days}"]), SMALL) for n_days in (days, more)
    )
    months = days // 30
    for name, record in shorter.records.items():
        other = longer.records[name]
        assert len(record.monthly["cash"]) == -(-days // 30)
        for group in ("monthly", "profit_and_loss", "cash_flow"):
            for line, table in getattr(record, group).items():
                here, there = table[:months], getattr(other, group)[line][:months]
                np.testing.assert_array_equal(here, there, err_msg=f"{name} {line}")
        ruin, later = record.paths["ruin_day"], other.paths["ruin_day"]
        np.testing.assert_array_equal(ruin, np.where(later < days, later, np.inf))


def test_seeds_differ_zero_included():
    scenario = article(days=30)
    assert sha256(scenario, Plan(0, 16, 4)) != sha256(scenario, Plan(1, 16, 4))


@pytest.mark.slow
def test_audited_runs_are_the_same(scenario):
    assert sha256(scenario, Plan(7, 128, 4, audit=True)) == sha256(scenario, SMALL)


def test_a_strategy_does_not_depend_on_which_others_are_simulated(scenario):
    alone = article("strategies={independent: [store]}")
    record = simulate(alone, SMALL).records["independent"]
    assert_same(record, simulate(scenario, SMALL).records["independent"])


@pytest.mark.slow
def test_the_order_in_which_spans_are_computed_does_not_matter(scenario):
    pieces = spans(PLAN.blocks, 1)
    assert len(pieces) > 1
    forward = [simulate_span(scenario, PLAN, piece) for piece in pieces]
    backward = [simulate_span(scenario, PLAN, piece) for piece in reversed(pieces)][::-1]
    for one, other in zip(forward, backward, strict=True):
        for name in one:
            assert_same(one[name], other[name])


class Rows:
    """Every row of uniforms a run draws: by stream and day."""

    def __init__(self, monkeypatch):
        self.seen = {}
        uniform, fixed = SpanLuck.uniform, SpanLuck.fixed

        def note(luck, name):
            row = uniform(luck, name)
            self.seen[name, luck.day] = hash(row.tobytes())
            return row

        def note_fixed(luck, name, count):
            rows = fixed(luck, name, count)
            self.seen[name, "fixed"] = hash(rows.tobytes())
            return rows

        monkeypatch.setattr(SpanLuck, "uniform", note)
        monkeypatch.setattr(SpanLuck, "fixed", note_fixed)

    def of(self, scenario):
        self.seen = {}
        simulate(scenario, Plan(7, 64, 4))
        return self.seen


@pytest.mark.parametrize(
    ("overrides", "adds"),
    [
        (["store.lost_parcels.enabled=true", "store.coupons.enabled=true"], {"store.lost_parcels"}),
        (["store.meta.cpc=2.5", "store.returns.return_rate=0.3", "wallet.capital=1000"], set()),
        pytest.param(["store.test_gate.enabled=true", "store.stop_loss.enabled=true"], set(), marks=pytest.mark.slow),
        pytest.param(["alibaba.p4p.enabled=false", "store.organic.enabled=false"], set(), marks=pytest.mark.slow),
    ],
)
def test_a_change_leaves_the_other_streams_alone(monkeypatch, overrides, adds):
    rows = Rows(monkeypatch)
    before = rows.of(article(days=35))
    after = rows.of(article(*overrides, days=35))
    shared = before.keys() & after.keys()
    assert len(shared) > 300
    assert all(before[key] == after[key] for key in shared)
    added = {".".join(name.split(".")[:2]) for name in {n for n, _ in after} - {n for n, _ in before}}
    assert added == adds


def test_a_mechanism_switched_on_changes_no_world_of_the_others():
    before = draw_worlds(article(), 7, 0, 500)
    after = draw_worlds(article("store.lost_parcels.enabled=true", "store.coupons.enabled=true"), 7, 0, 500)
    assert len(before) > 20
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name], err_msg=name)


def test_replicates_share_their_world_and_nothing_else(scenario):
    _, _, luck = prepare(scenario, PLAN, range(1))
    luck.day = 3
    row = luck.uniform("store.funnel.orders.paid")
    assert len(np.unique(row)) == BLOCK
    for values in span_worlds(scenario, PLAN, range(1)).values():
        table = values.reshape(-1, PLAN.replicates)
        assert (table == table[:, :1]).all()


def test_days_that_differ_between_worlds_are_each_paths_own():
    days = "{lognormal: {median: 22, log_sd: 0.3}}"
    numbers = ("paypal_freeze.hold_days", "paypal_freeze.linked_ban_days", "paypal_payouts.withdrawal_every")
    often = ["store.paypal_freeze.annual_probability=0.95", "store.paypal_freeze.reopen=true"]
    rich = ["wallet.capital=30000", "store.test_gate.enabled=false", "strategies={store: [store]}", "horizon_days=60"]
    scenario = sim.load("configs/market.yaml", [*often, *rich, *(f"store.{number}={days}" for number in numbers)])
    plan = Plan(seed=7, worlds=2 * BLOCK, replicates=1)
    one, two = (simulate(scenario, plan, span_blocks=blocks).records["store"] for blocks in (1, 2))
    assert_same(one, two)
