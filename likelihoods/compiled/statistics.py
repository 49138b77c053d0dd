"""The forms of log-likelihood of `relicfit.likelihoods.limits`, for one point."""

from __future__ import annotations

import math

import numpy as np

from ...solver.numerics.kernel import kernel
from ..limits import DEEP, NUISANCE_LOG_WEIGHTS, NUISANCE_NODES, Z_ONE_SIDED

__all__ = ["NODES", "eased_at", "log_ndtr", "marginalised", "nuisance_factors", "profiled", "smeared_step_at"]

NODES = len(NUISANCE_NODES)
LN_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)
SQRT_HALF = math.sqrt(0.5)
# Below, the complementary error function nears its underflow and the asymptotic series has sixteen digits.
ASYMPTOTIC = -20.0


@kernel
def log_ndtr(x):
    """Return the logarithm of the normal distribution function, also far in its tail."""
    if x > -1.0:
        return math.log1p(-0.5 * math.erfc(x * SQRT_HALF))
    if x > ASYMPTOTIC:
        return math.log(0.5 * math.erfc(-x * SQRT_HALF))
    w = 1.0 / (x * x)
    series = 1.0 - w * (1.0 - 3.0 * w * (1.0 - 5.0 * w * (1.0 - 7.0 * w * (1.0 - 9.0 * w))))
    return -0.5 * x * x - math.log(-x) - LN_SQRT_2PI + math.log(series)


@kernel
def smeared_step_at(x, x95, width):
    """Return ``ln Phi(-(x - x95 + 1.645 w)/w)``, see `relicfit.likelihoods.limits.smeared_step`."""
    return log_ndtr(-(x - x95 + Z_ONE_SIDED * width) / width)


@kernel
def eased_at(log_likelihood):
    """Return the continuation of `relicfit.likelihoods.limits.eased` for one number."""
    if log_likelihood >= -DEEP:
        return log_likelihood
    return -DEEP * (1.0 + math.log(-log_likelihood / DEEP))


@kernel
def nuisance_factors(error):
    """Return the log-normal factors (9,) at the nodes of the nuisance parameter."""
    factors = np.empty(NODES)
    for k in range(NODES):
        factors[k] = math.exp(error * NUISANCE_NODES[k])
    return factors


@kernel
def marginalised(terms):
    """Integrate over the nuisance parameter, given log-likelihoods (9,) at its nodes."""
    largest = terms[0] + NUISANCE_LOG_WEIGHTS[0]
    for k in range(1, NODES):
        largest = max(largest, terms[k] + NUISANCE_LOG_WEIGHTS[k])
    total = 0.0
    for k in range(NODES):
        total += math.exp(terms[k] + NUISANCE_LOG_WEIGHTS[k] - largest)
    return largest + math.log(total)


@kernel
def profiled(signal, observed, background, error):
    """Return the Poisson log-likelihood of a signal with the Gaussian background profiled."""
    variance = error * error
    best, penalty = background, 0.0
    if variance > 0.0:
        root = math.sqrt((signal + background - variance) ** 2 + 4.0 * observed * variance)
        best = max(0.5 * (background - signal - variance + root), 0.0)
        penalty = (best - background) ** 2 / (2.0 * variance)
    expected = signal + best
    result = -expected - penalty
    return result + observed * math.log(expected) if observed > 0.0 else result
