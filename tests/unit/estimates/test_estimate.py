"""An estimate as plain data."""

import json

import numpy as np
import pytest

from sim.estimates import Estimate
from sim.estimates.estimate import by_world


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
