"""monaco: a case a path; the parameters are its input variables, each case draws all its days at once."""

from __future__ import annotations

import monaco
import numpy as np
from model import INPUTS, Array, Parameters, daily_chance, one_history


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits."""
    functions = {"preprocess": preprocess, "run": run, "postprocess": postprocess}
    simulation = monaco.Sim(
        "common", n_paths, functions, samplemethod="random", seed=seed, singlethreaded=True, verbose=False
    )
    for name, (distribution, arguments) in INPUTS.items():
        simulation.addInVar(name, distribution, arguments)
    simulation.runSim()
    return np.asarray(simulation.outvars["profit"].nums, dtype=float)


def preprocess(case: monaco.Case) -> tuple[Parameters, np.random.Generator]:
    """Take a case's inputs and its seed."""
    values = {name: case.invals[name].num for name in INPUTS}
    chance = float(daily_chance(values.pop("yearly_freeze")))
    return Parameters(**values, freeze_chance=chance), np.random.default_rng(case.seed)


def run(given: Parameters, rng: np.random.Generator) -> float:
    """Simulate the path."""
    return one_history(given, rng)


def postprocess(case: monaco.Case, profit: float) -> None:
    """Keep the outcome."""
    case.addOutVal("profit", profit)
