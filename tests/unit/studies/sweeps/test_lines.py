"""Axes and lines of cells: what moves in step, where only one thing moves, how ranks agree."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from sim.studies.sweeps.lines import SweptAxis, axes_of, different, lines_along, rank_correlation


def test_what_moves_in_step_is_one_axis_and_what_does_not_vary_is_none():
    cells = [{"a": a, "b": 10 * a, "c": c, "d": 1} for a in (1, 2, 3) for c in ("x", "y")]
    assert axes_of(cells, ["a", "b", "c", "d"]) == [SweptAxis(("a", "b"), (1, 2, 3)), SweptAxis(("c",), ("x", "y"))]
    falling = [{"a": a, "b": -a} for a in (1, 2, 3)]
    assert [axis.keys for axis in axes_of(falling, ["a", "b"])] == [("a", "b")]


def test_spread_points_pair_every_value_once_and_are_two_axes_all_the_same():
    cells = [{"a": 1, "b": 5}, {"a": 2, "b": 9}, {"a": 3, "b": 7}]
    assert [axis.keys for axis in axes_of(cells, ["a", "b"])] == [("a",), ("b",)]


def test_values_are_told_apart_by_what_they_are():
    assert different([3, 1.0, 1, 2]) == (1.0, 2, 3)
    assert different(["b", "a", "b"]) == ("b", "a")
    assert different([True, 1]) == (True, 1)
    assert different([{"normal": {"mean": 1}}, {"normal": {"mean": 1}}]) == ({"normal": {"mean": 1}},)
    assert not SweptAxis(("k",), (True, False)).numeric


def test_lines_hold_what_differs_in_one_axis_alone_in_its_order():
    cells = {f"{a}{b}": {"a": a, "b": b} for b in (20, 10) for a in (3, 1, 2)}
    (along_a, along_b) = axes_of(list(cells.values()), ["a", "b"])
    assert sorted(lines_along(cells, along_a)) == [["110", "210", "310"], ["120", "220", "320"]]
    assert sorted(lines_along(cells, along_b)) == [["110", "120"], ["210", "220"], ["310", "320"]]
    del cells["210"]
    assert ["110", "310"] in lines_along(cells, along_a)


def test_what_moves_in_step_parts_no_line():
    cells = {f"{a}{c}": {"a": a, "b": 10 * a, "c": c} for a in (1, 2) for c in (5, 6)}
    assert lines_along(cells, SweptAxis(("a", "b"), (1, 2))) == [["15", "25"], ["16", "26"]]


def test_what_is_left_as_in_the_base_stands_on_no_line_and_points_that_are_spread_have_none():
    base = {"base": {}, "one": {"a": 1}, "two": {"a": 2}}
    assert lines_along(base, SweptAxis(("a",), (1, 2))) == [["one", "two"]]
    spread = {"1": {"a": 1, "b": 5}, "2": {"a": 2, "b": 9}, "3": {"a": 3, "b": 7}}
    assert lines_along(spread, SweptAxis(("a",), (1, 2, 3))) == []


@pytest.mark.parametrize("ties", [False, True])
def test_rank_correlation_is_spearmans(ties):
    generator = np.random.default_rng(7)
    first, second = generator.random(40), generator.random(40)
    if ties:
        first, second = np.round(first, 1), np.round(second, 1)
    assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic)
    assert rank_correlation([1, 2, 3], [1, 3, 2]) == pytest.approx(0.5)
    assert rank_correlation([1, 1, 1], [1, 3, 2]) == 0.0
