"""Signals of the contact operators: colliders, detectors, an X-ray line, cosmic rays.

arXiv:2111.14808, sections 3.4 and 4.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import (
    ALPHA,
    ELECTRON_MASS,
    FERMI_CONSTANT,
    GEV2_TO_CM2,
    GEV2_TO_PB,
    HBAR_C_GEV_M,
    HBAR_GEV_S,
    YEAR_S,
)
from .inputs import CONTACT_UNIT, LAMBDA_QCD, V_UD, XENON_THRESHOLD
from .widths import partial_widths

__all__ = [
    "COLLIDER_LIMITS",
    "absorption_cross_section",
    "absorption_events",
    "absorption_strength",
    "contact_coupling",
    "cosmic_ray_cross_section",
    "fermi_function",
    "line_coupling",
    "recoil_energy",
]

# Eq. (3.18), in units of 4 G_F/√2; valid for mediators much heavier than a few TeV. Nothing is given for
# τ or for C_χL.
COLLIDER_LIMITS = {"mu": 8.1e-4, "e": 5.9e-4}

# The unidentified line at 3.5 keV (section 4.3).
LINE_MASS = 7e-6
LINE_RATE = 1.4e-28  # 1/s

# ¹³¹Xe → ¹³¹Cs: the daughter, the isotope.
DAUGHTER_CHARGE = 55
MASS_NUMBER = 131
NUCLEAR_RADIUS_FM = 1.2
ISOTOPE_SHARE = 0.212
MOLAR_MASS_XENON = 131.293
AXIAL_COUPLING = 1.27
# Strength B_F + g_A² B_GT if each of the 77 neutrons counted once: what the paper's event rate needs.
ALL_NEUTRONS = 77 * (1.0 + 3.0 * AXIAL_COUPLING**2)
# The ground-state transition 5/2⁺ → 3/2⁺ of the electron capture of ¹³¹Cs; the value is quoted from memory.
LOG_FT = 5.55
SPIN_WEIGHT = 6.0 / 4.0  # (2 J_Cs + 1)/(2 J_Xe + 1)

LOCAL_DENSITY = 0.4  # GeV/cm³
LIGHT_SPEED_CM_S = 2.99792458e10
AVOGADRO = 6.02214076e23
GRAMS_PER_TONNE = 1e6
GEV_TO_KEV = 1e6


def contact_coupling(coupling: ArrayLike) -> NDArray[np.float64]:
    """Return C (GeV⁻²) in units of 4 G_F/√2, in which collider limits are quoted."""
    return np.asarray(coupling, dtype=np.float64) / CONTACT_UNIT


def line_coupling(lambda_qcd: float = LAMBDA_QCD, **options: object) -> float:
    """Return C (GeV⁻²) for which χ of 7 keV gives the 3.5 keV line, eq. (4.12).

    Parameters
    ----------
    lambda_qcd : float
        The scale of the loop in GeV.
    options
        Lepton, chirality, fermion, mixing as of `partial_widths`.
    """
    width = partial_widths(LINE_MASS, 1.0, lambda_qcd, **options)[0]
    return math.sqrt(LINE_RATE * HBAR_GEV_S / width)


def fermi_function(charge: int, kinetic_energy: ArrayLike) -> NDArray[np.float64]:
    """Return the relativistic Fermi function of an electron leaving a nucleus of A = 131.

    F = 2 (1 + γ) (2 p R)^{2γ-2} e^{πη} |Γ(γ + iη)|²/Γ(1 + 2γ)², with γ = √(1 - (αZ)²), η = αZ E/p, R =
    1.2 A^{1/3} fm.

    Parameters
    ----------
    charge : int
        Z of the daughter nucleus.
    kinetic_energy : array-like
        In GeV.
    """
    from scipy.special import loggamma

    energy = ELECTRON_MASS + np.asarray(kinetic_energy, dtype=np.float64)
    momentum = np.sqrt(np.maximum((energy - ELECTRON_MASS) * (energy + ELECTRON_MASS), 0.0))
    gamma = math.sqrt(1.0 - (ALPHA * charge) ** 2)
    radius = NUCLEAR_RADIUS_FM * 1e-15 / HBAR_C_GEV_M * MASS_NUMBER ** (1.0 / 3.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        eta = ALPHA * charge * energy / momentum
        logarithm = (
            (2.0 * gamma - 2.0) * np.log(2.0 * momentum * radius)
            + math.pi * eta
            + 2.0 * loggamma(gamma + 1j * eta).real
            - 2.0 * loggamma(1.0 + 2.0 * gamma).real
        )
        return np.where(momentum > 0.0, 2.0 * (1.0 + gamma) * np.exp(logarithm), np.inf)


def absorption_strength(
    mass: ArrayLike, strength: Literal["ground-state", "all-neutrons"] = "ground-state"
) -> NDArray[np.float64]:
    """Return f in ⟨σv⟩ = C² M² f/(16π), eq. (4.10), for χ ¹³¹Xe → e⁻ ¹³¹Cs; zero below threshold.

    f = (p_e E_e/M²) F(55, E_e) (B_F + g_A² B_GT).

    Parameters
    ----------
    mass : array-like
        M in GeV.
    strength : str
        The nuclear strength: of the transition between ground states, from its ft value, or as if all
        neutrons counted, 10⁴ times larger and doubtful, which reproduces the paper's rate.
    """
    mass = np.asarray(mass, dtype=np.float64)
    if strength == "all-neutrons":
        nuclear = ALL_NEUTRONS
    else:
        natural_ft = 10.0**LOG_FT / HBAR_GEV_S
        nuclear = 2.0 * math.pi**3 * math.log(2.0)
        nuclear *= SPIN_WEIGHT / (FERMI_CONSTANT**2 * V_UD**2 * ELECTRON_MASS**5 * natural_ft)
    kinetic = np.maximum(mass - XENON_THRESHOLD, 0.0)
    energy = ELECTRON_MASS + kinetic
    momentum = np.sqrt(kinetic * (kinetic + 2.0 * ELECTRON_MASS))
    open_channel = momentum > 0.0
    fermi = np.where(open_channel, fermi_function(DAUGHTER_CHARGE, np.maximum(kinetic, 1e-15)), 0.0)
    return momentum * energy / mass**2 * fermi * nuclear


def absorption_cross_section(mass: ArrayLike, coupling: ArrayLike) -> NDArray[np.float64]:
    """Return σ = C² M²/(4π) in cm², the ordinate of figure 8: ⟨σv⟩ of eq. (4.10) is f/4 of it.

    >>> f"{absorption_cross_section(358e-6, 1.0 / 3400.0**2):.2e}"
    '2.97e-50'
    """
    mass = np.asarray(mass, dtype=np.float64)
    return np.square(coupling) * mass**2 / (4.0 * math.pi) * GEV2_TO_CM2


def absorption_events(
    mass: ArrayLike,
    coupling: ArrayLike,
    strength: Literal["ground-state", "all-neutrons"] = "ground-state",
    symmetric: bool = False,
) -> NDArray[np.float64]:
    """Return the absorptions on ¹³¹Xe per tonne of xenon and year, C = coupling in GeV⁻².

    Of the vector operator of right-handed electrons. The scalar operator of left-handed ones transfers no spin,
    while the ground states differ by ΔJ = 1: its rate is zero at leading order.

    Parameters
    ----------
    mass, coupling : array-like
        M in GeV, C_χR to the electron in GeV⁻².
    strength : str
        As of `absorption_strength`.
    symmetric : bool
        Half of the local density is antiparticles, which are not absorbed (a symmetric Dirac relic).
    """
    mass = np.asarray(mass, dtype=np.float64)
    cross_section = np.square(coupling) * mass**2 * absorption_strength(mass, strength) / (16.0 * math.pi)
    flux = LOCAL_DENSITY / mass * LIGHT_SPEED_CM_S * cross_section * GEV2_TO_CM2
    targets = AVOGADRO * GRAMS_PER_TONNE / MOLAR_MASS_XENON * ISOTOPE_SHARE
    return flux * targets * YEAR_S * (0.5 if symmetric else 1.0)


def recoil_energy(mass: ArrayLike, nucleus_mass: float = 122.3) -> NDArray[np.float64]:
    """Return E_R = M²/(2 m_N) of χ N → ν N in keV; the default nucleus is xenon (masses in GeV)."""
    return np.square(mass) / (2.0 * nucleus_mass) * GEV_TO_KEV


def cosmic_ray_cross_section(
    mass: ArrayLike, coupling: ArrayLike, energy: ArrayLike, target_mass: float | None = None
) -> NDArray[np.float64]:
    """Return σ = C² (M + E)² of cosmic rays on χ at rest in pb, eq. (4.13).

    The paper's invariant is not that of a target at rest. With the mass of the cosmic ray given, the
    cross-section is C² s with s = M² + m² + 2 M E, smaller by about 2M/E.

    Parameters
    ----------
    mass, energy : array-like
        M and the energy of the cosmic ray in GeV.
    coupling : array-like
        C in GeV⁻².
    target_mass : float, optional
        The mass of the cosmic ray in GeV, zero for electrons.
    """
    mass, energy = np.asarray(mass, dtype=np.float64), np.asarray(energy, dtype=np.float64)
    s = (mass + energy) ** 2 if target_mass is None else mass**2 + target_mass**2 + 2.0 * mass * energy
    return np.square(coupling) * s * GEV2_TO_PB
