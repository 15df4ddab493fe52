"""Several scenarios of one shape, computed together: `simulate_side_by_side`.

A search looks at many settings on few paths each, and on few paths most of the time goes into calling NumPy. So the
looks stand side by side in one span: the same blocks once for every scenario, on the same luck, and each number is a
row in which every scenario has its own part. What a path becomes is the same to the last bit as by itself.

That takes scenarios that differ in numbers alone: `Unlike` says that some differ in more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.pricing import priced
from sim.randomness.luck import SpanLuck
from sim.randomness.streams import BLOCK
from sim.scenario.scenario import Scenario
from sim.simulation.engine import (
    environment_of,
    live_through,
    market_of,
    mechanisms_of,
    solvency_of,
    span_worlds,
)
from sim.simulation.plan import Plan
from sim.simulation.recorder import Record
from sim.simulation.spans import MAX_BLOCKS
from sim.simulation.strategy_run import StrategyRun

ALIKE = ("strategies", "start_date", "horizon_days", "counts", "stable_months")
"""What scenarios must have in common besides the make-up of their channels."""

NOT_ASKED = ("stated",)
"""Fields of mechanisms that nobody looks at once prices are set."""


class Unlike(Exception):
    """Scenarios that differ in more than numbers: no message, whoever asked computes them one by one."""


def shared_out(scenarios: Sequence[Scenario], blocks: int, processes: int) -> list[Sequence[Scenario]]:
    """Cut scenarios into those that stand in one span: as many as fit, and no fewer parts than processes."""
    most = max(1, min(MAX_BLOCKS // blocks, math.ceil(len(scenarios) / processes)))
    parts = math.ceil(len(scenarios) / most)
    ends = [len(scenarios) * k // parts for k in range(parts + 1)]
    return [scenarios[start:stop] for start, stop in pairwise(ends)]


def simulate_side_by_side(scenarios: Sequence[Scenario], plan: Plan) -> list[dict[str, Record]]:
    """Simulate scenarios in one span, and return the records of each, by strategy.

    Raises
    ------
    Unlike
        Where they differ in more than numbers; nothing has been simulated then.
    """
    first, blocks = scenarios[0], range(plan.blocks)
    for name in ALIKE:
        if any(getattr(scenario, name) != getattr(first, name) for scenario in scenarios):
            raise Unlike
    luck = SpanLuck(plan.seed, blocks, first.counts == "expected", len(scenarios))
    worlds = [span_worlds(scenario, plan, blocks) for scenario in scenarios]
    size = len(blocks) * BLOCK
    pairs = list(zip(scenarios, worlds, strict=True))
    markets = [market_of(scenario, drawn) for scenario, drawn in pairs]
    before = [environment_of(first, market, SpanLuck(plan.seed, blocks)) for market in markets]
    environment = environment_of(first, _beside(markets, size), luck)
    solvency = _beside([solvency_of(scenario, drawn) for scenario, drawn in pairs], size)

    def channel(name: str) -> list[Mechanism]:
        each = [
            priced(mechanisms_of(scenario, name, drawn), market)
            for (scenario, drawn), market in zip(pairs, before, strict=True)
        ]
        beside: list[Mechanism] = _beside(each, size)
        return beside

    strategies = [
        StrategyRun(name, {c: channel(c) for c in channels}, solvency, luck)
        for name, channels in first.strategies.items()
    ]
    records = live_through(first, plan, environment, strategies, luck)
    return [
        {name: record.part(k * size, k * size + plan.n_paths) for name, record in records.items()}
        for k in range(len(scenarios))
    ]


def _beside(values: Sequence[Any], size: int) -> Any:
    """Return what the scenarios have in one place as one: numbers as rows, one part a scenario; all else must be equal.

    Parameters
    ----------
    size : int
        Paths of a scenario.
    """
    first = values[0]
    if any(isinstance(value, np.ndarray) for value in values):
        return np.concatenate([np.broadcast_to(np.asarray(value, dtype=float), (size,)) for value in values])
    if isinstance(first, float):
        return first if all(value == first for value in values) else _beside([np.asarray(v) for v in values], size)
    if any(type(value) is not type(first) for value in values):
        raise Unlike
    if isinstance(first, list):
        if len({len(value) for value in values}) > 1:
            raise Unlike
        return [_beside(parts, size) for parts in zip(*values, strict=True)]
    if isinstance(first, Mapping):
        if any(value.keys() != first.keys() for value in values):
            raise Unlike
        return {key: _beside([value[key] for value in values], size) for key in first}
    if is_dataclass(first) and any(_is_number(getattr(first, f.name)) for f in fields(first)):
        merged = {f.name: _part(f.name, values, size) for f in fields(first) if f.init}
        return replace(first, **merged)  # type: ignore[type-var]
    if any(value != first for value in values):
        raise Unlike
    return first


def _part(name: str, values: Sequence[Any], size: int) -> Any:
    found = [getattr(value, name) for value in values]
    return found[0] if name in NOT_ASKED else _beside(found, size)


def _is_number(value: Any) -> bool:
    return isinstance(value, float | np.ndarray)
