"""Parcels: what arrives is what was sent, and its arrays are one piece of memory."""

import pickle

import numpy as np

from sim.simulation.parcels import packed, unpacked
from sim.simulation.recorder import Record


def sent(result):
    return unpacked(pickle.loads(pickle.dumps(packed(lambda _: result, 0))))


def test_what_arrives_is_what_was_sent():
    ranks, flags = np.arange(12.0).reshape(3, 4), np.array([True, False, True])
    result = {
        "ranks": ranks,
        "flags": flags,
        "turned": ranks.T,
        "every other": ranks[:, ::2],
        "none": np.zeros((0, 3)),
        "word": "a",
    }
    found = sent(result)
    assert found.keys() == result.keys()
    assert found.pop("word") == "a"
    for name, array in found.items():
        np.testing.assert_array_equal(array, result[name], strict=True)


def test_an_array_under_two_names_travels_once():
    cash = np.ones((8, 1024), np.float32)
    record = Record(monthly={"cash": cash}, cash_flow={"sales": cash, "rent": cash.copy()})
    assert sum(packed(lambda _: record, 0).sizes) == 2 * cash.nbytes
    found = sent(record)
    assert found.monthly["cash"] is found.cash_flow["sales"]
    assert found.monthly["cash"] is not found.cash_flow["rent"]


def test_arrays_are_parts_of_one_piece_of_memory():
    found = sent([np.ones(1000), np.zeros(1000)])
    first, second = (array.__array_interface__["data"][0] for array in found)
    assert second - first == 8000
