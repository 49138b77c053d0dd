"""Orders of magnitude of arXiv:2111.14808: narrowness, mixing, hot relics, baryons, other operators.

Plain formulas that take floats or arrays that broadcast. Where the paper has a slip the docstring says so.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import (
    ALPHA,
    HBAR_GEV_S,
    OBSERVED_OMEGA_H2,
    OMEGA_H2_PER_YIELD_GEV,
    PION_MASS,
    PLANCK_MASS,
    ZETA_3,
)
from .inputs import LEPTON_MASSES, PION_DECAY_CONSTANT
from .signals import AXIAL_COUPLING

__all__ = [
    "BARYON_YIELD",
    "NARROW_PARTICLES",
    "NarrowParticle",
    "baryon_decoupling_temperature",
    "baryon_rate_over_hubble",
    "co_stability",
    "decay_thresholds",
    "electroweak_loop_factor",
    "hot_relic_mass",
    "narrowness",
    "neutrino_mixing_mass",
    "off_shell_width",
    "photon_loop_factor",
    "scalar_coupling",
]

Array = NDArray[np.float64]

ELECTROWEAK_VACUUM = 174.104  # GeV, the paper's v
WEAK_COUPLING = 0.6517  # g₂ at the Z mass, PDG 2022
BARYON_YIELD = 0.8e-10  # n_B/s as the paper takes it, section 3.4


class NarrowParticle(NamedTuple):
    """Hold a particle of table 1: name, lifetime in s, mass in GeV, and ε = Γ/m as the paper prints it."""

    name: str
    lifetime_s: float
    mass: float
    printed: float


# Table 1: lifetimes and masses of PDG 2022; one component of each multiplet.
NARROW_PARTICLES = (
    NarrowParticle("n", 878.4, 0.93956542, 0.8e-27),
    NarrowParticle("mu", 2.1969811e-6, 0.1056583755, 2.8e-18),
    NarrowParticle("K-", 1.2380e-8, 0.493677, 1.1e-16),
    NarrowParticle("pi-", 2.6033e-8, 0.13957039, 1.8e-16),
    NarrowParticle("Omega-", 0.821e-10, 1.67245, 4.8e-15),
    NarrowParticle("Sigma+", 0.8018e-10, 1.18937, 6.9e-15),
)


def narrowness(lifetime_s: ArrayLike, mass: ArrayLike) -> Array:
    """Return ε = Γ/m of table 1 and eq. (3.3), for a lifetime in s and a mass in GeV.

    >>> float(narrowness(2.1969811e-6, 0.1056583755).round(20))
    2.84e-18
    """
    return HBAR_GEV_S / (np.asarray(lifetime_s, dtype=np.float64) * np.asarray(mass, dtype=np.float64))


def off_shell_width(epsilon: ArrayLike, width: ArrayLike, x_max: ArrayLike) -> Array:
    """Return Γ(DM → SM₁ SM₂* → …) ≈ ε₂ Γ(DM → SM₁ SM₂*)/(4π (1 - x_max)), eq. (3.3).

    x_max = k²/m₂² at the largest momentum that the virtual particle can have. The virtual particle decays as on
    its shell here: for a muon the estimate is twice the integral of (3.2) at x_max = 0.9, 200 times it at 0.3.
    """
    epsilon, width, x_max = (np.asarray(value, dtype=np.float64) for value in (epsilon, width, x_max))
    return epsilon * width / (4.0 * math.pi * (1.0 - x_max))


def photon_loop_factor() -> float:
    """Return (e/4π)⁴ = 3.4e-7 of χ → γγ, section 3; the paper prints 1e-5."""
    return (ALPHA / (4.0 * math.pi)) ** 2


def electroweak_loop_factor() -> float:
    """Return (f_π/4πv)⁴ = 3e-18 of χ → νγ, section 3."""
    return (PION_DECAY_CONSTANT / (4.0 * math.pi * ELECTROWEAK_VACUUM)) ** 4


def co_stability(lepton: str = "mu") -> tuple[float, float]:
    """Return the masses in GeV between which all tree decays among χ, ℓ and π are closed, eq. (3.16).

    >>> [round(1e3 * edge, 1) for edge in co_stability("mu")]
    [33.9, 245.2]
    """
    mass = LEPTON_MASSES[lepton]
    return abs(PION_MASS - mass), PION_MASS + mass


def decay_thresholds(lepton: str = "mu") -> dict[str, float]:
    """Return the masses in GeV where the decays of figure 4 change.

    Below the first pions or leptons decay to χ; above each of the next one more particle can be on its shell.
    """
    low, high = co_stability(lepton)
    return {
        "π → ℓ χ or ℓ → π χ": low,
        "χ → ℓ π*": LEPTON_MASSES[lepton],
        "χ → π ℓ*": PION_MASS,
        "χ → ℓ π": high,
    }


def neutrino_mixing_mass(coupling: ArrayLike, lepton: str = "mu") -> Array:
    """Return μ ≈ C_R f_π² m_ℓ g₂² Λ²/(4π M_W)² with Λ = M_W/4π, eq. (3.13), in GeV for C in GeV⁻².

    It is 0.18 meV for muons and C = G_F; the paper prints meV.
    """
    loop = WEAK_COUPLING**2 / (4.0 * math.pi) ** 4
    mass = LEPTON_MASSES[lepton]
    return np.asarray(coupling, dtype=np.float64) * PION_DECAY_CONSTANT**2 * mass * loop


def hot_relic_mass(
    d_dm: ArrayLike, g_s: ArrayLike, statistics: str = "fermion", as_printed: bool = False
) -> Array:
    """Return the mass in GeV of a relic that decouples while relativistic, with the observed density, footnote 1.

    Y = 45 ζ(3) d/(2π⁴ g_s), 3/4 of it for a fermion, gives M = 1.6 eV g_s/d (boson) or 2.1 eV g_s/d (fermion).
    The paper leaves out the 1/2 and the 3/4 and prints 0.7 eV; ``as_printed`` returns what its Y gives, 0.8 eV.

    >>> float(hot_relic_mass(1.0, 1.0, "boson").round(11))
    1.58e-09
    """
    d_dm, g_s = np.asarray(d_dm, dtype=np.float64), np.asarray(g_s, dtype=np.float64)
    factor = 1.0 if as_printed else {"boson": 0.5, "fermion": 0.375}[statistics]
    relativistic = factor * 45.0 * ZETA_3 * d_dm / (math.pi**4 * g_s)
    return OBSERVED_OMEGA_H2 / (OMEGA_H2_PER_YIELD_GEV * relativistic)


def baryon_decoupling_temperature(coupling: ArrayLike, baryon_yield: float = BARYON_YIELD) -> Array:
    """Return T ~ (M_Pl Y_B C²)^{-1/3} in GeV, where χp → nℓ leaves equilibrium, section 3.4; C in GeV⁻².

    At C = G_F it is 2 GeV: above the masses of interest, so that baryons keep no such dark matter in equilibrium.
    """
    return (PLANCK_MASS * baryon_yield * np.square(np.asarray(coupling, dtype=np.float64))) ** (-1.0 / 3.0)


def baryon_rate_over_hubble(
    temperature: ArrayLike, coupling: ArrayLike, baryon_yield: float = BARYON_YIELD
) -> Array:
    """Return the rate of χ n → ℓ p over the expansion rate, χ and ℓ light and nucleons at rest.

    σ = C² (1 + 3 g_A²) E²/(8π) by eq. (4.9), which is G_F² V_ud² (1 + 3 g_A²) E²/π at C = 2√2 G_F V_ud, the mean
    E² = 12 T² of a massless χ, and half of the baryons neutrons. At C = G_F it reaches one at 1.3 GeV, where
    `baryon_decoupling_temperature` says 2 GeV; there are no nucleons at either, and at 0.1 GeV it is 5e-4.

    Parameters
    ----------
    temperature, coupling : array-like
        T in GeV, C in GeV⁻².
    baryon_yield : float
        n_B/s.
    """
    from ...cosmology import entropy_density, hubble

    temperature = np.asarray(temperature, dtype=np.float64)
    sigma = np.square(coupling) * (1.0 + 3.0 * AXIAL_COUPLING**2) * 12.0 * temperature**2 / (8.0 * math.pi)
    return 0.5 * baryon_yield * entropy_density(temperature) * sigma / hubble(temperature)


def scalar_coupling(c_left: ArrayLike = 0.0, c_prime: ArrayLike = 0.0, c_second: ArrayLike = 0.0) -> Array:
    """Return the C_χL with the pion interactions of all scalar operators of eq. (3.11): C_L - C'/2 - C''/4.

    With d̄_L u_R → -i f_π B₀ π/√2 and the opposite sign for d̄_R u_L, the operator C' (L̄χ)ε(Q̄ d_R) is C_L = -C'/2
    in the charged and in the neutral coupling alike. A Fierz identity makes C'' (Q̄χ)ε(L̄ d_R) a C' = C''/2 and
    a tensor, which no single pion couples to. All limits on C_χL hold for it below the QCD transition.

    >>> float(scalar_coupling(0.0, 2e-6, 0.0))
    -1e-06
    """
    c_left, c_prime, c_second = (np.asarray(c, dtype=np.float64) for c in (c_left, c_prime, c_second))
    return c_left - 0.5 * c_prime - 0.25 * c_second
