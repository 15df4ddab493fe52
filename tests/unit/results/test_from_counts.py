"""A run of which counts were kept answers as the run of which every path was kept, or says by name what it cannot."""

import json
import math
import pickle

import numpy as np
import pandas as pd
import pytest

import sim
from sim.estimates import EstimateRefused
from sim.estimates.histograms import BIN_WIDTH
from sim.results.atomic_writes import StorageError
from sim.results.from_counts import condense
from sim.results.result import CountedResult
from sim.simulation.engine import simulate_parts
from sim.simulation.plan import PlanError
from tests.builders import command

SIZE = {"worlds": 700, "replicates": 4, "seed": 5}
SHORT = ("horizon_days=90",)
REFUSED = ("mean_of_worst_5", "whole_paths")


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/article.yaml", SHORT)


@pytest.fixture(scope="module")
def kept(scenario):
    return sim.run(scenario, **SIZE)


@pytest.fixture(scope="module")
def counted(scenario):
    return sim.run(scenario, **SIZE, keep="summary")


def leaves(content, key=()):
    """Yield (path of keys, value) of nested plain data."""
    if isinstance(content, dict | list):
        items = content.items() if isinstance(content, dict) else enumerate(content)
        for name, inner in items:
            yield from leaves(inner, (*key, name))
    else:
        yield key, content


def close(found, true, bins):
    return abs(math.asinh(found) - math.asinh(true)) <= bins * BIN_WIDTH * (1 + 1e-9)


def test_every_estimate_is_that_of_the_paths(kept, counted):
    true, found = (dict(leaves(json.loads(json.dumps(result.summary())))) for result in (kept, counted))
    compared = 0
    for key, value in found.items():
        if key[0] == "keep" or any(name in key for name in REFUSED):
            continue
        compared += 1
        amounts = {"p5", "p50", "p95", "lines"} & set(key)
        if amounts and key[-1] in ("n", "method"):
            assert key[-1] == "method" or SIZE["worlds"] <= value <= 1.3 * true[key], key
        elif amounts and not (key[-1] in ("level", "line", "mean") or value is None):
            # A limit is the outer edge of a bin, and the effective number that of the bin's worse edge.
            width = true[(*key[:-1], "high")] - true[(*key[:-1], "low")] if key[-1] in ("low", "high") else 0.0
            assert close(value, true[key], 2) or abs(value - true[key]) < 0.5 * width, key
        elif isinstance(value, float):
            assert value == pytest.approx(true[key], rel=1e-6, abs=1e-9), key
        else:
            assert value == true[key], key
    assert compared > 2000


def test_what_counts_cannot_tell_is_refused_by_name(counted):
    summary = counted.summary()["strategies"]["independent"]
    assert "worst twentieth" in summary["settled_profit"]["mean_of_worst_5"]["refused"]
    assert "whole paths" in summary["fans"]["cash"]["whole_paths"]["refused"]
    assert all("money" not in pair for pair in counted.summary()["comparisons"])
    for what in (
        lambda: counted.given("independent.orders[1] > 3"),
        lambda: counted.plot,
        lambda: counted.monthly,
        lambda: counted.worlds_frame,
    ):
        with pytest.raises(EstimateRefused, match=r"needs every path.*--keep paths"):
            what()
    with pytest.raises(KeyError, match="there are: independent"):
        counted.evidence("nowhere")


@pytest.mark.parametrize(("reading", "level"), [("settled_profit", 0.95), ("profit_after_owner_pay", 0.8)])
def test_chances_are_asked_of_counts_as_of_paths(kept, counted, reading, level):
    true, found = (result.probability_of_profit(reading, level) for result in (kept, counted))
    pd.testing.assert_frame_equal(found, true, rtol=1e-6)
    with pytest.raises(EstimateRefused, match="no reading of profit 'cash'"):
        counted.probability_of_profit("cash")
    with pytest.raises(EstimateRefused, match="a level lies strictly between"):
        counted.probability_of_profit(level=95)
    with pytest.raises(EstimateRefused, match="no statement 'cash'"):
        counted.statement("independent", "cash")


@pytest.mark.slow
def test_two_counts_are_the_same_that_answer_alike(scenario, counted):
    assert counted == pickle.loads(pickle.dumps(counted))
    assert counted != sim.run(scenario, **SIZE | {"seed": counted.plan.seed + 1}, keep="summary")
    assert counted != 3
    assert len({counted, pickle.loads(pickle.dumps(counted))}) == 1


