"""The toolkit itself: ``common.yaml`` through ``sim.run``, books, statements, reconciliation and monthly tables on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from model import Array

import sim


@cache
def scenario() -> sim.Scenario:
    """Read the common model."""
    return sim.load(Path(__file__).with_name("common.yaml"))


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits: every path is a world of its own."""
    result = sim.run(scenario(), worlds=n_paths, replicates=1, seed=seed)
    return np.asarray(result.record("shop").monthly["settled_profit"][-1], dtype=float)
