"""The pilot: how observables depend on the parameters that give way, learned before the run.

At a few hundred points of the other parameters the measured observable is solved for on a grid of the
parameter that gives way. A fit through these points then tells, at any point, roughly where roots are,
how steep they are and how far to trust that; the solver is asked near them only. The result of a run
does not rest on the fit: every likelihood is anchored at points that were solved, and the draws carry
exact weights. A poor fit costs calls, not truth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...solver.numerics.kernel import kernel
from ...solver.numerics.status import Status
from ..posterior import Posterior
from .conditional import expect
from .grid import INNER_NODES, OUTER_NODES, REFERENCE
from .plan import Replacement
from .quantity import Measurement
from .scattered import fit, nearest, predict

__all__ = ["Pilot", "Trend", "doubtful", "fly", "ordered"]

Array = NDArray[np.float64]

# Distances are fitted as SQUASH tanh(distance/SQUASH): only values near the measured one matter.
SQUASH = 4.0
# ... and so are the other likelihoods.
REST_SQUASH = 10.0
# Points spread evenly over the prior; then points added in a round where a posterior is expected, and rounds.
EVEN = (64, 128)
ADDED, ROUNDS = 96, 3
# No more are needed once nine in ten are predicted this well by the others, in widths of the measurement.
GOOD = 0.2
# Where the error of ln(observable) is larger and a root possible, all nodes are solved instead.
POOR = 2.5
# Candidates for the points of a round, chosen by the expected integral to this power: wider than it.
CANDIDATES = 8192
POWER = 0.3
# Rows per call of the scenario.
CHUNK = 512
# A first observable may move by this share of its width when the second parameter runs through its range.
INDEPENDENT = 1e-3
# Where the second parameter must not move the first observable: at distances smaller than this.
NEAR = 2.0
MOST_DRAWS = 200
# The other likelihoods may exceed what the pilot saw by this much.
REST_MARGIN = 1.0
# What interpolation between nodes adds to the errors, as a share of second differences, and at least.
INTERPOLATION = 0.03
SMALLEST_ERROR = 1e-3
# ... and over which length along the parameter, for its derivatives.
CORRELATION = 0.1


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
    """

    points: Array
    coefficients: Array
    trust: Array
    rest_trust: Array
    rest_top: float
    calls: int

    def trend(self, where: Array) -> Trend:
        """Return what is expected at points (n, dim) of the unit cube."""
        parts = _trends(
            self.points, self.coefficients, self.trust, self.rest_trust, np.ascontiguousarray(where)
        )
        return Trend(*parts)

    def scanned(self, trend: Trend, rows: NDArray[np.int64], nodes: Array) -> None:
        """Replace the expectation for some rows by what was solved at every node, (rows, 3, nodes)."""
        trend.outer[rows], trend.rest[rows] = nodes[:, 0], nodes[:, 2]
        if trend.inner.size:
            trend.inner[rows] = nodes[:, 1]
        nobody = np.zeros((len(rows), 1), dtype=np.int64)
        exact = np.zeros((1, len(OUTER_NODES), 3))
        trend.trust[rows] = _expected(nodes[:, 0].copy(), exact, nobody) + SMALLEST_ERROR
        trend.rest_trust[rows] = _expected(nodes[:, 2].copy(), exact, nobody) + SMALLEST_ERROR


def _squashed(values: Array, scale: float) -> Array:
    return scale * np.tanh(values / scale)


@kernel
def doubtful(outer: Array, trust: Array, ends: Array) -> NDArray[np.bool_]:
    """Tell at which points (n,) the fit is too poor to say whether the measured value is met.

    Nodes in a row where a root is possible are no matter of doubt if the fit crosses zero there: wherever
    exactly it is, it will be found.
    """
    found = np.zeros(len(outer), dtype=np.bool_)
    count = outer.shape[1]
    for i in range(len(outer)):
        worst, crossings, inside = 0.0, 0, False
        for j in range(count):
            error = trust[i, j, 0]
            possible = ends[0] - 3.0 * error < outer[i, j] < ends[1] + 3.0 * error
            crossed = j > 0 and outer[i, j] * outer[i, j - 1] < 0.0
            if possible and not inside:
                worst, crossings = 0.0, 0
            if crossed and (possible or inside):
                crossings += 1
            if possible:
                worst = max(worst, error)
            if (inside and not possible) or (possible and j == count - 1):
                found[i] |= worst > POOR and crossings != 1
            inside = possible
    return found


