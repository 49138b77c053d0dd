"""The distribution of momenta today, from moments along a trajectory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MomentumHistory"]

FloatArray = NDArray[np.float64]
# Of what there is today: steps that add less are left out of a distribution.
LEAST_WEIGHT = 1e-6
# ⟨y²⟩/⟨y⟩² of a step is kept above this: rounding may leave less than the square of the mean.
NARROWEST = 1.01


@dataclass(frozen=True)
class MomentumHistory:
    """Hold the moments of y, the momentum today over the temperature of photons, along a trajectory in time.

    Attributes
    ----------
    moments : (3, n) array
        Y, Y ⟨y⟩ and Y ⟨y²⟩.
    kept : (n,) array
        The part of Y before a step that is left after it; of the first one nothing is asked.
    resolved : (2, m) array, optional
        y, rising, and f today, where each momentum was followed.
    """

    moments: FloatArray
    kept: FloatArray
    resolved: FloatArray | None = None

    @property
    def mean(self) -> FloatArray:
        """⟨y⟩ (n,); NaN where there is nothing yet."""
        return self._over_yield(self.moments[1])

    @property
    def root(self) -> FloatArray:
        """The root mean square of y (n,)."""
        return np.sqrt(self._over_yield(self.moments[2]))

    def _over_yield(self, values: FloatArray) -> FloatArray:
        there = self.moments[0] > 0.0
        return np.divide(values, self.moments[0], out=np.full(values.shape, np.nan), where=there)

    def density(self, y: FloatArray) -> FloatArray:
        """Return y² f(y) (m,) at y (m,), normalised to one.

        What each step adds, and is left of it, is y^(k - 1) e^(-y/θ) with the mean and the mean square of the step:
        exact for decays (k = 5/2), massless scatterings (k = 4) and particles in equilibrium (k = 3), light ones and
        with Maxwell-Boltzmann statistics; with both moments right for everything. Where a closure of moments leaves
        a step without momenta of its own, all dark matter is taken together. Where momenta are resolved, f is a
        spline through them.
        """
        if self.resolved is not None:
            return self._interpolated(y)
        from scipy.stats import gamma

        later = np.append(np.cumprod(self.kept[:0:-1])[::-1], 1.0)
        before = np.hstack([np.zeros((3, 1)), self.moments[:, :-1] * self.kept[1:]])
        added = self.moments - before
        weights = added[0] * later
        counted = np.flatnonzero(weights > LEAST_WEIGHT * self.moments[0, -1])
        weights, added = weights[counted], added[:, counted]
        if not (added > 0.0).all():
            weights, added = np.ones(1), self.moments[:, -1:]
        mean = added[1] / added[0]
        spread = np.maximum(added[2] / added[0] / mean**2, NARROWEST) - 1.0
        parts = gamma.pdf(y[:, None], 1.0 / spread, scale=mean * spread)
        found: FloatArray = parts @ weights
        return found / np.trapezoid(found, y)

    def _interpolated(self, y: FloatArray) -> FloatArray:
        from scipy.interpolate import PchipInterpolator

        assert self.resolved is not None
        nodes, occupied = self.resolved
        there = occupied > 0.0
        # ln f over √y, continued to rest as it is at the slowest, and nothing beyond the fastest.
        spline = PchipInterpolator(np.sqrt(nodes[there]), np.log(occupied[there]), extrapolate=False)
        inside = np.maximum(y, nodes[there][0])
        found: FloatArray = y**2 * np.exp(np.nan_to_num(spline(np.sqrt(inside)), nan=-np.inf))
        return found / np.trapezoid(found, y)
