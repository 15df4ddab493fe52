"""What a run found: outcomes by path or by count, estimates, the screen, the files of a run."""