@kernel
def _stretched(squashed: float, scale: float) -> float:
    """Undo `_squashed`, within five scales."""
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


class _Survey:
    """Solve points of the pilot, in the order of a low-discrepancy sequence."""

    def __init__(
        self, posterior: Posterior, chosen: tuple[Replacement, ...], measurements: tuple[Measurement, ...]
    ) -> None:
        from scipy.stats import qmc

        self.posterior, self.chosen, self.measurements = posterior, chosen, measurements
        self.stay = [i for i in range(posterior.dim) if i not in {item.cube for item in chosen}]
        self.sequence = qmc.Halton(len(self.stay), seed=0)
        self.points = np.empty((0, len(self.stay)))
        self.values = np.empty((0, self.width))
        self.rest_top = -np.inf
        self.others = [
            i for i in range(len(posterior.likelihoods)) if i not in {item.term for item in chosen}
        ]

    @property
    def width(self) -> int:
        inner = len(OUTER_NODES) + len(INNER_NODES) if len(self.chosen) > 1 else 0
        return 2 * len(OUTER_NODES) + inner

    def draw(self, count: int) -> Array:
        """Return points (count, dim) that constraints allow."""
        found = np.empty((0, len(self.stay)))
        for _ in range(MOST_DRAWS):
            drawn = self.sequence.random(count)
            if self.posterior.prior.can_exclude:
                drawn = drawn[self.posterior.prior.allowed(self.posterior.prior.from_unit(self.cube(drawn)))]
            found = np.vstack([found, drawn])
            if len(found) >= count:
                return found[:count]
        raise UserError(
            "constraints: nearly all of the prior is excluded; a pilot finds no points in the rest."
        )

    def add(self, points: Array) -> None:
        """Solve more points."""
        self.values = np.vstack([self.values, self.solve(points)])
        self.points = np.vstack([self.points, points])

    def cube(
        self, points: Array, outer: Array | float = REFERENCE, inner: Array | float = REFERENCE
    ) -> Array:
        full = np.empty((len(points), self.posterior.dim))
        full[:, self.stay] = points
        for item, value in zip(self.chosen, (outer, inner), strict=False):
            full[:, item.cube] = value
        return full

    def distances(self, cube: Array) -> tuple[list[Array], Array]:
        theta = self.posterior.prior.from_unit(cube)
        parts = [
            self.posterior.evaluate(theta[first : first + CHUNK]) for first in range(0, len(theta), CHUNK)
        ]
        observables = np.concatenate([part.observables for part in parts])
        solved = np.concatenate([part.status for part in parts]) == int(Status.OK)
        rest = np.concatenate([part.terms[:, self.others].sum(axis=1) for part in parts])
        return [
            measurement.distance(observables[:, item.column], solved)
            for item, measurement in zip(self.chosen, self.measurements, strict=True)
        ], rest

    def solve(self, points: Array) -> Array:
        """Return the functions to fit, (n, width)."""
        n, count = len(points), len(OUTER_NODES)
        rows = self.cube(np.repeat(points, count, axis=0), np.tile(OUTER_NODES, n))
        found, rest = self.distances(rows)
        found = [values.reshape(n, count) for values in found]
        closest = np.argmin(np.abs(found[0]), axis=1)
        rest = np.where(np.isfinite(rest), rest, -5.0 * REST_SQUASH).reshape(n, count)
        self.rest_top = max(self.rest_top, rest.max())
        columns = [_squashed(found[0], SQUASH), _squashed(rest, REST_SQUASH)]
        if len(self.chosen) > 1:
            rows = self.cube(
                np.repeat(points, len(INNER_NODES), axis=0),
                np.repeat(OUTER_NODES[closest], len(INNER_NODES)),
                np.tile(INNER_NODES, n),
            )
            first, second = (values.reshape(n, -1) for values in self.distances(rows)[0])
            self._check_independence(first)
            middle = found[1][np.arange(n), closest]
            columns += [found[1], second - middle[:, None]]
        return np.hstack(columns)

    def _check_independence(self, first: Array) -> None:
        near = np.min(np.abs(first), axis=1) < NEAR
        moved = float(np.max(np.ptp(first[near], axis=1), initial=0.0))
        if moved > INDEPENDENT * self.measurements[0].width:
            one, two = self.chosen
            raise UserError(
                f"sampler.measured: {one.observable} depends on {two.parameter} too (ln {one.observable} moves by "
                f"up to {moved:.2g} over its prior), so that the two cannot be found in turn. Keep one of them."
            )


