"""In which variable a yield is followed: relative to equilibrium while near it, as such beyond."""

from __future__ import annotations

import math

from ..numerics.kernel import kernel
from .rates import set_coefficients

__all__ = ["back_to_ratio", "begin", "leave_ratio"]

HIGHEST_RATIO = 1.5
LOWEST_RATIO = 0.5
# A yield this near equilibrium whose logarithm rises like its own is followed as a ratio again.
NEAR = 0.02
ALIKE = 0.1
# An unstable yield that follows equilibrium down to here matters no more.
LN_NEGLIGIBLE = -300.0
LN_LARGEST = 700.0


@kernel
def begin(network, point, u, z, s):
    """Set yields and charges at the start."""
    solved = network.nu.shape[1]
    for j in range(z.size):
        z[j] = 0.0
    for j in range(solved):
        s.plain[j] = network.plain[j] or point.start[j] == point.start[j]
        z[j] = point.start[j] if point.start[j] == point.start[j] else 1.0
    set_coefficients(network, point, u, s)
    return


@kernel
def leave_ratio(network, point, j, z, slope, s):
    """Follow a yield as such where it has left equilibrium."""
    vanishing = point.unstable[j] and s.ln_eq[j] < LN_NEGLIGIBLE
    if s.plain[j] or (LOWEST_RATIO < z[j] < HIGHEST_RATIO and not vanishing):
        return
    rescale(network, j, math.exp(s.ln_eq[j]), s.trend[j], z, slope)
    s.plain[j] = True
    s.per_unit[j] = 1.0
    return


@kernel
def back_to_ratio(network, j, z, slope, s):
    """Follow a yield relative to equilibrium where it has come back to it."""
    if not s.plain[j] or network.plain[j] or not z[j] > 0.0 or s.ln_eq[j] < LN_NEGLIGIBLE:
        return
    ratio = math.log(z[j]) - s.ln_eq[j]
    rise = slope[j] / z[j] - s.trend[j]
    if abs(ratio) < NEAR and abs(rise) < ALIKE:
        rescale(network, j, math.exp(-s.ln_eq[j]), -s.trend[j], z, slope)
        s.plain[j] = False
        s.per_unit[j] = math.exp(-s.ln_eq[j])
    return


@kernel
def rescale(network, j, factor, trend, z, slope):
    """Change the unit of a yield and of its responses, whose logarithm has the slope ``trend``."""
    block = network.nu.shape[1] + network.source.shape[0]
    for k in range(network.powers.shape[0] + 1):
        i = k * block + j
        slope[i] = factor * (slope[i] + trend * z[i])
        z[i] *= factor
    return
