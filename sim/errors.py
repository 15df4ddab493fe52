"""What counts as bad input: these end a command with status 2 and one message."""

from __future__ import annotations

from sim.conditions import ConditionError
from sim.config import ConfigError
from sim.engine import PlanError
from sim.estimates import EstimateRefused
from sim.leaves import ScenarioError
from sim.storage import StorageError

INPUT_ERRORS = (ConditionError, ConfigError, EstimateRefused, PlanError, ScenarioError, StorageError)
