"""What ends a command with status 2 and one message: bad input, and what the machine cannot give."""

from __future__ import annotations

from sim.estimates import EstimateRefused
from sim.results.atomic_writes import StorageError
from sim.scenario import ConfigError
from sim.scenario.conditions import ConditionError
from sim.scenario.values import ScenarioError
from sim.simulation.engine import PlanError
from sim.simulation.processes import HelperEnded

INPUT_ERRORS = (ConditionError, ConfigError, EstimateRefused, HelperEnded, PlanError, ScenarioError, StorageError)
