"""Numbers of the decays of χ and of known particles that the claims of arXiv:2111.14808, section 3, speak of."""

from __future__ import annotations

import math

import numpy as np

from ....solver.constants import (
    ALPHA,
    ELECTRON_MASS,
    HBAR_GEV_S,
    MUON_MASS,
    NEUTRAL_PION_MASS,
    PION_MASS,
    YEAR_S,
)
from ..formulas import FERMI_CONSTANT, PAPER_VEV, inputs, signals, widths
from .lepton_pion import crossing, observables

__all__ = [
    "PARTICLES",
    "anomaly_scale",
    "condensate",
    "electron_share_of_pion",
    "implied_lambda",
    "loop_coefficient",
    "loop_years",
    "muon_narrowness",
    "narrowness",
    "neutrino_mixing",
    "pion_narrowness",
    "pion_to_electron",
    "share",
]

# PDG 2022: masses of the light quarks at 2 GeV, |V_tb V_ts|, W mass and SU(2) coupling.
QUARK_MASSES, V_TS, WEAK_COUPLING = 2.16e-3 + 4.67e-3, 0.0410, 0.652
# Table 1: lifetime in s and mass in GeV as printed, and ε = Γ/m.
PARTICLES = {
    "neutron": (880.0, 0.9396, 0.8e-27),
    "muon": (2.2e-6, 0.1057, 2.8e-18),
    "kaon": (1.2e-8, 0.4937, 1.1e-16),
    "pion": (2.6e-8, 0.1396, 1.8e-16),
    "omega": (0.8e-10, 1.672, 4.8e-15),
    "sigma": (0.8e-10, 1.189, 6.9e-15),
}


def narrowness(name: str) -> float:
    """Return Γ/m of a particle of table 1, from its printed lifetime and mass."""
    seconds, mass, _ = PARTICLES[name]
    return HBAR_GEV_S / (seconds * mass)


def muon_narrowness() -> float:
    """Return Γ/m of the muon from the solver's width."""
    return inputs.lepton_width("mu") / MUON_MASS


def electron_share_of_pion() -> float:
    """Return BR(π → e ν) at leading order."""
    helicity = (ELECTRON_MASS / MUON_MASS) ** 2
    return helicity * ((PION_MASS**2 - ELECTRON_MASS**2) / (PION_MASS**2 - MUON_MASS**2)) ** 2


def loop_years(lambda_qcd: float) -> float:
    """Return 1/Γ(χ → νγ) in years at M = m_π, C_χL = G_F."""
    return HBAR_GEV_S / widths.loop_width(PION_MASS, FERMI_CONSTANT, MUON_MASS, True, lambda_qcd) / YEAR_S


def implied_lambda() -> float:
    """Return the Λ_QCD in GeV with which (3.15) has its 4 years."""
    return crossing(lambda scale: 4.0 - loop_years(scale), 0.05, 1.0)


def loop_coefficient() -> float:
    """Return Γ(χ → νγ)/(e² A² M³) of a Dirac χ with A e χ̄ σ^μν P_L ν F_μν, by explicit Dirac matrices."""
    one, zero, sigma = np.eye(2), np.zeros((2, 2)), [[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]]
    gamma = [np.block([[zero, one], [one, zero]])]
    gamma += [np.block([[zero, np.array(s)], [-np.array(s), zero]]) for s in sigma]
    metric, left = np.diag([1.0, -1.0, -1.0, -1.0]), np.diag([1.0, 1.0, 0.0, 0.0])

    def slash(p):
        return sum(metric[m, m] * p[m] * gamma[m] for m in range(4))

    p_chi, q, k = np.array([1.0, 0, 0, 0]), np.array([0.5, 0, 0, 0.5]), np.array([0.5, 0, 0, -0.5])
    # F_μν → q_μ ε_ν - q_ν ε_μ: the vertex is i [γ^μ, γ^ν] q_μ ε_ν = σ^μν (q_μ ε_ν - q_ν ε_μ).
    vertices = [1j * (slash(q) @ gamma[n] - gamma[n] @ slash(q)) for n in range(4)]
    total = 0.0
    for n in range(4):
        other = gamma[0] @ (left @ vertices[n]).conj().T @ gamma[0]
        trace = np.trace(slash(k) @ (vertices[n] @ left) @ (slash(p_chi) + np.eye(4)) @ other)
        total -= metric[n, n] * trace.real
    # Γ = |M|²/(2 spins)/(16 π M) for massless products.
    return abs(total) / 2.0 / (16.0 * math.pi)


def share(mass: float, lepton: str, chirality: str, kind: str) -> float:
    """Return the share of the width to which a limit on χ → γγ or e⁺e⁻ applies."""
    found = observables(mass, 1.0, lepton, chirality, contact=False)
    return found[kind] * found["lifetime_s"]


def pion_to_electron() -> float:
    """Return BR(π → eχ)/BR(π → eν) at the mass and the C_χL of the 3.5 keV line."""
    coupling = signals.line_coupling(lepton="e", chirality="L")
    new = float(widths.pion_branching_ratio(signals.LINE_MASS, coupling, "e", "L"))
    return new / electron_share_of_pion()


def pion_narrowness() -> float:
    """Return Γ/m of the charged pion from the solver's width."""
    return inputs.PION_WIDTH / PION_MASS


def anomaly_scale() -> float:
    """Return √(1.4/C_LL) in TeV, with C_LL = 1.4 |V_tb V_ts| α/(4π v²) below (3.7)."""
    return math.sqrt(4.0 * math.pi * PAPER_VEV**2 / (V_TS * ALPHA)) * 1e-3


def condensate() -> float:
    """Return B_0/f_π by the masses of pion and quarks at 2 GeV."""
    return NEUTRAL_PION_MASS**2 / (QUARK_MASSES * inputs.PION_DECAY_CONSTANT)


def neutrino_mixing() -> float:
    """Return (3.13) in GeV at C = G_F for the muon, with Λ² = m_W²/(4π)²."""
    strength = FERMI_CONSTANT * inputs.PION_DECAY_CONSTANT**2 * MUON_MASS
    return strength * WEAK_COUPLING**2 / (4.0 * math.pi) ** 4
