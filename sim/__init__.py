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
    from sim.results.expected_order import per_order
    from sim.results.result import Result
    from sim.results.run import load, read, run
    from sim.scenario import ConfigError
    from sim.scenario.scenario import Scenario
    from sim.show import plots
    from sim.show.sliders import explore
    from sim.studies.capital import capital_needed
    from sim.studies.compare import compare
    from sim.studies.learn import learn
    from sim.studies.readings import readings
    from sim.studies.sweeps import load_sweep, read_sweep, run_sweep, sweep_answer

__version__: str
"""Of the package that is installed."""

__all__ = [
    "ConfigError",
    "Result",
    "Scenario",
    "capital_needed",
    "compare",
    "explore",
    "learn",
    "load",
    "load_sweep",
    "per_order",
    "plots",
    "read",
    "read_sweep",
    "readings",
    "run",
    "run_sweep",
    "sweep_answer",
]

_HOMES = {
    "ConfigError": "sim.scenario",
    "Result": "sim.results.result",
    "Scenario": "sim.scenario.scenario",
    "capital_needed": "sim.studies.capital",
    "compare": "sim.studies.compare",
    "explore": "sim.show.sliders",
    "learn": "sim.studies.learn",
    "load": "sim.results.run",
    "load_sweep": "sim.studies.sweeps",
    "per_order": "sim.results.expected_order",
    "plots": "sim.show",
    "read": "sim.results.run",
    "read_sweep": "sim.studies.sweeps",
    "readings": "sim.studies.readings",
    "run": "sim.results.run",
    "run_sweep": "sim.studies.sweeps",
    "sweep_answer": "sim.studies.sweeps",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: `import sim` and `sim --help` stay quick.
    if name == "__version__":
        return import_module("sim.text.version").package_version()
    if name not in _HOMES:
        instead = '; counts are kept by sim.run(scenario, keep="summary")' if name == "count" else ""
        raise AttributeError(f"module 'sim' has no attribute '{name}'{instead}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__  # what a notebook completes after "sim."
