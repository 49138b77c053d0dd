"""A comparison in the logarithm whose width depends on the point, with its normalisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .limits import marginalised_bound

__all__ = ["FORMS", "added", "budget", "ln_ratio", "normalised_gaussian"]

Array = NDArray[np.float64]

# Stands for the logarithm of nothing: far enough to be excluded, near enough to be a number.
SMALLEST_RATIO = 1e-300


def ln_ratio(value: Array, measured: float) -> Array:
    """Return ln(value/measured) (n,); that of zero is about -690."""
    return np.log(np.maximum(value / measured, SMALLEST_RATIO))


def normalised_gaussian(pull: Array, variance: Array, reference: float) -> Array:
    """Return ``-x^2/(2v) - ln(v/v0)/2`` for differences x of logarithms and variances v (n,).

    The second term is the normalisation of the distribution of what is measured, without which a point could
    be made likely by being poorly calculated. It is zero where the variance is the reference v0.
    """
    return -0.5 * (pull * pull / variance + np.log(variance / reference))


def _upper(pull: Array, variance: Array, reference: float) -> Array:
    return -0.5 * np.maximum(pull, 0.0) ** 2 / variance


def _upper_marginalised(pull: Array, variance: Array, reference: float) -> Array:
    return marginalised_bound(pull / np.sqrt(variance), 0.0, 1.0)


# Bounds are probabilities as they stand: nothing normalises them.
FORMS = {"two-sided": normalised_gaussian, "upper": _upper, "upper-marginalised": _upper_marginalised}


def added(data: float, theory: Array) -> Array:
    """Return the variance of the logarithm (n,) from the error of the data and that of each point."""
    return data * data + theory * theory


def budget(values: Array, data: float, theory: Array | float) -> dict[str, float]:
    """Return the errors of the logarithm from data, theory and the spread of predictions (n,)."""
    size = np.abs(np.atleast_1d(values))
    spread = np.std(np.log(np.maximum(size, SMALLEST_RATIO)))
    return {
        "data": float(data),
        "theory": float(np.sqrt(np.mean(np.square(theory)))),
        "parameters": float(spread),
    }
