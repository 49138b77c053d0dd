"""One point after another: rates, evolution, asymmetry and everything derived, compiled."""

from __future__ import annotations

import math

import numpy as np

from ...constants import ALPHA, FERMI_CONSTANT, HBAR_C_GEV_M, OMEGA_H2_PER_YIELD_GEV
from ...momentum.warmness import fill_momenta
from ...numerics.kernel import kernel
from ...numerics.status import Status
from .asymmetry import (
    SPHALERON_TEMPERATURE,
    absorptive_part,
    melted_mass_phi,
    resonant_asymmetry,
    thermal_mass_phi,
)
from .evolution.integrate import MOST_STEPS, Conversions, integrate, ln_x_end
from .evolution.plasma import flavours_of, make_plasma
from .momenta import path_momenta
from .predictions import (
    B_1,
    COLUMN,
    DELTA_M,
    I_1,
    LAMBDA_H,
    LARGEST_COUPLING,
    M_CHI,
    MIXING,
    MODEL_COLUMNS,
    MUONS,
    TOTAL_WIDTH,
    XI,
)
from .rates.grid import GAP_RANGE, M_PHI_RANGE
from .rates.pieces import PIECES_SHAPE, fill_rates

__all__ = [
    "conversions_of",
    "mu_e_gamma",
    "relic_error",
    "rows_from_rates",
    "solve_points",
    "width_of_unit_coupling",
]

# Of ln Ωh²: g_*(T) 5 %, Maxwell-Boltzmann equilibrium and the regulators of the scatterings 7 to 9 %, kinetic
# equilibrium and thermal masses the rest: what switching the options one at a time does at 300 GeV.
RELIC_ERROR = 0.15
# Of ln Ωh² at λ_H = 1 and m_φ = 300 GeV: what the exchange of Higgs and Z, where it is left out, takes away.
EXCHANGE_ERROR = 0.06
EXCHANGE_MASS = 300.0
# Flavours times states of the paper's model.
MATRIX_ENTRIES = 4.0

OK = int(Status.OK)
BAD_INPUT = int(Status.BAD_INPUT)
OUT_OF_VALIDITY = int(Status.OUT_OF_VALIDITY)

# Indices into the columns of the result.
OMEGA_H2 = COLUMN["omega_h2"]
BARYON_YIELD = COLUMN["baryon_yield"]
ASYMMETRY_SPH = COLUMN["asymmetry_sph"]
ASYMMETRY_PEAK = COLUMN["asymmetry_peak"]
X_PEAK = COLUMN["x_peak"]
GAMMA_SPH = COLUMN["gamma_sph"]
EPSILON = COLUMN["epsilon"]
EPSILON_REQUIRED = COLUMN["epsilon_required"]
I1_OVER_XI_REQUIRED = COLUMN["i1_over_xi_required"]
WIDTH = COLUMN["width"]
CTAU_M = COLUMN["ctau_m"]
COUPLING_RMS = COLUMN["coupling_rms"]
I1_OVER_XI = COLUMN["i1_over_xi"]
DELTA_M12 = COLUMN["delta_m12"]
LINE_ENERGY = COLUMN["line_energy"]
OMEGA_H2_EQUILIBRIUM = COLUMN["omega_h2_equilibrium"]
SLOPE_OMEGA_WIDTH = COLUMN["slope_omega_width"]
M_PHI = COLUMN["m_phi"]
M_PHI_SPH = COLUMN["m_phi_sph"]
BRANCHING_MU = COLUMN["branching_mu"]
BRANCHING_E = COLUMN["branching_e"]
BR_MU_E_GAMMA = COLUMN["br_mu_e_gamma"]
OMEGA_H2_ERROR = COLUMN["omega_h2_error"]
FIRST_MOMENTUM = COLUMN["mean_momentum_over_temperature"]

# An asymmetry below this cannot make baryons: keeps the required phases finite where it vanishes.
SMALLEST_ASYMMETRY = 1e-30


@kernel
def width_of_unit_coupling(m_chi, delta_m):
    """Return the width of φ → χ l over |λ|² for massless leptons, (m_φ² - m_χ²)²/(16 π m_φ³), in GeV."""
    m_phi = m_chi + delta_m
    return (delta_m * (m_phi + m_chi)) ** 2 / (16.0 * math.pi * m_phi**3)


