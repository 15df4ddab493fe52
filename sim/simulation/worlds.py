"""Worlds: what the seller does not know but is fixed, drawn once a world.

`draw_worlds` draws them; `worlds_apart` says why two scenarios would see other ones. Every parameter has its own
stream, ``world.<dotted name>``, spread as the scenario's ``sampling`` says; correlated ones are coupled by a Gaussian
copula. There every name of the scenario's correlations has its normal score, uncertain or not: a number that becomes
known, or that nothing uses, moves no other.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from sim.randomness.copula import correlate
from sim.randomness.distributions import Constant, Distribution
from sim.randomness.streams import MIN_UNIFORM, Array
from sim.randomness.world_sampling import uniforms_of_worlds
from sim.scenario.scenario import Scenario

MAX_NAMED = 3


def uncertain_numbers(scenario: Scenario) -> dict[str, Distribution]:
    """Return what the seller does not know, by dotted name; constants are left out."""
    return {name: leaf for name, leaf in scenario.numbers().items() if not isinstance(leaf, Constant)}


def worlds_apart(a: Scenario, b: Scenario) -> list[str]:
    """Return why two scenarios see other worlds: the numbers drawn in one of them only, under Sobol' sampling.

    There a number's points depend on how many come before it in the alphabet; otherwise each has a stream of its own.
    """
    if "sobol" not in (a.sampling, b.sampling):
        return []
    return sorted(_drawn(a) ^ _drawn(b))


def _drawn(scenario: Scenario) -> set[str]:
    """Return the names that have a stream: what is uncertain, and what is correlated."""
    return set(uncertain_numbers(scenario)).union(*scenario.correlations)


def other_worlds(apart: list[str]) -> str:
    """Return in words why these numbers keep two scenarios apart, and what would help."""
    named = ", ".join(apart[:MAX_NAMED]) + (f" and {len(apart) - MAX_NAMED} more" if len(apart) > MAX_NAMED else "")
    return (
        f"under sampling: sobol both must be uncertain of the same numbers to see the same worlds, and {named} "
        "is uncertain in one of them only; take sampling: latin_hypercube or random, which keep every number's draws"
    )


def draw_worlds(scenario: Scenario, seed: int, first: int, count: int) -> dict[str, Array]:
    """Draw the uncertain parameters of worlds ``first .. first + count - 1``: (count,) float each, by dotted name."""
    uncertain = uncertain_numbers(scenario)
    streams = {f"world.{name}": name for name in _drawn(scenario)}
    drawn = uniforms_of_worlds(scenario.sampling, seed, streams, first, count)
    uniforms = {streams[stream]: row for stream, row in drawn.items()}
    coupled = set().union(*scenario.correlations)
    normals = correlate({name: ndtri(uniforms[name]) for name in coupled}, scenario.correlations)
    for name in coupled & uncertain.keys():
        uniforms[name] = np.clip(ndtr(normals[name]), MIN_UNIFORM, 1.0 - 2.0**-53)
    return {name: np.asarray(d.ppf(uniforms[name]), dtype=float) for name, d in uncertain.items()}
