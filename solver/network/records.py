"""What the steps of an evolution tell: how far a yield is from equilibrium, and when it leaves it for good."""

from __future__ import annotations

import math

import numpy as np

from ..numerics.kernel import kernel
from .rates import LN_EQ, PLAIN, TREND

__all__ = ["freeze_out", "ln_ratio"]

LN_FREEZE_OUT = math.log(2.5)
BISECTIONS = 40


@kernel
def ln_ratio(v, slope, species, j):
    """Return ln(Y/Y_eq) and its slope."""
    if not v > 0.0:
        return -np.inf, 0.0
    if species[PLAIN, j] > 0.0:
        return math.log(v) - species[LN_EQ, j], slope / v - species[TREND, j]
    return math.log(v), slope / v


@kernel
def freeze_out(before, after, climb_before, climb_after, h):
    """Return the part of a step where Y = 2.5 Y_eq is crossed upwards, -1 where it is not."""
    if not (before < LN_FREEZE_OUT <= after) or before == -np.inf:
        return -1.0
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        t = 0.5 * (low + high)
        rest = 1.0 - t
        value = before * (1.0 + 2.0 * t) * rest * rest + after * t * t * (1.0 + 2.0 * rest)
        value += h * t * rest * (climb_before * rest - climb_after * t)
        if value < LN_FREEZE_OUT:
            low = t
        else:
            high = t
    return 0.5 * (low + high)
