"""Simulation: the day loop over spans of paths (`engine.simulate`), the processes that compute it, and its records."""
