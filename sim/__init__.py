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
    from sim.api import load, read, run
    from sim.config import ConfigError
    from sim.results import Result
    from sim.scenario import Scenario

__all__ = ["ConfigError", "Result", "Scenario", "load", "read", "run"]

_HOMES = {
    "ConfigError": "sim.config",
    "Result": "sim.results",
    "Scenario": "sim.scenario",
    "load": "sim.api",
    "read": "sim.api",
    "run": "sim.api",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: `import sim` and `sim --help` stay quick.
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
