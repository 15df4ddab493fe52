"""Memory for large arrays: zeros like any others, and given back as soon as they are."""

import mmap
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.randomness.memory import LARGE, zeros

SHAPES = [(0, 5), (3,), (2, LARGE // 16), (7, LARGE)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [float, np.float32, np.uint16])
def test_zeros_are_those_of_numpy(shape, dtype):
    found = zeros(shape, dtype)
    np.testing.assert_array_equal(found, np.zeros(shape, dtype), strict=True)
    assert found.flags["C_CONTIGUOUS"]
    found += 1
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(found)), np.ones(shape, dtype), strict=True)


def test_two_of_them_share_nothing():
    first, second = zeros((LARGE,)), zeros((LARGE,))
    first[:] = 1.0
    assert not second.any()


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_is_let_go_of_goes_back_whatever_was_taken_since():
    before, kept = resident(), []
    for _ in range(20):
        large = [zeros((LARGE,)) for _ in range(8)]
        for array in large:
            array.fill(1.0)
            kept.append(np.ones(64))  # something small behind each, that stays
        assert resident() > before + 8 * LARGE * 8 * 0.9
        del large, array
        assert resident() < before + 4 * LARGE * 8