def test_strategies_compare_either_way_round(kept, counted):
    for pair in (("independent", "dual"), ("dual", "independent")):
        true, found = kept.compare(*pair), counted.compare(*pair)
        for name in ("probability", "a_beats_b"):
            assert found[name].estimate == pytest.approx(true[name].estimate, abs=1e-12)
            assert (found[name].low, found[name].high) == pytest.approx((true[name].low, true[name].high), rel=1e-6)
    with pytest.raises(KeyError, match="there are: independent"):
        counted.compare("dual", "nowhere")


def test_a_run_in_which_all_end_alike_has_its_summary():
    scenario = sim.load("configs/article.yaml", ["horizon_days=60", "wallet.capital=100"])
    summary = sim.run(scenario, worlds=64, replicates=4, keep="summary").summary()
    assert summary["strategies"]["alibaba"]["settled_profit"]["p5"]["n"] >= 1


def test_statements_agree(kept, counted):
    for strategy in kept.strategies:
        for kind in ("profit_and_loss", "cash_flow"):
            true, found = (result.statement(strategy, kind) for result in (kept, counted))
            assert list(found["line"]) == list(true["line"])
            np.testing.assert_allclose(found["mean"], true["mean"], rtol=1e-5, atol=0.01)
            for column in ("p5", "p50", "p95"):
                assert all(close(a, b, 1) for a, b in zip(found[column], true[column], strict=True)), column


@pytest.mark.slow
@pytest.mark.parametrize(("span_blocks", "n_jobs", "backend"), [(1, 1, "auto"), (3, 2, "threading"), (2, 2, "loky")])
def test_the_grouping_of_the_work_changes_no_byte(scenario, counted, span_blocks, n_jobs, backend):
    from functools import partial

    keep = partial(condense, replicates=4)
    parts = simulate_parts(scenario, counted.plan, keep, span_blocks=span_blocks, n_jobs=n_jobs, backend=backend)
    found = next(parts)
    for part in parts:
        found.add(part)
    assert CountedResult(scenario, counted.plan, found).sha256 == counted.sha256


def test_choices_that_need_paths_are_refused_before_anything_runs(scenario):
    with pytest.raises(PlanError, match="condition chooses paths"):
        sim.run(sim.load("configs/article_conditioned.yaml"), keep="summary")
    with pytest.raises(PlanError, match=r"sampling: sobol.*--keep paths"):
        sim.run(sim.load("configs/article.yaml", ["sampling=sobol"]), keep="summary")
    for goal in ({"precision": 0.1}, {"max_paths": 5000}):
        with pytest.raises(PlanError, match="counts a fixed number of paths"):
            sim.run(scenario, **goal, keep="summary")
    with pytest.raises(PlanError, match="keep: found 'most'; give one of: paths, summary"):
        sim.run(scenario, keep="most")


def test_the_command(monkeypatch, capsys, tmp_path):
    folder = tmp_path / "run"
    words = ("run", "configs/article.yaml", "--worlds", "64", "--jobs", "1", "--set", "horizon_days=60")
    first = command(monkeypatch, capsys, *words, "--keep", "summary", "--out", folder)
    assert first.status == 0, first.err
    assert "Counts of the histories were kept" in first.out
    names = {file.name for file in folder.iterdir()}
    assert names == {"manifest.json", "summary.json", "statements.csv", "report.html"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["keep"], manifest["bin_width"]) == ("summary", BIN_WIDTH)
    stamp = (folder / "manifest.json").stat().st_mtime_ns
    again = command(monkeypatch, capsys, *words, "--keep", "summary", "--out", folder)
    assert again.out == first.out.replace("written to", "was there already, not computed again:")
    assert (folder / "manifest.json").stat().st_mtime_ns == stamp
    chinese = command(monkeypatch, capsys, *words, "--keep", "summary", "--out", folder, "--language", "zh")
    assert (chinese.status, chinese.err) == (0, "")
    with pytest.raises(StorageError, match=r"counts were kept.*--keep paths"):
        sim.read(folder)
    for wrong in (("--keep", "most"), ("--keep", "summary", "--precision", "0.1")):
        refused = command(monkeypatch, capsys, *words, *wrong, "--out", tmp_path / "other")
        assert refused.status == 2
        assert "--keep" in refused.err
    assert not (tmp_path / "other").exists()
