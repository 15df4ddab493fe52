"""Many scenarios side by side: which cells a sweep has, how they are computed, and a store that survives anything."""

from sim.studies.sweeps.design import Cell, Sweep, load_sweep
from sim.studies.sweeps.reading import read_sweep
from sim.studies.sweeps.runner import Outcome, run_sweep

__all__ = ["Cell", "Outcome", "Sweep", "load_sweep", "read_sweep", "run_sweep"]
