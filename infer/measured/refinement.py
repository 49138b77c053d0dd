"""Corrections to the fit of a pilot, from single points solved where a posterior is expected.

Along with the parameters that stay the place on the first removed parameter's interval is a coordinate: a
point costs one solve. At any place corrections are interpolated from the nearest of these points by a
Gaussian process with a correlation of compact support (H. Wendland, Adv. Comput. Math. 4 (1995) 389), one
length per coordinate. Away from them they fade, and so does the trust in them. As in `scattered`, no library
for linear algebra: the result must not depend on the number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel

__all__ = ["Refinement", "refined"]

Array = NDArray[np.float64]

# So many nearest points are interpolated.
NEIGHBOURS = 16
# The solver's own noise, as a share of the variance of the corrections.
NUGGET = 1e-5
# Lengths are chosen by how well so many points are predicted by the others, in steps by these factors.
SAMPLE = 256
STEPS = (2.0, 2.0, 1.4142135623730951)
LONGEST, SHORTEST = 8.0, 0.1
# Errors smaller than this are as good as none.
SMALLEST = 1e-3


@dataclass(frozen=True)
class Refinement:
    """Hold corrections.

    Attributes
    ----------
    places : (n, dim + 1) array
        The points in units of the lengths; the place on the interval is the last column.
    lengths : (dim + 1,) array
        The distance at which nothing is known any more, in the unit cube.
    values : (n, m) array
    scales : (n, m) array
        How wrong the interpolation would be at each point without that point, in units of the error that a
        variance of one leads to expect.
    """

    places: Array
    lengths: Array
    values: Array
    scales: Array

    def at(self, where: Array, nodes: Array, wanted: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
        """Return what is known at points (p, dim), at nodes of the interval where it is wanted (p, nodes).

        Returns
        -------
        corrections : (p, m, nodes) array
        scales : (p, m, nodes) array
            The size of corrections, as the nearest points tell it.
        unknown : (p, nodes) array
            The share of the variance that is left: from nearly zero at points that were solved to one far away.
        """
        return _at(
            self.places, self.values, self.scales,
            np.ascontiguousarray(where / self.lengths[:-1]), nodes / self.lengths[-1], wanted,
        )  # fmt: skip


def refined(places: Array, values: Array) -> Refinement:
    """Interpolate values (n, m) known at places (n, dim + 1); lengths follow from the first column."""
    lengths = np.ones(places.shape[1])
    some = np.linspace(0, len(places) - 1, min(SAMPLE, len(places))).astype(np.int64)
    first = np.ascontiguousarray(values[:, :1])

    def misfit(lengths: Array) -> float:
        misses, _ = _missed(places / lengths, first, some)
        return float(np.mean(np.log(misses + SMALLEST)))

    best = misfit(lengths)
    for step in STEPS:
        for k in range(len(lengths)):
            for factor in (step, 1.0 / step):
                while SHORTEST <= lengths[k] * factor <= LONGEST:
                    trial = lengths.copy()
                    trial[k] *= factor
                    found = misfit(trial)
                    if not found < best:
                        break
                    best, lengths = found, trial
    scaled = places / lengths
    misses, left = _missed(scaled, values, np.arange(len(places)))
    return Refinement(scaled, lengths, values, misses / np.sqrt(left)[:, None])


@kernel
def _correlation(square: float, dim: int) -> float:
    """Return the correlation at a squared distance: twice differentiable, positive definite in ``dim``."""
    if square >= 1.0:
        return 0.0
    r = np.sqrt(square)
    order = dim // 2 + 3
    power = 1.0
    for _ in range(order + 2):
        power *= 1.0 - r
    return power * ((order * order + 4.0 * order + 3.0) / 3.0 * square + (order + 2.0) * r + 1.0)


@kernel
def _dot(a: Array, b: Array, first: int, last: int) -> float:
    """Return a sum of products in a fixed order, by four running sums."""
    s0 = s1 = s2 = s3 = 0.0
    k = first
    while k + 4 <= last:
        s0 += a[k] * b[k]
        s1 += a[k + 1] * b[k + 1]
        s2 += a[k + 2] * b[k + 2]
        s3 += a[k + 3] * b[k + 3]
        k += 4
    while k < last:
        s0 += a[k] * b[k]
        k += 1
    return (s0 + s1) + (s2 + s3)


@kernel
def _square(a: Array, b: Array, dim: int) -> float:
    total = 0.0
    for k in range(dim):
        total += (a[k] - b[k]) ** 2
    return total


@kernel
def _factor(places: Array) -> Array:
    """Return the Cholesky factor of the correlation matrix."""
    n, dim = places.shape
    lower = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            value = _correlation(_square(places[i], places[j], dim), dim)
            lower[i, j] = (value - _dot(lower[i], lower[j], 0, j)) / lower[j, j]
        rest = 1.0 + NUGGET - _dot(lower[i], lower[i], 0, i)
        lower[i, i] = np.sqrt(max(rest, NUGGET))
    return lower


@kernel
def _interpolated(
    places: Array, values: Array, near: NDArray[np.int64], square: Array, found: Array
) -> float:
    """Interpolate at a place from points at squared distances, into ``found`` (m,).

    Returns
    -------
    left : float
        The share of the variance that these points leave.
    """
    n, dim = len(near), places.shape[1]
    lower = _factor(places[near])
    left = 1.0 + NUGGET
    white, column = np.empty(n), np.empty(n)
    for k in range(n):
        white[k] = (_correlation(square[k], dim) - _dot(lower[k], white, 0, k)) / lower[k, k]
        left -= white[k] ** 2
    for c in range(values.shape[1]):
        for k in range(n):
            column[k] = (values[near[k], c] - _dot(lower[k], column, 0, k)) / lower[k, k]
        found[c] = _dot(white, column, 0, n)
    return min(max(left, NUGGET), 1.0)


@kernel
def _insert(near: NDArray[np.int64], square: Array, size: int, i: int, away: float) -> int:
    """Put a point among the nearest, sorted, and return how many there are."""
    if size == NEIGHBOURS and away >= square[size - 1]:
        return size
    place = min(size, NEIGHBOURS - 1)
    while place > 0 and square[place - 1] > away:
        square[place], near[place] = square[place - 1], near[place - 1]
        place -= 1
    square[place], near[place] = away, i
    return min(size + 1, NEIGHBOURS)


@kernel
def _missed(places: Array, values: Array, some: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return by how much some points (k,) are missed by the others (k, m), and the variance left (k,)."""
    n, dim = places.shape
    misses, left = np.empty((len(some), values.shape[1])), np.ones(len(some))
    near, square = np.empty(NEIGHBOURS, dtype=np.int64), np.empty(NEIGHBOURS)
    found = np.zeros(values.shape[1])
    for k in range(len(some)):
        size = 0
        for i in range(n):
            if i != some[k]:
                away = _square(places[i], places[some[k]], dim)
                if away < 1.0:
                    size = _insert(near, square, size, i, away)
        found[:] = 0.0
        if size:
            left[k] = _interpolated(places, values, near[:size], square[:size], found)
        misses[k] = np.abs(values[some[k]] - found)
    return misses, left


