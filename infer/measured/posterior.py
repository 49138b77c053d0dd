"""The posterior of the parameters that stay: the same contract to samplers, one integral per point."""

from __future__ import annotations

import threading
from collections import Counter
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.status import Status
from ..config import Problem
from ..posterior import OUTSIDE_PRIOR, Posterior
from .conditional import sign_changes
from .coordinates import Coordinates
from .curve import ANCHOR, MOST_ANCHORS
from .grid import OUTER_NODES, REFERENCE
from .pilot import fly, ordered
from .plan import replacements
from .proposal import AVERAGE, TOLERANCE, propose
from .quantity import Measurement
from .trend import Pilot, Trend, doubtful

__all__ = ["MeasuredPosterior", "sampled_posterior"]

Array = NDArray[np.float64]

# So many different points per dimension tell the shape of a posterior.
ENOUGH = 10
# Roots that are asked for are anchored until the density around them is known to this share.
POLISHED = 0.02


class _StayingPrior:
    """The prior of the parameters that stay; the others stand at the middle of theirs."""

    def __init__(self, posterior: Posterior, stay: list[int]) -> None:
        self.full, self.stay = posterior.prior, stay
        self.can_exclude = self.full.can_exclude

    def from_unit(self, cube: Array) -> Array:
        full = np.full((len(cube), self.full.dim), REFERENCE)
        full[:, self.stay] = cube
        return self.full.from_unit(full)

    def allowed(self, theta: Array) -> NDArray[np.bool_]:
        return self.full.allowed(theta)

    def allowed_fraction(self, rng: np.random.Generator) -> tuple[float, float]:
        # Constraints involve none of the parameters that give way.
        return self.full.allowed_fraction(rng)


