"""What a trajectory of the yield tells: when it leaves equilibrium, how close it came.

A trajectory is an (m, `PATH_COLUMNS`) array of which ``rows`` rows are filled: u = ln z, Y, Yeq, what has been
produced, ∫ γ/(s H Z) du, the rate back to equilibrium and others. Between two rows
cubics through the values and their slopes hold.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...numerics.kernel import kernel
from ...numerics.quadrature import gauss_legendre, tail_matrix
from .system import LN_Z, SOURCE, YIELD, YIELD_EQ, equilibrium, rates

__all__ = ["freeze_out_abscissa", "largest_ratio"]

ORDER = 8
NODES, WEIGHTS = gauss_legendre(ORDER)
TAIL = tail_matrix(ORDER)
# Production counts as over when this share of it is done.
PRODUCED = 0.95
BISECTIONS = 16
MOST_ITERATIONS = 40
CROSSING_TOLERANCE = 1e-6
# Keeps the logarithm of a yield finite at the start of freeze-in.
SMALLEST_SHARE = 1e-30


class Step(NamedTuple):
    """Hold what interpolates one step from u = low to u = high."""

    low: float
    width: float
    y_low: float
    y_high: float
    slope_low: float
    slope_high: float
    source_low: float
    source_high: float
    production_low: float
    production_high: float


@kernel
def make_step(path, j, system):
    """Return the step that ends at row j."""
    low, high, y_low, y_high = path[j - 1, LN_Z], path[j, LN_Z], path[j - 1, YIELD], path[j, YIELD]
    a, b, q, _ = rates(system, low)
    slope_low = -a * (y_low - q) * (y_low + q) - b * (y_low - q)
    production_low = q * (a * q + b)
    a, b, q, _ = rates(system, high)
    slope_high = -a * (y_high - q) * (y_high + q) - b * (y_high - q)
    return Step(
        low, high - low, y_low, y_high, slope_low, slope_high,
        path[j - 1, SOURCE], path[j, SOURCE], production_low, q * (a * q + b),
    )  # fmt: skip


@kernel
def hermite(t, width, before, after, slope_low, slope_high):
    """Return at t in [0, 1] the cubic with given values and slopes at the ends."""
    rest = 1.0 - t
    ends = before * (1.0 + 2.0 * t) * rest * rest + after * t * t * (1.0 + 2.0 * rest)
    return ends + width * t * rest * (slope_low * rest - slope_high * t)


@kernel
def produced(step, u):
    """Return ∫ γ/(s H Z) du up to u inside a step."""
    t = (u - step.low) / step.width
    value = hermite(
        t, step.width, step.source_low, step.source_high, step.production_low, step.production_high
    )
    return min(step.source_high, max(step.source_low, value))


@kernel
def yield_inside(step, system, u):
    """Return Y at u inside a step without annihilations, by the quadrature of the linear equation from its start."""
    h = u - step.low
    b_nodes, q_nodes = np.empty(ORDER), np.empty(ORDER)
    depth = 0.0
    for i in range(ORDER):
        _, b_nodes[i], q_nodes[i], _ = rates(system, step.low + h * NODES[i])
        depth += WEIGHTS[i] * b_nodes[i]
    gain = 0.0
    for i in range(ORDER):
        below = 0.0
        for j in range(ORDER):
            below += TAIL[i, j] * b_nodes[j]
        gain += WEIGHTS[i] * b_nodes[i] * q_nodes[i] * math.exp(-h * below)
    return step.y_low * math.exp(-h * depth) + h * gain


@kernel
def ln_ratio(step, system, u):
    """Return ln(Y/Yeq) at u inside a step, as exact as the trajectory."""
    if system.sigma_ann > 0.0:
        return interpolated_ratio(step, system, u)
    q = equilibrium(system, u)[0]
    if q == 0.0:
        return math.inf
    return math.log(max(yield_inside(step, system, u), SMALLEST_SHARE * step.y_high) / q)


@kernel
def interpolated_ratio(step, system, u):
    """Return ln(Y/Yeq) at u inside a step by cubics: Y rises like a power from nothing, but falls exponentially."""
    q = equilibrium(system, u)[0]
    if q == 0.0:
        return math.inf
    t = (u - step.low) / step.width
    low, high = step.y_low, step.y_high
    if high > low:
        y = hermite(t, step.width, low, high, step.slope_low, step.slope_high)
        return math.log(max(y, SMALLEST_SHARE * high) / q)
    slope_low, slope_high = step.slope_low / low, step.slope_high / high
    return hermite(t, step.width, math.log(low), math.log(high), slope_low, slope_high) - math.log(q)


@kernel
def crossing(step, system):
    """Return z where Y = 2 Yeq inside a step, by the Illinois variant of false position."""
    wanted = math.log(2.0)
    low, high = step.low, step.low + step.width
    # A ratio that is zero at the lower end or infinite at the upper has no use here but its sign.
    below = max(ln_ratio(step, system, low) - wanted, -1.0)
    above = min(ln_ratio(step, system, high) - wanted, 1.0)
    side = 0
    u = high
    for _ in range(MOST_ITERATIONS):
        u = (low * above - high * below) / (above - below)
        value = ln_ratio(step, system, u) - wanted
        if abs(value) < CROSSING_TOLERANCE:
            break
        value = min(value, 1.0)
        if value < 0.0:
            low, below = u, value
            above *= 0.5 if side < 0 else 1.0
            side = -1
        else:
            high, above = u, value
            below *= 0.5 if side > 0 else 1.0
            side = 1
    return math.exp(u)


@kernel
def freeze_out_abscissa(path, rows, system):
    """Return z where Y = 2 Yeq for the last time, NaN if it never does.

    This is the paper's criterion Y - Yeq = c Yeq with c = 1 (above eq. (2.9)).
    """
    for j in range(rows - 1, 0, -1):
        if path[j - 1, YIELD] < 2.0 * path[j - 1, YIELD_EQ] and path[j, YIELD] >= 2.0 * path[j, YIELD_EQ]:
            return crossing(make_step(path, j, system), system)
    u, y, q = path[rows - 1, LN_Z], path[rows - 1, YIELD], path[rows - 1, YIELD_EQ]
    if not 0.0 < y < 2.0 * q:
        return math.nan
    # Production ended before Yeq fell to half the yield: Y is constant from there on.
    stride = 0.5
    while stride > CROSSING_TOLERANCE:
        if y < 2.0 * equilibrium(system, u + stride)[0]:
            u += stride
        else:
            stride *= 0.5
    return math.exp(u)


@kernel
def largest_ratio(path, rows, system):
    """Return the largest Y/Yeq while the first 95 % of the particles are produced.

    Later Yeq vanishes, and Y/Yeq grows whether or not the particle was ever in equilibrium. Looked up at
    the ends of steps, it is good to 5 %, with annihilations to 20 %.
    """
    end = PRODUCED * path[rows - 1, SOURCE]
    largest = 0.0
    for j in range(rows):
        if path[j, SOURCE] >= end and j > 0:
            step = make_step(path, j, system)
            u, stride = step.low, 0.5 * step.width
            for _ in range(BISECTIONS):
                if produced(step, u + stride) < end:
                    u += stride
                stride *= 0.5
            return max(largest, math.exp(ln_ratio(step, system, u)))
        if path[j, YIELD_EQ] > 0.0:
            largest = max(largest, path[j, YIELD] / path[j, YIELD_EQ])
    return largest