@kernel
def rows_from_rates(theta, by_coupling, i_1):
    """Return rows of `MODEL_COLUMNS` from m_χ, Δm, λ_H, B_1, coupling or width, I_1/ξ, muon fraction."""
    rows = np.empty((theta.shape[0], len(MODEL_COLUMNS)))
    for i in range(theta.shape[0]):
        unit_width = width_of_unit_coupling(theta[i, 0], theta[i, 1])
        width = MATRIX_ENTRIES * theta[i, 4] ** 2 * unit_width if by_coupling else theta[i, 4]
        muons = theta[i, 6]
        rows[i, M_CHI] = theta[i, 0]
        rows[i, DELTA_M] = theta[i, 1]
        rows[i, LAMBDA_H] = theta[i, 2]
        rows[i, TOTAL_WIDTH] = width
        rows[i, B_1] = theta[i, 3]
        rows[i, I_1] = i_1
        rows[i, XI] = i_1 / theta[i, 5]
        rows[i, MUONS] = muons
        # Without phases only the upper limit is known: all terms of Σ λ_μi λ*_ei aligned.
        rows[i, MIXING] = width / unit_width * math.sqrt(muons * (1.0 - muons))
    return rows


@kernel
def input_status(row):
    """Return what is wrong with a row of `MODEL_COLUMNS`."""
    for j in range(len(MODEL_COLUMNS)):
        if not abs(row[j]) < np.inf:
            return BAD_INPUT
    m_chi, delta_m = row[M_CHI], row[DELTA_M]
    if not (m_chi > 0.0 and delta_m > 0.0 and row[TOTAL_WIDTH] > 0.0 and 0.0 <= row[B_1] <= 1.0):
        return BAD_INPUT
    if not (abs(row[I_1]) <= 1.0 and row[XI] >= 0.0 and 0.0 <= row[MUONS] <= 1.0 and row[LAMBDA_H] >= 0.0):
        return BAD_INPUT
    m_phi = m_chi + delta_m
    if not (M_PHI_RANGE[0] <= m_phi <= M_PHI_RANGE[1]):
        return OUT_OF_VALIDITY
    if not (GAP_RANGE[0] <= delta_m / m_phi <= GAP_RANGE[1]):
        return OUT_OF_VALIDITY
    # The same range whether the coupling is given or follows from the width.
    if row[TOTAL_WIDTH] > MATRIX_ENTRIES * LARGEST_COUPLING**2 * width_of_unit_coupling(m_chi, delta_m):
        return BAD_INPUT
    return OK


@kernel
def conversions_of(width, b_1, setting):
    """Return the two-state conversions of a width, a branching fraction and the choices."""
    widths = np.empty(2)
    sources = np.empty(2)
    widths[0] = b_1 * width
    widths[1] = (1.0 - b_1) * width
    sources[0] = widths[0]
    sources[1] = setting.source_of_second * widths[0]
    return Conversions(widths, sources, setting.washout_decays, setting.washout_scatterings)


@kernel
def loop_function_near_one(gap):
    """Return F₂(1 - gap) of μ → eγ, see `relicfit.solver.scenarios.conversion.flavour.loop_function`."""
    if abs(gap) > 0.05:
        r = 1.0 - gap
        numerator = 1.0 - 6.0 * r + 3.0 * r * r + 2.0 * r**3 - 6.0 * r * r * math.log(r)
        return numerator / (6.0 * gap**4)
    total = 0.0
    power = 1.0
    for n in range(4, 16):
        total += power * (1.0 / n - 2.0 / (n - 1) + 1.0 / (n - 2))
        power *= gap
    return total


@kernel
def mu_e_gamma(mixing, m_chi, delta_m):
    """Return the branching fraction of μ → eγ, see `relicfit.solver.scenarios.conversion.flavour`."""
    m_phi = m_chi + delta_m
    loop = loop_function_near_one(delta_m * (m_phi + m_chi) / (m_phi * m_phi))
    strength = 3.0 * ALPHA / (64.0 * math.pi * FERMI_CONSTANT**2 * m_phi**4)
    ratio = strength * (mixing * loop) ** 2
    return ratio / (1.0 + ratio)


@kernel
def relic_error(portal, m_phi, full_exchange):
    """Return the standard error of ln Ωh²."""
    exchange = 0.0 if full_exchange else EXCHANGE_ERROR * portal * portal * EXCHANGE_MASS / m_phi
    return math.hypot(RELIC_ERROR, exchange)


