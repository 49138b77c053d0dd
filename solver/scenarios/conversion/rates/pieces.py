"""The kernel that reads the rates of one point from the tables, as cubic pieces over ln x.

All tables share one grid in ln(m_phi/T), so that a point costs sums of a few dozen rows.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....numerics.kernel import kernel
from ....numerics.tables import Table
from .bound_states import WIDTH_FACTOR
from .grid import (
    CELLS,
    GAP_RANGE,
    LN_SMALLEST_X,
    LN_X_STEP,
    M_PHI_RANGE,
    MARGIN,
    NODES_PER_SEGMENT,
    SMALLEST_X,
)
from .tables import COLLINEAR_MASSES

__all__ = ["PIECES_SHAPE", "RateTables", "fill_rates"]

FUNCTIONS = 3
PIECES_SHAPE = (CELLS, 4 * FUNCTIONS)
# Points per interpolation in a mass or a mass ratio.
STENCIL = 6
LN_COLLINEAR_MASS = math.log(COLLINEAR_MASSES[0])
LN_GAP_RANGE = math.log(GAP_RANGE[1] / GAP_RANGE[0])


class RateTables(NamedTuple):
    """Hold the tables of one set of options, for kernels.

    Attributes
    ----------
    edges, crowding : (segments + 1,) array
        The ends of the segments of the m_phi axis, and the distance to which nodes crowd there, GeV.
    annihilation : (masses, 5 or 7, n) array
        m_phi² times the coefficients of <sigma v> in lambda_H, on the nodes of ln x with `MARGIN` more
        at either end; then, if asked for, the Yukawa averages of Higgs and Z exchange.
    s_wave : (masses, 5) array
        m_phi² times the coefficients of the s-wave.
    strengths : (2,) array
        The factors that make lambda_H²/m_phi and m_phi the strengths of Higgs and Z exchange.
    enhancement, capture, ionisation : (n,) arrays
        <S> - 1, m_phi² <sigma_capture v> and ionisation over capture in units of m_phi³.
    conversion : (gaps, 3, n) array
        R_A, R_B and the slope of R_B in ln(m_l/T), all times Delta m/m_phi.
    lepton_masses : (k,) array
        Fixed regulators of R_B to average over, GeV; none if the regulator is thermal.
    """

    edges: NDArray[np.float64]
    crowding: NDArray[np.float64]
    annihilation: NDArray[np.float64]
    s_wave: NDArray[np.float64]
    strengths: NDArray[np.float64]
    enhancement: NDArray[np.float64]
    capture: NDArray[np.float64]
    ionisation: NDArray[np.float64]
    conversion: NDArray[np.float64]
    lepton_masses: NDArray[np.float64]


@kernel
def lagrange(position, count, weights):
    """Write the weights of the stencil around a position on integer nodes; return its first node."""
    first = min(max(int(position) - (STENCIL // 2 - 1), 0), count - STENCIL)
    for i in range(STENCIL):
        weight = 1.0
        for j in range(STENCIL):
            if j != i:
                weight *= (position - first - j) / (i - j)
        weights[i] = weight
    return first


@kernel
def mass_position(edges, crowding, m_phi):
    """Return the segment of m_phi and the position among its nodes."""
    segment = 0
    while segment < edges.size - 2 and m_phi >= edges[segment + 1]:
        segment += 1
    low, high = edges[segment], edges[segment + 1]
    at_low, at_high = crowding[segment], crowding[segment + 1]
    first = math.log(at_low / (high - low + at_high))
    last = math.log((high - low + at_low) / at_high)
    here = math.log((m_phi - low + at_low) / (high - m_phi + at_high))
    return segment, (here - first) / (last - first) * (NODES_PER_SEGMENT - 1)


@kernel
def set_all(row, value):
    """Set every element of a row."""
    for j in range(row.size):
        row[j] = value


@kernel
def add_scaled(total, factor, row):
    """Add a multiple of the head of a row."""
    for j in range(total.size):
        total[j] += factor * row[j]


@kernel
def fill_annihilation(tables, m_phi, lambda_H, weights, total, by_higgs, by_z):
    """Write <sigma v> on the nodes; the other rows are for work."""
    segment, position = mass_position(tables.edges, tables.crowding, m_phi)
    first = segment * NODES_PER_SEGMENT + lagrange(position, NODES_PER_SEGMENT, weights)
    m2 = m_phi * m_phi
    powers = tables.s_wave.shape[1]
    columns = tables.annihilation.shape[1]
    sigma_0 = 0.0
    set_all(total, 0.0)
    set_all(by_higgs, 0.0)
    set_all(by_z, 0.0)
    for i in range(weights.size):
        factor = weights[i] / m2
        for k in range(powers):
            add_scaled(total, factor, tables.annihilation[first + i, k])
            sigma_0 += factor * tables.s_wave[first + i, k]
            factor *= lambda_H
        if columns > powers:
            add_scaled(by_higgs, weights[i], tables.annihilation[first + i, powers])
            add_scaled(by_z, weights[i], tables.annihilation[first + i, powers + 1])
    higgs = tables.strengths[0] * lambda_H * lambda_H / m_phi
    z = tables.strengths[1] * m_phi
    width = WIDTH_FACTOR * sigma_0
    for j in range(total.size):
        enhancement = tables.enhancement[j] + higgs * by_higgs[j] + z * by_z[j]
        capture = tables.capture[j] / m2
        decayed = width / (width + capture * tables.ionisation[j])
        total[j] += sigma_0 * enhancement + capture * decayed


@kernel
def fill_conversion(tables, m_phi, gap, weights, rate_a, rate_b, slope):
    """Write R_A and R_B on the nodes; the last row is for work."""
    set_all(rate_a, 0.0)
    set_all(rate_b, 0.0)
    set_all(slope, 0.0)
    count = tables.conversion.shape[0]
    if count == 0:
        return
    first = lagrange(math.log(gap / GAP_RANGE[0]) / LN_GAP_RANGE * (count - 1), count, weights)
    fixed = tables.lepton_masses.size
    for i in range(weights.size):
        factor = weights[i] / gap
        add_scaled(rate_a, factor, tables.conversion[first + i, 0])
        add_scaled(rate_b, factor, tables.conversion[first + i, 1])
        add_scaled(slope, factor, tables.conversion[first + i, 2])
    if fixed == 0:
        return
    for j in range(slope.size):
        mean = 0.0
        for mass in tables.lepton_masses:
            ratio = mass / m_phi * SMALLEST_X * math.exp(LN_X_STEP * (j - MARGIN))
            # The logarithm stops growing, and the leptons disappear, where T falls below their mass.
            logarithm = -0.5 * math.log(1.0 + 1.0 / (ratio * ratio)) - LN_COLLINEAR_MASS
            mean += (rate_b[j] + slope[j] * logarithm) * (1.0 + ratio) * math.exp(-ratio)
        rate_b[j] = mean / fixed


@kernel
def central_difference(values, j):
    """Return the derivative at a node per step, to sixth order."""
    return (
        0.75 * (values[j + 1] - values[j - 1])
        - 0.15 * (values[j + 2] - values[j - 2])
        + (values[j + 3] - values[j - 3]) / 60.0
    )


@kernel
def hermite_pieces(values, pieces, first):
    """Write the cubic pieces of values on the nodes, margins included, from a column on."""
    for cell in range(pieces.shape[0]):
        j = cell + MARGIN
        left = central_difference(values, j)
        right = central_difference(values, j + 1)
        rise = values[j + 1] - values[j]
        pieces[cell, first] = values[j]
        pieces[cell, first + 1] = left
        pieces[cell, first + 2] = 3.0 * rise - 2.0 * left - right
        pieces[cell, first + 3] = left + right - 2.0 * rise


@kernel
def fill_rates(tables, m_chi, delta_m, lambda_H, x_end, pieces):
    """Write <sigma v> (GeV⁻²), R_A and R_B of a point as cubic pieces over ln x, x = m_chi/T.

    Parameters
    ----------
    tables : RateTables
        The tables of the options.
    m_chi, delta_m, lambda_H : float
        Masses in GeV, m_phi = m_chi + delta_m, and the portal coupling. Outside `M_PHI_RANGE` and
        `GAP_RANGE` the pieces are NaN.
    x_end : float
        How far the pieces must reach; they end where the tables do, at x = 25 m_chi/(4e-5 m_phi).
    pieces : `PIECES_SHAPE` array
        Is overwritten.

    Returns
    -------
    Table
        A view of the part of ``pieces`` that was filled.
    """
    m_phi = m_chi + delta_m
    ln_ratio = math.log(m_phi / m_chi)
    start = LN_SMALLEST_X - ln_ratio
    cells = max(1, min(int((math.log(x_end) - start) / LN_X_STEP) + 1, CELLS))
    nodes = cells + 1 + 2 * MARGIN
    values = np.empty((FUNCTIONS + 2, nodes))
    weights = np.empty(STENCIL)
    gap = delta_m / m_phi
    if M_PHI_RANGE[0] <= m_phi <= M_PHI_RANGE[1] and GAP_RANGE[0] <= gap <= GAP_RANGE[1]:
        fill_annihilation(tables, m_phi, lambda_H, weights, values[0], values[3], values[4])
        fill_conversion(tables, m_phi, gap, weights, values[1], values[2], values[3])
    else:
        for function in range(FUNCTIONS):
            set_all(values[function], math.nan)
    filled = pieces[:cells]
    for function in range(FUNCTIONS):
        hermite_pieces(values[function], filled, 4 * function)
    return Table(start, 1.0 / LN_X_STEP, filled)
