"""A sweep's file: which cells it makes, and what is said when it cannot be."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

import sim
from sim.results.files import run_hash
from sim.scenario import ConfigError
from sim.simulation.plan import Plan, PlanError
from tests.builders import HEAD, write_sweep

CPC = "store.meta.cpc.lognormal.median"
RATE = "store.returns.return_rate"


def design(folder, body, head=HEAD):
    return sim.load_sweep(write_sweep(folder, body, head))


def values_of(sweep):
    return [cell.values for cell in sweep.cells]


def test_lists_make_every_combination_in_the_order_of_the_file(tmp_path):
    sweep = design(tmp_path, f"axes:\n  {CPC}: [1, 2]\n  {RATE}: [0.1, 0.2]\n")
    assert [tuple(values.values()) for values in values_of(sweep)] == [(1, 0.1), (1, 0.2), (2, 0.1), (2, 0.2)]
    assert sweep.axes == (CPC, RATE)


def test_a_dotted_key_reaches_into_a_distribution_and_keeps_its_spread(tmp_path):
    cell = design(tmp_path, f"axes: {{{CPC}: [2.5]}}\n").cells[0]
    base = sim.load("configs/article.yaml").section("store", "meta").values["cpc"]
    found = cell.scenario.section("store", "meta").values["cpc"]
    assert found.ppf(np.array(0.5)) == pytest.approx(2.5)
    assert found.inner.log_sd == pytest.approx(base.inner.log_sd)


def test_steps_are_even_or_even_ratios_without_rounding_noise(tmp_path):
    body = f"axes:\n  {RATE}: {{linspace: {{from: 0.1, to: 0.3, n: 3}}}}\n"
    body += "  wallet.capital: {logspace: {from: 1000, to: 100000, n: 3}}\n"
    sweep = design(tmp_path, body)
    assert list(dict.fromkeys(v[RATE] for v in values_of(sweep))) == [0.1, 0.2, 0.3]
    capitals = list(dict.fromkeys(v["wallet.capital"] for v in values_of(sweep)))
    assert capitals == [1000, 10000, 100000]
    assert all(isinstance(capital, int) for capital in capitals)


def test_zipped_axes_step_together(tmp_path):
    body = f"axes:\n  {CPC}: [1, 2]\n  {RATE}: [0.1, 0.2]\n  wallet.capital: [5000, 9000]\nzip: [[{CPC}, {RATE}]]\n"
    found = [(v[CPC], v[RATE], v["wallet.capital"]) for v in values_of(design(tmp_path, body))]
    assert found == [(1, 0.1, 5000), (1, 0.1, 9000), (2, 0.2, 5000), (2, 0.2, 9000)]


def test_a_latin_hypercube_has_one_point_in_each_part_of_each_range(tmp_path):
    ranges = f"{{{RATE}: {{from: 0.1, to: 0.3}}, wallet.capital: {{from: 1000, to: 100000, log: true}}}}"
    sweep = design(tmp_path, f"latin_hypercube: {{n: 10, ranges: {ranges}}}\n")
    rates = np.array([v[RATE] for v in values_of(sweep)])
    capitals = np.array([v["wallet.capital"] for v in values_of(sweep)])
    assert sorted(np.floor((rates - 0.1) / 0.2 * 10).astype(int)) == list(range(10))
    assert sorted(np.floor(np.log(capitals / 1000) / np.log(100) * 10).astype(int)) == list(range(10))
    alone = design(tmp_path, f"latin_hypercube: {{n: 10, ranges: {{{RATE}: {{from: 0.1, to: 0.3}}}}}}\n")
    assert [v[RATE] for v in values_of(alone)] == list(rates), "points of one key must not depend on the others"


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_points_of_one_key_say_nothing_about_those_of_another(kind, tmp_path):
    ranges = f"{{{RATE}: {{from: 0.1, to: 0.3}}, wallet.capital: {{from: 1000, to: 9000}}}}"
    sweep = design(tmp_path, f"{kind}: {{n: 64, ranges: {ranges}}}\n")
    rates, capitals = ([values[key] for values in values_of(sweep)] for key in (RATE, "wallet.capital"))
    # The rank correlation of 64 independent pairs has a standard deviation of 1 / sqrt(63), about an eighth.
    assert abs(spearmanr(rates, capitals).statistic) < 0.5


@pytest.mark.parametrize(("ends", "kind"), [("from: 1000, to: 3000", int), ("from: 1000, to: 3000.0", float)])
def test_steps_between_whole_numbers_are_whole(ends, kind, tmp_path):
    sweep = design(tmp_path, f"axes: {{wallet.capital: {{linspace: {{{ends}, n: 3}}}}}}\n")
    assert [values["wallet.capital"] for values in values_of(sweep)] == [1000, 2000, 3000]
    assert {type(values["wallet.capital"]) for values in values_of(sweep)} == {kind}


def test_an_axis_may_fall(tmp_path):
    sweep = design(tmp_path, f"axes: {{{RATE}: {{linspace: {{from: 0.3, to: 0.1, n: 3}}}}}}\n")
    assert [values[RATE] for values in values_of(sweep)] == [0.3, 0.2, 0.1]


def test_sobol_points_are_even_and_follow_the_seed(tmp_path):
    body = f"sobol: {{n: 16, ranges: {{{RATE}: {{from: 0.1, to: 0.3}}, wallet.capital: {{from: 1000, to: 9000}}}}}}\n"
    first, again = design(tmp_path, body), design(tmp_path, body)
    other = sim.load_sweep(write_sweep(tmp_path, body), seed=2)
    assert values_of(first) == values_of(again) != values_of(other)
    for key, low, high in ((RATE, 0.1, 0.3), ("wallet.capital", 1000, 9000)):
        share = (np.array([v[key] for v in values_of(first)]) - low) / (high - low)
        assert sorted(np.floor(share * 16).astype(int)) == list(range(16))


def test_explicit_cells_follow_and_may_be_the_base_itself(tmp_path):
    sweep = design(tmp_path, f"cells:\n  - {{}}\n  - {{{RATE}: 0.2, wallet.capital: 20000}}\n  - {{{CPC}: 1}}\n")
    assert values_of(sweep) == [{}, {RATE: 0.2, "wallet.capital": 20000}, {CPC: 1}]
    assert sweep.axes == (RATE, "wallet.capital", CPC)
    assert sweep.cells[0].shown == "the base"


def test_a_cell_is_the_run_of_its_scenario_and_no_position(tmp_path):
    forward = design(tmp_path, f"axes: {{{RATE}: [0.1, 0.2]}}\n")
    backward = design(tmp_path, f"axes: {{{RATE}: [0.2, 0.1]}}\n")
    by_hand = sim.load("configs/article.yaml", ["strategies={independent: [store]}", "horizon_days=30", f"{RATE}=0.2"])
    assert forward.cells[1].run_hash == run_hash(by_hand, Plan(1, 64, 4)) == backward.cells[0].run_hash
    assert forward.identity != backward.identity


def test_the_same_cells_under_other_values_are_another_sweep(tmp_path):
    short = design(tmp_path, f"cells: [{{{RATE}: 0.1}}]\n")
    capital = sim.load("configs/article.yaml").wallet["capital"].mean
    spelt_out = design(tmp_path, f"cells: [{{{RATE}: 0.1, wallet.capital: {capital}}}]\n")
    assert short.cells[0].run_hash == spelt_out.cells[0].run_hash
    assert short.identity != spelt_out.identity


def test_strategies_and_size_are_taken_from_the_file_unless_asked_otherwise(tmp_path):
    file = write_sweep(tmp_path)
    assert sim.load_sweep(file).plan == Plan(1, 64, 4)
    asked = sim.load_sweep(file, worlds=128, replicates=2, seed=0)
    assert asked.plan == Plan(0, 128, 2)
    assert all(tuple(cell.scenario.strategies) == ("independent",) for cell in asked.cells)
    assert all(cell.scenario.horizon_days == 30 for cell in asked.cells)


def test_the_example_of_the_page_is_read_as_it_says(tmp_path):
    page = Path("docs/sweeps.md").read_text(encoding="utf-8")
    example = page.split("<!-- example: begin -->")[1].split("```yaml\n")[1].split("```")[0]
    file = tmp_path / "example.yaml"
    file.write_text(example.replace("../configs", str(Path("configs").resolve())), encoding="utf-8")
    sweep = sim.load_sweep(file)
    assert len(sweep.cells) == 5 * 3 * 2 + 2
    assert {(v.get("store.freight.carrier"), v.get("store.prices.mean_value")) for v in values_of(sweep)} == {
        ("dhl", 160),
        ("packet", "150 to 190"),
        (None, None),
    }


BAD = {
    "unknown key": ("axis: {}\n", "sweep.yaml:7: axis", "unknown key"),
    "no cells": ("", "sweep.yaml", "has no cells"),
    "value outside its range": (f"axes:\n  {RATE}:\n    - 0.1\n    - 1.5\n", "sweep.yaml:10", "between"),
    "value of linspace outside": (
        f"axes:\n  {RATE}: {{linspace: {{from: 0.5, to: 2, n: 4}}}}\n",
        "sweep.yaml:8",
        "between",
    ),
    "unknown parameter": ("axes:\n  store.metta.cpc: [1]\n", "sweep.yaml:8", "did you mean 'meta'"),
    "unknown distribution key": (
        "axes:\n  store.meta.cpc.lognormal.medain: [1]\n",
        "sweep.yaml:8: axes.store.meta.cpc.lognormal.medain",
        "'median': 1.22",
    ),
    "inside of a plain number": ("axes:\n  wallet.capital.normal.mean: [1]\n", "sweep.yaml:8", "as 10000"),
    "empty list": (f"axes: {{{RATE}: []}}\n", "sweep.yaml:7", "at least one value"),
    "twice the same": (f"axes: {{{RATE}: [0.1, 0.10]}}\n", "sweep.yaml:7", "twice"),
    "unknown spacing": (f"axes: {{{RATE}: {{linspce: {{}}}}}}\n", "sweep.yaml:7", "linspace"),
    "linspace without n": (f"axes: {{{RATE}: {{linspace: {{from: 0, to: 1}}}}}}\n", "sweep.yaml:7", "n is missing"),
    "one step": (f"axes: {{{RATE}: {{linspace: {{from: 0, to: 1, n: 1}}}}}}\n", "sweep.yaml:7", "whole number from 2"),
    "ratios from zero": (f"axes: {{{RATE}: {{logspace: {{from: 0, to: 1, n: 3}}}}}}\n", "from", "above 0"),
    "an end that is text": (f"axes: {{{RATE}: {{linspace: {{from: a, to: 1, n: 3}}}}}}\n", "from", "finite number"),
    "zip of another length": (
        f"axes: {{{RATE}: [0.1], {CPC}: [1, 2]}}\nzip: [[{RATE}, {CPC}]]\n",
        "zip.0.1",
        "as long",
    ),
    "zip of nothing": (f"axes: {{{RATE}: [0.1]}}\nzip: [[{RATE}, x.y]]\n", "sweep.yaml:8: zip.0.1", "no such axis"),
    "sobol not of two": (f"sobol: {{n: 20, ranges: {{{RATE}: {{from: 0, to: 1}}}}}}\n", "sobol.n", "power of two"),
    "spread twice": (
        f"axes: {{{RATE}: [0.1]}}\nsobol: {{n: 2, ranges: {{{RATE}: {{from: 0.1, to: 0.2}}}}}}\n",
        RATE,
        "spread twice",
    ),
    "cells that are no list": ("cells: {a: 1}\n", "sweep.yaml:7: cells", "list"),
    "the same cell twice": (f"axes: {{{RATE}: [0.1]}}\ncells: [{{{RATE}: 0.1}}]\n", "sweep.yaml", "one and the same"),
    "an axis of a channel that nobody sells by": (
        "axes: {alibaba.p4p.daily_budget: [20, 30]}\n",
        "sweep.yaml:7: axes.alibaba.p4p.daily_budget.0: found 20",
        "without effect, because no strategy sells by alibaba",
    ),
    "an axis that another choice leaves aside": (
        f"axes: {{{RATE}: [0.1, 0.2], store.meta.cpm: [10, 20]}}\n",
        "axes.store.meta.cpm.0: found 10",
        "without effect, because store.meta.price_basis is cpc",
    ),
    "set and axis": (f"axes: {{{RATE}: [0.1]}}\n", "sweep.yaml:6: set", "is an axis too"),
    "too many": (
        f"axes: {{{RATE}: {{linspace: {{from: 0.1, to: 0.2, n: 200}}}}, "
        "wallet.capital: {linspace: {from: 1, to: 2, n: 200}}}\n",
        "40,000 cells",
        "at most",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_sweeps_are_refused_with_their_place(case, tmp_path):
    body, *parts = BAD[case]
    head = HEAD.replace("horizon_days: 30", f"{RATE}: 0.1") if case == "set and axis" else HEAD
    with pytest.raises(ConfigError) as error:
        design(tmp_path, body, head)
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("name: ../escape", "names a folder"),
        ("name: 7", "names a folder"),
        ("base: nowhere.yaml", "no scenario of this name"),
        ("base: [a]", "one scenario file"),
        ("worlds: 0", "whole number from 1"),
        ("worlds: 1.5", "whole number"),
        ("seed: true", "whole number"),
        ("strategies: [independnt]", "did you mean 'independent'"),
        ("strategies: []", "list of strategies"),
        ("strategies: [independent, independent]", "twice"),
        ("set: 3", "mapping"),
        ("title: [1]", "text"),
    ],
)
def test_bad_heads_are_refused(line, message, tmp_path):
    key = line.split(":", maxsplit=1)[0]
    kept = [known for known in HEAD.splitlines() if not known.startswith(f"{key}:")]
    with pytest.raises(ConfigError) as error:
        design(tmp_path, "axes: {wallet.capital: [1, 2]}\n", "\n".join([*kept, line, ""]))
    assert message in str(error.value)
    assert "sweep.yaml:" in str(error.value)


def test_an_axis_has_an_effect_if_it_has_one_in_some_cell_or_moves_in_step_with_one(tmp_path):
    both = "axes: {store.meta.price_basis: [cpc, cpm], store.meta.cpm: [10, 20]}\n"
    assert len(design(tmp_path, both).cells) == 4
    zipped = f"axes: {{{RATE}: [0.1, 0.2], store.meta.cpm: [10, 20]}}\nzip: [[{RATE}, store.meta.cpm]]\n"
    assert len(design(tmp_path, zipped).cells) == 2


def test_replicates_that_do_not_divide_are_refused(tmp_path):
    with pytest.raises(PlanError, match="replicates must divide"):
        sim.load_sweep(write_sweep(tmp_path), replicates=3)
    file = write_sweep(tmp_path, head=HEAD.replace("worlds: 64", "worlds: 64\nreplicates: 3"))
    with pytest.raises(ConfigError, match=r"sweep\.yaml:5: replicates: .*must divide 1024"):
        sim.load_sweep(file)
    assert sim.load_sweep(file, replicates=4).plan.replicates == 4


def test_evenly_spread_worlds_need_enough_of_them(tmp_path):
    with pytest.raises(ConfigError, match=r"sweep\.yaml.*whole scrambles"):
        design(tmp_path, "cells: [{sampling: sobol}]\n")
    with pytest.raises(ConfigError, match=r"sweep\.yaml.*whole scrambles"):  # paths enough, but no worlds
        design(tmp_path, "cells: [{sampling: sobol}]\n", HEAD.replace("worlds: 64", "worlds: 2048"))


def test_cells_that_would_see_other_worlds_are_refused_by_name(tmp_path):
    head = HEAD.replace("worlds: 64", "worlds: 4096").replace("horizon_days: 30", "horizon_days: 30, sampling: sobol")
    days = "store.opening.setup_days"  # correlated with nothing
    fixed = f"axes: {{{days}: [2, 3]}}\n"
    assert len(design(tmp_path, fixed, head).cells) == 2, "fixed in every cell: the same set of numbers"
    assert len(design(tmp_path, f"cells: [{{{RATE}: 0.1}}, {{}}]\n", head).cells) == 2, "what is correlated is drawn"
    some = f"cells: [{{{days}: 2}}, {{{CPC}: 2.5}}]\n"
    with pytest.raises(ConfigError, match=rf"\({CPC}=2.5\).*sampling: sobol.*{days} is uncertain in one"):
        design(tmp_path, some, head)
    for sampling in ("latin_hypercube", "random"):
        assert len(design(tmp_path, some, head.replace("sampling: sobol", f"sampling: {sampling}")).cells) == 2


SWEPT = f"axes: {{{CPC}: [1, 2]}}\n"


def overridden(folder, *overrides, body=SWEPT, head=HEAD):
    return sim.load_sweep(write_sweep(folder, body, head), overrides)


def test_an_override_changes_every_cell_and_what_each_cell_is_known_by(tmp_path):
    plain = overridden(tmp_path)
    found = overridden(tmp_path, "store.returns.return_rate=0.33")
    for before, after in zip(plain.cells, found.cells, strict=True):
        assert after.scenario.numbers()[RATE].ppf(np.array(0.5)) == 0.33
        assert after.run_hash != before.run_hash
        assert after.values == before.values
    assert found.identity != plain.identity
    assert found.default_directory != plain.default_directory
    assert found.fixed == {"horizon_days": 30, RATE: 0.33}


def test_an_override_wins_over_what_the_file_sets_in_the_whole_or_within(tmp_path):
    assert overridden(tmp_path, "horizon_days=60").cells[0].scenario.horizon_days == 60
    head = HEAD.replace("{horizon_days: 30}", f"{{{CPC}: 3, store.meta.cpc.lognormal.log_sd: 0.2}}")
    body = f"axes: {{{RATE}: [0.1, 0.2]}}\n"
    whole = overridden(tmp_path, "store.meta.cpc=0.5", body=body, head=head)
    assert whole.fixed == {"store.meta.cpc": 0.5}
    assert whole.cells[0].scenario.numbers()["store.meta.cpc"].sd == 0
    within = overridden(tmp_path, f"{CPC}=4", body=body, head=head)
    assert within.fixed == {"store.meta.cpc.lognormal.log_sd": 0.2, CPC: 4}
    assert within.cells[0].scenario.numbers()["store.meta.cpc"].ppf(np.array(0.5)) == pytest.approx(4)


def test_an_override_may_set_what_an_axis_then_varies_a_part_of(tmp_path):
    found = overridden(tmp_path, "store.meta.cpc={lognormal: {median: 9, log_sd: 0.01}}")
    medians = [cell.scenario.numbers()["store.meta.cpc"].ppf(np.array(0.5)) for cell in found.cells]
    assert medians == pytest.approx([1, 2])
    assert found.cells[0].scenario.numbers()["store.meta.cpc"].ppf(np.array(0.84)) == pytest.approx(1.01, abs=0.001)


@pytest.mark.parametrize(
    ("body", "override", "parts"),
    [
        (SWEPT, f"{CPC}=3", (f"--set {CPC}=3: {CPC} is an axis", "leave --set out, or take the axis out")),
        ("axes: {store.meta.cpc: [1, 2]}\n", f"{CPC}=3", ("store.meta.cpc is an axis of this sweep",)),
        (f"cells: [{{}}, {{{RATE}: 0.1}}]\n", f"{RATE}=0.2", (f"{RATE} is an axis of this sweep",)),
        (SWEPT, "horizon_days", ("--set horizon_days: write it as key.key=value",)),
        (SWEPT, "horizon_days=-3", ("--set horizon_days=-3: horizon_days: found -3",)),
        (SWEPT, "store.returns.retrun_rate=.1", ("--set store.returns.retrun_rate=.1", "return_rate")),
        (
            SWEPT,
            "store.returns.return_rate.beta.p50=.1",
            ("--set store.returns.return_rate.beta.p50=.1", "use its names"),
        ),
        (SWEPT, "store.meta.cpc=1.2", (f"axes.{CPC}.0", "the base gives store.meta.cpc as 1.2")),
    ],
)
def test_an_override_that_cannot_be_is_refused_by_its_name(tmp_path, body, override, parts):
    with pytest.raises(ConfigError) as refused:
        overridden(tmp_path, override, body=body)
    for part in parts:
        assert part in str(refused.value)
