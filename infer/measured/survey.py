"""The solver calls of a pilot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...solver.numerics.status import Status
from ..posterior import Posterior
from .grid import INNER_NODES, OUTER_NODES, REFERENCE
from .plan import Replacement
from .quantity import Measurement
from .trend import REST_SQUASH, SQUASH, squashed

__all__ = ["Survey"]

Array = NDArray[np.float64]


# Rows per call of the scenario.
CHUNK = 512
# A first observable may move by this share of its width when the second parameter runs through its range.
INDEPENDENT = 1e-3
# Where the second parameter must not move the first observable: at distances smaller than this.
NEAR = 2.0
MOST_DRAWS = 200


class Survey:
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

    def allowed(self, points: Array) -> NDArray[np.bool_]:
        """Tell which points (n, dim) are inside the unit cube and constraints."""
        inside = np.all((points > 0.0) & (points < 1.0), axis=1)
        if self.posterior.prior.can_exclude:
            inside[inside] = self.posterior.prior.allowed(
                self.posterior.prior.from_unit(self.cube(points[inside]))
            )
        return inside

    def single(self, points: Array, u: Array) -> Array:
        """Return the first distance, the other likelihoods and the second distance at places (n, 3)."""
        found, rest = self.distances(self.cube(points, u))
        rest = np.where(np.isfinite(rest), rest, -5.0 * REST_SQUASH)
        return np.column_stack([found[0], rest, found[1] if len(found) > 1 else np.zeros(len(u))])

    def solve(self, points: Array) -> Array:
        """Return the functions to fit, (n, width)."""
        n, count = len(points), len(OUTER_NODES)
        rows = self.cube(np.repeat(points, count, axis=0), np.tile(OUTER_NODES, n))
        found, rest = self.distances(rows)
        found = [values.reshape(n, count) for values in found]
        closest = np.argmin(np.abs(found[0]), axis=1)
        rest = np.where(np.isfinite(rest), rest, -5.0 * REST_SQUASH).reshape(n, count)
        self.rest_top = max(self.rest_top, rest.max())
        columns = [squashed(found[0], SQUASH), squashed(rest, REST_SQUASH)]
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
