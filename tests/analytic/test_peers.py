"""The common small model of the benchmarks means the same to the toolkit and to a loop that shares nothing with it."""

import importlib

import numpy as np
import pytest

pytestmark = pytest.mark.slow

THRESHOLDS = (-5000.0, 0.0, 10_000.0)


@pytest.fixture
def peers(monkeypatch):
    monkeypatch.syspath_prepend("benchmarks/peers")
    return [importlib.import_module(name).profits for name in ("toolkit", "plain_numpy")]


def test_the_toolkit_and_the_plain_loop_agree_on_the_common_model(peers):
    ours, theirs = (profits(32_768, 5) for profits in peers)
    figures = [lambda money: money, *(lambda money, at=at: (money > at).astype(float) for at in THRESHOLDS)]
    for figure in figures:
        a, b = figure(ours), figure(theirs)
        error = np.hypot(a.std(), b.std()) / np.sqrt(len(a))
        assert abs(a.mean() - b.mean()) < 4 * error
    assert 0.25 < (ours > 0).mean() < 0.35
