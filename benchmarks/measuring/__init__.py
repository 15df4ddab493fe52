"""What `benchmarks/targets.py` is made of: versions, jobs, turns, rows, race, table."""
