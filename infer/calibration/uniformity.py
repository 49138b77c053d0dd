"""Are ranks uniform? The band of Säilynoja, Bürkner & Vehtari (2022), arXiv:2103.10522, and chi-squared.

At each of the points j/(L+1) the number of ranks below is binomial. The band keeps all points together
inside with the wanted probability: the pointwise coverage that achieves this, and the p-value of the
worst point, come from simulated uniform ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Uniformity", "histogram", "uniformity"]

SIMULATIONS = 4000
COVERAGE = 0.95
# Ranks expected in a bin of the histogram, for chi-squared to hold.
PER_BIN = 8


@dataclass(frozen=True)
class Uniformity:
    """Hold the verdict on one set of ranks.

    Attributes
    ----------
    p_ecdf : float
        How often uniform ranks leave the band as far as these do, at their worst point.
    p_chi_squared : float
        Of the histogram.
    points, difference, lower, upper : (m,) arrays
        The empirical distribution minus the uniform one, and the band that holds 95 % of uniform sets.
    """

    p_ecdf: float
    p_chi_squared: float
    points: NDArray[np.float64]
    difference: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def p_value(self) -> float:
        """The smaller of the two, corrected for having looked twice."""
        return 1.0 - (1.0 - min(self.p_ecdf, self.p_chi_squared)) ** 2


def uniformity(ranks: NDArray[np.int64], possible: int) -> Uniformity:
    """Test ranks (n,) between 0 and ``possible - 1``."""
    from scipy.stats import binom

    count = len(ranks)
    points = np.arange(1, possible) / possible
    below = _below(np.asarray(ranks)[None, :], possible)
    null = _null(count, possible)
    p_ecdf = (1.0 + float(np.sum(null <= _worst(below, count, points)[0]))) / (len(null) + 1.0)
    pointwise = float(np.quantile(null, 1.0 - COVERAGE))
    lower = binom.ppf(0.5 * pointwise, count, points) / count - points
    upper = binom.ppf(1.0 - 0.5 * pointwise, count, points) / count - points
    return Uniformity(p_ecdf, _chi_squared(ranks, possible), points, below[0] / count - points, lower, upper)


def histogram(ranks: NDArray[np.int64], possible: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return counts and edges of a histogram whose bins hold equally many ranks where uniform."""
    wanted = max(2, min(20, len(ranks) // PER_BIN))
    bins = next(number for number in range(wanted, 0, -1) if possible % number == 0)
    counts, edges = np.histogram(ranks, bins=bins, range=(-0.5, possible - 0.5))
    return counts, edges


def _chi_squared(ranks: NDArray[np.int64], possible: int) -> float:
    from scipy.stats import chisquare

    counts, _ = histogram(ranks, possible)
    return float(chisquare(counts).pvalue) if len(counts) > 1 else 1.0


def _below(ranks: NDArray[np.int64], possible: int) -> NDArray[np.int64]:
    """Count, for every row of ranks, those below each of 1 to ``possible - 1``."""
    rows = np.arange(len(ranks))[:, None] * possible
    counts = np.bincount((ranks + rows).ravel(), minlength=len(ranks) * possible)
    return np.cumsum(counts.reshape(len(ranks), possible), axis=1)[:, :-1]


def _worst(below: NDArray[np.int64], count: int, points: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import binom

    low = binom.cdf(below, count, points)
    high = binom.sf(below - 1, count, points)
    return np.min(2.0 * np.minimum(low, high), axis=1)


@lru_cache(maxsize=8)
def _null(count: int, possible: int) -> NDArray[np.float64]:
    ranks = np.random.default_rng(6).integers(possible, size=(SIMULATIONS, count))
    return _worst(_below(ranks, possible), count, np.arange(1, possible) / possible)
