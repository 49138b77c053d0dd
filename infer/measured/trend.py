"""What a pilot has learned: the observables along the parameter that gives way, at any point, with errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .grid import OUTER_NODES
from .refinement import Refinement
from .scattered import fit, nearest, predict

__all__ = [
    "LOWEST_REST",
    "REST_MARGIN",
    "REST_SQUASH",
    "SQUASH",
    "Pilot",
    "Row",
    "Trend",
    "doubtful",
    "fitted",
    "squashed",
]

Array = NDArray[np.float64]


# Distances are fitted as SQUASH tanh(distance/SQUASH): only values near the measured one matter.
SQUASH = 4.0
# ... and so are the other likelihoods.
REST_SQUASH = 10.0
# They are fitted down to this (ln).
LOWEST_REST = -5.0 * REST_SQUASH
# They may exceed what the pilot saw, or what is known of them at a point, by this much.
REST_MARGIN = 1.0
# What interpolation between nodes adds to the errors, as a share of second differences, and at least.
INTERPOLATION = 0.03
SMALLEST_ERROR = 1e-3
# ... and over which length along the parameter, for its derivatives.
CORRELATION = 0.1
# Distances so large, beyond their error, need no correction: no root is near.
CORRECTED = 3.0
# Where the error of ln(observable) is larger, a trend is poor. Where a root is within so many of such errors, at
# more than a few nodes, they are solved instead.
POOR = 2.5
POSSIBLE, FEW = 3.0, 2


class Row(NamedTuple):
    """Hold the parts of a `Trend` for one point, for the kernels."""

    outer: Array
    inner: Array
    shift: Array
    rest: Array
    trust: Array
    rest_trust: Array


@dataclass(frozen=True)
class Trend:
    """Hold what the pilot expects at points (n,).

    Attributes
    ----------
    outer : (n, nodes) array
        The distance of the first observable from its measured value at `OUTER_NODES`.
    inner : (n, nodes) array
        The distance of the second, at the middle of its parameter's range; empty without a second.
    shift : (n, inner nodes) array
        What it changes by at `INNER_NODES` of its own parameter.
    rest : (n, nodes) array
        The other likelihoods, summed.
    trust, rest_trust : (n, nodes, 3) arrays
        Of ``outer`` and ``rest``: the typical error, and its typical first and second derivative along the
        interval.
    """

    outer: Array
    inner: Array
    shift: Array
    rest: Array
    trust: Array
    rest_trust: Array

    @property
    def parts(self) -> tuple[Array, ...]:
        """The arrays, in their order."""
        return self.outer, self.inner, self.shift, self.rest, self.trust, self.rest_trust

    def row(self, i: int) -> Row:
        """Return the parts of one point."""
        return Row(*(part[i] for part in self.parts))


@dataclass(frozen=True)
class Pilot:
    """Hold the fit.

    Attributes
    ----------
    points : (n, dim) array
        On the unit cube of the parameters that stay.
    coefficients : array
    trust, rest_trust : (n, nodes, 3) arrays
        See `Trend`.
    rest_top : float
        The largest log-likelihood of everything that is not measured, with a margin.
    calls : int
        Likelihood calls that it took.
    refinement : Refinement, optional
        Corrections from single points.
    crowd : (n, dim) array, optional
        Points spread like the posterior that it expects.
    """

    points: Array
    coefficients: Array
    trust: Array
    rest_trust: Array
    rest_top: float
    calls: int
    refinement: Refinement | None = None
    crowd: Array | None = None

    def trend(self, where: Array) -> Trend:
        """Return what is expected at points (n, dim) of the unit cube."""
        parts = _trends(
            self.points, self.coefficients, self.trust, self.rest_trust, np.ascontiguousarray(where)
        )
        trend = Trend(*parts)
        if self.refinement is not None:
            wanted = np.abs(trend.outer) < CORRECTED + trend.trust[:, :, 0]
            corrections, scales, unknown = self.refinement.at(where, OUTER_NODES, wanted)
            _correct(trend.outer, trend.trust, corrections[:, 0], scales[:, 0], unknown)
            _correct(trend.rest, trend.rest_trust, corrections[:, 1], scales[:, 1], unknown)
            if trend.inner.size:
                trend.inner[:] += corrections[:, 2]
        return trend

    def scanned(self, trend: Trend, nodes: Array) -> None:
        """Replace the expectation, in place, by what was solved: (n, 3, nodes), NaN where nothing was."""
        solved = ~np.isnan(nodes[:, 0])
        rows = np.flatnonzero(solved.any(axis=1))
        if not len(rows):
            return
        solved, nodes = solved[rows], nodes[rows]
        nobody, exact = np.zeros((len(rows), 1), dtype=np.int64), np.zeros((1, len(OUTER_NODES), 3))
        for values, trust, k in ((trend.outer, trend.trust, 0), (trend.rest, trend.rest_trust, 2)):
            values[rows] = np.where(solved, nodes[:, k], values[rows])
            known = _expected(values[rows], exact, nobody) + SMALLEST_ERROR
            trust[rows] = np.where(solved[:, :, None], known, trust[rows])
        if trend.inner.size:
            trend.inner[rows] = np.where(solved, nodes[:, 1], trend.inner[rows])


@kernel
def doubtful(outer: Array, trust: Array) -> NDArray[np.bool_]:
    """Tell which nodes (n, nodes) had better be solved: those badly known, where there are several."""
    found = np.zeros(outer.shape, dtype=np.bool_)
    for i in range(len(outer)):
        for j in range(outer.shape[1]):
            error = trust[i, j, 0]
            found[i, j] = error > POOR and abs(outer[i, j]) < POSSIBLE * error
        if found[i].sum() <= FEW:
            found[i] = False
    return found


@kernel
def _correct(values: Array, trust: Array, corrections: Array, scales: Array, unknown: Array) -> None:
    """Correct values (n, nodes) of a trend and the trust in them in place; see `Refinement.at`."""
    for i in range(len(values)):
        for j in range(values.shape[1]):
            left = unknown[i, j]
            if left < 1.0:
                values[i, j] += corrections[i, j]
                # Among points that were solved they tell the size of errors, far from them the fit does.
                square = left * ((1.0 - left) * scales[i, j] ** 2 + left * trust[i, j, 0] ** 2)
                trust[i, j] *= max(np.sqrt(square), SMALLEST_ERROR) / trust[i, j, 0]


def squashed(values: Array, scale: float) -> Array:
    """Compress values beyond a scale smoothly."""
    return scale * np.tanh(values / scale)


@kernel
def _stretched(squashed: float, scale: float) -> float:
    """Undo `squashed`, within five scales."""
    top = np.tanh(5.0)
    return scale * np.arctanh(min(max(squashed / scale, -top), top))


@kernel
def _trends(
    points: Array, coefficients: Array, trust: Array, rest_trust: Array, where: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return the parts of a `Trend`, in their order."""
    found = predict(points, coefficients, where)
    around = nearest(points, where, min(len(points), 2 * points.shape[1] + 2))
    rows, count = len(where), len(OUTER_NODES)
    outer, rest = np.empty((rows, count)), np.empty((rows, count))
    for i in range(rows):
        for j in range(count):
            outer[i, j] = _stretched(found[i, j], SQUASH)
            rest[i, j] = _stretched(found[i, count + j], REST_SQUASH)
    inner = found[:, 2 * count : min(3 * count, found.shape[1])].copy()
    shift = found[:, min(3 * count, found.shape[1]) :].copy()
    return (
        outer, inner, shift, rest,
        _expected(outer, trust, around), _expected(rest, rest_trust, around),
    )  # fmt: skip