def ordered(
    posterior: Posterior, chosen: tuple[Replacement, ...], measurements: tuple[Measurement, ...]
) -> tuple[tuple[Replacement, ...], tuple[Measurement, ...]]:
    """Put first the measurement whose observable does not depend on the other's parameter."""
    if len(chosen) < 2:
        return chosen, measurements
    swapped = chosen[::-1], measurements[::-1]
    for these, those in ((chosen, measurements), swapped):
        survey = _Survey(posterior, these, those)
        try:
            survey.add(survey.draw(8))
        except UserError:
            continue
        return these, those
    return chosen, measurements


def fly(
    posterior: Posterior, chosen: tuple[Replacement, ...], measurements: tuple[Measurement, ...]
) -> Pilot:
    """Solve points spread over the prior, then more where the fit expects a posterior.

    Raises
    ------
    UserError
        Where the first observable depends on the second parameter as well.
    """
    before = posterior.calls
    survey = _Survey(posterior, chosen, measurements)
    rng = np.random.default_rng(0)
    for count in EVEN:
        survey.add(survey.draw(count))
        pilot = _fitted(survey)
        if _is_good(pilot, survey, measurements[0]):
            break
    else:
        for _ in range(ROUNDS):
            survey.add(_promising(pilot, survey, measurements, rng))
            pilot = _fitted(survey)
            if _is_good(pilot, survey, measurements[0]):
                break
    return replace(pilot, calls=posterior.calls - before)


def _is_good(pilot: Pilot, survey: _Survey, measurement: Measurement) -> bool:
    outer = survey.values[:, : len(OUTER_NODES)]
    closest = np.argmin(np.abs(outer), axis=1)
    error = pilot.trust[np.arange(len(outer)), closest, 0]
    return bool(np.quantile(error, 0.9) <= GOOD * measurement.width)


def _fitted(survey: _Survey) -> Pilot:
    coefficients, residuals = fit(survey.points, survey.values)
    count = len(OUTER_NODES)
    trust, rest_trust = (
        _trust(survey.values[:, part], residuals[:, part], scale)
        for part, scale in ((slice(count), SQUASH), (slice(count, 2 * count), REST_SQUASH))
    )
    return Pilot(survey.points, coefficients, trust, rest_trust, survey.rest_top + REST_MARGIN, 0)


def _promising(
    pilot: Pilot, survey: _Survey, measurements: tuple[Measurement, ...], rng: np.random.Generator
) -> Array:
    """Return points where the integral is expected to be large, more spread than a posterior."""
    points = survey.draw(CANDIDATES)
    expected = expect(pilot.trend(points), measurements[0].table, measurements[-1].table)
    weight = np.exp(POWER * (expected - expected.max()))
    cumulative = np.cumsum(weight / weight.sum())
    positions = (rng.random() + np.arange(ADDED)) / ADDED
    return points[np.unique(np.searchsorted(cumulative, positions).clip(max=len(points) - 1))]


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
