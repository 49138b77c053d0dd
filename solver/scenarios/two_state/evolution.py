"""The coupled yields of χ₁ and χ₂, a stiff system solved in wᵢ = ln(Yᵢ/Yᵢ,eq).

With x = ln(1/T), r = n₂/n₁ in equilibrium, R₂₁ the rate of χ₂ → χ₁ (conversions and decays), γ_co the
density of co-annihilations and R₂ the rate of the lepton-pion processes of χ₂,

    HZ dw₁/dx =  R₂₁ r (e^{w₂-w₁} - 1) - (γ_co/n₁)(e^{w₂} - e^{-w₁})                      - HZ dln Y₁,eq/dx
    HZ dw₂/dx = -R₂₁ (1 - e^{w₁-w₂})   - (γ_co/n₂)(e^{w₁} - e^{-w₂}) - R₂ (1 - e^{-w₂})   - HZ dln Y₂,eq/dx.

Near equilibrium wᵢ is small, after freeze-out nearly linear in 1/T: long steps in either. The stages of
the implicit method are solved by Newton's iteration on two unknowns.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...numerics.bessel import ratio_k1_k2
from ...numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, STAGES, step_factor
from ...numerics.kernel import kernel
from ...numerics.status import Status
from ..lepton_pion.evolution import yield_eq
from ..lepton_pion.rates import LN_T_STEP, PION_LN_T, cubic_at
from .rates import (
    coannihilation_density,
    coannihilation_threshold,
    conversion_density,
    conversion_threshold,
)

__all__ = ["MOST_STEPS", "STATES", "TwoStates", "coefficients", "evolve_pair", "pair_rates"]

STATES = 4.0  # of a Dirac χ and its antiparticle
MOST_STEPS = 100_000
MOST_ITERATIONS = 30
# Newton's iteration is quadratic: after a correction this small the next is rounding.
NEWTON_TOLERANCE = 1e-8
# A correction of wᵢ is held below this, so that exponentials stay finite.
LARGEST_CORRECTION = 3.0
FIRST_PAIR_STEP = 1e-3
OK, STEP_LIMIT, NOT_FINITE = int(Status.OK), int(Status.STEP_LIMIT), int(Status.NOT_FINITE)


class TwoStates(NamedTuple):
    """Hold the rates of one point.

    Attributes
    ----------
    mass_1, mass_2 : float
        In GeV.
    ln_c2, ln_c12 : float
        Logarithms of the couplings squared, in GeV⁻⁴.
    width : float
        Γ(χ₂ → χ₁ …) in GeV.
    lepton_pion : array
        ln(Γ_T/C₂²) of χ₂ on the pion grid.
    start : float
        ln T of the first node of the next two.
    conversion, coannihilation : arrays
        ln(γ e^{w_min/T}/C₁₂²) on nodes of spacing LN_T_STEP in ln T.
    """

    mass_1: float
    mass_2: float
    ln_c2: float
    ln_c12: float
    width: float
    lepton_pion: np.ndarray
    start: float
    conversion: np.ndarray
    coannihilation: np.ndarray


@kernel
def pair_rates(mass_1, mass_2, coupling_2, coupling_12, width, lepton_pion, ln_hot, ln_cold):
    """Return the rates between two temperatures."""
    count = max(math.ceil((ln_hot - ln_cold) / LN_T_STEP) + 1, 4)
    conversion, coannihilation = np.empty(count), np.empty(count)
    for i in range(count):
        temperature = math.exp(ln_cold + LN_T_STEP * i)
        conversion[i] = math.log(conversion_density(temperature, mass_1, mass_2))
        coannihilation[i] = math.log(coannihilation_density(temperature, mass_1, mass_2))
    return TwoStates(
        mass_1,
        mass_2,
        2.0 * math.log(coupling_2),
        2.0 * math.log(coupling_12),
        width,
        lepton_pion,
        ln_cold,
        conversion,
        coannihilation,
    )


@kernel
def coefficients(out, states, ln_t, cosmology):
    """Fill R₂₁ r, γ_co/n₁, R₂₁, γ_co/n₂, R₂ over HZ and the two slopes dln Yeq/dx at ln T."""
    inverse_t = math.exp(-ln_t)
    _, slope_1, ln_n1, inverse_hz = yield_eq(states.mass_1, STATES, ln_t, cosmology)
    _, slope_2, ln_n2, _ = yield_eq(states.mass_2, STATES, ln_t, cosmology)
    scattering = cubic_at(states.conversion, states.start, ln_t) + states.ln_c12
    scattering -= conversion_threshold(states.mass_2) * inverse_t + ln_n2
    pairs = cubic_at(states.coannihilation, states.start, ln_t) + states.ln_c12
    pairs -= coannihilation_threshold(states.mass_1, states.mass_2) * inverse_t
    conversion = math.exp(scattering) + states.width * ratio_k1_k2(states.mass_2 * inverse_t)
    out[0] = conversion * math.exp(ln_n2 - ln_n1) * inverse_hz
    out[1] = math.exp(pairs - ln_n1) * inverse_hz
    out[2] = conversion * inverse_hz
    out[3] = math.exp(pairs - ln_n2) * inverse_hz
    single = cubic_at(states.lepton_pion, PION_LN_T[0], ln_t) + states.ln_c2
    out[4] = math.exp(single) * inverse_hz
    out[5] = -slope_1
    out[6] = -slope_2


@kernel
def slopes(c, w_1, w_2):
    """Return dw₁/dx and dw₂/dx."""
    first = c[0] * math.expm1(w_2 - w_1) - c[1] * (math.exp(w_2) - math.exp(-w_1)) - c[5]
    second = c[2] * math.expm1(w_1 - w_2) - c[3] * (math.exp(w_1) - math.exp(-w_2)) + c[4] * math.expm1(-w_2)
    return first, second - c[6]


@kernel
def solve_stage(c, p_1, p_2, g, w_1, w_2):
    """Solve w = p + g f(w) by Newton's iteration; the last value is False if it did not converge."""
    for _ in range(MOST_ITERATIONS):
        f_1, f_2 = slopes(c, w_1, w_2)
        res_1, res_2 = w_1 - p_1 - g * f_1, w_2 - p_2 - g * f_2
        forward, back = math.exp(w_2 - w_1), math.exp(w_1 - w_2)
        a_11 = 1.0 + g * (c[0] * forward + c[1] * math.exp(-w_1))
        a_12 = -g * (c[0] * forward - c[1] * math.exp(w_2))
        a_21 = -g * (c[2] * back - c[3] * math.exp(w_1))
        a_22 = 1.0 + g * (c[2] * back + c[3] * math.exp(-w_2) + c[4] * math.exp(-w_2))
        determinant = a_11 * a_22 - a_12 * a_21
        d_1 = (res_1 * a_22 - res_2 * a_12) / determinant
        d_2 = (res_2 * a_11 - res_1 * a_21) / determinant
        largest = max(abs(d_1), abs(d_2))
        if not math.isfinite(largest):
            return w_1, w_2, False
        held = min(1.0, LARGEST_CORRECTION / max(largest, 1e-300))
        w_1 -= held * d_1
        w_2 -= held * d_2
        if largest < NEWTON_TOLERANCE:
            return w_1, w_2, True
    return w_1, w_2, False


