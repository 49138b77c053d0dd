"""The right-hand side of the density-matrix equations and its Jacobian.

Unknowns: for each helicity s = ±1 the N² real numbers of the hermitian matrix X_s, first its diagonal, then
real and imaginary part of X_ij for i < j; then Q_k/`CHARGE_UNIT` of the flavours followed; last u = ln Σ_φ/Σ_eq.
Where no flavour is followed, charges are left out of everything.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....numerics.kernel import kernel

__all__ = ["CHARGE_UNIT", "Couplings", "Work", "couplings_of", "derivatives", "jacobian", "work_of"]

CHARGE_UNIT = 1e-6
HELICITIES = 2


class Couplings(NamedTuple):
    """Hold h_k = conj(λ_ki) λ_kj by flavour and in total, real and imaginary parts, and the mass splittings.

    Attributes
    ----------
    real, imaginary : (K, N, N) array
    total_real, total_imaginary : (N, N) array
    splittings : (N,) array
        m_i - m_1, GeV.
    trace : float
        tr h.
    """

    real: NDArray[np.float64]
    imaginary: NDArray[np.float64]
    total_real: NDArray[np.float64]
    total_imaginary: NDArray[np.float64]
    splittings: NDArray[np.float64]
    trace: float


class Work(NamedTuple):
    """Hold arrays that are overwritten: X, damping with frequency B, production P, and by-products.

    Attributes
    ----------
    matrix, damping, production : (2, N, N) complex array
        X_s, c (k0 K_s/2 + i H_s), and P_s.
    potentials : (K,) array
        y_k.
    overlaps : (2, 2, K) array
        T_ks and I_ks.
    """

    matrix: NDArray[np.complex128]
    damping: NDArray[np.complex128]
    production: NDArray[np.complex128]
    potentials: NDArray[np.float64]
    overlaps: NDArray[np.float64]


@kernel
def couplings_of(real, imaginary, splittings):
    """Return the `Couplings` of λ (K, N), given by real and imaginary part, and splittings (N,)."""
    flavours, states = real.shape
    h_real = np.zeros((flavours, states, states))
    h_imaginary = np.zeros((flavours, states, states))
    total_real = np.zeros((states, states))
    total_imaginary = np.zeros((states, states))
    trace = 0.0
    for k in range(flavours):
        for i in range(states):
            for j in range(states):
                h_real[k, i, j] = real[k, i] * real[k, j] + imaginary[k, i] * imaginary[k, j]
                h_imaginary[k, i, j] = real[k, i] * imaginary[k, j] - imaginary[k, i] * real[k, j]
                total_real[i, j] += h_real[k, i, j]
                total_imaginary[i, j] += h_imaginary[k, i, j]
            trace += h_real[k, i, i]
    return Couplings(h_real, h_imaginary, total_real, total_imaginary, splittings, trace)


@kernel
def work_of(states, flavours):
    """Return the arrays for N states and K flavours."""
    shape = (HELICITIES, states, states)
    return Work(
        np.zeros(shape, dtype=np.complex128),
        np.zeros(shape, dtype=np.complex128),
        np.zeros(shape, dtype=np.complex128),
        np.zeros(flavours),
        np.zeros((HELICITIES, HELICITIES, flavours)),
    )


@kernel
def derivatives(y, medium, effects, couplings, work, flavours, scale, trend, out):
    """Write dy/dl.

    Parameters
    ----------
    y : (2 N² + K + 1,) array
    medium : Medium
    effects : Effects
    couplings : Couplings
    work : Work
    flavours : int
        K, or zero to leave charges out.
    scale, trend : float
        Y_eq over the unit of Y, and dln of the unit over dl: one and dlnY_eq/dl, or a constant unit and zero.
    out : (2 N² + K + 1,) array
    """
    # In one piece: calls that hand over all these arrays cost as much as the arithmetic.
    states = couplings.splittings.size
    square = states * states
    u = y[HELICITIES * square + flavours]
    source = scale * math.exp(u)
    asymmetry = 0.0
    for k in range(flavours):
        asymmetry += CHARGE_UNIT * y[HELICITIES * square + k]
    for k in range(flavours):
        own = CHARGE_UNIT * y[HELICITIES * square + k]
        work.potentials[k] = medium.potential * (
            effects.own * own + (effects.total + effects.scalar) * asymmetry
        )
    delta = effects.back_reaction * asymmetry / medium.sigma_eq
    half = 0.5 * medium.pull
    x, b, p = work.matrix, work.damping, work.production
    place = states
    for i in range(states):
        for j in range(i, states):
            h_real = couplings.total_real[i, j]
            h_imaginary = couplings.total_imaginary[i, j]
            y_real = 0.0
            y_imaginary = 0.0
            for k in range(flavours):
                potential = effects.back_reaction * work.potentials[k]
                y_real += potential * couplings.real[k, i, j]
                y_imaginary += potential * couplings.imaginary[k, i, j]
            if i == j:
                rate, free, rate_b = medium.rate, medium.rate_lepton_free, medium.rate_b
            else:
                rate, free, rate_b = medium.coherent, medium.coherent_lepton_free, medium.coherent_b
            # i H: the imaginary part of H is real there.
            turn = medium.thermal * h_real
            if i == j:
                turn += medium.frequency * couplings.splittings[i]
            for s in range(HELICITIES):
                sign = 1.0 - 2.0 * s
                by_s = sign * medium.helicity
                p[s, i, j] = complex(
                    source * (rate * h_real - sign * medium.helicity_b * y_real)
                    + by_s * delta * scale * h_real,
                    source * (rate_b * y_imaginary - by_s * h_imaginary) - rate * delta * scale * h_imaginary,
                )
                damp = half * (rate * h_real + sign * medium.helicity_lepton_free * y_real)
                if i == j:
                    b[s, i, i] = complex(damp, turn)
                    x[s, i, i] = complex(y[s * square + i], 0.0)
                else:
                    # H_ij = turn - i twist, H_ji its conjugate.
                    twist = sign * medium.thermal_helicity * h_imaginary
                    mixed = half * (-by_s * h_imaginary - free * y_imaginary)
                    b[s, i, j] = complex(damp + twist, mixed + turn)
                    b[s, j, i] = complex(damp - twist, turn - mixed)
                    real, imaginary = y[s * square + place], y[s * square + place + 1]
                    x[s, i, j] = complex(real, imaginary)
                    x[s, j, i] = complex(real, -imaginary)
            if i != j:
                place += 2
    returned = 0.0
    for s in range(HELICITIES):
        sign = 1.0 - 2.0 * s
        offset = s * square
        pair = offset + states
        for i in range(states):
            for j in range(i, states):
                total = medium.pull * p[s, i, j]
                for c in range(states):
                    total -= b[s, i, c] * x[s, c, j] + x[s, i, c] * b[s, j, c].conjugate()
                total -= trend * x[s, i, j]
                if i == j:
                    out[offset + i] = total.real
                    returned += 0.5 * medium.rate * couplings.total_real[i, i] * x[s, i, i].real
                else:
                    out[pair] = total.real
                    out[pair + 1] = total.imag
                    pair += 2
                    returned += medium.coherent * couplings.total_real[i, j] * x[s, i, j].real
                    returned -= sign * medium.helicity * couplings.total_imaginary[i, j] * x[s, i, j].imag
    grown = math.exp(u)
    out[HELICITIES * square + flavours] = (
        -medium.annihilation * (grown - 1.0 / grown)
        - medium.flow * (medium.rate * couplings.trace - returned / source)
        - medium.trend_phi
    )
    if flavours == 0:
        return
    sigma = medium.sigma_eq * grown
    for k in range(flavours):
        potential = work.potentials[k]
        own = 0.0
        made = 0.0
        for s in range(HELICITIES):
            sign = 1.0 - 2.0 * s
            aligned = 0.0
            turned = 0.0
            for i in range(states):
                aligned += couplings.real[k, i, i] * x[s, i, i].real
                if s == 0:
                    own += couplings.real[k, i, i]
                for j in range(i + 1, states):
                    aligned += 2.0 * couplings.real[k, i, j] * x[s, i, j].real
                    turned -= 2.0 * couplings.imaginary[k, i, j] * x[s, i, j].imag
            work.overlaps[0, s, k] = aligned
            work.overlaps[1, s, k] = turned
            made += medium.coherent * turned + sign * medium.helicity * aligned
            made += (
                effects.washout
                * potential
                * (medium.rate_lepton_free * aligned + sign * medium.helicity_lepton_free * turned)
            )
        lost = effects.washout * own * (medium.rate * asymmetry - medium.rate_b * sigma * potential)
        out[HELICITIES * square + k] = medium.flow * (0.5 * medium.sigma_eq * made - lost) / CHARGE_UNIT


@kernel
def jacobian(y, medium, effects, couplings, work, flavours, scale, trend, blocks, columns, rows, corner):
    """Write the Jacobian by blocks; `derivatives` at the same state has filled the work arrays.

    Parameters
    ----------
    blocks : (2, N², N²) array
        ∂(dX_s/dl)/∂X_s; the two helicities do not know each other.
    columns : (2, N², K + 1) array
        ∂(dX_s/dl)/∂(Q, u).
    rows : (2, K + 1, N²) array
        ∂(dQ/dl, du/dl)/∂X_s.
    corner : (K + 1, K + 1) array
    """
    states = couplings.splittings.size
    square = states * states
    last = flavours
    u = y[HELICITIES * square + flavours]
    grown = math.exp(u)
    source = scale * grown
    x, b = work.matrix, work.damping
    potential = medium.potential
    shared = (effects.total + effects.scalar) * CHARGE_UNIT * potential
    own = effects.own * CHARGE_UNIT * potential
    per_delta = effects.back_reaction * CHARGE_UNIT / medium.sigma_eq
    half = 0.5 * medium.pull
    back = effects.back_reaction
    returned = 0.0
    for s in range(HELICITIES):
        sign = 1.0 - 2.0 * s
        block = blocks[s]
        for i in range(square):
            for j in range(square):
                block[i, j] = 0.0
        by_s = sign * medium.helicity
        place = states
        for i in range(states):
            for j in range(i, states):
                first = i if i == j else place
                # -Σ_c (B_ic X_cj + X_ic conj(B_jc)), and X_cj = Re + i Im for c < j, its conjugate for c > j.
                for c in range(states):
                    add_product(block, first, i == j, b[s, i, c], c, j, states)
                    add_product(block, first, i == j, b[s, j, c].conjugate(), i, c, states)
                block[first, first] -= trend
                h_real, h_imaginary = couplings.total_real[i, j], couplings.total_imaginary[i, j]
                if i == j:
                    rate, rate_b = medium.rate, medium.rate_b
                    weight = 0.5 * medium.rate * h_real
                    rows[s, last, first] = medium.flow * weight / source
                    returned += weight * x[s, i, i].real
                else:
                    rate, rate_b = medium.coherent, medium.coherent_b
                    weight = medium.coherent * h_real
                    turned = -by_s * h_imaginary
                    rows[s, last, first] = medium.flow * weight / source
                    rows[s, last, first + 1] = medium.flow * turned / source
                    returned += weight * x[s, i, j].real + turned * x[s, i, j].imag
                    block[first + 1, first + 1] -= trend
                y_real = 0.0
                y_imaginary = 0.0
                for k in range(flavours):
                    y_real += back * work.potentials[k] * couplings.real[k, i, j]
                    y_imaginary += back * work.potentials[k] * couplings.imaginary[k, i, j]
                grow_real = source * (rate * h_real - sign * medium.helicity_b * y_real)
                grow_imaginary = source * (rate_b * y_imaginary - by_s * h_imaginary)
                columns[s, first, last] = medium.pull * grow_real
                if i != j:
                    columns[s, first + 1, last] = medium.pull * grow_imaginary
                if flavours > 0:
                    by_delta = complex(by_s * h_real, -rate * h_imaginary) * (per_delta * scale * medium.pull)
                    total = complex(0.0, 0.0)
                    for k in range(flavours):
                        change = (
                            complex(
                                -source * sign * medium.helicity_b * couplings.real[k, i, j],
                                source * rate_b * couplings.imaginary[k, i, j],
                            )
                            * medium.pull
                        )
                        for c in range(states):
                            change -= half * (
                                damping_by_potential(k, i, c, sign, medium, couplings) * x[s, c, j]
                                + x[s, i, c] * damping_by_potential(k, c, j, sign, medium, couplings)
                            )
                        change *= back
                        total += change * shared
                        by_delta_k = change * own
                        columns[s, first, k] = by_delta_k.real + by_delta.real
                        if i != j:
                            columns[s, first + 1, k] = by_delta_k.imag + by_delta.imag
                    for k in range(flavours):
                        columns[s, first, k] += total.real
                        if i != j:
                            columns[s, first + 1, k] += total.imag
                if i != j:
                    place += 2
    corner[last, last] = -medium.annihilation * (grown + 1.0 / grown) - medium.flow * returned / source
    if flavours == 0:
        return
    sigma = medium.sigma_eq * grown
    for k in range(flavours):
        corner[last, k] = 0.0
        per = medium.flow * 0.5 * medium.sigma_eq / CHARGE_UNIT
        by_potential = 0.0
        width = 0.0
        y_k = effects.washout * work.potentials[k]
        for s in range(HELICITIES):
            sign = 1.0 - 2.0 * s
            for_aligned = per * (sign * medium.helicity + y_k * medium.rate_lepton_free)
            for_turned = per * (medium.coherent + y_k * sign * medium.helicity_lepton_free)
            by_potential += medium.rate_lepton_free * work.overlaps[0, s, k]
            by_potential += sign * medium.helicity_lepton_free * work.overlaps[1, s, k]
            place = states
            for i in range(states):
                rows[s, k, i] = for_aligned * couplings.real[k, i, i]
                if s == 0:
                    width += couplings.real[k, i, i]
                for j in range(i + 1, states):
                    rows[s, k, place] = 2.0 * for_aligned * couplings.real[k, i, j]
                    rows[s, k, place + 1] = -2.0 * for_turned * couplings.imaginary[k, i, j]
                    place += 2
        lost = effects.washout * medium.flow * width
        by_potential = effects.washout * per * by_potential + lost * medium.rate_b * sigma / CHARGE_UNIT
        for j in range(flavours):
            corner[k, j] = by_potential * shared - lost * medium.rate
        corner[k, k] += by_potential * own
        corner[k, last] = lost * medium.rate_b * sigma * work.potentials[k] / CHARGE_UNIT


@kernel
def damping_by_potential(k, i, j, sign, medium, couplings):
    """Return ∂(K_s)_ij/∂y_k."""
    free = medium.rate_lepton_free if i == j else medium.coherent_lepton_free
    return complex(
        sign * medium.helicity_lepton_free * couplings.real[k, i, j], -free * couplings.imaginary[k, i, j]
    )


@kernel
def add_product(block, first, diagonal, factor, a, c, states):
    """Subtract factor X_ac from a row (or from two, real and imaginary part) of a block."""
    if a == c:
        block[first, a] -= factor.real
        if not diagonal:
            block[first + 1, a] -= factor.imag
        return
    low, high = (a, c) if a < c else (c, a)
    # The pairs (i, j), i < j, are counted row by row.
    pair = states + 2 * (low * states - (low * (low + 1)) // 2 + high - low - 1)
    turn = 1.0 if a < c else -1.0
    block[first, pair] -= factor.real
    block[first, pair + 1] += turn * factor.imag
    if not diagonal:
        block[first + 1, pair] -= factor.imag
        block[first + 1, pair + 1] -= turn * factor.real
