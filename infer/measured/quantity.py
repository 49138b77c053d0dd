"""A measured observable as a density of its logarithm, tabulated once so that integrals are exact sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...likelihoods import Likelihood

__all__ = ["SATURATION", "Measurement"]

Array = NDArray[np.float64]

# Farther than this from the measured value, in ln(observable), nothing is distinguished any more.
SATURATION = 20.0
# The likelihood counts as zero twelve standard deviations from its peak.
DEEPEST = 72.0
# Bins per standard deviation.
FINENESS = 40
MOST_BINS = 200_000
# Where the peak is searched, in ln(observable).
SEARCH = 400.0


@dataclass(frozen=True)
class Measurement:
    """Tabulate the likelihood of one observable.

    Attributes
    ----------
    term : Likelihood
        It needs one observable.
    value : float
        The most likely value, of the observable or of its modulus where the sign does not matter.
    """

    term: Likelihood

    @property
    def observable(self) -> str:
        """The name of the observable."""
        return self.term.needs[0]

    def log_likelihood(self, values: Array) -> Array:
        """Return the log-likelihood of values (n,), with the reference width where that varies."""
        given = {self.observable: values}
        given |= {name: np.full(len(values), error) for name, error in self.term.reference_errors.items()}
        with np.errstate(all="ignore"):
            return np.asarray(self.term.log_likelihood(given), dtype=np.float64)

    @cached_property
    def value(self) -> float:
        """The most likely value; of an upper bound the largest value that is as likely as any."""
        centre, half = 0.0, SEARCH
        for _ in range(6):
            grid = np.linspace(centre - half, centre + half, 4001)
            found = self.log_likelihood(np.exp(grid))
            found = np.where(np.isnan(found), -np.inf, found)
            if not found.max() > -np.inf:
                raise UserError(f"sampler.measured: {self.term.name} allows no value of {self.observable}.")
            # The last of equal values: the edge of a bound.
            centre = float(grid[np.flatnonzero(found >= found.max() - 1e-12)[-1]])
            half *= 4e-3
        return math.exp(centre)

    @cached_property
    def symmetric(self) -> bool:
        """Whether only the modulus of the observable counts."""
        both = self.log_likelihood(np.array([self.value, -self.value]))
        return bool(both[0] == both[1])

    def distance(self, values: Array, solved: NDArray[np.bool_], stretch: Array | float = 1.0) -> Array:
        """Return ln(observable/value) within ±SATURATION; the lowest where it is not positive or not solved.

        Where the width of the comparison varies, the logarithm is divided by the ``stretch`` of each point, so
        that one table holds for all.
        """
        size = np.abs(values) if self.symmetric else values
        good = solved & (size > 0.0)
        result = np.full(values.shape, -SATURATION)
        unit = np.broadcast_to(stretch, values.shape)[good]
        result[good] = np.clip(np.log(size[good] / self.value) / unit, -SATURATION, SATURATION)
        return result

    @cached_property
    def width(self) -> float:
        """The distance at which the likelihood has fallen by one half in the logarithm."""
        steps = np.geomspace(1e-9, SATURATION, 4000)
        return float(min(self._falls(steps, 0.5), self._falls(-steps, 0.5)))

    def _falls(self, steps: Array, by: float) -> float:
        """Return how far, along the steps, the log-likelihood falls by an amount."""
        found = self.log_likelihood(self.value * np.exp(steps))
        top = self.log_likelihood(np.array([self.value]))[0]
        low = np.flatnonzero(~(found > top - by))
        return float(abs(steps[low[0]])) if low.size else SATURATION

    @cached_property
    def table(self) -> tuple[Array, Array, Array, Array]:
        """The density per bin of the distance, for the kernels.

        Returns
        -------
        ends : (2,) array
            Where the table begins and ends; beyond, the density is zero.
        density : (n,) array
            The likelihood over its largest value, constant in each bin.
        before, after : (n + 1,) arrays
            Its integral up to and from each edge of a bin: both, so that differences in either tail keep
            their digits.
        """
        steps = np.geomspace(1e-9, SATURATION, 4000)
        low, high = -self._falls(-steps, DEEPEST), self._falls(steps, DEEPEST)
        count = int(np.clip((high - low) / self.width * FINENESS, 1000, MOST_BINS))
        edges = np.linspace(low, high, count + 1)
        logs = self.log_likelihood(self.value * np.exp(0.5 * (edges[1:] + edges[:-1])))
        density = np.exp(np.nan_to_num(logs - self.peak, nan=-np.inf))
        area = density * (high - low) / count
        before = np.concatenate([[0.0], np.cumsum(area)])
        after = np.concatenate([np.cumsum(area[::-1])[::-1], [0.0]])
        return np.array([low, high]), density, before, after

    @cached_property
    def peak(self) -> float:
        """The largest log-likelihood."""
        return float(self.log_likelihood(np.array([self.value]))[0])
