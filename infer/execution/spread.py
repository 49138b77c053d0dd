"""A target over workers: batches of the unit cube are split, single points stay here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..problem.problem import Problem
from ..target.posterior import Posterior
from .pools import WorkerPool

__all__ = ["SpreadPosterior", "spread_posterior"]


class SpreadPosterior(Posterior):
    """Evaluate batches of the unit cube over workers, single points here."""

    def __init__(self, problem: Problem, pool: WorkerPool) -> None:
        """Take the parts of a problem and a pool whose workers know it."""
        super().__init__(problem)
        self.pool = pool
        pool.count_in(self)

    def on_cube(self, cube: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return log-likelihood (n,) and blobs (n, m); see `Posterior.on_cube`."""
        cube = np.atleast_2d(cube)
        if len(cube) < 2 * self.pool.size:
            return super().on_cube(cube)
        self.look()
        found = self.pool.evaluate(super().on_cube, cube)
        self.heard(cube, found[0])
        return found


def spread_posterior(problem: Problem, pool: WorkerPool | None) -> Posterior:
    """Return what samplers see of a problem, over the workers of a pool if there is one."""
    return Posterior(problem) if pool is None else SpreadPosterior(problem, pool)
