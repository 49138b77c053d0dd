"""One point after another with the density matrix: rates, evolution and everything derived, compiled."""

from __future__ import annotations

import math

import numpy as np

from ....constants import HBAR_C_GEV_M, OMEGA_H2_PER_YIELD_GEV
from ....numerics.kernel import kernel
from ....numerics.status import Status
from ..asymmetry import SPHALERON_TEMPERATURE, absorptive_part, melted_mass_phi, resonant_asymmetry
from ..evolution.integrate import Conversions, integrate
from ..evolution.plasma import Plasma, flavours_of
from ..rates.pieces import PIECES_SHAPE
from ..rows import mu_e_gamma, relic_error
from .evolution import relic_yield
from .generator import CHARGE_UNIT, HELICITIES
from .medium import medium_at
from .predictions import COHERENT_COLUMN
from .system import baryons_of, from_start, row_status, system_of

__all__ = ["solve_coherent"]

OK = int(Status.OK)
NOT_FINITE = int(Status.NOT_FINITE)

# Theory errors of |Y_B|, as factors; see `YIELD_REASON` of the predictions.
FACTOR = 2.0
FACTOR_UNKNOWN_START = 3.0
FACTOR_CROSSING = 5.0
FACTOR_UNKNOWN = 30.0
FACTOR_EMPTY = 2.0
FAR_ABOVE_THERMAL = 10.0
SMALL_XI = 0.1
# 1 - |h_12|²/(h_11 h_22) below which flavours are aligned.
ALIGNED = 1e-9
SAME_START = 0.5
LN_LAST_CROSSING = math.log(40.0)
CROSSING_STEPS = 40
BISECTIONS = 40
# Of the paper's formula, with the standard sign: Y_B = 28/79 (B - L) and B - L = Δ_φ. Its eq. (6) has the other.
PAPER_BARYONS = 28.0 / 79.0
GEV_IN_EV = 1e9

C_OMEGA = COHERENT_COLUMN["omega_h2"]
C_YIELD = COHERENT_COLUMN["baryon_yield"]
C_CHARGE = COHERENT_COLUMN["charge_e"]
C_POPULATION = COHERENT_COLUMN["x_1_sph"]
C_COHERENCE = COHERENT_COLUMN["coherence_sph"]
C_HELICITY = COHERENT_COLUMN["helicity_sph"]
C_FREQUENCY = COHERENT_COLUMN["omega_over_hubble"]
C_CROSSING = COHERENT_COLUMN["x_crossing"]
C_I_1 = COHERENT_COLUMN["i_1"]
C_XI = COHERENT_COLUMN["xi_12"]
C_SPLITTING = COHERENT_COLUMN["delta_m12"]
C_SPLITTING_EV = COHERENT_COLUMN["delta_m12_ev"]
C_PAPER = COHERENT_COLUMN["baryon_yield_paper"]
C_RATIO = COHERENT_COLUMN["ratio_to_paper"]
C_POTENTIAL = COHERENT_COLUMN["potential_peak"]
C_B = COHERENT_COLUMN["B_1"]
C_WIDTH = COHERENT_COLUMN["width"]
C_CTAU = COHERENT_COLUMN["ctau_m"]
C_RMS = COHERENT_COLUMN["coupling_rms"]
C_LINE = COHERENT_COLUMN["line_energy"]
C_FLOOR = COHERENT_COLUMN["omega_h2_equilibrium"]
C_SLOPE = COHERENT_COLUMN["slope_omega_width"]
C_M_PHI = COHERENT_COLUMN["m_phi"]
C_M_PHI_SPH = COHERENT_COLUMN["m_phi_sph"]
C_BRANCHING_MU = COHERENT_COLUMN["branching_mu"]
C_BRANCHING_E = COHERENT_COLUMN["branching_e"]
C_BRANCHING_TAU = COHERENT_COLUMN["branching_tau"]
C_MU_E_GAMMA = COHERENT_COLUMN["br_mu_e_gamma"]
C_OMEGA_ERROR = COHERENT_COLUMN["omega_h2_error"]
C_YIELD_ERROR = COHERENT_COLUMN["baryon_yield_error"]
C_EMPTY = COHERENT_COLUMN["baryon_yield_empty"]
C_START_RATIO = COHERENT_COLUMN["start_ratio"]


@kernel
def level_difference(system, setting, i, j, ln_x):
    """Return H_ii - H_jj in units of c ⟨1/E⟩ m_χ, GeV."""
    medium = medium_at(system.plasma, system.vertex, setting.effects, ln_x)
    couplings = system.couplings
    thermal = medium.thermal / medium.frequency
    vacuum = couplings.splittings[i] - couplings.splittings[j]
    return vacuum + thermal * (couplings.total_real[i, i] - couplings.total_real[j, j])


