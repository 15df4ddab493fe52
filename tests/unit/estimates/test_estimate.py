"""An estimate as plain data."""

import json

import numpy as np
import pytest

from sim.estimates import Estimate
from sim.estimates.estimate import by_world, estimates_of


def test_an_estimate_is_plain_data_for_json():
    found = Estimate(np.float32(0.5), -np.inf, np.float64(0.75), 0.95, "t over worlds", np.int64(12)).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == {
        "estimate": 0.5,
        "low": None,
        "high": 0.75,
        "level": 0.95,
        "method": "t over worlds",
        "n": 12.0,
    }


def test_what_is_not_a_number_is_none():
    found = Estimate(np.nan, np.inf, 1.0, 0.95, "", 1).to_dict()
    assert found["estimate"] is None
    assert found["low"] is None


def test_paths_of_a_world_are_consecutive():
    np.testing.assert_array_equal(by_world(np.arange(6), 3), [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.6), (0.4, 0.9)])
def test_the_half_width_is_the_way_to_the_farther_end(low, high):
    assert Estimate(0.5, low, high, 0.95, "", 1).half_width == pytest.approx(0.4)


def test_limits_are_cut_to_what_the_figure_can_be_and_its_method_takes_notes():
    found = Estimate(0.1, -0.2, 1.3, 0.95, "t", 10.0).within(0.0, 1.0).noting(", given the condition")
    assert found == Estimate(0.1, 0.0, 1.0, 0.95, "t, given the condition", 10.0)
    assert found.within(-1.0, 2.0) == found


def test_columns_become_rows_of_plain_numbers_and_words():
    found = estimates_of(np.array([0.1, 0.2]), [0.0, 0.1], np.float64(0.5), 0.95, np.array(["a", "b"]), 7)
    assert found == [Estimate(0.1, 0.0, 0.5, 0.95, "a", 7), Estimate(0.2, 0.1, 0.5, 0.95, "b", 7)]
    assert all(type(value) in (float, int, str) for row in found for value in vars(row).values())
    assert estimates_of(0.1, 0.0, 0.5, 0.95, "a", 7) == found[:1]
