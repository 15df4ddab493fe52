"""Monte Carlo simulation for cross-border sellers: own store, platforms, or both.

>>> import sim
>>> scenario = sim.load("configs/article.yaml")
>>> result = sim.run(scenario, worlds=256, replicates=4, seed=1)
>>> sorted(result.strategies)
['aliexpress', 'alibaba', 'dual', 'independent']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import count, load, read, run
    from sim.capital import capital_needed
    from sim.comparing import compare
    from sim.config import ConfigError
    from sim.learning import learn
    from sim.results import Result
    from sim.scenario import Scenario
    from sim.sliders import explore
    from sim.sweeps import load_sweep, read_sweep, run_sweep

__all__ = [
    "ConfigError",
    "Result",
    "Scenario",
    "capital_needed",
    "compare",
    "count",
    "explore",
    "learn",
    "load",
    "load_sweep",
    "read",
    "read_sweep",
    "run",
    "run_sweep",
]

_HOMES = {
    "ConfigError": "sim.config",
    "Result": "sim.results",
    "Scenario": "sim.scenario",
    "capital_needed": "sim.capital",
    "compare": "sim.comparing",
    "count": "sim.api",
    "explore": "sim.sliders",
    "learn": "sim.learning",
    "load": "sim.api",
    "load_sweep": "sim.sweeps",
    "read": "sim.api",
    "read_sweep": "sim.sweeps",
    "run": "sim.api",
    "run_sweep": "sim.sweeps",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: `import sim` and `sim --help` stay quick.
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__  # what a notebook completes after "sim."