@kernel
def last_crossing(system, setting, ln_first):
    """Return x of the last level crossing before x = 40, zero if there is none."""
    last = 0.0
    step = (LN_LAST_CROSSING - ln_first) / CROSSING_STEPS
    for i in range(setting.states):
        for j in range(i):
            after = level_difference(system, setting, i, j, LN_LAST_CROSSING)
            for n in range(CROSSING_STEPS - 1, -1, -1):
                low = ln_first + n * step
                before = level_difference(system, setting, i, j, low)
                if before * after < 0.0:
                    high = low + step
                    for _ in range(BISECTIONS):
                        middle = 0.5 * (low + high)
                        if level_difference(system, setting, i, j, middle) * after < 0.0:
                            low = middle
                        else:
                            high = middle
                    last = max(last, math.exp(high))
                    break
                after = before
    return last


@kernel
def yield_factor(system, setting, crossing, ratio, flavours):
    """Return the factor to which |Y_B| is trusted; ``ratio`` of both starts is NaN where unknown."""
    couplings = system.couplings
    m_chi = system.plasma.m_chi
    medium = medium_at(system.plasma, system.vertex, setting.effects, system.ln_sph)
    thermal = medium.thermal / medium.frequency
    factor = FACTOR
    if not abs(ratio - 1.0) <= SAME_START:
        factor = FACTOR_UNKNOWN_START
    unknown = False
    for i in range(setting.states):
        for j in range(i):
            h_ii, h_jj = couplings.total_real[i, i], couplings.total_real[j, j]
            vacuum = abs(couplings.splittings[i] - couplings.splittings[j])
            if vacuum < FAR_ABOVE_THERMAL * abs(thermal * (h_ii - h_jj)):
                factor = max(factor, FACTOR_UNKNOWN_START)
            overlap = couplings.total_real[i, j] ** 2 + couplings.total_imaginary[i, j] ** 2
            xi = vacuum / (min(h_ii, h_jj) * m_chi / (32.0 * math.pi))
            unknown = unknown or (xi < SMALL_XI and 1.0 - overlap / (h_ii * h_jj) > ALIGNED)
    if 0.5 < crossing <= math.exp(system.ln_sph):
        factor = max(factor, FACTOR_CROSSING)
    if setting.empty:
        factor *= FACTOR_EMPTY
    return FACTOR_UNKNOWN if unknown else factor


@kernel
def describe_state(coherent, system, setting, out):
    """Write what the state at sphaleron decoupling says."""
    states = setting.states
    square = states * states
    state = coherent.state
    first = HELICITIES * square
    for k in range(setting.flavours):
        out[C_CHARGE + k] = CHARGE_UNIT * state[first + k]
    total = 0.0
    difference = 0.0
    for i in range(states):
        out[C_POPULATION + i] = 0.5 * (state[i] + state[square + i])
        total += state[i] + state[square + i]
        difference += state[i] - state[square + i]
    out[C_HELICITY] = difference / total
    coherence = 0.0
    for s in range(HELICITIES):
        pair = s * square + states
        for i in range(states):
            for j in range(i + 1, states):
                size = math.hypot(state[pair], state[pair + 1])
                coherence = max(
                    coherence, size / math.sqrt(abs(state[s * square + i] * state[s * square + j]))
                )
                pair += 2
    out[C_COHERENCE] = coherence
    medium = medium_at(system.plasma, system.vertex, setting.effects, system.ln_sph)
    slowest = np.inf
    for i in range(states):
        for j in range(i):
            slowest = min(slowest, abs(level_difference(system, setting, i, j, system.ln_sph)))
    out[C_FREQUENCY] = slowest * medium.frequency
    out[C_POTENTIAL] = coherent.potential_peak


@kernel
def describe_point(row, system, setting, out):
    """Write what follows from masses and couplings alone."""
    couplings = system.couplings
    unit_width = system.vertex.unit_width
    states, flavours = setting.states, setting.flavours
    m_chi, delta_m, portal = row[0], row[1], row[2]
    m_phi = m_chi + delta_m
    width = couplings.trace * unit_width
    h = couplings.total_real
    real, imaginary = h[0, 1], couplings.total_imaginary[0, 1]
    out[C_I_1] = 2.0 * real * imaginary / (h[0, 0] * h[1, 1])
    for j in range(1, states):
        gap = couplings.splittings[j]
        out[C_XI + j - 1] = 32.0 * math.pi * gap / (h[j, j] * m_chi)
        out[C_SPLITTING + j - 1] = gap
        out[C_B + j - 1] = h[j - 1, j - 1] / couplings.trace
    gap = couplings.splittings[1]
    out[C_SPLITTING_EV] = GEV_IN_EV * gap
    out[C_LINE] = abs(gap) * (1.0 - 0.5 * abs(gap) / (m_chi + abs(gap)))
    out[C_WIDTH] = width
    out[C_CTAU] = HBAR_C_GEV_M / width
    out[C_RMS] = math.sqrt(couplings.trace / (states * flavours))
    out[C_M_PHI] = m_phi
    out[C_M_PHI_SPH] = melted_mass_phi(m_phi, portal, SPHALERON_TEMPERATURE)
    for k in range(flavours):
        share = 0.0
        for i in range(states):
            share += couplings.real[k, i, i] / couplings.trace
        if k == 0:
            out[C_BRANCHING_E] = share
        elif k == 1:
            out[C_BRANCHING_MU] = share
        else:
            out[C_BRANCHING_TAU] = share
    entries = states * flavours
    mixing_real = 0.0
    mixing_imaginary = 0.0
    for i in range(states):
        e_real, e_imaginary = row[3 + i], row[3 + entries + i]
        mu_real, mu_imaginary = row[3 + states + i], row[3 + entries + states + i]
        mixing_real += mu_real * e_real + mu_imaginary * e_imaginary
        mixing_imaginary += mu_imaginary * e_real - mu_real * e_imaginary
    out[C_MU_E_GAMMA] = mu_e_gamma(math.hypot(mixing_real, mixing_imaginary), m_chi, delta_m)
    out[C_OMEGA_ERROR] = relic_error(portal, m_phi, setting.common.full_exchange)


