"""The solver calls of a pilot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from .coordinates import Coordinates
from .grid import INNER_NODES, OUTER_NODES
from .trend import LOWEST_REST, REST_SQUASH, SQUASH, squashed

__all__ = ["Survey"]

Array = NDArray[np.float64]


# A first observable may move by this share of its width when the second parameter runs through its range.
INDEPENDENT = 1e-3
# Where the second parameter must not move the first observable: at distances smaller than this.
NEAR = 2.0
MOST_DRAWS = 200


class Survey:
    """Solve points of the pilot, in the order of a low-discrepancy sequence."""

    def __init__(self, coordinates: Coordinates) -> None:
        """Begin without points."""
        from scipy.stats import qmc

        self.coordinates = coordinates
        self.sequence = qmc.Halton(len(coordinates.stay), seed=0)
        self.points = np.empty((0, len(coordinates.stay)))
        self.values = np.empty((0, self.width))
        self.rest_top = -np.inf

    @property
    def nested(self) -> bool:
        """Whether a second measurement is found within the first."""
        return len(self.coordinates.chosen) > 1

    @property
    def width(self) -> int:
        """The number of functions that are fitted."""
        inner = len(OUTER_NODES) + len(INNER_NODES) if self.nested else 0
        return 2 * len(OUTER_NODES) + inner

    def draw(self, count: int) -> Array:
        """Return points (count, dim) that constraints allow."""
        found = np.empty_like(self.points[:0])
        for _ in range(MOST_DRAWS):
            drawn = self.sequence.random(count)
            found = np.vstack([found, drawn[self.coordinates.allowed(drawn)]])
            if len(found) >= count:
                return found[:count]
        raise UserError(
            "constraints: nearly all of the prior is excluded; a pilot finds no points in the rest."
        )

    def add(self, points: Array) -> None:
        """Solve more points."""
        self.values = np.vstack([self.values, self.solve(points)])
        self.points = np.vstack([self.points, points])

    def single(self, points: Array, u: Array) -> Array:
        """Return the first distance, the other likelihoods and the second distance at places (n, 3)."""
        (first, *second, rest), _ = self.coordinates.solve(self.coordinates.points(points, u))
        return np.column_stack([first, np.maximum(rest, LOWEST_REST), *(second or [np.zeros(len(u))])])

    def solve(self, points: Array) -> Array:
        """Return the functions to fit, (n, width)."""
        n, count = len(points), len(OUTER_NODES)
        rows = self.coordinates.points(np.repeat(points, count, axis=0), np.tile(OUTER_NODES, n))
        first, *second, rest = (values.reshape(n, count) for values in self.coordinates.solve(rows)[0])
        self.rest_top = max(self.rest_top, rest.max())
        columns = [squashed(first, SQUASH), squashed(np.maximum(rest, LOWEST_REST), REST_SQUASH)]
        if second:
            closest = np.argmin(np.abs(first), axis=1)
            rows = self.coordinates.points(
                np.repeat(points, len(INNER_NODES), axis=0),
                np.repeat(OUTER_NODES[closest], len(INNER_NODES)),
                np.tile(INNER_NODES, n),
            )
            again, moved, _ = (values.reshape(n, -1) for values in self.coordinates.solve(rows)[0])
            self._check_independence(again)
            columns += [second[0], moved - second[0][np.arange(n), closest][:, None]]
        return np.hstack(columns)

    def _check_independence(self, first: Array) -> None:
        near = np.min(np.abs(first), axis=1) < NEAR
        moved = float(np.max(np.ptp(first[near], axis=1), initial=0.0))
        if moved > INDEPENDENT * self.coordinates.measurements[0].width:
            one, two = self.coordinates.chosen
            raise UserError(
                f"sampler.measured: {one.observable} depends on {two.parameter} too (ln {one.observable} moves by "
                f"up to {moved:.2g} over its prior), so that the two cannot be found in turn. Keep one of them."
            )