@kernel
def stage_response(c, p_1, p_2, g, w_1, w_2):
    """Solve r = p + g (∂f/∂w r + ∂f/∂ln κ) for r = dw/dln κ, where all rates are multiplied by κ."""
    first, second = slopes(c, w_1, w_2)
    forward, back = math.exp(w_2 - w_1), math.exp(w_1 - w_2)
    e_1, e_2 = math.exp(w_1), math.exp(w_2)
    a_11 = 1.0 + g * (c[0] * forward + c[1] / e_1)
    a_12 = -g * (c[0] * forward - c[1] * e_2)
    a_21 = -g * (c[2] * back - c[3] * e_1)
    a_22 = 1.0 + g * (c[2] * back + (c[3] + c[4]) / e_2)
    b_1, b_2 = p_1 + g * (first + c[5]), p_2 + g * (second + c[6])
    determinant = a_11 * a_22 - a_12 * a_21
    return (b_1 * a_22 - b_2 * a_12) / determinant, (b_2 * a_11 - b_1 * a_21) / determinant


@kernel
def evolve_pair(states, ln_hot, ln_cold, tolerance, cosmology, record):
    """Return Y₁, Y₂ at the cold end from equilibrium at the hot end, dln(Y₁ + Y₂)/dln κ, status, steps.

    κ multiplies all rates. Every step fills a row of ``record`` (steps + 1, 3) that fits with ln T, Y₁, Y₂.
    """
    c = np.empty(7)
    k = np.zeros((STAGES, 4))
    x, end = -ln_hot, -ln_cold
    w_1, w_2, r_1, r_2 = 0.0, 0.0, 0.0, 0.0
    h = FIRST_PAIR_STEP
    coefficients(c, states, ln_hot, cosmology)
    k[0, 0], k[0, 1] = slopes(c, w_1, w_2)
    row = 0
    for _ in range(MOST_STEPS):
        if row < record.shape[0]:
            record[row, 0] = -x
            record[row, 1] = math.exp(w_1 + yield_eq(states.mass_1, STATES, -x, cosmology)[0])
            record[row, 2] = math.exp(w_2 + yield_eq(states.mass_2, STATES, -x, cosmology)[0])
        if x >= end:
            break
        h = min(h, end - x)
        g = GAMMA * h
        good = True
        v_1, v_2, last_1, last_2 = w_1, w_2, w_1, w_2
        s_1, s_2 = r_1, r_2
        for stage in range(1, STAGES):
            p_1, p_2, p_3, p_4 = w_1, w_2, r_1, r_2
            for j in range(stage):
                weight = h * COEFFICIENTS[stage, j]
                p_1 += weight * k[j, 0]
                p_2 += weight * k[j, 1]
                p_3 += weight * k[j, 2]
                p_4 += weight * k[j, 3]
            last_1, last_2 = v_1, v_2
            # The last two stages stand at the end of the step.
            if stage < STAGES - 1:
                coefficients(c, states, -(x + ABSCISSAE[stage] * h), cosmology)
            v_1, v_2, good = solve_stage(c, p_1, p_2, g, v_1, v_2)
            if not good:
                break
            k[stage, 0], k[stage, 1] = (v_1 - p_1) / g, (v_2 - p_2) / g
            s_1, s_2 = stage_response(c, p_3, p_4, g, v_1, v_2)
            k[stage, 2], k[stage, 3] = (s_1 - p_3) / g, (s_2 - p_4) / g
        if not good:
            h *= 0.25
            continue
        error = max(abs(v_1 - last_1), abs(v_2 - last_2)) / tolerance
        if error <= 1.0:
            x = end if x + h >= end - 1e-12 else x + h
            w_1, w_2, r_1, r_2 = v_1, v_2, s_1, s_2
            k[0, :] = k[STAGES - 1, :]
            row += 1
        h *= step_factor(error)
    status = OK if x >= end else STEP_LIMIT
    y_1 = math.exp(w_1 + yield_eq(states.mass_1, STATES, -x, cosmology)[0])
    y_2 = math.exp(w_2 + yield_eq(states.mass_2, STATES, -x, cosmology)[0])
    if not (math.isfinite(y_1) and math.isfinite(y_2)):
        status = NOT_FINITE
    return y_1, y_2, (y_1 * r_1 + y_2 * r_2) / (y_1 + y_2), status, row
