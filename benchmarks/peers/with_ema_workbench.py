"""EMA Workbench: an experiment a path; parameters are uncertainties, each experiment draws all its days at once."""

from __future__ import annotations

import warnings

import numpy as np
from model import INPUTS, Array, Parameters, daily_chance, one_history

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns that an evaluator for clusters, which is not used, is not installed
    from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator
    from ema_workbench.em_framework.samplers import MonteCarloSampler
from scipy.stats import rv_continuous


class SeededSampler(MonteCarloSampler):
    """Independent draws, from a generator of our own rather than from numpy's global one."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self.rng = rng

    def sample(self, distribution: rv_continuous, size: int) -> Array:
        """Draw one parameter for all experiments."""
        return np.asarray(distribution.rvs(size, random_state=self.rng))


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits."""
    rng = np.random.default_rng(seed)

    def shop(*, yearly_freeze: float, **parameters: float) -> dict[str, float]:
        given = Parameters(**parameters, freeze_chance=float(daily_chance(yearly_freeze)))
        return {"profit": one_history(given, rng)}

    model = Model("common", function=shop)
    model.uncertainties = [
        RealParameter.from_dist(name, distribution(**arguments)) for name, (distribution, arguments) in INPUTS.items()
    ]
    model.outcomes = [ScalarOutcome("profit")]
    with SequentialEvaluator(model) as evaluator:
        _, outcomes = evaluator.perform_experiments(
            scenarios=n_paths, uncertainty_sampling=SeededSampler(rng), log_progress=True
        )
    return np.asarray(outcomes["profit"], dtype=float)
