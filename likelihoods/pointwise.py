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


def normalised_gaussian(pull: Array, width: Array, reference: float) -> Array:
    """Return ``-(x/w)^2/2 - ln(w/w0)`` for differences x of logarithms and widths w (n,).

    The second term is the normalisation of the distribution of what is measured, without which a point could
    be made likely by being poorly calculated. It is zero where the width is the reference w0.
    """
    return -0.5 * (pull / width) ** 2 - np.log(width / reference)


def _upper(pull: Array, width: Array, reference: float) -> Array:
    return -0.5 * (np.maximum(pull, 0.0) / width) ** 2


def _upper_marginalised(pull: Array, width: Array, reference: float) -> Array:
    return marginalised_bound(pull / width, 0.0, 1.0)


# Bounds are probabilities as they stand: nothing normalises them.
FORMS = {"two-sided": normalised_gaussian, "upper": _upper, "upper-marginalised": _upper_marginalised}


def added(first: float, second: Array) -> Array:
    """Return the width of the logarithm (n,) from a constant part and one of each point."""
    return np.sqrt(first * first + second * second)


def budget(values: Array, data: float, theory: Array | float) -> dict[str, float]:
    """Return the errors of the logarithm from data, theory and the spread of predictions (n,)."""
    size = np.abs(np.atleast_1d(values))
    spread = np.std(np.log(np.maximum(size, SMALLEST_RATIO)))
    return {
        "data": float(data),
        "theory": float(np.sqrt(np.mean(np.square(theory)))),
        "parameters": float(spread),
    }
