"""Thermal densities of the scatterings and decays that change the number of χ, per C².

All are summed over charge conjugates, with Maxwell-Boltzmann statistics (arXiv:2111.14808, section 2;
Fermi-Dirac initial states alone would lower them by about a tenth). When a charged decay among χ, ℓ
and π is open, the photon processes are its infrared-divergent correction of order α and are dropped.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...numerics.bessel import k1_scaled
from ...numerics.kernel import kernel
from .amplitudes import coupling_invariants, kallen_root
from .channels import CHANNEL_NAMES, TWO_PIONS, reduced_cross_section, smallest_energy
from .inputs import CONDENSATE, LEPTON_MASSES, PION_DECAY_CONSTANT

__all__ = [
    "closed_window",
    "decay_density",
    "flattened_density",
    "lacking_energy",
    "reaction_density",
    "width_chi_to_lepton_pion",
    "width_chi_to_neutrino_pion",
    "width_lepton_to_chi",
    "width_neutral_pion_to_chi",
    "width_pion_to_chi",
]

# w = w_min + T v² turns every threshold behaviour into a power series in v; beyond v² = 60 nothing is left.
LARGEST_V = math.sqrt(60.0)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
ENERGY_NODES = 0.5 * LARGEST_V * (_NODES + 1.0)
ENERGY_WEIGHTS = 0.5 * LARGEST_V * _WEIGHTS
# The peak of the ρ in χ ℓ → π π⁰ needs more nodes: 160 give 1e-6 at T = 0.15.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
PEAK_NODES = 0.5 * LARGEST_V * (_NODES + 1.0)
PEAK_WEIGHTS = 0.5 * LARGEST_V * _WEIGHTS


@kernel
def flattened_density(channel, temperature, mass, m_lepton, left, rho):
    """Return γ e^{w_min/T}/C² of a channel, γ = (T/32π⁴) ∫ dw w² K₁(w/T) ŝ(w²).

    ``rho`` says whether the vector current of two pions carries their form factor.
    """
    w_min = smallest_energy(channel, mass, m_lepton)
    peak = rho and channel == TWO_PIONS
    nodes, weights = (PEAK_NODES, PEAK_WEIGHTS) if peak else (ENERGY_NODES, ENERGY_WEIGHTS)
    total = 0.0
    for i in range(nodes.shape[0]):
        v = nodes[i]
        w = w_min + temperature * v * v
        weight = weights[i] * 2.0 * v * math.exp(-v * v) * w * w * k1_scaled(w / temperature)
        total += weight * reduced_cross_section(channel, w, mass, m_lepton, left, rho)
    return temperature * temperature * total / (32.0 * math.pi**4)


@kernel
def width_chi_to_lepton_pion(mass, m_lepton, left):
    """Return Γ(χ → ℓ π)/C² of a Dirac χ in GeV; zero where closed."""
    if mass <= m_lepton + PION_MASS:
        return 0.0
    s_coupling, d_coupling = coupling_invariants(mass, m_lepton, left)
    square = s_coupling * (mass**2 + m_lepton**2 - PION_MASS**2) + d_coupling
    return 0.5 * square * kallen_root(mass, m_lepton, PION_MASS) / (16.0 * math.pi * mass**3)


@kernel
def width_pion_to_chi(mass, m_lepton, left):
    """Return Γ(π → ℓ χ)/C² = [S (m_π² - M² - m_ℓ²) - D] λ^{1/2}/(16π m_π³) in GeV; zero where closed.

    S and D as of `coupling_invariants`, λ^{1/2} = `kallen_root` of the three masses. For a right-handed lepton it
    is f_π² C² [m_π² (m_ℓ² + M²) - (m_ℓ² - M²)²] λ^{1/2}/(32π m_π³), the form of π → ℓν.
    """
    if mass + m_lepton >= PION_MASS:
        return 0.0
    s_coupling, d_coupling = coupling_invariants(mass, m_lepton, left)
    square = s_coupling * (PION_MASS**2 - mass**2 - m_lepton**2) - d_coupling
    return square * kallen_root(PION_MASS, mass, m_lepton) / (16.0 * math.pi * PION_MASS**3)


@kernel
def width_lepton_to_chi(mass, m_lepton, left):
    """Return Γ(ℓ → π χ)/C² = [S (m_ℓ² + M² - m_π²) + D] λ^{1/2}/(32π m_ℓ³) in GeV; zero where closed."""
    if mass + PION_MASS >= m_lepton:
        return 0.0
    s_coupling, d_coupling = coupling_invariants(mass, m_lepton, left)
    square = s_coupling * (mass**2 + m_lepton**2 - PION_MASS**2) + d_coupling
    return 0.5 * square * kallen_root(m_lepton, mass, PION_MASS) / (16.0 * math.pi * m_lepton**3)


@kernel
def width_chi_to_neutrino_pion(mass, left):
    """Return Γ(χ → ν π⁰)/C² of a Dirac χ in GeV; zero where closed or for a right-handed lepton."""
    if not left or mass <= NEUTRAL_PION_MASS:
        return 0.0
    momentum = (mass - NEUTRAL_PION_MASS) * (mass + NEUTRAL_PION_MASS)
    return (PION_DECAY_CONSTANT * CONDENSATE * momentum) ** 2 / (32.0 * math.pi * mass**3)


@kernel
def width_neutral_pion_to_chi(mass, left):
    """Return Γ(π⁰ → ν χ̄)/C² = f_π² B₀² (m_π² - M²)²/(16π m_π³) in GeV, one of two charge conjugates."""
    if not left or mass >= NEUTRAL_PION_MASS:
        return 0.0
    momentum = (NEUTRAL_PION_MASS - mass) * (NEUTRAL_PION_MASS + mass)
    return (PION_DECAY_CONSTANT * CONDENSATE * momentum) ** 2 / (16.0 * math.pi * NEUTRAL_PION_MASS**3)


@kernel
def decay_density(states, mass, temperature, width):
    """Return n K₁/K₂ Γ = d m² T K₁(m/T) Γ/(2π²), the density of thermal decays of d states."""
    x = mass / temperature
    return states * mass * mass * temperature * k1_scaled(x) * math.exp(-x) * width / (2.0 * math.pi**2)


@kernel
def closed_window(m_lepton):
    """Return the masses of χ between which no charged decay among χ, ℓ and π is open."""
    return abs(PION_MASS - m_lepton), PION_MASS + m_lepton


@kernel
def lacking_energy(mass, m_lepton, left):
    """Return the smallest energy (GeV) that χ at rest lacks for a reaction; infinite if it decays.

    Among χγ → ℓπ, χℓ → πγ with π → ℓχ, and for a doublet χν → π⁰; every other reaction lacks
    more than a hundred MeV.
    """
    if mass >= m_lepton + PION_MASS or (left and mass >= NEUTRAL_PION_MASS):
        return math.inf
    lacking = min(m_lepton + PION_MASS - mass, max(m_lepton, PION_MASS - mass))
    return min(lacking, NEUTRAL_PION_MASS - mass) if left else lacking


def reaction_density(
    channel: str | int,
    temperature: ArrayLike,
    mass: ArrayLike,
    lepton: str = "mu",
    chirality: str = "R",
    pion_form_factor: str = "rho",
) -> NDArray[np.float64]:
    """Return γ/C² of one scattering by direct quadrature.

    Parameters
    ----------
    channel : str or int
        A name out of `CHANNEL_NAMES`, or its position.
    temperature, mass : array-like
        In GeV; they broadcast.
    lepton, chirality : str
        "e", "mu" or "tau"; "R" or "L".
    pion_form_factor : str
        "rho" for the vector form factor of the pion, "none" for the leading chiral order.

    Returns
    -------
    array
        γ/C² in GeV⁸ (C in GeV⁻²).
    """
    index = CHANNEL_NAMES.index(channel) if isinstance(channel, str) else channel
    m_lepton, left = LEPTON_MASSES[lepton], chirality == "L"

    def one(t: float, m: float) -> float:
        flat = flattened_density(index, t, m, m_lepton, left, pion_form_factor == "rho")
        return flat * math.exp(-smallest_energy(index, m, m_lepton) / t)

    return np.vectorize(one, otypes=[float])(temperature, mass)
