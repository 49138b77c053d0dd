"""Some points that a run has evaluated, and whether they still give the answers that they gave."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from ..storage.checkpoint import Checkpoint
from ..target.posterior import Posterior

__all__ = ["Witnesses"]

# The last points with a finite likelihood are kept: this many.
KEPT = 8
# How far ln L of a point may move between two lives of a run: other processors round otherwise.
ROUNDING = 1e-6


class Witnesses:
    """Keep the last points of a run beside its state, and ask them again when it goes on."""

    def __init__(self, posterior: Posterior, checkpoint: Checkpoint) -> None:
        """Listen to a posterior."""
        self.posterior, self.checkpoint = posterior, checkpoint
        self._kept: deque[tuple[NDArray[np.float64], float]] = deque(maxlen=KEPT)
        posterior.heard = self._hear

    def _hear(self, cube: NDArray[np.float64], logl: NDArray[np.float64]) -> None:
        value = float(logl[-1])
        if math.isfinite(value):
            self._kept.append((cube[-1].copy(), value))

    def save(self) -> None:
        """Write the points; before the first there is nothing to write."""
        kept = list(self._kept)
        if kept:
            self.checkpoint.save_witnesses([point for point, _ in kept], [value for _, value in kept])

    def contradiction(self) -> str:
        """Evaluate what was kept again, and return the first point that answers otherwise, with both numbers."""
        points, values = self.checkpoint.load_witnesses()
        # Its own counts: those of the run are in its state.
        posterior = Posterior(self.posterior.problem)
        for point, before in zip(points, values, strict=False):
            if np.shape(point) != (posterior.dim,):
                raise self.checkpoint.damaged()
            now = float(posterior.on_cube(point)[0][0])
            if not abs(now - before) <= ROUNDING * (1.0 + abs(before)):
                theta = posterior.prior.from_unit(np.atleast_2d(point))[0]
                return f"ln L was {before:.9g} and is {now:.9g} at {posterior.point_text(theta)}"
        return ""
