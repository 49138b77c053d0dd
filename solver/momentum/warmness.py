"""What the momenta of dark matter today mean: an equivalent thermal relic, free streaming, extra radiation.

y = p/T_γ today is conserved after production: y = (p/T) d(T) with d = [g_s0/g_s(T)]^{1/3} at production.
"""

from __future__ import annotations

import math

from ..constants import (
    ENTROPY_DENSITY_TODAY_CM3,
    HBAR_C_GEV_M,
    OMEGA_H2_PER_YIELD_GEV,
    ZETA_3,
    ZETA_5,
)
from ..cosmology import ENTROPY_FACTOR, g_s
from ..numerics.kernel import kernel

__all__ = [
    "ENTROPY_STATES_TODAY",
    "ENTROPY_TODAY",
    "FERMI_MEAN",
    "FERMI_MEAN_SQUARE",
    "TEMPERATURE_TODAY",
    "UNKNOWN_MOMENTUM",
    "VELOCITY_TODAY_KM_S",
    "delta_n_eff",
    "delta_n_eff_cmb",
    "equivalent_mass",
    "fill_momenta",
    "free_streaming",
    "least_mass",
    "relic_temperature",
]

TEMPERATURE_TODAY = 2.7255 * 8.617333262e-14  # GeV; D. J. Fixsen, arXiv:0911.1955
# What the fits of arXiv:1803.01038 end at; 43/11 would change y by 0.2 %.
ENTROPY_STATES_TODAY = 3.931
ENTROPY_TODAY = ENTROPY_FACTOR * ENTROPY_STATES_TODAY  # s/T³

# ⟨y⟩ where nothing is left.
UNKNOWN_MOMENTUM = 1.0

# ⟨q⟩ and ⟨q²⟩ of massless fermions in equilibrium, q = p/T.
FERMI_MEAN = 7.0 * math.pi**4 / (180.0 * ZETA_3)
FERMI_MEAN_SQUARE = 15.0 * ZETA_5 / ZETA_3

GEV_TO_KEV = 1e6
# The abundance that limits on thermal relics assume: all of dark matter.
ALL_DARK_MATTER = 0.12
# Number densities in GeV³: n = ω ρ_c/(h² M).
_CRITICAL_GEV4 = ENTROPY_DENSITY_TODAY_CM3 / OMEGA_H2_PER_YIELD_GEV * (100.0 * HBAR_C_GEV_M) ** 3
# T_X/T_γ of a thermal fermion with two states, 1 keV and all of dark matter: n = (3/2) ζ(3) T_X³/π².
RELIC_TEMPERATURE = (
    ALL_DARK_MATTER * _CRITICAL_GEV4 / 1e-6 * math.pi**2 / (1.5 * ZETA_3)
) ** (1.0 / 3.0) / TEMPERATURE_TODAY  # fmt: skip
# m_equiv/keV = [this (M/keV)/y_rms]^{3/4}: equal ⟨v²⟩.
MATCHING = RELIC_TEMPERATURE * math.sqrt(FERMI_MEAN_SQUARE)

# km/s of M = 1 keV with y_rms = 1.
VELOCITY_TODAY_KM_S = 2.99792458e5 * TEMPERATURE_TODAY * GEV_TO_KEV

# Densities over the critical one times h², h² in (100 km/s/Mpc)²: photons and massless neutrinos; Planck 2018.
RADIATION, MATTER, REDUCED_HUBBLE = 4.1823e-5, 0.1424, 0.6736
HUBBLE_LENGTH_MPC = 2997.92458  # c/(100 km/s/Mpc)

