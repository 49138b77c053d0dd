"""The normal distribution between two bounds, accurate however far in a tail they lie.

Differences of the normal cdf lose every digit in a tail. There everything is written in the step t from the
bound a >= 0 nearer the mean. With Q the survival function of the standard normal and h = phi/Q its hazard,

    Q(a + t)/Q(a) = exp(-a t - t^2/2) erfcx((a + t)/sqrt2)/erfcx(a/sqrt2)
                  = exp(-integral of h from a to a + t).

The first form serves long steps, the second short ones (Gauss-Legendre, since h is smooth). Bounds on both
sides of the mean use differences of erf, in which nothing cancels. Arguments are in standard deviations.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, erfcx, erfinv, ndtr, ndtri

from .distribution import FloatArray, Parameter

__all__ = [
    "hazard",
    "middle_log_density",
    "middle_quantile",
    "middle_unit",
    "tail_log_density",
    "tail_log_ratio",
    "tail_quantile",
    "tail_unit",
]

SQRT2 = math.sqrt(2.0)

# h is analytic within 3.4 of the positive axis (the zeros of erfc), so eight nodes integrate it over a step
# of 1/2 to the last digit; beyond 1/2 the closed form has lost less than one digit.
_SHORT_STEP = 0.5
_NODES, _WEIGHTS = (
    0.5 * (part + shift) for part, shift in zip(np.polynomial.legendre.leggauss(8), (1, 0), strict=True)
)

# Newton from an upper estimate falls monotonically, since ln Q is concave. Four steps reach 6e-15 for bounds
# up to 1e8 standard deviations out and every u; two more are the margin.
_NEWTON_STEPS = 6

# Where the erf of the quantile exceeds this, erfinv loses digits of the distance to the bound.
_ERF_MIDDLE = 0.5


def hazard(z: FloatArray) -> FloatArray:
    """Return phi(z)/Q(z) of the standard normal."""
    return math.sqrt(2.0 / math.pi) / erfcx(z / SQRT2)


def tail_log_ratio(start: FloatArray, step: Parameter) -> FloatArray:
    """Return ln[Q(start + step)/Q(start)] for start, step >= 0."""
    hazards = hazard(start + np.multiply.outer(_NODES, step))
    # Added one by one: the order of numpy's sum depends on the shape, and a batch must equal its rows.
    short = sum(weight * row for weight, row in zip(_WEIGHTS, hazards, strict=True))
    ratio = erfcx((start + step) / SQRT2) / erfcx(start / SQRT2)
    return np.where(step < _SHORT_STEP, -step * short, np.log(ratio) - step * (start + 0.5 * step))


def tail_unit(
    start: FloatArray, step: FloatArray, width: Parameter, reflected: NDArray[np.bool_]
) -> FloatArray:
    """Return the cdf at a step from the bound nearer the mean; reflected where that is the upper bound."""
    here, end = tail_log_ratio(start, step), tail_log_ratio(start, width)
    mass = np.expm1(end)
    beyond = np.exp(here) * np.expm1(np.minimum(end - here, 0.0))
    return np.where(reflected, beyond, np.expm1(here)) / mass


def tail_quantile(
    start: FloatArray, width: Parameter, u: FloatArray, reflected: NDArray[np.bool_]
) -> FloatArray:
    """Return the step from the bound nearer the mean at which the cdf is u, the inverse of `tail_unit`."""
    end = tail_log_ratio(start, width)
    passed = np.where(reflected, 1.0 - u, u)
    left = np.where(reflected, u, 1.0 - u)
    loss = passed * np.expm1(end)
    # Each form where it keeps all digits: log1p for a small loss, the sum for a small remainder.
    target = np.where(loss > -0.5, np.log1p(loss), np.log(left + passed * np.exp(end)))

    tangent = -target / hazard(start)
    parabola = -2.0 * target / (start + np.hypot(start, np.sqrt(-2.0 * target)))
    step = np.minimum(np.fmin(tangent, parabola), width)
    for _ in range(_NEWTON_STEPS):
        step = np.maximum(step + (tail_log_ratio(start, step) - target) / hazard(start + step), 0.0)
    return step


def tail_log_density(start: FloatArray, step: FloatArray, width: Parameter) -> FloatArray:
    """Return the log-density at a step from the bound nearer the mean, per standard deviation."""
    mass = -np.expm1(tail_log_ratio(start, width))
    return np.log(hazard(start)) - step * (start + 0.5 * step) - np.log(mass)


def middle_unit(alpha: Parameter, beta: Parameter, z: FloatArray) -> FloatArray:
    """Return the cdf at z for bounds alpha < 0 < beta."""
    below = erf(alpha / SQRT2)
    mass = erf(beta / SQRT2) - below
    return np.where(z < -1.0, 2.0 * (ndtr(z) - ndtr(alpha)), erf(z / SQRT2) - below) / mass


def middle_quantile(alpha: Parameter, beta: Parameter, u: FloatArray) -> FloatArray:
    """Return the z at which the cdf is u for bounds alpha < 0 < beta, the inverse of `middle_unit`."""
    below = erf(alpha / SQRT2)
    mass = erf(beta / SQRT2) - below
    target = below + u * mass
    lower = ndtri(ndtr(alpha) + 0.5 * u * mass)
    upper = -ndtri(ndtr(-beta) + 0.5 * (1.0 - u) * mass)
    outside = np.where(target < 0.0, lower, upper)
    return np.where(np.abs(target) < _ERF_MIDDLE, SQRT2 * erfinv(target), outside)


def middle_log_density(alpha: Parameter, beta: Parameter, z: FloatArray) -> FloatArray:
    """Return the log-density at z for bounds alpha < 0 < beta, per standard deviation."""
    mass = 0.5 * (erf(beta / SQRT2) - erf(alpha / SQRT2))
    return -0.5 * z * z - 0.5 * math.log(2.0 * math.pi) - np.log(mass)
