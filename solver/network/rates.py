"""The rates of a network at one temperature: coefficients in the units of the yields as followed, fluxes, Jacobian."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numerics.exponential import fast_exp
from ..numerics.kernel import kernel
from .tables import LN_ZERO, STEP

__all__ = [
    "Network",
    "Point",
    "Scratch",
    "decay_of",
    "product_of",
    "scratch",
    "set_coefficients",
    "set_fluxes",
    "set_matrix",
    "strength",
]

# A reaction whose participants are all near equilibrium is slowed down to this many times the expansion: this
# changes nothing above 1e-9 and keeps conserved sums in double precision.
LN_CEILING = math.log(1e9)


class Network(NamedTuple):
    """Hold the arrays of `relicfit.solver.network.topology.Topology` that the engine reads."""

    ins: NDArray[np.int64]
    outs: NDArray[np.int64]
    nu: NDArray[np.float64]
    reversible: NDArray[np.float64]
    plain: NDArray[np.bool_]
    source: NDArray[np.float64]
    terms: NDArray[np.int64]
    powers: NDArray[np.float64]
    quadratic: bool


class Point(NamedTuple):
    """Hold what differs between points.

    Attributes
    ----------
    u0 : float
        ln(1/T) at the first cell.
    coefficients : (cells, 4 C) array
    masses : (N,) array
    shifts : (P + W,) array
        What the tables have taken off the logarithms of rates, times T.
    epsilon : (P,) array
        The charge that one reaction makes.
    unstable : (N,) bool array
    start : (N,) array
        The yields at the start, NaN for equilibrium.
    """

    u0: float
    coefficients: NDArray[np.float64]
    masses: NDArray[np.float64]
    shifts: NDArray[np.float64]
    epsilon: NDArray[np.float64]
    unstable: NDArray[np.bool_]
    start: NDArray[np.float64]


class Scratch(NamedTuple):
    """Hold what a stage works on.

    Attributes
    ----------
    plain : (N,) bool array
        Which yields are followed as such.
    ln_eq, trend, per_unit : (N,) arrays
        ln Y_eq, its slope, and the reciprocal unit of v.
    forward, backward, flux : (P,) arrays
    washout : (W,) array
    dilution : (1,) array
        dlnS/du.
    matrix : (N, N) array
    residual : (N,) array
    """

    plain: NDArray[np.bool_]
    ln_eq: NDArray[np.float64]
    trend: NDArray[np.float64]
    per_unit: NDArray[np.float64]
    forward: NDArray[np.float64]
    backward: NDArray[np.float64]
    flux: NDArray[np.float64]
    washout: NDArray[np.float64]
    dilution: NDArray[np.float64]
    matrix: NDArray[np.float64]
    residual: NDArray[np.float64]


@kernel
def scratch(network):
    """Return arrays to work on."""
    processes, solved = network.nu.shape
    washouts = network.terms.shape[0]
    return Scratch(
        np.zeros(solved, dtype=np.bool_), np.zeros(solved), np.zeros(solved), np.ones(solved),
        np.zeros(processes), np.zeros(processes), np.zeros(processes), np.zeros(washouts), np.zeros(1),
        np.zeros((solved, solved)), np.zeros(solved),
    )  # fmt: skip


@kernel
def set_coefficients(network, point, u, s):
    """Set equilibrium and rate coefficients at u = ln(1/T), in the units of the yields as they are followed."""
    processes, solved = network.nu.shape
    position = (u - point.u0) / STEP
    cells = point.coefficients.shape[0]
    cell = min(max(int(position), 0), cells - 1)
    t = position - cell
    row = point.coefficients[cell]
    per_t = math.exp(u)
    s.dilution[0] = row[0] + t * (row[1] + t * (row[2] + t * row[3]))
    for j in range(solved):
        c = 4 * (1 + j)
        kinetic = point.masses[j] * per_t
        s.ln_eq[j] = row[c] + t * (row[c + 1] + t * (row[c + 2] + t * row[c + 3])) - kinetic
        s.trend[j] = (row[c + 1] + t * (2.0 * row[c + 2] + 3.0 * t * row[c + 3])) / STEP - kinetic
        s.per_unit[j] = 1.0 if s.plain[j] else math.exp(-s.ln_eq[j])
    for p in range(processes):
        c = 4 * (1 + solved + p)
        ln_k = row[c] + t * (row[c + 1] + t * (row[c + 2] + t * row[c + 3]))
        if ln_k <= 0.5 * LN_ZERO:
            s.forward[p] = 0.0
            s.backward[p] = 0.0
            continue
        ln_k -= point.shifts[p] * per_t
        forward, backward = ln_k, ln_k
        all_near = True
        largest = -np.inf
        for a in network.ins[p]:
            if a >= 0:
                backward += s.ln_eq[a]
                forward += 0.0 if s.plain[a] else s.ln_eq[a]
                all_near &= not s.plain[a]
                largest = max(largest, s.ln_eq[a])
        for a in network.outs[p]:
            if a >= 0:
                backward -= s.ln_eq[a] if s.plain[a] else 0.0
                all_near &= not s.plain[a]
                largest = max(largest, s.ln_eq[a])
        if all_near:
            lowered = max(0.0, forward - largest - LN_CEILING)
            forward -= lowered
            backward -= lowered
        s.forward[p] = fast_exp(forward)
        s.backward[p] = fast_exp(backward) if network.reversible[p] > 0.0 else 0.0
    for w in range(network.terms.shape[0]):
        c = 4 * (1 + solved + processes + w)
        ln_w = row[c] + t * (row[c + 1] + t * (row[c + 2] + t * row[c + 3]))
        s.washout[w] = 0.0 if ln_w <= 0.5 * LN_ZERO else fast_exp(ln_w - point.shifts[processes + w] * per_t)
    return


@kernel
def product_of(coefficient, participants, v, skipped):
    """Return the coefficient times all v of a side but the skipped one."""
    for position in range(3):
        a = participants[position]
        if a < 0:
            break
        if position != skipped:
            coefficient *= v[a]
    return coefficient


@kernel
def set_fluxes(network, v, s):
    """Set the net flux of every reaction."""
    for p in range(network.nu.shape[0]):
        forward = product_of(s.forward[p], network.ins[p], v, -1)
        s.flux[p] = forward - product_of(s.backward[p], network.outs[p], v, -1)
    return


@kernel
def decay_of(s, j):
    """Return the rate at which v falls by dilution and by the trend of its unit."""
    return s.dilution[0] if s.plain[j] else s.dilution[0] + s.trend[j]


@kernel
def set_matrix(network, g, v, s):
    """Set 1 - g J at v."""
    solved = v.size
    for i in range(solved):
        for j in range(solved):
            s.matrix[i, j] = 0.0
        s.matrix[i, i] = 1.0 + g * decay_of(s, i)
    for p in range(network.nu.shape[0]):
        for position in range(3):
            a = network.ins[p, position]
            if a < 0:
                break
            slope = g * product_of(s.forward[p], network.ins[p], v, position)
            for i in range(solved):
                if network.nu[p, i] != 0.0:
                    s.matrix[i, a] -= network.nu[p, i] * s.per_unit[i] * slope
        for position in range(3):
            a = network.outs[p, position]
            if a < 0:
                break
            slope = g * product_of(s.backward[p], network.outs[p], v, position)
            for i in range(solved):
                if network.nu[p, i] != 0.0:
                    s.matrix[i, a] += network.nu[p, i] * s.per_unit[i] * slope
    return


@kernel
def strength(network, w, v, s):
    """Return the rate of one washout over the expansion."""
    j = network.terms[w, 1]
    if j < 0:
        return s.washout[w]
    return s.washout[w] * v[j] / s.per_unit[j]
