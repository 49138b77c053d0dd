"""The insertion-index test of nested sampling: are new live points drawn from the prior above the contour?

Where they are, the rank of a new point among the live points is uniform, whatever the likelihood
(Fowlie, Handley & Su 2020, arXiv:2006.03371). A Kolmogorov-Smirnov test compares the ranks with that,
over the whole run and over stretches of one live set each, where a passing fault would drown in the rest.

The test compares new points with the live ones only. A fault that leaves the same mark on both goes
unseen: every new point at the same power of the enclosed volume, or walks so short that a new point is a
copy of a live one (these show as a plateau).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FALSE_ALARM", "InsertionTest", "insertion_ranks", "insertion_test"]

# The share of correct runs that the test accuses; one run in a thousand.
FALSE_ALARM = 1e-3
# Fewer ranks than this say nothing.
SMALLEST = 20


@dataclass(frozen=True)
class InsertionTest:
    """Hold the outcome of the insertion-index test.

    Attributes
    ----------
    p_value : float
        The smaller of the whole run's and the worst stretch's, corrected for having looked twice; NaN
        where there were too few points.
    p_whole, p_stretch : float
        For all ranks; for the worst stretch, corrected for the number of stretches.
    count : int
        New live points tested.
    plateau_fraction : float
        The share of samples whose likelihood equals that of another.
    """

    p_value: float
    p_whole: float
    p_stretch: float
    count: int
    plateau_fraction: float

    @property
    def passed(self) -> bool:
        """Whether the ranks look uniform; a correct run fails with the probability `FALSE_ALARM`."""
        return not self.p_value < FALSE_ALARM


def insertion_ranks(
    log_likelihood: NDArray[np.float64], born: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rank and number of possible ranks of every point that replaced a dead one.

    Parameters
    ----------
    log_likelihood : (n,) array
        Samples in the order of their death, of a run (or batch) with a constant number of live points.
    born : (n,) array
        The iteration after which a sample was drawn, counted from 1; the smallest value marks the
        initial points.
    rng : Generator
        Ranks a new point by chance among live ones of the same likelihood: on a plateau, such as the allowed
        side of a bound, all places are as likely.

    Returns
    -------
    rank, possible : (m,) arrays
        ``0 <= rank < possible``; live points on the contour itself (a plateau) do not count.
    """
    born = np.asarray(born) - np.min(born)
    deaths = int(born.max())
    sample_born_at = {int(t): j for j, t in enumerate(born) if t > 0}
    live = sorted(log_likelihood[born == 0].tolist())
    rank, possible = [], []
    for t in range(1, deaths + 1):
        contour = float(log_likelihood[t - 1])
        del live[bisect_left(live, contour)]
        new = float(log_likelihood[sample_born_at[t]])
        above = bisect_left(live, np.nextafter(contour, np.inf))
        first, last = bisect_left(live, new), bisect_right(live, new)
        place = first if first == last else int(rng.integers(first, last + 1))
        rank.append(place - above)
        possible.append(len(live) - above + 1)
        insort(live, new)
    return np.array(rank, dtype=np.int64), np.array(possible, dtype=np.int64)


def insertion_test(
    log_likelihood: NDArray[np.float64],
    born: NDArray[np.int64],
    batch: NDArray[np.int64] | None = None,
    seed: int = 0,
) -> InsertionTest:
    """Test the samples of a nested run.

    Parameters
    ----------
    log_likelihood, born : (n,) arrays
        See `insertion_ranks`.
    batch : (n,) array, optional
        The batch of a dynamic run that each sample belongs to; every batch is ranked on its own.
    seed : int
        Of the random numbers that make the discrete ranks exactly uniform.
    """
    rng = np.random.default_rng([seed, 2])
    batches = np.zeros(len(born), dtype=np.int64) if batch is None else batch
    parts, stretches = [], []
    for index in np.unique(batches):
        own = batches == index
        rank, possible = insertion_ranks(log_likelihood[own], born[own], rng)
        if len(rank) == 0:
            continue
        uniform = (rank + rng.random(len(rank))) / possible
        parts.append(uniform)
        live = int(np.sum(born[own] == born[own].min()))
        stretches += np.array_split(uniform, max(1, len(uniform) // max(live, SMALLEST)))
    _, counts = np.unique(log_likelihood, return_counts=True)
    plateau = float(counts[counts > 1].sum() / len(log_likelihood))
    count = sum(map(len, parts))
    if count < SMALLEST:
        return InsertionTest(np.nan, np.nan, np.nan, count, plateau)
    whole = _uniform_p_value(np.concatenate(parts))
    tested = [part for part in stretches if len(part) >= SMALLEST]
    worst = min(map(_uniform_p_value, tested), default=1.0)
    stretch = 1.0 - (1.0 - worst) ** max(1, len(tested))
    return InsertionTest(1.0 - (1.0 - min(whole, stretch)) ** 2, whole, stretch, count, plateau)


def _uniform_p_value(sample: NDArray[np.float64]) -> float:
    """Return the Kolmogorov-Smirnov p-value, with Stephens' correction for a finite sample (1970)."""
    from scipy.special import kolmogorov

    count = len(sample)
    ordered = np.sort(sample)
    steps = np.arange(count + 1) / count
    distance = max(float(np.max(steps[1:] - ordered)), float(np.max(ordered - steps[:-1])))
    root = count**0.5
    return float(kolmogorov(distance * (root + 0.12 + 0.11 / root)))
