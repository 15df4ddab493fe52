"""Worlds: what the seller does not know but is fixed, drawn once a world.

Every parameter has its own stream, ``world.<dotted name>``, spread as the scenario's ``sampling`` says; correlated ones
are coupled by a Gaussian copula.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.copula import correlate
from sim.distributions import Constant
from sim.sampling import uniforms_of_worlds
from sim.scenario import Scenario
from sim.streams import SMALLEST

Array = NDArray[np.float64]


def draw_worlds(scenario: Scenario, seed: int, first: int, count: int) -> dict[str, Array]:
    """Draw the uncertain parameters of worlds ``first .. first + count - 1``.

    Returns
    -------
    dict of str to (count,) float
        By dotted name; constants are left out.
    """
    uncertain = {name: d for name, d in scenario.numbers().items() if not isinstance(d, Constant)}
    streams = {f"world.{name}": name for name in uncertain}
    drawn = uniforms_of_worlds(scenario.sampling, seed, streams, first, count)
    uniforms = {streams[stream]: row for stream, row in drawn.items()}
    pairs = {
        pair: correlation
        for pair, correlation in scenario.correlations.items()
        if pair[0] in uncertain and pair[1] in uncertain
    }
    coupled = {name for pair in pairs for name in pair}
    normals = correlate({name: ndtri(uniforms[name]) for name in coupled}, pairs)
    for name, normal in normals.items():
        uniforms[name] = np.clip(ndtr(normal), SMALLEST, 1.0 - 2.0**-53)
    return {name: np.asarray(d.ppf(uniforms[name]), dtype=float) for name, d in uncertain.items()}
