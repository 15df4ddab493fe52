"""Businesses nobody would think of: parts, choices and numbers drawn at random, and books that hold every day."""

from random import Random

import numpy as np
import pytest

import sim
from sim.business.channels import channel
from sim.business.mechanisms.freezes import TooManyFreezes
from sim.scenario.problems import ScenarioError
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from sim.simulation.side_by_side import simulate_side_by_side
from tests.builders import assert_same

PLAN = Plan(seed=11, worlds=64, replicates=4, audit=True)
BASES = ("article", "market", "dual")


def number(draw, leaf, parameter):
    """Return a value near what is usual, within what is declared."""
    value = float(leaf.ppf(np.array(draw.uniform(0.02, 0.98)))) * draw.choice((0.0, 0.5, 1.0, 1.0, 2.0))
    return float(np.clip(value, parameter.low, parameter.high))


def changes(draw, scenario):
    """Yield settings of one key each: any number, any choice, any switch, any part that may be missing."""
    for name in scenario.channels:
        for part in channel(name).parts:
            section = scenario.section(name, part.section)
            if not part.required and not part.part_of and draw.random() < 0.25:
                yield {f"{name}.{part.section}.enabled": draw.random() < 0.5}
            for field, parameter in part.parameters.items():
                key = f"{name}.{part.section}.{field}"
                if draw.random() > 0.15:
                    continue
                if parameter.form == "number":
                    yield {key: number(draw, section.values[field], parameter)}
                elif parameter.form == "choice":
                    yield {key: draw.choice(parameter.options)}
                elif parameter.form == "switch":
                    yield {key: draw.random() < 0.5}


def random_scenario(seed):
    """Return a scenario, of the shipped ones, with all changes that can be made together."""
    draw = Random(seed)
    found = sim.load(f"configs/{draw.choice(BASES)}.yaml", ["horizon_days=40"])
    found = found.with_({"wallet.capital": draw.choice((500.0, 3000.0, 20_000.0))})
    made = 0
    for change in list(changes(draw, found)):
        try:
            found = found.with_(change)
        except ScenarioError:
            continue  # together with what came before it makes no sense
        made += 1
    assert made > 10
    return found


def lives_through(scenario):
    """Return the records; every reconciliation held on every path and day, and nothing is without a value."""
    records = simulate(scenario, PLAN).records
    for record in records.values():
        for group, table in record.groups():
            for line, values in table.items():
                assert not np.isnan(values).any(), (group, line)
    return records


@pytest.mark.parametrize("seed", range(3))
def test_the_books_hold_every_day(seed):
    lives_through(random_scenario(seed))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 100, 10))
def test_the_books_of_a_hundred_hold_every_day(first):
    frozen_too_often = 0
    for seed in range(first, first + 10):
        try:
            lives_through(random_scenario(seed))
        except TooManyFreezes:
            frozen_too_often += 1
    assert frozen_too_often < 3, "a refusal is no audit"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 206))
def test_side_by_side_they_become_what_they_become_alone(seed):
    first = random_scenario(seed)
    draw = Random(seed)
    numbers = [c for c in changes(draw, first) if isinstance(next(iter(c.values())), float)]
    others = [first]
    for change in draw.sample(numbers, 12):
        try:
            others.append(others[-1].with_(change))
        except ScenarioError:
            continue
    others = others[:8]
    assert len(others) > 4
    for scenario, records in zip(others, simulate_side_by_side(others, PLAN), strict=True):
        alone = simulate(scenario, PLAN).records
        for name, record in records.items():
            assert_same(record, alone[name])
