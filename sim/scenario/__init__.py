"""Scenarios: YAML in, one validated, frozen description out; errors that name file, line and key."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.explanation import explain
    from sim.scenario.json_schema import schema
    from sim.scenario.loading import load, loads, manifest_goal, manifest_size
    from sim.scenario.questions import questions_of
    from sim.scenario.scenario import Scenario
    from sim.scenario.yaml_reader import ConfigError

__all__ = [
    "ConfigError",
    "Scenario",
    "explain",
    "load",
    "loads",
    "manifest_goal",
    "manifest_size",
    "questions_of",
    "schema",
]

_HOMES = {
    "ConfigError": "yaml_reader",
    "Scenario": "scenario",
    "explain": "explanation",
    "load": "loading",
    "loads": "loading",
    "manifest_goal": "loading",
    "manifest_size": "loading",
    "questions_of": "questions",
    "schema": "json_schema",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: what reads YAML is not loaded with every scenario.
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
