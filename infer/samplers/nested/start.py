"""The first live points of a nested run: draws from the prior until enough have a finite likelihood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...target.target import Target
from ..session import StartError

__all__ = ["Plateau", "live_points"]

# Batches of prior draws, each as large as the live set, before the start is given up.
START_ROUNDS = 2000
# A likelihood counts as constant when this many live sets of prior draws all have the same.
PLATEAU_FACTOR = 20


class Plateau(Exception):
    """Carry live points that all have the same likelihood, where nested sampling has nothing to do."""

    def __init__(self, points: tuple[NDArray, ...], drawn: int, finite: int) -> None:
        super().__init__("constant likelihood")
        self.points, self.drawn, self.finite = points, drawn, finite


def live_points(target: Target, rng: np.random.Generator, count: int) -> tuple[tuple[NDArray, ...], int, int]:
    """Draw live points from the constrained prior until enough have a finite likelihood.

    The share that has is part of the evidence. Without this, live points at -inf would take the place
    of useful ones. Where all have the same likelihood more are drawn, and all of them kept: a peak on a
    plateau must not be missed because it is small.
    """
    found: list[tuple[NDArray, ...]] = []
    drawn = finite = 0
    for _ in range(START_ROUNDS):
        cube = rng.random((count, target.dim))
        allowed = target.prior.allowed(target.prior.from_unit(cube))
        logl, blobs = target.on_cube(cube[allowed])
        good = np.isfinite(logl)
        found.append((cube[allowed][good], logl[good], blobs[good]))
        drawn += int(allowed.sum())
        finite += int(good.sum())
        level = np.concatenate([column[1] for column in found])
        if finite >= PLATEAU_FACTOR * count or (finite >= count and np.ptp(level) > 0.0):
            break
    if finite < count:
        reasons = "; ".join(f"{number} points: {reason}" for reason, number in target.rejected.most_common())
        raise StartError(
            f"of {START_ROUNDS * count} draws from the prior only {finite} have a finite likelihood, "
            f"{count} live points are wanted. Reasons: {reasons or 'none'}. Check the priors."
        )
    cube, logl, blobs = (np.concatenate(column) for column in zip(*found, strict=True))
    kept = count
    while kept < finite and np.ptp(logl[:kept]) == 0.0:
        kept = min(2 * kept, finite)
    cube, logl, blobs = (column[:kept].copy() for column in (cube, logl, blobs))
    return (cube, cube.copy(), logl, blobs), drawn, finite
