"""In which variable a yield is followed: relative to equilibrium while near it, as such beyond."""

from __future__ import annotations

import math

from ..numerics.kernel import kernel
from .rates import LN_EQ, PER_UNIT, PLAIN, TREND

__all__ = ["change_variable"]

HIGHEST_RATIO = 1.5
LOWEST_RATIO = 0.5
# A yield this near equilibrium whose logarithm rises like its own is followed as a ratio again.
NEAR = 0.02
ALIKE = 0.1
# An unstable yield that follows equilibrium down to here matters no more.
LN_NEGLIGIBLE = -300.0


@kernel
def change_variable(j, always_plain, unstable, blocks, block, z, k, species):
    """Follow a yield as such where it has left equilibrium, and as a ratio where it has come back."""
    ln_eq, trend = species[LN_EQ, j], species[TREND, j]
    if species[PLAIN, j] == 0.0:
        vanishing = unstable and ln_eq < LN_NEGLIGIBLE
        if LOWEST_RATIO < z[j] < HIGHEST_RATIO and not vanishing:
            return
        factor, rise, plain = math.exp(ln_eq), trend, 1.0
    else:
        if always_plain or not z[j] > 0.0 or ln_eq < LN_NEGLIGIBLE:
            return
        if abs(math.log(z[j]) - ln_eq) > NEAR or abs(k[0, j] / z[j] - trend) > ALIKE:
            return
        factor, rise, plain = math.exp(-ln_eq), -trend, 0.0
    # The responses are in the same unit.
    for n in range(blocks):
        i = n * block + j
        k[0, i] = factor * (k[0, i] + rise * z[i])
        z[i] *= factor
    species[PLAIN, j] = plain
    species[PER_UNIT, j] = 1.0 if plain > 0.0 else factor
    return
