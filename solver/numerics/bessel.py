"""Modified Bessel functions K₁ and K₂ as universal tables, good to 1e-9."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .kernel import kernel
from .tables import build_table, lookup2

__all__ = ["k1_scaled", "k2_and_ratio", "ln_x2_k2_scaled", "ratio_k1_k2", "scaled_k2_and_ratio"]

# The table spans SMALLEST_ARGUMENT < x < LARGEST_ARGUMENT; beyond, series in x or 1/x are exact to double precision
# (below) or to 1e-12 (above).
SMALLEST_ARGUMENT = 1e-5
LARGEST_ARGUMENT = 1e4
CELLS = 1200


def _tabulated(ln_x: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import kve

    x = np.exp(ln_x)
    # Both rows vary slowly: the powers that K₂ has at its two ends are divided out.
    k2 = kve(2, x)
    return np.array([x * x * k2 / (2.0 + x**1.5), kve(1, x) / k2 * (1.0 + 2.0 / x)])


TABLE = build_table(_tabulated, math.log(SMALLEST_ARGUMENT), math.log(LARGEST_ARGUMENT), CELLS)


@kernel
def k2_and_ratio(x, ln_x):
    """Return x² eˣ K₂(x) and K₁(x)/K₂(x) for x > 0, whose logarithm the caller knows.

    The first tends to 2 as x vanishes; the second is the time dilation factor of a thermal decay.
    """
    if x < SMALLEST_ARGUMENT:
        return 2.0 + 2.0 * x, 0.5 * x
    if x > LARGEST_ARGUMENT:
        # Hankel's expansion (DLMF 10.40.2), to third order in 1/x.
        y = 1.0 / (8.0 * x)
        k2 = 1.0 + y * (15.0 + y * (52.5 - 157.5 * y))
        k1 = 1.0 + y * (3.0 - y * (7.5 - 52.5 * y))
        return x * math.sqrt(0.5 * math.pi * x) * k2, k1 / k2
    first, second = lookup2(TABLE, ln_x)
    return first * (2.0 + x * math.sqrt(x)), second * x / (x + 2.0)


@kernel
def scaled_k2_and_ratio(x):
    """Return ln(x² eˣ K₂(x)) and K₁(x)/K₂(x) for x > 0."""
    k2, ratio = k2_and_ratio(x, math.log(x))
    return math.log(k2), ratio


@kernel
def ln_x2_k2_scaled(x):
    """Return ln(x² eˣ K₂(x)); it tends to ln 2 as x vanishes."""
    return scaled_k2_and_ratio(x)[0]


@kernel
def ratio_k1_k2(x):
    """Return K₁(x)/K₂(x), the time dilation factor of a thermal decay."""
    return k2_and_ratio(x, math.log(x))[1]


@kernel
def k1_scaled(x):
    """Return eˣ K₁(x)."""
    k2, ratio = k2_and_ratio(x, math.log(x))
    return k2 * ratio / (x * x)
