"""The closed-form implicit stage of the conversion equations for any number of χ states."""

from __future__ import annotations

import math

from ....numerics.esdirk import STAGES
from ....numerics.kernel import kernel
from .equilibrium import equilibrium_stage

__all__ = ["ROWS", "solve_stage"]

# One array holds everything a step needs, because each array that a kernel hands to another costs more
# than the arithmetic of a stage. Its columns are Σ_φ, Y_1 … Y_N, D, the total yield in chemical
# equilibrium, and the derivatives of Σ_φ, Y_1 … Y_N by ln Γ_tot; its rows are the slopes of the stages
# and then these.
VALUE = STAGES
NEW = STAGES + 1
LOWER_ORDER = STAGES + 2
KNOWN = STAGES + 3
IS_PLAIN = STAGES + 4  # 1 where a yield is followed as such, 0 in units of its equilibrium value
WIDTH = STAGES + 5  # Γ_i in the column of Y_i
SOURCE = STAGES + 6  # Γ_i ε_i/ε in the column of Y_i
RESPONSE = STAGES + 7
ROWS = STAGES + 8


@kernel
def solve_stage(work, into, g, coefficients, washout_decays, washout_scatterings, states, derived):
    """Solve v = known + g f(v) at one abscissa, in closed form, into a row of the work array.

    The unknowns are Σ_φ, Y_i, D = Δ_φ/ε and, if wanted, the total yield in chemical equilibrium
    (`relicfit.solver.scenarios.conversion.evolution.equilibrium`) and the derivatives of Σ_φ and Y_i by ln Γ_tot. The
    equations are (3)-(5) of arXiv:2404.12428 with the scatterings in the conversions and the washout:

        dΣ/dlnx   = -A (Σ² - Σ_eq²) - Σ_i G_i (Σ - q Y_i),      G_i = c Γ_i (d + R_A + R_B)
        dY_i/dlnx = G_i (Σ - q Y_i)
        dD/dlnx   = -c d Σ_i s_i (Σ - q Y_i) - c W D
        W = Σ_i Γ_i {(d + R_A) [1 + q Y_i/Σ_l] + R_B [1 + Σ/Σ_l]}

    Each Y_i is linear in Σ, so that Σ solves one quadratic; then everything else is linear. The
    departures Σ - q Y_i come from (Σ - q known_i)/(1 + g G_i q): the plain difference would lose all
    digits near equilibrium.

    Parameters
    ----------
    work : (ROWS, 2 N + 4) array
        Rows as named in this module.
    into : int
        The row for the solution.
    g : float
        The diagonal coefficient times the step.
    coefficients : Coefficients
        From `relicfit.solver.scenarios.conversion.evolution.plasma.plasma_at`.
    washout_decays, washout_scatterings : float
        Weights (0 or 1) of the inverse decays and of the scatterings in W.
    states : int
        N.
    derived : bool
        Whether to solve for the last two groups.

    Returns
    -------
    bool
        False where there is no positive solution: the step is too long.
    """
    (annihilation, clock, sigma_eq, _, ratio, trend_phi, trend_chi, per_lepton, dilation,
     scattering_a, scattering_b) = coefficients  # fmt: skip
    speed = g * clock * (dilation + scattering_a + scattering_b)
    # q Y_i in the units of Σ is a share of v_i, and Σ in the units of Y_i/q a drive times v_0.
    if work[IS_PLAIN, 0] > 0.0:
        unit, linear, constant = 1.0, 1.0, sigma_eq
        share_eq, share_plain = sigma_eq, ratio
        drive_eq, drive_plain = ratio / sigma_eq, 1.0
    else:
        unit, linear, constant = sigma_eq, 1.0 + g * trend_phi, 1.0
        share_eq, share_plain = 1.0, ratio / sigma_eq
        drive_eq, drive_plain = ratio, sigma_eq
    keep_eq = 1.0 + g * trend_chi
    constant = work[KNOWN, 0] + g * annihilation * sigma_eq * constant
    good = True
    for i in range(1, states + 1):
        plain = work[IS_PLAIN, i] > 0.0
        keep = 1.0 if plain else keep_eq
        share = share_plain if plain else share_eq
        rate = speed * work[WIDTH, i]
        weight = keep + rate * ratio
        good &= weight > 0.0
        weight = 1.0 / weight
        # Kept until the solution takes its place.
        work[into, i] = weight
        linear += rate * keep * weight
        constant += rate * share * weight * work[KNOWN, i]
    quadratic = g * annihilation * unit
    phi = 2.0 * constant / (linear + math.sqrt(linear * linear + 4.0 * quadratic * constant))
    good &= phi > 0.0
    work[into, 0] = phi

    asymmetry = states + 1
    by_width = states + 3
    loss = washout_decays * dilation + washout_scatterings * scattering_a
    loss_b = washout_scatterings * scattering_b * (1.0 + unit * phi * per_lepton)
    source = 0.0
    washout = 0.0
    slope = work[KNOWN, by_width] if derived else 0.0
    for i in range(1, states + 1):
        plain = work[IS_PLAIN, i] > 0.0
        keep = 1.0 if plain else keep_eq
        share = share_plain if plain else share_eq
        rate = speed * work[WIDTH, i]
        driven = rate * (drive_plain if plain else drive_eq)
        weight = work[into, i]
        chi = (work[KNOWN, i] + driven * phi) * weight
        good &= chi > 0.0
        work[into, i] = chi
        departure = (phi * keep - share * work[KNOWN, i]) * weight
        source += work[SOURCE, i] * departure
        washout += work[WIDTH, i] * (loss * (1.0 + unit * share * chi * per_lepton) + loss_b)
        if derived:
            known = work[KNOWN, by_width + i]
            slope += rate * weight * (share * known - keep * departure)
            work[into, by_width + i] = weight * (known + driven * departure)
            work[RESPONSE, by_width + i] = weight * driven
    flow = g * clock
    work[into, asymmetry] = (work[KNOWN, asymmetry] - flow * dilation * unit * source) / (
        1.0 + flow * washout
    )
    if derived:
        total = equilibrium_stage(
            work[KNOWN, asymmetry + 1], g, coefficients, states, work[IS_PLAIN, asymmetry + 1] > 0.0
        )
        good &= total > 0.0
        work[into, asymmetry + 1] = total
        slope /= linear + 2.0 * quadratic * phi
        work[into, by_width] = slope
        for i in range(by_width + 1, by_width + 1 + states):
            work[into, i] += work[RESPONSE, i] * slope
    return good
