"""A horizon that ends within a month: the headline is at the last day, and nothing of the last days is lost."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.business.ledger import CASH, PROFIT_KINDS, Kind
from sim.business.visitors import Stages
from sim.estimates import EstimateRefused
from sim.results.atomic_writes import StorageError
from sim.results.outcomes import profitable, ruin_month
from sim.scenario.conditions import ConditionError
from sim.scenario.scenario import Scenario
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan

DAYS, MONTHS = 75, [1, 2, 2.5]
PROVIDED = ("expected returns", "expected chargebacks", "expected loss on frozen money")
SIZE = {"worlds": 256, "replicates": 2, "seed": 3}


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/market.yaml", [f"horizon_days={DAYS}", "wallet.capital=7000", "wallet.grace_days=2"])


@pytest.fixture(scope="module")
def result(scenario):
    return sim.run(scenario, **SIZE)


@pytest.fixture(scope="module")
def counted(scenario):
    return sim.run(scenario, keep="summary", **SIZE)


@pytest.fixture(scope="module")
def lived(scenario):
    """The strategies after their last day, lived through without a recorder."""
    environment, strategies, luck = prepare(scenario, Plan(**SIZE), range(1))
    for luck.day in range(DAYS):
        environment.step(luck.day)
        for strategy in strategies:
            strategy.live(environment)
    return {strategy.name: strategy for strategy in strategies}


def test_the_last_row_is_what_the_books_say_on_the_last_day(result, lived):
    n_paths = result.plan.n_paths
    for name, strategy in lived.items():
        settled = strategy.ledger.profit(PROFIT_KINDS)
        by_the_books = {
            "settled_profit": settled,
            "cumulative_profit": strategy.ledger.profit({Kind.INCOME, Kind.EXPENSE, Kind.SETUP}),
            "profit_after_owner_pay": settled + strategy.ledger.profit({Kind.DRAWING}),
            "cash": strategy.ledger.books[""].balance(CASH),
        }
        for reading, amounts in by_the_books.items():
            kept = result.record(name).monthly[reading]
            assert kept.shape == (len(MONTHS), n_paths)
            np.testing.assert_array_equal(kept[-1], amounts.astype(np.float32)[:n_paths], err_msg=reading)


def test_the_lines_of_the_statements_sum_to_the_last_day(result):
    capital = result.scenario.numbers()["wallet.capital"].mean
    for name in result.strategies:
        record = result.record(name)
        profit, cash = (
            sum(np.sum(table, axis=0, dtype=float) for table in lines.values())
            for lines in (record.profit_and_loss, record.cash_flow)
        )
        np.testing.assert_allclose(profit, record.monthly["profit_after_owner_pay"][-1], atol=0.05)
        np.testing.assert_allclose(cash, record.monthly["cash"][-1], atol=0.05)
        operating = record.monthly["operating_profit"].sum(axis=0, dtype=float)
        lines = {line: table.sum(axis=0, dtype=float) for line, table in record.profit_and_loss.items()}
        provided = sum(lines[line] for line in PROVIDED if line in lines)
        booked = operating - provided + lines["set-up"]
        np.testing.assert_allclose(booked, record.monthly["cumulative_profit"][-1], atol=0.05)
        assert (record.monthly["cash"][-1] <= capital + record.monthly["gross_sales"].sum(axis=0)).all()


def test_no_visitor_of_the_last_days_is_lost(result, lived):
    for name, strategy in lived.items():
        for channel in strategy.channels:
            stages = channel.state.recall(Stages)
            assert not any(left.any() for left in stages._means.values())
        monthly = result.record(name).monthly
        assert (monthly["clicks"][-1] >= monthly["carts"][-1]).all()
        assert monthly["clicks"][-1].mean() > 0.1 * monthly["clicks"][1].mean()


def test_ruin_counts_every_day(result):
    name = "dual"
    ruin_day = result.record(name).paths["ruin_day"]
    assert ((ruin_day >= 60) & (ruin_day < DAYS)).any(), "the case is there"
    ruin = result.summary()["strategies"][name]["ruin"]
    assert len(ruin) == len(MONTHS)
    assert ruin[-1]["estimate"] == np.mean(ruin_day < DAYS)
    assert ruin[-1]["estimate"] > ruin[-2]["estimate"]
    assert set(ruin_month(result.record(name))[(ruin_day >= 60) & (ruin_day < DAYS)]) == {3.0}
    ahead = result.summary()["strategies"][name]["cash_needed"]["at_least_share"]["estimate"]
    assert ahead > ruin[-1]["estimate"], "who was held back, ruined or not"


def test_a_few_days_are_no_profitable_month(result):
    found = result.summary()["strategies"]["alibaba"]
    chances = found["probability_of_profit"]
    lengths = {reading: len(chances[reading]["pointwise"]) for reading in chances}
    assert lengths == dict.fromkeys(chances, 3) | {"operating_profit": 2}
    assert profitable(result.record("alibaba"), "operating_profit").shape == (2, 512)
    assert [e["estimate"] for e in found["stable_profit"]["incidence"]][1:] == [0.0, 0.0]
    frame = result.probability_of_profit("operating_profit")
    assert sorted(set(frame["month"])) == [1, 2]


def test_the_headline_is_at_the_last_day(result):
    assert result.summary()["months"] == list(result.months) == MONTHS
    assert result.n_months == 2
    for name in result.strategies:
        found = result.summary()["strategies"][name]
        settled = result.record(name).monthly["settled_profit"]
        chance = found["probability_of_profit"]["settled_profit"]["pointwise"][-1]
        assert chance["estimate"] == np.mean(profitable(result.record(name))[-1])
        assert found["settled_profit"]["mean"]["estimate"] == pytest.approx(settled[-1].mean(dtype=float))
    last = result.compare("alibaba", "dual", 2.5)
    assert last == result.compare("alibaba", "dual")
    with pytest.raises(EstimateRefused, match=r"from 1 to 2\.5 \(found 3\)"):
        result.compare("alibaba", "dual", 3)
    with pytest.raises(ConditionError, match=r"months run from 1 to 2 \(found \[3\.\.3\]\)"):
        result.given("alibaba.orders[3] >= 5")


def test_counts_say_the_same(result, counted):
    assert counted.summary()["months"] == MONTHS
    for name in result.strategies:
        ours, theirs = (run.summary()["strategies"][name] for run in (result, counted))
        assert ours["ruin"] == theirs["ruin"]
        for reading, found in ours["probability_of_profit"].items():
            assert found["pointwise"] == theirs["probability_of_profit"][reading]["pointwise"], reading
        for event in ("time_to_profit", "stable_profit", "ruined_first"):
            mine, other = ([month["estimate"] for month in found[event]["incidence"]] for found in (ours, theirs))
            assert mine == other, event
        assert list(dict.fromkeys(row["month"] for row in counted.statement_rows(name))) == MONTHS


def test_frames_and_files_name_the_last_day(result, tmp_path):
    again = sim.read(result.save(tmp_path / "run"))
    assert again == result
    assert again.record("dual").short_month
    assert again.summary() == result.summary()
    later = again.given("alibaba.clicks[1..2] >= 0")
    assert later.summary()["months"] == MONTHS
    for found in (result, again):
        assert sorted(set(found.monthly["month"])) == MONTHS
        statement = found.statement("alibaba", "cash_flow").query("line == 'cash at the end'")
        assert list(statement["month"]) == MONTHS
        assert sorted(set(found.probability_of_profit()["month"])) == MONTHS


@pytest.fixture
def as_once(monkeypatch):
    """Leave out, while it lasts, the days after the last full month, as earlier versions did."""
    with monkeypatch.context() as patched:
        patched.setattr(Scenario, "months", property(lambda one: tuple(range(1, one.n_months + 1))))
        yield patched


def cut(record):
    tables = {name: {line: values[:2] for line, values in table.items()} for name, table in record.groups()}
    return replace(record, **(tables | {"paths": record.paths, "weekly": record.weekly}), short_month=False)


def test_a_run_that_was_saved_without_its_last_days_is_not_read_as_another(result, tmp_path, as_once):
    former = replace(result, records={name: cut(result.record(name)) for name in result.strategies})
    folder = former.save(tmp_path / "run")
    assert sim.read(folder).months == (1, 2)
    as_once.undo()
    with pytest.raises(StorageError, match=r"run it again \(ValueError: it ends with month 2, as saved when"):
        sim.read(folder)


def test_the_month_of_whole_months_stays_a_whole_number():
    frame = sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=8, replicates=1).monthly
    assert frame["month"].dtype == np.int8


def test_the_median_may_be_the_last_day():
    """Everybody is in profit by the last day, nobody before."""
    scenario = sim.load("configs/article.yaml", [f"horizon_days={DAYS}", "strategies={independent: [store]}"])
    result = sim.run(scenario, worlds=8, replicates=1)
    record = result.record("independent")
    record.monthly["settled_profit"] = np.repeat(np.array([[-1.0], [-1.0], [1.0]], dtype=np.float32), 8, axis=1)
    record.monthly["ruined"] = np.zeros((3, 8), dtype=np.float32)
    record.paths["ruin_day"] = np.full(8, np.inf, dtype=np.float32)
    assert result.summary()["strategies"]["independent"]["time_to_profit"]["median_month"] == 2.5