NUCLEOSYNTHESIS_TEMPERATURE = 1e-3  # GeV, the temperature at which `delta_n_eff` is taken
RECOMBINATION = 0.26e-9  # GeV
ENTROPY_AT_NUCLEOSYNTHESIS = (
    ENTROPY_FACTOR * float(g_s(NUCLEOSYNTHESIS_TEMPERATURE)) * NUCLEOSYNTHESIS_TEMPERATURE**3
)
COOLING_TO_NUCLEOSYNTHESIS = (ENTROPY_STATES_TODAY / float(g_s(NUCLEOSYNTHESIS_TEMPERATURE))) ** (1.0 / 3.0)
ENTROPY_AT_RECOMBINATION = ENTROPY_FACTOR * ENTROPY_STATES_TODAY * RECOMBINATION**3
# Energy density of a neutrino and its antiparticle over T_ν⁴.
NEUTRINO = 7.0 / 8.0 * math.pi**2 / 15.0
NEUTRINO_COOLING = (4.0 / 11.0) ** (4.0 / 3.0)


@kernel
def relic_temperature(mass_kev):
    """Return T_X/T_γ of a thermal fermion of two states that is all of dark matter, Ωh² = 0.12."""
    return RELIC_TEMPERATURE * mass_kev ** (-1.0 / 3.0)


@kernel
def equivalent_mass(mass, y_rms):
    """Return the mass in keV of the thermal fermion with the same ⟨v²⟩ today, for M in GeV and √⟨y²⟩.

    m/keV = [0.5759 (M/keV)/y_rms]^{3/4}: such a relic that is all of dark matter has T_X ∝ m^{-1/3}. Against
    transfer functions of freeze-in by decays and scatterings it is good to 5 %.
    """
    return (MATCHING * mass * GEV_TO_KEV / y_rms) ** 0.75


@kernel
def least_mass(limit_kev, y_rms):
    """Return the least M in keV for which `equivalent_mass` reaches a limit on thermal relics in keV."""
    return limit_kev ** (4.0 / 3.0) * y_rms / MATCHING


@kernel
def free_streaming(mass, y_mean):
    """Return the comoving free-streaming length in Mpc, ∫ da v/(a²H) with M in GeV.

    v = u/√(a² + u²), u = ⟨y⟩ T_γ0/M, in radiation and matter; in closed form for u ≪ a_eq, good to 1e-3 there.
    """
    u = y_mean * TEMPERATURE_TODAY / mass
    equality = RADIATION / MATTER
    root = math.sqrt(1.0 + 1.0 / equality)
    # ln[(s + 1)/(s - 1)] with s² - 1 = 1/a_eq; ln(8 a_eq/u) stands for arcsinh's large argument.
    fall = 2.0 * math.log(root + 1.0) + math.log(equality)
    return HUBBLE_LENGTH_MPC / math.sqrt(RADIATION) * u * (math.asinh(4.0 * equality / u) - fall)


@kernel
def fill_momenta(out, mass, final_yield, mean, square):
    """Fill the observables of the momenta today, in their order, for M in GeV, Y, ⟨y⟩ and ⟨y²⟩."""
    root = math.sqrt(square)
    out[0] = mean
    out[1] = root
    out[2] = equivalent_mass(mass, root)
    out[3] = free_streaming(mass, mean)
    out[4] = delta_n_eff(final_yield, mass, mean)
    out[5] = delta_n_eff_cmb(final_yield, mass, mean)


@kernel
def delta_n_eff(final_yield, mass, y_mean):
    """Return the energy of dark matter at T = 1 MeV in units of one neutrino, rest mass included."""
    momentum = y_mean * NUCLEOSYNTHESIS_TEMPERATURE / COOLING_TO_NUCLEOSYNTHESIS
    density = final_yield * ENTROPY_AT_NUCLEOSYNTHESIS * math.hypot(mass, momentum)
    return density / (NEUTRINO * NUCLEOSYNTHESIS_TEMPERATURE**4)


@kernel
def delta_n_eff_cmb(final_yield, mass, y_mean):
    """Return the kinetic energy of dark matter at T = 0.26 eV in units of one neutrino."""
    momentum = y_mean * RECOMBINATION
    kinetic = momentum * momentum / (math.hypot(mass, momentum) + mass)
    return final_yield * ENTROPY_AT_RECOMBINATION * kinetic / (NEUTRINO * NEUTRINO_COOLING * RECOMBINATION**4)
