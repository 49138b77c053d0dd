"""What a trajectory of the yield tells: when it leaves equilibrium, how close it came.

A trajectory is an (m, 4) array of which ``rows`` rows are filled: u = ln z, Y, Yeq, and what has been
produced, ∫ γ/(s H Z) du.
"""

from __future__ import annotations

import math

from ...numerics.kernel import kernel
from .system import equilibrium, rates

__all__ = ["freeze_out_abscissa", "largest_ratio"]

# Production counts as over when this share of it is done.
PRODUCED = 0.95


@kernel
def freeze_out_abscissa(path, rows, system):
    """Return z where Y = 2 Yeq for the last time, NaN if it never does.

    This is the paper's criterion Y - Yeq = c Yeq with c = 1 (above eq. (2.9)).
    """
    for j in range(rows - 1, 0, -1):
        if path[j - 1, 1] < 2.0 * path[j - 1, 2] and path[j, 1] >= 2.0 * path[j, 2]:
            return crossing(path, j, system)
    u, y, q = path[rows - 1, 0], path[rows - 1, 1], path[rows - 1, 2]
    if not 0.0 < y < 2.0 * q:
        return math.nan
    # Production ended before Yeq fell to half the yield: Y is constant from there on.
    step = 0.5
    while step > 1e-6:
        if y < 2.0 * equilibrium(system, u + step)[0]:
            u += step
        else:
            step *= 0.5
    return math.exp(u)


@kernel
def crossing(path, j, system):
    """Return z where ln(Y/2Yeq), a cubic through its values and slopes at a panel's ends, vanishes."""
    low, high = path[j - 1, 0], path[j, 0]
    if path[j - 1, 1] == 0.0 or path[j, 2] == 0.0:
        return math.exp(high)
    width = high - low
    before = math.log(0.5 * path[j - 1, 1] / path[j - 1, 2])
    after = math.log(0.5 * path[j, 1] / path[j, 2])
    slope_low = ratio_slope(system, low, path[j - 1, 1]) * width
    slope_high = ratio_slope(system, high, path[j, 1]) * width
    t, step = 0.0, 0.5
    while step > 1e-9:
        s = t + step
        value = (
            before * (1.0 + 2.0 * s) * (1.0 - s) ** 2
            + slope_low * s * (1.0 - s) ** 2
            + after * s * s * (3.0 - 2.0 * s)
            + slope_high * s * s * (s - 1.0)
        )
        if value < 0.0:
            t = s
        step *= 0.5
    return math.exp(low + t * width)


@kernel
def ratio_slope(system, u, y):
    """Return dln(Y/Yeq)/du."""
    a, b, q, slope = rates(system, u)
    return -a * (y - q * q / y) - b * (1.0 - q / y) - slope


@kernel
def largest_ratio(path, rows):
    """Return the largest Y/Yeq while the first 95 % of the particles are produced.

    Later Yeq vanishes, and Y/Yeq grows whether or not the particle was ever in equilibrium.
    """
    end = PRODUCED * path[rows - 1, 3]
    largest = 0.0
    for j in range(1, rows):
        ratio = path[j, 1] / path[j, 2] if path[j, 2] > 0.0 else 0.0
        if path[j, 3] > end:
            before = path[j - 1, 1] / path[j - 1, 2]
            share = (end - path[j - 1, 3]) / (path[j, 3] - path[j - 1, 3])
            return max(largest, before + share * (ratio - before))
        largest = max(largest, ratio)
    return largest
