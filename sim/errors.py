"""What ends a command with status 2 and one message: bad input, and what the machine cannot give."""

from __future__ import annotations

from sim.conditions import ConditionError
from sim.config import ConfigError
from sim.engine import PlanError
from sim.estimates import EstimateRefused
from sim.leaves import ScenarioError
from sim.workers import HelperEnded
from sim.writing import StorageError

INPUT_ERRORS = (ConditionError, ConfigError, EstimateRefused, HelperEnded, PlanError, ScenarioError, StorageError)
