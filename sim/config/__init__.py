"""YAML to scenario: the only parsing code, and the errors that name file, line and key."""

from sim.config.explain import explain
from sim.config.loading import load, loads, manifest_goal, manifest_size
from sim.config.reading import ConfigError
from sim.config.schema import schema

__all__ = ["ConfigError", "explain", "load", "loads", "manifest_goal", "manifest_size", "schema"]
