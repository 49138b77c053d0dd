"""The momenta of dark matter today, from a trajectory of its yield: N_n = Y ⟨yⁿ⟩ for n = 1, 2.

A cross-section that does not depend on energy makes the rate of a particle the same at every momentum, so that

    dN_n/du = -(a Y + b) N_n + (a Yeq² + b Yeq) q_n(z) dⁿ,   d = [g_s0/g_s(T)]^{1/3},

is closed: what is produced has the momenta q_n = ⟨(p/T)ⁿ⟩ of equilibrium. The ultraviolet rate of dimension six, T⁸,
makes ⟨q⟩ = 4 and ⟨q²⟩ = 20 (f ∝ q e^{-q}, massless particles) and takes away what keeps equilibrium as it is. Elastic
scatterings are left out.
"""

from __future__ import annotations

import math

from ...cosmology import cosmology_at
from ...momentum.carried import cooled, place_of_gain
from ...momentum.sources import SOURCES
from ...numerics.bessel import k2_and_ratio
from ...numerics.kernel import kernel
from .system import DEPTH, FROM_DEPTH, LN_Z, PLACE, SPREAD, YIELD, YIELD_EQ, rates

__all__ = ["momenta_today"]

# ⟨q⟩ and ⟨q²⟩ of massless scatterings.
ULTRAVIOLET_MEAN, ULTRAVIOLET_SQUARE = SOURCES["scattering"]
# Of the yield at the end: panels that add less, some 1e-5 together, are not looked at.
LEAST_GAIN = 1e-7


@kernel
def momenta_at(system, u):
    """Return d, ⟨q⟩ and ⟨q²⟩ of equilibrium at u = ln z."""
    z = math.exp(u)
    d = cooled(system.cosmology, system.ln_mass - u)
    if system.non_relativistic:
        return d, math.sqrt(8.0 * z / math.pi), 3.0 * z
    k2, ratio = k2_and_ratio(z, u)
    return d, 2.0 * (z * z + 3.0 * z + 3.0) / k2, 12.0 + 3.0 * z * ratio


@kernel
def source_at(system, u):
    """Return ⟨q⟩ d and ⟨q²⟩ d² of what is produced at u, and how much faster N₁ and N₂ come to equilibrium than Y."""
    d, mean, square = momenta_at(system, u)
    faster, fastest = 1.0, 1.0
    if system.ultraviolet > 0.0 and u < 0.0:
        share = ultraviolet_share(system, u)
        faster = 1.0 + share * (ULTRAVIOLET_MEAN / mean - 1.0)
        fastest = 1.0 + share * (ULTRAVIOLET_SQUARE / square - 1.0)
    return faster * mean * d, fastest * square * d * d, faster, fastest


@kernel
def ultraviolet_share(system, u):
    """Return the part of the rate b at u that is that of dimension six far above all masses."""
    _, b, q, _ = rates(system, u)
    hubble, entropy, inverse_z = cosmology_at(system.cosmology, system.ln_mass - u)
    z = math.exp(u)
    hot = system.ultraviolet * (system.mass / z) ** 2 / (q * entropy) * system.mass * inverse_z / (hubble * z)
    return min(hot / b, 1.0)


@kernel
def quadratic(first, middle, last, place, square):
    """Return the mean of the quadratic through values at 0, 1/2 and 1, given those of the place and of its square."""
    bend = 2.0 * (first - 2.0 * middle + last)
    return first + (last - first - bend) * place + bend * square


@kernel
def momenta_today(path, rows, system, trail):
    """Return ⟨y⟩ and ⟨y²⟩ from a trajectory (m, `PATH_COLUMNS`) of which ``rows`` rows are filled.

    Every row of ``trail`` (m, 3) that fits receives Y, N₁ and N₂; one without rows records nothing.
    """
    first = source_at(system, path[0, LN_Z])
    y = path[0, YIELD]
    n_1, n_2 = y * first[0] / first[2], y * first[1] / first[3]
    known = 0
    final = path[rows - 1, YIELD]
    for j in range(1, rows):
        if j <= trail.shape[0]:
            trail[j - 1, 0], trail[j - 1, 1], trail[j - 1, 2] = y, n_1, n_2
        depth = path[j, DEPTH]
        kept = math.exp(-depth)
        gain = path[j, YIELD] - y * kept
        y = path[j, YIELD]
        if not gain > LEAST_GAIN * final:
            n_1, n_2 = n_1 * kept, n_2 * kept
            continue
        u, width = path[j, LN_Z], path[j, LN_Z] - path[j - 1, LN_Z]
        if known != j - 1:
            first = source_at(system, u - width)
        middle = source_at(system, u - 0.5 * width)
        last = source_at(system, u)
        place, square = path[j, PLACE], path[j, SPREAD]
        if place == FROM_DEPTH:
            place, square = place_of_gain(depth)
        mean_1 = quadratic(first[0], middle[0], last[0], place, square)
        mean_2 = quadratic(first[1], middle[1], last[1], place, square)
        if middle[3] == 1.0:
            n_1, n_2 = n_1 * kept + gain * mean_1, n_2 * kept + gain * mean_2
        else:
            n_1 = relaxed(
                n_1, depth * middle[2], gain * mean_1, path, j, first[0] / first[2], last[0] / last[2]
            )
            n_2 = relaxed(
                n_2, depth * middle[3], gain * mean_2, path, j, first[1] / first[3], last[1] / last[3]
            )
        first = last
        known = j
    if rows <= trail.shape[0]:
        trail[rows - 1, 0], trail[rows - 1, 1], trail[rows - 1, 2] = y, n_1, n_2
    return n_1 / y, n_2 / y


@kernel
def relaxed(value, depth, gain, path, row, hot, cold):
    """Return N_n after a step that has a depth of its own, between equilibria Yeq ``hot`` and Yeq ``cold``."""
    kept = math.exp(-depth)
    if depth < 0.1:
        return value * kept + gain
    start, end = path[row - 1, YIELD_EQ] * hot, path[row, YIELD_EQ] * cold
    return end + (value - start) * kept + (start - end) * (1.0 - kept) / depth
