"""How the yield answers to its rates and to the join of pions to quarks: the error they leave on it."""

from __future__ import annotations

import math

from ...constants import PLASMA_ERROR
from ...numerics.kernel import kernel
from .evolution import JOIN_HALF_WIDTH, ln_thermal_width, thermal_yield
from .rates import PION_LN_T, QUARK_LN_T, cubic_at

__all__ = ["PION_RATE_ERROR", "error_of_yield", "responses"]

# Of the thermally averaged rates: the next order of the chiral expansion
# (E/4πf_π)² = 20 to 30 % at the energies 3T + m_π of the plasma near the transition.
PION_RATE_ERROR = 0.30
# Cells are taken together until they cover this much of ln T: enough for an error that is good to 10 %.
STRIDE = 0.12
# Below this rate over expansion and change of the yield nothing is left to follow.
OVER = 1e-4
# The response of a yield that vanishes: that of one on the way to e^(-LARGEST_RESPONSE).
LARGEST_RESPONSE = 700.0


@kernel
def join_change(production, ln_t):
    """Return ln of the rate with the other way to join pions to quarks over the rate as it is."""
    distance = ln_t - production.ln_transition
    if abs(distance) >= JOIN_HALF_WIDTH:
        return 0.0
    position = 0.5 * (distance / JOIN_HALF_WIDTH + 1.0)
    share = position * position * (3.0 - 2.0 * position)
    pions = cubic_at(production.pion, PION_LN_T[0], ln_t)
    quarks = cubic_at(production.quark, QUARK_LN_T[0], ln_t)
    # The step takes all of one; the smooth join the share of each.
    change = (share if distance <= 0.0 else share - 1.0) * (quarks - pions)
    return -change if production.smooth else change


@kernel
def responses(production, record, rows, cosmology):
    """Return dlnY/dln κ, all rates multiplied by κ, and the change of ln Y with the other join.

    From the trajectory (m, `RECORDED`) of ln T and Y in time x = -ln T. With dY/dx = F = -k (Y - Yeq) the derivative
    D = dY/dln κ obeys dD/dx = F - k D, and one that changes the rate at T by the factor e^δ(T) obeys
    dE/dx = δ F - k E: over cells of depth Λ = k Δx both decay by e^{-Λ} and gain ΔY times
    (1 - e^{-Λ})/Λ where Y follows Yeq, Λ/(e^Λ - 1) where it decays towards nothing.
    """
    by_rate, by_join = 0.0, 0.0
    last = 0
    count = min(rows, record.shape[0])
    for row in range(1, count):
        hot, cold = record[last, 0], record[row, 0]
        middle = 0.5 * (hot + cold)
        inside = abs(middle - production.ln_transition) < JOIN_HALF_WIDTH + STRIDE
        if hot - cold < STRIDE and row < count - 1 and not inside:
            continue
        ln_yield, _, ln_density, inverse_hz, ln_share = thermal_yield(production, middle, cosmology)
        rate = math.exp(ln_thermal_width(production, middle, ln_density, ln_share)) * inverse_hz
        depth = rate * (hot - cold)
        change = record[row, 1] - record[last, 1]
        kept = math.exp(-depth)
        gain = 1.0
        if depth > 0.0:
            equilibrium, here = math.exp(ln_yield), 0.5 * (record[row, 1] + record[last, 1])
            driven = equilibrium / here if here > equilibrium else 1.0
            gain = -driven * math.expm1(-depth) / depth - (1.0 - driven) * depth * kept / math.expm1(-depth)
        by_rate = by_rate * kept + change * gain
        by_join *= kept
        if inside:
            by_join += join_change(production, middle) * change * gain
        last = row
        if rate < OVER and abs(change) < OVER * record[row, 1]:
            break
    final = record[count - 1, 1]
    if not final > 0.0:
        # Nothing is left in double precision: the yield says nothing.
        return -LARGEST_RESPONSE, 0.0
    return by_rate / final, by_join / final


@kernel
def error_of_yield(by_rate, by_join):
    """Return the standard error of the logarithm of the yield."""
    return math.hypot(math.hypot(PLASMA_ERROR, PION_RATE_ERROR * by_rate), by_join)
