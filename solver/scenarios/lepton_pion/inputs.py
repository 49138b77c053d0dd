"""Hadronic and decay inputs of the pion effective theory; GeV unless the name says otherwise."""

from __future__ import annotations

import math

from ...constants import (
    ALPHA,
    ELECTRON_MASS,
    FERMI_CONSTANT,
    HBAR_GEV_S,
    MUON_MASS,
    TAU_MASS,
)

__all__ = [
    "BODIES",
    "CONDENSATE",
    "CONTACT_UNIT",
    "DECAY_CHANNELS",
    "E_SQUARED",
    "LAMBDA_QCD",
    "LARGEST_MASS",
    "LEPTON_MASSES",
    "PION_DECAY_CONSTANT",
    "PION_WIDTH",
    "TRANSITION_TEMPERATURE",
    "V_UD",
    "WIDTH_PI0_TWO_PHOTONS",
    "XENON_THRESHOLD",
    "lepton_width",
]

# arXiv:2111.14808, below eq. (3.12).
PION_DECAY_CONSTANT = 0.093
CONDENSATE = 22.0 * PION_DECAY_CONSTANT  # B_0
# The scale of the loop estimate (3.14). This value gives (3.15) its "4 yr".
LAMBDA_QCD = 0.237
# Below this temperature the pions, above it the quarks are the degrees of freedom.
TRANSITION_TEMPERATURE = 0.15
# GeV. Beyond, the pion effective theory has long lost its meaning: the tables of rates end.
LARGEST_MASS = 3.0
# The paper quotes its couplings in this unit.
CONTACT_UNIT = 4.0 * FERMI_CONSTANT / math.sqrt(2.0)

V_UD = 0.97373  # PDG 2022; in pion decays of the Standard Model only
E_SQUARED = 4.0 * math.pi * ALPHA

LEPTON_MASSES = {"e": ELECTRON_MASS, "mu": MUON_MASS, "tau": TAU_MASS}

# Lifetimes in seconds and the branching ratio of π⁰ → γγ: PDG 2022.
PION_LIFETIME_S = 2.6033e-8
MUON_LIFETIME_S = 2.1969811e-6
TAU_LIFETIME_S = 2.903e-13
NEUTRAL_PION_LIFETIME_S = 8.43e-17
TWO_PHOTON_SHARE = 0.98823

PION_WIDTH = HBAR_GEV_S / PION_LIFETIME_S
NEUTRAL_PION_WIDTH = HBAR_GEV_S / NEUTRAL_PION_LIFETIME_S
WIDTH_PI0_TWO_PHOTONS = TWO_PHOTON_SHARE * NEUTRAL_PION_WIDTH

# The threshold m_e + Q of the capture on ¹³¹Xe (arXiv:2111.14808, section 4.2).
XENON_THRESHOLD = 355e-6

# What χ decays to at zero temperature, in the order of every array of widths.
DECAY_CHANNELS = ("ν γ", "ℓ π", "ν π⁰", "ν γ γ", "ℓ e ν", "ℓ μ ν", "π ℓ*", "3 ν")
# The electron and neutrinos a lepton becomes, τ taken to decay through μ: the paper's 2/5, 2/7, 2/9 of ℓπ.
BODIES = {"e": 1, "mu": 3, "tau": 5}


def lepton_width(lepton: str) -> float:
    """Return the total width of a charged lepton in GeV; zero for the electron."""
    lifetimes = {"mu": MUON_LIFETIME_S, "tau": TAU_LIFETIME_S}
    return HBAR_GEV_S / lifetimes[lepton] if lepton in lifetimes else 0.0