@kernel
def describe_four_equations(system, setting, out):
    """Solve the four equations with the paper's source, and write what they say; return the status."""
    states = setting.states
    couplings, plasma = system.couplings, system.plasma
    unit_width = system.vertex.unit_width
    squares = 0.0
    widths = np.empty(states)
    sources = np.zeros(states)
    for i in range(states):
        widths[i] = unit_width * couplings.total_real[i, i]
    sources[0] = widths[0]
    sources[1] = -widths[0]
    muons = out[C_BRANCHING_MU]
    if setting.flavours == 2:
        squares = flavours_of(muons)
    else:
        squares = 1.0 / (muons**2 + out[C_BRANCHING_E] ** 2 + out[C_BRANCHING_TAU] ** 2)
    shared = Plasma(
        plasma.cosmology,
        plasma.rates,
        plasma.m_chi,
        plasma.delta_m,
        plasma.ln_m_chi,
        plasma.ln_mass_ratio,
        squares,
    )
    solution = integrate(
        shared, Conversions(widths, sources, 1.0, 1.0), setting.common.start_over_eq, system.ln_sph,
        setting.common.tolerance, True, np.empty((0, 0)),
    )  # fmt: skip
    if solution.status != OK:
        return solution.status
    out[C_FLOOR] = plasma.m_chi * OMEGA_H2_PER_YIELD_GEV * solution.total_equilibrium
    out[C_SLOPE] = solution.slope
    if states == 2:
        m_phi = plasma.m_chi + plasma.delta_m
        gamma = absorptive_part(m_phi, plasma.m_chi, SPHALERON_TEMPERATURE, False)
        x_sph = plasma.m_chi / SPHALERON_TEMPERATURE
        epsilon = resonant_asymmetry(out[C_I_1], out[C_XI], gamma, x_sph, 0.0)
        out[C_PAPER] = PAPER_BARYONS * epsilon * solution.asymmetry_sph
        out[C_RATIO] = out[C_YIELD] / out[C_PAPER] if out[C_PAPER] != 0.0 else 0.0
    return OK


@kernel
def solve_coherent(rows, setting, out, status):
    """Evaluate rows (n, `row_length`) into observables (n, k) and status (n,); NaN where it fails."""
    pieces = np.empty(PIECES_SHAPE)
    for n in range(rows.shape[0]):
        row = rows[n]
        here = out[n]
        for j in range(here.size):
            here[j] = np.nan
        status[n] = row_status(row, setting.states, setting.flavours)
        if status[n] != OK:
            continue
        system = system_of(row, setting, pieces)
        coherent = from_start(system, setting, setting.empty, np.empty((0, 0)))
        if coherent.status != OK:
            status[n] = coherent.status
            continue
        relic, total, _ = relic_yield(
            system.plasma, system.vertex, setting.effects, system.couplings, coherent, system.ln_sph,
            setting.tolerance, setting.common.tolerance,
        )  # fmt: skip
        if relic != OK:
            status[n] = relic
            continue
        here[C_OMEGA] = row[0] * OMEGA_H2_PER_YIELD_GEV * total
        here[C_YIELD] = baryons_of(coherent.state, setting)
        describe_state(coherent, system, setting, here)
        describe_point(row, system, setting, here)
        ratio = np.nan
        if setting.compare:
            other = from_start(system, setting, not setting.empty, np.empty((0, 0)))
            if other.status != OK:
                status[n] = other.status
                clear(here)
                continue
            second = baryons_of(other.state, setting)
            here[C_EMPTY] = here[C_YIELD] if setting.empty else second
            thermal = second if setting.empty else here[C_YIELD]
            ratio = here[C_EMPTY] / thermal if thermal != 0.0 else 1.0
            here[C_START_RATIO] = ratio
        here[C_CROSSING] = last_crossing(system, setting, math.log(0.05))
        here[C_YIELD_ERROR] = math.log(
            yield_factor(system, setting, here[C_CROSSING], ratio, setting.flavours)
        )
        status[n] = describe_four_equations(system, setting, here)
        if status[n] == OK and not (abs(here[C_YIELD]) < np.inf and here[C_OMEGA] < np.inf):
            status[n] = NOT_FINITE
        if status[n] != OK:
            clear(here)


@kernel
def clear(values):
    """Leave nothing of a point that has failed."""
    for j in range(values.size):
        values[j] = np.nan
