"""Sweeps: many scenarios side by side, each computed once, in a folder that survives the end of any process."""

from sim.studies.sweeps.answer import sweep_answer
from sim.studies.sweeps.design import Sweep, SweepCell, load_sweep
from sim.studies.sweeps.reader import read_sweep
from sim.studies.sweeps.runner import SweepRun, run_sweep

__all__ = ["Sweep", "SweepCell", "SweepRun", "load_sweep", "read_sweep", "run_sweep", "sweep_answer"]
