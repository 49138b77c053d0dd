"""Interpolation of functions known at scattered points, by cubic radial functions and a linear part.

Everything is computed row by row in a fixed order, without a library for linear algebra: the result
must not depend on the number of threads or on the batch a point comes in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel

__all__ = ["fit", "nearest", "predict"]

Array = NDArray[np.float64]


@kernel
def _inverse(matrix: Array) -> Array:
    """Return the inverse, by Gauss-Jordan elimination with partial pivoting."""
    n = len(matrix)
    work = np.empty((n, 2 * n))
    work[:, :n] = matrix
    work[:, n:] = 0.0
    for i in range(n):
        work[i, n + i] = 1.0
    for column in range(n):
        pivot = column
        for row in range(column + 1, n):
            if abs(work[row, column]) > abs(work[pivot, column]):
                pivot = row
        if pivot != column:
            for k in range(2 * n):
                work[column, k], work[pivot, k] = work[pivot, k], work[column, k]
        scale = 1.0 / work[column, column]
        # Left of the column is done, right of the unit matrix's edge still zero.
        first, last = column, n + n
        for k in range(first, last):
            work[column, k] *= scale
        for row in range(n):
            factor = work[row, column]
            if row != column and factor != 0.0:
                for k in range(first, last):
                    work[row, k] -= factor * work[column, k]
    return work[:, n:].copy()


@kernel
def _system(points: Array) -> Array:
    n, dim = points.shape
    size = n + dim + 1
    matrix = np.zeros((size, size))
    for i in range(n):
        for j in range(i):
            square = 0.0
            for k in range(dim):
                square += (points[i, k] - points[j, k]) ** 2
            matrix[i, j] = matrix[j, i] = square * np.sqrt(square)
        matrix[i, n] = matrix[n, i] = 1.0
        for k in range(dim):
            matrix[i, n + 1 + k] = matrix[n + 1 + k, i] = points[i, k]
    return matrix


@kernel
def fit(points: Array, values: Array) -> tuple[Array, Array]:
    """Fit functions through their values.

    Parameters
    ----------
    points : (n, dim) array
        Distinct points.
    values : (n, m) array
        One column per function.

    Returns
    -------
    coefficients : (n + dim + 1, m) array
        For `predict`.
    residuals : (n, m) array
        Value minus the prediction of a fit that leaves the point out (S. Rippa, Adv. Comput. Math. 11
        (1999) 193).
    """
    n, dim = points.shape
    inverse = _inverse(_system(points))
    columns = values.shape[1]
    coefficients = np.zeros((n + dim + 1, columns))
    residuals = np.empty((n, columns))
    for i in range(n + dim + 1):
        for j in range(n):
            for c in range(columns):
                coefficients[i, c] += inverse[i, j] * values[j, c]
    for i in range(n):
        for c in range(columns):
            residuals[i, c] = coefficients[i, c] / inverse[i, i]
    return coefficients, residuals


@kernel
def predict(points: Array, coefficients: Array, where: Array) -> Array:
    """Evaluate fitted functions at places (p, dim), shape (p, m)."""
    n, dim = points.shape
    columns = coefficients.shape[1]
    found = np.empty((len(where), columns))
    for p in range(len(where)):
        for c in range(columns):
            found[p, c] = coefficients[n, c]
        for k in range(dim):
            for c in range(columns):
                found[p, c] += coefficients[n + 1 + k, c] * where[p, k]
        for i in range(n):
            square = 0.0
            for k in range(dim):
                square += (points[i, k] - where[p, k]) ** 2
            cube = square * np.sqrt(square)
            for c in range(columns):
                found[p, c] += coefficients[i, c] * cube
    return found


@kernel
def nearest(points: Array, where: Array, count: int) -> NDArray[np.int64]:
    """Return the indices (p, count) of the points nearest to each place (p, dim), in no order."""
    n, dim = points.shape
    found = np.empty((len(where), count), dtype=np.int64)
    distance = np.empty(count)
    for p in range(len(where)):
        worst = 0
        for i in range(n):
            square = 0.0
            for k in range(dim):
                square += (points[i, k] - where[p, k]) ** 2
            if i < count:
                found[p, i], distance[i] = i, square
            elif square < distance[worst]:
                found[p, worst], distance[worst] = i, square
            else:
                continue
            if i >= count - 1:
                worst = 0
                for j in range(1, count):
                    if distance[j] > distance[worst]:
                        worst = j
    return found