@kernel
def _at(
    places: Array, values: Array, scales: Array, where: Array, nodes: Array, wanted: NDArray[np.bool_]
) -> tuple[Array, Array, Array]:
    """See `Refinement.at`."""
    n, dim = places.shape
    columns = values.shape[1]
    rows, count = wanted.shape
    found, sizes = np.zeros((rows, columns, count)), np.zeros((rows, columns, count))
    unknown = np.ones((rows, count))
    aside, around = np.empty(n), np.empty(n, dtype=np.int64)
    near, square = np.empty(NEIGHBOURS, dtype=np.int64), np.empty(NEIGHBOURS)
    for p in range(rows):
        m = 0
        for i in range(n):
            away = _square(places[i], where[p], dim - 1)
            if away < 1.0:
                aside[m], around[m] = away, i
                m += 1
        for j in range(count):
            if not wanted[p, j]:
                continue
            size = 0
            for k in range(m):
                if size == NEIGHBOURS and aside[k] >= square[size - 1]:
                    continue
                away = aside[k] + (places[around[k], dim - 1] - nodes[j]) ** 2
                if away < 1.0:
                    size = _insert(near, square, size, around[k], away)
            if size == 0:
                continue
            unknown[p, j] = _interpolated(places, values, near[:size], square[:size], found[p, :, j])
            weights = 0.0
            for k in range(size):
                weight = 1.0 / (square[k] + 0.5 * square[size - 1] + NUGGET)
                weights += weight
                for c in range(columns):
                    sizes[p, c, j] += weight * scales[near[k], c] ** 2
            for c in range(columns):
                sizes[p, c, j] = np.sqrt(sizes[p, c, j] / weights)
    return found, sizes, unknown
