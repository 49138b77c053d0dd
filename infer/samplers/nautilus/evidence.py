"""The evidence of importance nested sampling and its error, shell by shell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shells", "log_evidence", "shells_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Shells:
    """Hold what is known of the shells between one bound and the next, an entry (s,) each.

    Attributes
    ----------
    log_bound : array
        ln of the estimated volume of the bound around a shell.
    bound_variance : array
        The variance of that logarithm.
    drawn, kept : array
        Points drawn within the bound, and those of them that no later bound holds.
    log_mean : array
        ln of the mean likelihood of the points kept; -inf where all are at -inf.
    effective : array
        Kish's effective number of the points kept, weighted by their likelihoods.
    """

    log_bound: Array
    bound_variance: Array
    drawn: Array
    kept: Array
    log_mean: Array
    effective: Array

    @property
    def log_share(self) -> Array:
        """The logarithm of what each shell adds to the evidence."""
        return self.log_bound + np.log(self.kept / self.drawn) + self.log_mean

    @property
    def variance(self) -> Array:
        """The relative variance of what each shell adds.

        The volume of its bound, the share of the bound that is in no later one (a binomial fraction), and
        the mean likelihood are independent estimates; points in a shell are independent draws.
        """
        share = (1.0 - self.kept / self.drawn) / self.kept
        mean = np.maximum(1.0 / self.effective - 1.0 / self.kept, 0.0)
        # Of n points the variance is estimated with n - 1.
        mean *= self.kept / np.maximum(self.kept - 1.0, 1.0)
        return self.bound_variance + share + mean


def log_evidence(shells: Shells) -> tuple[float, float]:
    """Return ln Z and its standard error.

    Z is the sum over shells of bound volume x share in no later bound x mean likelihood (Lange 2023,
    arXiv:2306.16923, section 2), with the points of the exploration left out, on which the bounds depend.
    Shells are drawn independently of each other, so that the variances of their parts of Z add up.
    """
    parts = shells.log_share
    top = parts.max()
    part = np.exp(parts - top)
    total = part.sum()
    relative = part / total
    counted = relative > 0.0
    variance = float(np.sum(relative[counted] ** 2 * shells.variance[counted]))
    return float(top + math.log(total)), math.sqrt(variance)


def shells_of(sampler: Any, explored: bool = True) -> Shells:
    """Return the shells of a nautilus sampler; ``explored`` says that its exploration is left out."""
    log_bound, variance = (
        np.array(column) for column in zip(*(_volume(bound) for bound in sampler.bounds), strict=True)
    )
    drawn = sampler.shell_n_sample - (sampler.shell_n_sample_exp if explored else 0)
    # A shell in which nothing was kept adds nothing.
    some = sampler.shell_n > 0
    return Shells(
        log_bound=log_bound[some],
        bound_variance=variance[some],
        drawn=np.asarray(drawn, dtype=float)[some],
        kept=np.asarray(sampler.shell_n, dtype=float)[some],
        log_mean=np.asarray(sampler.shell_log_l, dtype=float)[some],
        effective=np.asarray(sampler.shell_n_eff, dtype=float)[some],
    )


def _volume(bound: Any) -> tuple[float, float]:
    """Return ln of the volume of a bound and its variance: two binomial fractions, one within the other."""
    if not hasattr(bound, "outer_bound"):
        # The unit cube.
        return 0.0, 0.0
    return float(bound.log_v), _fraction(bound) + _fraction(bound.outer_bound)


def _fraction(bound: Any) -> float:
    accepted = float(bound.n_sample) - float(bound.n_reject)
    return float(bound.n_reject) / (float(bound.n_sample) * accepted)