@kernel
def describe(row, solution, setting, out):
    """Write every observable of a solved point."""
    m_chi, delta_m, lambda_h, width = row[M_CHI], row[DELTA_M], row[LAMBDA_H], row[TOTAL_WIDTH]
    i_1, xi, muons = row[I_1], row[XI], row[MUONS]
    m_phi = m_chi + delta_m
    to_omega = m_chi * OMEGA_H2_PER_YIELD_GEV
    unit_width = width_of_unit_coupling(m_chi, delta_m)
    # Γ_χ2 = (λ†λ)_22 m_χ/(16π), with (λ†λ)_22 = Γ_2 over the width of a unit coupling.
    chi_2_width = (1.0 - row[B_1]) * width / unit_width * m_chi / (16.0 * math.pi)
    phi_in_loop = thermal_mass_phi(m_phi, lambda_h, SPHALERON_TEMPERATURE) if setting.thermal_phi else m_phi
    gamma = absorptive_part(phi_in_loop, m_chi, SPHALERON_TEMPERATURE, setting.boltzmann_leptons)
    x_sph = m_chi / SPHALERON_TEMPERATURE
    epsilon = resonant_asymmetry(i_1, xi, gamma, x_sph, setting.thermal_splitting)
    asymmetry = solution.asymmetry_sph
    required = setting.observed_baryon_yield / (
        setting.baryons_per_lepton * max(abs(asymmetry), SMALLEST_ASYMMETRY)
    )
    delta_m12 = 0.5 * xi * chi_2_width

    out[OMEGA_H2] = to_omega * solution.total
    out[BARYON_YIELD] = setting.baryon_sign * setting.baryons_per_lepton * epsilon * asymmetry
    out[ASYMMETRY_SPH] = asymmetry
    out[ASYMMETRY_PEAK] = solution.asymmetry_peak
    out[X_PEAK] = math.exp(solution.ln_x_peak)
    out[GAMMA_SPH] = gamma
    out[EPSILON] = epsilon
    out[EPSILON_REQUIRED] = required
    out[I1_OVER_XI_REQUIRED] = required / gamma
    out[WIDTH] = width
    out[CTAU_M] = HBAR_C_GEV_M / width
    out[COUPLING_RMS] = math.sqrt(width / (MATRIX_ENTRIES * unit_width))
    out[I1_OVER_XI] = i_1 / xi
    out[DELTA_M12] = delta_m12
    out[LINE_ENERGY] = delta_m12 * (1.0 - 0.5 * delta_m12 / (m_chi + delta_m12))
    out[OMEGA_H2_EQUILIBRIUM] = to_omega * solution.total_equilibrium
    out[SLOPE_OMEGA_WIDTH] = solution.slope
    out[M_PHI] = m_phi
    out[M_PHI_SPH] = melted_mass_phi(m_phi, lambda_h, SPHALERON_TEMPERATURE)
    out[BRANCHING_MU] = muons
    out[BRANCHING_E] = 1.0 - muons
    out[OMEGA_H2_ERROR] = relic_error(lambda_h, m_phi, setting.full_exchange)
    out[BR_MU_E_GAMMA] = mu_e_gamma(row[MIXING], m_chi, delta_m)


@kernel
def solve_points(rows, setting, out, status):
    """Evaluate rows (n, `MODEL_COLUMNS`) into observables (n, k) and status (n,); NaN where it fails."""
    pieces = np.empty(PIECES_SHAPE)
    path = np.empty((MOST_STEPS, 5))
    for i in range(rows.shape[0]):
        row = rows[i]
        for j in range(out.shape[1]):
            out[i, j] = np.nan
        status[i] = input_status(row)
        if status[i] != OK:
            continue
        m_chi, delta_m = row[M_CHI], row[DELTA_M]
        # Stages look a little beyond the end of the last step.
        x_end = math.exp(ln_x_end(m_chi, delta_m))
        rates = fill_rates(setting.rates, m_chi, delta_m, row[LAMBDA_H], x_end, pieces)
        plasma = make_plasma(setting.cosmology, rates, m_chi, delta_m, flavours_of(row[MUONS]))
        conversions = conversions_of(row[TOTAL_WIDTH], row[B_1], setting)
        solution = integrate(
            plasma,
            conversions,
            setting.start_over_eq,
            math.log(m_chi / SPHALERON_TEMPERATURE),
            setting.tolerance,
            setting.derived,
            path,
        )
        status[i] = solution.status
        if status[i] != OK:
            continue
        describe(row, solution, setting, out[i])
        mean, square = path_momenta(plasma, conversions, path, solution.steps)
        fill_momenta(out[i, FIRST_MOMENTUM:], m_chi, solution.total, mean, square)
