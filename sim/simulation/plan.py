"""The size of a run: seed, worlds, replicates. `Plan` holds it, `check_helpers` checks who shall compute.

What cannot be run is refused here with `PlanError`, before anything is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from sim.randomness.streams import BLOCK, REPLICATES, SEED, WORLDS
from sim.simulation.processes import BACKENDS
from sim.simulation.spans import blocks_of

MAX_PATHS = 2**31 - 1
"""Paths of one run: years of computing, and numbers that still fit everywhere."""


class PlanError(ValueError):
    """A run that cannot be: sizes or choices outside their range."""


def whole(name: str, value: Any) -> int:
    """Return a whole number as Python's own, whichever library counted it: 1e6 is one, 2.5 and "256" are none."""
    is_whole = isinstance(value, int | np.integer) or (isinstance(value, float | np.floating) and value.is_integer())
    if isinstance(value, bool) or not is_whole:
        raise PlanError(f"{name} must be a whole number (found {value!r})")
    return int(value)


def check_helpers(
    n_jobs: Any,
    backend: str,
    backends: tuple[str, ...] = BACKENDS,
    names: tuple[str, str] = ("n_jobs", "backend"),
) -> None:
    """Refuse helpers that there cannot be, by the names under which they were given."""
    if whole(names[0], n_jobs) == 0 or n_jobs < -1:
        raise PlanError(f"{names[0]}: found {n_jobs}; give 1 and up, or -1 for all cores")
    if backend not in backends:
        raise PlanError(f"{names[1]}: found {backend!r}; give one of: {', '.join(backends)}")


class Size(TypedDict):
    """How much is simulated, by the names of :func:`sim.run`'s parameters."""

    worlds: int
    replicates: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """How much is simulated, and with which luck.

    Parameters
    ----------
    replicates : int
        Divides 1,024, so that no world is split between blocks.
    audit : bool
        Check every reconciliation every day rather than on the last one.
    """

    seed: int = SEED
    worlds: int = WORLDS
    replicates: int = REPLICATES
    audit: bool = False

    def __post_init__(self) -> None:
        for name in ("seed", "worlds", "replicates"):
            object.__setattr__(self, name, whole(name, getattr(self, name)))
        if self.worlds < 1 or self.replicates < 1:
            raise PlanError("worlds and replicates must be at least 1")
        if self.n_paths > MAX_PATHS:
            raise PlanError(f"worlds x replicates must be at most {MAX_PATHS:,} (found {self.n_paths:,})")
        if BLOCK % self.replicates:
            raise PlanError(f"replicates must divide {BLOCK}: 1, 2, 4, 8, ... (found {self.replicates})")
        if self.seed < 0:
            raise PlanError(f"seed must be 0 or more (found {self.seed})")

    @property
    def size(self) -> Size:
        """Its numbers by name."""
        return {"worlds": self.worlds, "replicates": self.replicates, "seed": self.seed}

    @property
    def n_paths(self) -> int:
        """Paths in all."""
        return self.worlds * self.replicates

    @property
    def blocks(self) -> int:
        """Blocks that hold them."""
        return blocks_of(self.n_paths)
