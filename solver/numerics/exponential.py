"""The exponential in a few nanoseconds, for the innermost loops.

The C library's takes several times longer on machines where it cannot use its vector variants, and a
Boltzmann right-hand side is little else than exponentials.
"""

from __future__ import annotations

import math

import numpy as np

from .kernel import kernel

__all__ = ["fast_exp"]

# exp(x) = 2^(n/PARTS) exp(r) with |r| < ln 2/(2 PARTS), where a polynomial of fifth degree errs by 2e-15.
PARTS = 32
PARTS_PER_UNIT = PARTS / math.log(2.0)
# The spacing in two parts, the first with trailing zeros, so that r loses no digits.
SPACING_HIGH = math.ldexp(math.floor(math.ldexp(math.log(2.0) / PARTS, 40)), -40)
SPACING_LOW = 5.062034433330175e-13
FRACTIONS = 2.0 ** (np.arange(PARTS) / PARTS)
LOWEST_POWER = -1022
POWERS_OF_TWO = np.ldexp(1.0, np.arange(LOWEST_POWER, 1024))
UNDERFLOW = -708.0
OVERFLOW = 709.0


@kernel
def fast_exp(x):
    """Return exp(x) to 1e-14; zero below -708, where numbers lose digits, and infinity above 709."""
    if not x > UNDERFLOW:
        return 0.0 if x <= UNDERFLOW else x
    if x > OVERFLOW:
        return np.inf
    n = math.floor(x * PARTS_PER_UNIT + 0.5)
    r = (x - n * SPACING_HIGH) - n * SPACING_LOW
    square = r * r
    tail = (0.5 + r * (1.0 / 6.0)) + square * (1.0 / 24.0 + r * (1.0 / 120.0))
    scale = FRACTIONS[n & (PARTS - 1)] * POWERS_OF_TWO[(n >> 5) - LOWEST_POWER]
    return scale + scale * (r + square * tail)
