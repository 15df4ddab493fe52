"""Studies of many runs: comparisons, capital, learning, the article's figures, sweeps."""
