"""The forms of log-likelihood behind measurements and limits: a formula, its source, a few lines of code.

All are normalised to zero at the best or no-signal point, vectorised, and smooth towards exclusion.
At the 95 % point a smeared step and a counting experiment without background give ln 0.05 = -3.00,
the Gaussian forms -1.92: what a bare limit cannot say is the difference between them.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .tables import everywhere

__all__ = [
    "Z_ONE_SIDED",
    "Z_TWO_SIDED",
    "clipped_at_background",
    "cls_map",
    "counting_limit",
    "counting_limit_without_background",
    "eased",
    "gaussian",
    "half_gaussian",
    "marginalised_bound",
    "marginalised_over_scale",
    "observed_expected",
    "only_physical",
    "poisson_profiled",
    "profile_at_background",
    "rate_half_gaussian",
    "signal_and_width",
    "smeared_step",
]

Array = NDArray[np.float64]

Z_ONE_SIDED = 1.6448536269514722  # Phi(z) = 0.95
Z_TWO_SIDED = 1.959963984540054  # Phi(z) = 0.975; also 95 % of a half-normal lies below it
# Below minus this, fourteen standard deviations, a limit says no more than that a point is excluded.
DEEP = 100.0
EVENTS_WITHOUT_BACKGROUND = -math.log(0.05)  # 95 % CL limit on a Poisson mean when nothing is seen

# Nodes and weights of the probabilists' Gauss-Hermite rule that integrates nuisance parameters: nine
# nodes reach four standard deviations.
NUISANCE_NODES, NUISANCE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
NUISANCE_LOG_WEIGHTS = np.log(NUISANCE_WEIGHTS / NUISANCE_WEIGHTS.sum())


def only_physical(log_likelihood: Array, *required: NDArray[np.bool_] | bool) -> Array:
    """Return the log-likelihood where all conditions hold, ``-inf`` elsewhere; NaN never passes."""
    good = log_likelihood == log_likelihood
    for condition in required:
        good = good & condition
    if everywhere(good):
        return log_likelihood
    return np.where(good, log_likelihood, -np.inf)


def gaussian(value: Array, measured: float, error: float, theory_error: Array | float = 0.0) -> Array:
    """Compare a value with a measurement: ``-(v-v0)^2/(2(s^2+t^2)) - ln(1+t^2/s^2)/2``.

    The last term, the normalisation, is zero at constant theory error by convention: it is left out
    when ``theory_error`` is a single number and kept when it is an array that varies with the point.
    """
    variance = error**2 + theory_error * theory_error
    pull = value - measured
    result = pull * pull * (-0.5 / variance)
    return result - 0.5 * np.log(variance / error**2) if isinstance(theory_error, np.ndarray) else result


def half_gaussian(value: Array, bound: float, error: float) -> Array:
    """Compare a value with an upper bound: 0 below it, Gaussian above; the slope is continuous."""
    return -0.5 * (np.maximum(value - bound, 0.0) / error) ** 2


def marginalised_bound(value: Array, bound: float, error: float) -> Array:
    """Compare a value with a bound that has a Gaussian error: ``ln[erfc((v-v0)/(sqrt2 s))/2]``."""
    from scipy.special import log_ndtr

    return log_ndtr((bound - value) / error)


def smeared_step(x: Array, x95: Array | float, width: float, uncertainty: Array | float = 0.0) -> Array:
    """Smear an exclusion limit: ``ln Phi(-(x - x95 + z w)/sqrt(w^2 + u^2))`` with z = 1.645.

    The quantity ``x`` grows towards exclusion. Without uncertainty of the limit L(x95) = 0.05; an
    uncertainty ``u`` moves the likelihood towards less exclusion at x95, never to more. From the
    treatment of LEP limits in GAMBIT, arXiv:1705.07919; ``log_ndtr`` stays finite far inside the
    excluded region, where the logarithm of erfc does not.
    """
    from scipy.special import log_ndtr

    return log_ndtr(-(x - x95 + Z_ONE_SIDED * width) / np.hypot(width, uncertainty))


def eased(log_likelihood: Array) -> Array:
    """Continue a log-likelihood below -100 by the logarithm of its size, with a continuous slope.

    The forms of limits are known near the limit. A model that misses one by twenty orders of magnitude is
    excluded whatever the form says there; but -1e44 is a number that no sampler can follow.
    """
    depth = np.maximum(-log_likelihood / DEEP, 1.0)
    return np.where(depth > 1.0, -DEEP * (1.0 + np.log(depth)), log_likelihood)


def rate_half_gaussian(rate_over_limit: Array) -> Array:
    """Limit a rate whose best fit is zero and whose posterior is Gaussian: ``-(1.96 r)^2/2``, `eased`."""
    return eased(-0.5 * (Z_TWO_SIDED * rate_over_limit) ** 2)


def poisson_profiled(signal: Array, observed: int, background: float, background_error: float) -> Array:
    """Compare a signal with a count, the Gaussian background profiled.

    ``lnL(s) = g(s) - g(0)``, ``g = n ln(s+t) - (s+t) - (t-b)^2/(2 d^2)`` at the background t >= 0 that
    maximises it, ``t = max(0, [b - s - d^2 + sqrt((s + b - d^2)^2 + 4 n d^2)]/2)``. Without background
    error t = b. Without observed events the logarithm is absent.
    """
    return _profile(signal, observed, background, background_error) - profile_at_background(
        observed, background, background_error
    )


@cache
def profile_at_background(observed: int, background: float, error: float) -> float:
    """Return the profiled log-likelihood of a count without signal, from which `poisson_profiled` counts."""
    return float(_profile(np.zeros(1), observed, background, error)[0])


def _profile(signal: Array, observed: int, background: float, error: float) -> Array:
    variance = error**2
    best: Array | float
    penalty: Array | float
    if variance > 0.0:
        root = np.sqrt((signal + background - variance) ** 2 + 4.0 * observed * variance)
        best = np.maximum(0.5 * (background - signal - variance + root), 0.0)
        penalty = (best - background) ** 2 / (2.0 * variance)
    else:
        best, penalty = background, 0.0
    expected = signal + best
    result = -expected - penalty
    return result + observed * np.log(expected) if observed else result


def counting_limit_without_background(signal_over_limit: Array) -> Array:
    """Turn a limit on a signal into ``-3.00 s/s95``: the Poisson likelihood of no event seen, `eased`."""
    return eased(-EVENTS_WITHOUT_BACKGROUND * signal_over_limit)


def counting_limit(signal_over_limit: Array) -> Array:
    """Turn a limit on a signal over a large background into ``-(1.96 s/s95)^2/2``, `eased`."""
    return eased(-0.5 * (Z_TWO_SIDED * signal_over_limit) ** 2)


def signal_and_width(observed_limit: Array, expected_limit: Array) -> tuple[Array, Array]:
    """Return the best-fit signal and its width behind an observed and an expected CLs limit.

    ``sigma = s_exp/1.96`` and ``s_obs = mu + sigma Phi^-1[1 - 0.05 Phi(mu/sigma)]`` solved for mu;
    asymptotic formulae of Cowan et al., arXiv:1007.1727.
    """
    from scipy.special import ndtr, ndtri

    sigma = np.asarray(expected_limit, dtype=float) / Z_TWO_SIDED
    limit = np.asarray(observed_limit, dtype=float) / sigma
    # In units of sigma the right side grows with mu, with slope between 0.25 and 1: bisect. Below -37 the
    # distribution function underflows; such a deficit is beyond any asymptotic formula.
    low, high = np.full_like(limit, -37.0), limit.copy()
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = middle - ndtri(0.05 * ndtr(middle)) < limit
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high) * sigma, sigma


def observed_expected(signal: Array, best: Array, width: Array) -> Array:
    """Return ``-[(s-mu)^2 - mu^2]/(2 sigma^2)`` with mu and sigma of `signal_and_width`."""
    return -signal * (signal - 2.0 * best) / (2.0 * width**2)


def clipped_at_background(log_likelihood: Array) -> Array:
    """Cap at zero, so that an upward fluctuation of the data does not reward a signal."""
    return np.minimum(log_likelihood, 0.0)


def cls_map(cls: Array) -> Array:
    """Turn a CLs value into ``-[Phi^-1(1 - CLs/2)]^2/2``: 0 at 1, -1.92 at 0.05."""
    from scipy.special import ndtri

    return -0.5 * ndtri(0.5 * np.asarray(cls, dtype=float)) ** 2


def marginalised_over_scale(log_likelihoods: Array) -> Array:
    """Integrate over a log-normal factor, given lnL (n, 9) at ``exp(sigma * NUISANCE_NODES)``."""
    terms = log_likelihoods + NUISANCE_LOG_WEIGHTS
    largest = np.maximum.reduce(terms, axis=-1)
    return largest + np.log(np.add.reduce(np.exp(terms - largest[..., None]), axis=-1))