class MeasuredPosterior:
    """Integrate the likelihood over the parameters that measurements fix.

    Samplers see ln ∫ L du over the unit interval of the prior of each such parameter: the evidence is
    that of the original problem, in the original priors. A row of blobs holds the anchors of the integral,
    from which the conditional of those parameters is rebuilt without a new solve.

    Attributes
    ----------
    full : Posterior
        The original problem.
    chosen, measurements
        What gives way to what, the first observable independent of the second parameter.
    stay : list of int
        The columns of the unit cube that samplers see.
    """

    def __init__(self, problem: Problem, full: Posterior | None = None) -> None:
        """Take a problem with ``sampler.measured``; the pilot flies at the first evaluation."""
        self.full = full or Posterior(problem)
        self.problem = problem
        self.scenario = problem.scenario
        self.likelihoods = problem.likelihoods
        table = problem.sampler.measured
        self._named = replacements(table, problem.scenario, problem.prior, problem.likelihoods)
        # Which parameters give way does not depend on the order of the measurements.
        self.stay = Coordinates(self.full, self._named, ()).stay
        self.dim = len(self.stay)
        self.names = tuple(problem.prior.sampled[i] for i in self.stay)
        self.prior = _StayingPrior(self.full, self.stay)
        self.rejected: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def calls(self) -> int:
        """Solver calls so far, without those of the pilot, which every process makes for itself."""
        return self.full.calls

    @calls.setter
    def calls(self, value: int) -> None:
        self.full.calls = value

    @property
    def under_way(self):
        """What each thread evaluates, and since when; see `Watchdog`."""
        return self.full.under_way

    def point_text(self, row: Array) -> str:
        """Return a point as text; see `Posterior.point_text`."""
        return self.full.point_text(row)

    @cached_property
    def blob_names(self) -> tuple[str, ...]:
        """The columns of a row of blobs."""
        scans = (f"scan_{k}_{j}" for k in range(3) for j in range(len(OUTER_NODES)))
        return ("anchors", *(f"{name}_{k}" for k in range(MOST_ANCHORS) for name in ANCHOR), *scans)

    @cached_property
    def _prepared(self) -> tuple[Coordinates, Pilot]:
        calls = self.full.calls
        measurements = tuple(Measurement(self.likelihoods[item.term]) for item in self._named)
        coordinates = ordered(Coordinates(self.full, self._named, measurements))
        pilot = fly(coordinates)
        self.full.calls = calls
        self.full.rejected.clear()
        return coordinates, pilot

    def prepare(self) -> None:
        """Fly the pilot, once, whichever thread comes first."""
        with self._lock:
            _ = self._prepared

    @property
    def coordinates(self) -> Coordinates:
        """The solver, with the measurements in the order of the integrals."""
        return self._prepared[0]

    @property
    def chosen(self):
        """What gives way to what, in the order of the integrals."""
        return self.coordinates.chosen

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """The measurements, in the same order."""
        return self.coordinates.measurements

    @property
    def pilot(self) -> Pilot:
        """The fit that guesses roots."""
        return self._prepared[1]

    @property
    def guess(self) -> Array | None:
        """Points (n, dim) spread like the posterior that the pilot expects, if it is good enough for that."""
        self.prepare()
        crowd = self.pilot.crowd
        enough = crowd is not None and len(np.unique(crowd, axis=0)) >= ENOUGH * self.dim
        return crowd if enough else None

    @property
    def tables(self):
        """The densities of both measurements, for the kernels."""
        return self.coordinates.tables

    @cached_property
    def peak(self) -> float:
        """The logarithm of the product of the largest likelihoods of the measurements."""
        return float(sum(item.peak for item in self.measurements))

    def on_cube(self, cube: Array, above: Array | float = -np.inf) -> tuple[Array, Array]:
        """Return the integrated log-likelihood (n,) and blobs (n, m) of points (n, dim) of the unit cube.

        What is certain to be below ``above`` (a number or (n,)) is -inf, for fewer solver calls or none.
        """
        self.prepare()
        cube = np.atleast_2d(cube)
        inside = self.coordinates.allowed(cube)
        logl = np.full(len(cube), -np.inf)
        blobs = np.zeros((len(cube), len(self.blob_names)))
        if inside.any():
            above = np.broadcast_to(above, len(cube)) - self.peak
            logl[inside], blobs[inside] = self._integrate(cube[inside], above[inside])
        if not inside.all():
            self.rejected[OUTSIDE_PRIOR] += int(len(cube) - inside.sum())
        return logl, blobs

    def _integrate(self, cube: Array, above: Array) -> tuple[Array, Array]:
        trend = self.pilot.trend(cube)
        anchors = np.zeros((len(cube), MOST_ANCHORS, len(ANCHOR)))
        count = np.zeros(len(cube), dtype=np.int64)
        scans = self._scan(cube, trend, anchors, above)
        logl, status = self.anchor(cube, trend, anchors, count, above, AVERAGE)
        # What only falls short of a threshold may be near the measured value all the same.
        self._count(status[np.isneginf(logl) & np.isneginf(above)])
        columns = [count, anchors.reshape(len(cube), -1), scans.reshape(len(cube), -1)]
        return logl + self.peak, np.column_stack(columns)

    def _scan(self, cube: Array, trend: Trend, anchors: Array, above: Array) -> Array:
        """Solve the nodes where the trend is not to be trusted and matters; NaN (n, 3, nodes) elsewhere."""
        scans = np.full((len(cube), 3, len(OUTER_NODES)), np.nan)
        wanted = doubtful(trend.outer, trend.trust)
        rows = np.flatnonzero(wanted.any(axis=1))
        # A point that is ruled out without a solve is left alone.
        hopes = [
            propose(trend.row(i), anchors[i], 0, above[i], self.pilot.rest_top, AVERAGE, *self.tables)[0]
            for i in rows
        ]
        wanted[rows[np.isneginf(hopes)]] = False
        self._solve_nodes(cube, trend, wanted, scans)
        return scans

    def _solve_nodes(self, cube: Array, trend: Trend, wanted: NDArray[np.bool_], scans: Array) -> None:
        """Solve the nodes wanted (n, nodes), into ``scans`` and the trend."""
        rows, nodes = np.nonzero(wanted)
        if not len(rows):
            return
        full = self.points(cube[rows], OUTER_NODES[nodes], np.full(len(rows), REFERENCE))
        found, _ = self.solve(full)
        for k, values in zip((0, 1, 2) if len(found) > 2 else (0, 2), found, strict=True):
            scans[rows, k, nodes] = values
        self.pilot.scanned(trend, scans)

    def anchor(
        self,
        cube: Array,
        trend: Trend,
        anchors: Array,
        count: NDArray[np.int64],
        above: Array,
        tolerance: float,
    ) -> tuple[Array, NDArray[np.int64]]:
        """Add anchors, in place, until integrals are known; return them and the status of the last solves.

        See `propose` for ``tolerance``.
        """
        logl, status = np.full(len(cube), -np.inf), np.zeros(len(cube), dtype=np.int64)
        active = np.arange(len(cube))
        while len(active):
            wanted = []
            for row in active:
                logl[row], done, u, w = propose(
                    trend.row(row), anchors[row], count[row], above[row], self.pilot.rest_top, tolerance,
                    *self.tables,
                )  # fmt: skip
                if not done:
                    wanted.append((row, u, w))
            active = np.array([row for row, _, _ in wanted], dtype=np.int64)
            if wanted:
                u, w = (np.array([item[k] for item in wanted]) for k in (1, 2))
                solved, status[active] = self.solve(self.points(cube[active], u, w))
                anchors[active, count[active], 0] = u
                anchors[active, count[active], 1] = solved[0]
                anchors[active, count[active], 2] = solved[-1]
                anchors[active, count[active], 3] = w
                if len(self.chosen) > 1:
                    anchors[active, count[active], 4] = solved[1]
                count[active] += 1
        return logl, status

    def conditionals(self, cube: Array, blobs: Array) -> tuple[Trend, Array, Array]:
        """Return trends, anchors (n, k, 5) and their counts (n,) of evaluated points, rebuilt from their blobs."""
        trend = self.pilot.trend(cube)
        size = MOST_ANCHORS * len(ANCHOR)
        scans = blobs[:, 1 + size :].reshape(len(blobs), 3, -1)
        self.pilot.scanned(trend, scans)
        anchors = blobs[:, 1 : 1 + size].reshape(len(blobs), MOST_ANCHORS, -1).copy()
        count = blobs[:, 0].astype(np.int64)
        return trend, anchors, count

    def tell(
        self,
        cube: Array,
        trend: Trend,
        anchors: Array,
        count: NDArray[np.int64],
        above: Array,
        tolerance: float = TOLERANCE,
    ) -> None:
        """Add anchors, in place, until densities along the interval are known too; all nodes if that fails."""
        self.anchor(cube, trend, anchors, count, above, tolerance)
        rows = np.flatnonzero(count == MOST_ANCHORS)
        if len(rows):
            wanted = np.zeros((len(cube), len(OUTER_NODES)), dtype=bool)
            wanted[rows] = True
            self._solve_nodes(cube, trend, wanted, np.full((len(cube), 3, len(OUTER_NODES)), np.nan))
            parts = Trend(*(values[rows] for values in trend.parts))
            fresh, none = np.zeros_like(anchors[rows]), np.zeros(len(rows), dtype=np.int64)
            self.anchor(cube[rows], parts, fresh, none, above[rows], tolerance)
            anchors[rows], count[rows] = fresh, none

    def roots(self, cube: Array) -> list[Array]:
        """Return where, on the unit interval of the first parameter, its measurement is met (n arrays)."""
        trend, anchors, count = self.conditionals(cube, self.on_cube(cube)[1])
        self.tell(cube, trend, anchors, count, np.full(len(cube), -np.inf), POLISHED)
        return [sign_changes(trend.row(i), anchors[i], count[i], *self.tables) for i in range(len(cube))]

    def points(self, cube: Array, u: Array, w: Array) -> Array:
        """Return the full unit cube (n, d) of points (n, dim) with the parameters that give way."""
        return self.coordinates.points(cube, u, w)

    def solve(self, full: Array) -> tuple[list[Array], NDArray[np.int64]]:
        """Return the distances of the measurements and the rest of the log-likelihood, and the status."""
        return self.coordinates.solve(full)

    def _count(self, status: NDArray[np.int64]) -> None:
        for value in status:
            self.rejected[self._reason(int(value))] += 1

    def _reason(self, status: int) -> str:
        if status != int(Status.OK):
            return Status(status).sentence
        first = self.chosen[0]
        return f"no {first.parameter} within its prior brings {first.observable} near the measured value"


def sampled_posterior(problem: Problem) -> Posterior | MeasuredPosterior:
    """Return what samplers see of a problem."""
    return MeasuredPosterior(problem) if problem.sampler.measured else Posterior(problem)
