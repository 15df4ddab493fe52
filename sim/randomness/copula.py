"""A Gaussian copula over named parameters.

The sums run element by element in a fixed order: a matrix product of a linear-algebra library changes its last bits
with the number of rows, and a world must not depend on how many others are drawn beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sim.randomness.streams import Array

Pair = tuple[str, str]

SINGULAR = 1e-10
"""Eigenvalues down to minus this count as zero: rounding of a matrix that is singular on purpose."""


class CorrelationError(ValueError):
    """Correlations that cannot hold together; ``clash`` holds the names to look at first."""

    def __init__(self, message: str, clash: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.clash = tuple(clash)


def correlation_matrix(names: Iterable[str], correlations: Mapping[Pair, float]) -> Array:
    """Return the (n, n) matrix of the names in the given order."""
    order = {name: position for position, name in enumerate(names)}
    matrix = np.eye(len(order))
    seen: dict[frozenset[str], float] = {}
    for (a, b), value in correlations.items():
        if a == b:
            raise CorrelationError(f"'{a}' is correlated with itself")
        if not -1.0 <= value <= 1.0:
            raise CorrelationError(f"the correlation of '{a}' and '{b}' must lie between -1 and 1 (found {value:g})")
        if seen.setdefault(frozenset((a, b)), value) != value:
            raise CorrelationError(f"the correlation of '{a}' and '{b}' is given twice, with different values")
        matrix[order[a], order[b]] = matrix[order[b], order[a]] = value
    return matrix


def check_positive_definite(correlations: Mapping[Pair, float]) -> None:
    """Refuse correlations that no joint distribution has, and name the parameters that clash."""
    names = sorted({name for pair in correlations for name in pair})
    if not names:
        return
    eigenvalues, vectors = np.linalg.eigh(correlation_matrix(names, correlations))
    if eigenvalues[0] >= -SINGULAR:
        return
    clash = [names[k] for k in np.argsort(-np.abs(vectors[:, 0]))[:3]]
    raise CorrelationError(
        f"the correlations contradict each other (not positive semi-definite: smallest eigenvalue "
        f"{eigenvalues[0]:.3f}); look first at those between {', '.join(sorted(clash))}",
        clash,
    )


def factor(matrix: Array) -> Array:
    """Return the lower Cholesky factor; a zero pivot (a parameter fixed by others) gets a zero column."""
    size = len(matrix)
    lower = np.zeros((size, size))
    for j in range(size):
        pivot = matrix[j, j] - np.dot(lower[j, :j], lower[j, :j])
        if pivot <= 1e-12:
            continue
        lower[j, j] = np.sqrt(pivot)
        for i in range(j + 1, size):
            lower[i, j] = (matrix[i, j] - np.dot(lower[i, :j], lower[j, :j])) / lower[j, j]
    return lower


def correlate(normals: Mapping[str, Array], correlations: Mapping[Pair, float]) -> dict[str, Array]:
    """Couple independent standard normals.

    Parameters
    ----------
    normals : dict of str to (n_worlds,) float
    correlations : dict of (str, str) to float
        Pairs of names in ``normals``; a pair not named is uncorrelated.

    Returns
    -------
    dict of str to (n_worlds,) float
        Names in no pair come back untouched.
    """
    check_positive_definite(correlations)
    names = sorted({name for pair in correlations for name in pair})
    lower = factor(correlation_matrix(names, correlations))
    coupled = dict(normals)
    for i, name in enumerate(names):
        total = lower[i, 0] * normals[names[0]]
        for j in range(1, i + 1):
            if lower[i, j] != 0.0:
                total = total + lower[i, j] * normals[names[j]]
        coupled[name] = total
    return coupled