@kernel
def _expected(values: Array, trust: Array, around: NDArray[np.int64]) -> Array:
    """Return the errors to expect (n, nodes, 3): those of the nearest points, and of interpolation."""
    rows, count = values.shape
    step = OUTER_NODES[1] - OUTER_NODES[0]
    found = np.zeros((rows, count, 3))
    for i in range(rows):
        for j in range(count):
            # A bend between two nodes shows at both; interpolation misses a share of the second difference.
            bend = 0.0
            for k in range(max(j - 1, 1), min(j + 1, count - 2) + 1):
                bend = max(bend, abs(values[i, k + 1] - 2.0 * values[i, k] + values[i, k - 1]))
            scale = 1.0
            for order in range(3):
                square = (INTERPOLATION * bend / scale) ** 2
                for point in around[i]:
                    square += trust[point, j, order] ** 2 / around.shape[1]
                found[i, j, order] = np.sqrt(square)
                scale *= step
    return found


def fitted(points: Array, values: Array, rest_top: float) -> Pilot:
    """Fit what was solved at all nodes; ``values`` and ``rest_top`` as `Survey` holds them."""
    coefficients, residuals = fit(points, values)
    count = len(OUTER_NODES)
    trust, rest_trust = (
        _trust(values[:, part], residuals[:, part], scale)
        for part, scale in ((slice(count), SQUASH), (slice(count, 2 * count), REST_SQUASH))
    )
    return Pilot(points, coefficients, trust, rest_trust, rest_top + REST_MARGIN, 0)


def _trust(squashed: Array, residuals: Array, scale: float) -> Array:
    """Return the error of the fit at each point and node, and its derivatives along the parameter."""
    # The error of the distance itself: the squashed one is compressed away from zero.
    errors = np.abs(residuals) / np.maximum(1.0 - (squashed / scale) ** 2, 0.05)
    step = OUTER_NODES[1] - OUTER_NODES[0]
    signed = errors * np.sign(residuals)
    slope = np.abs(np.gradient(signed, step, axis=1))
    bend = np.abs(np.diff(signed, 2, axis=1)) / step**2
    bend = np.pad(bend, ((0, 0), (1, 1)), mode="edge")
    smallest = SMALLEST_ERROR / np.array([1.0, CORRELATION, CORRELATION**2])
    return np.maximum(np.stack([errors, slope, bend], axis=2), smallest)
