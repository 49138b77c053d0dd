"""The columns of compiled rows of the lepton-pion scenarios: what describes a point, and what is found."""

from __future__ import annotations

from ...momentum.observables import MOMENTUM_OBSERVABLES

__all__ = ["COLUMN", "COLUMNS", "ROW", "WIDTH_NAMES"]

# What describes a point, in GeV and GeV⁻²: the coefficient C, the hottest temperature, Λ_QCD, the hottest
# temperature of the contact operator, ln(d_med Γ/2π²) of decays of a mediator, and its mass.
ROW = ("mass", "coupling", "hottest", "lambda_qcd", "hottest_contact", "ln_mediator", "mediator_mass")
MASS, COUPLING, HOTTEST_START, LAMBDA, HOTTEST_CONTACT, LN_MEDIATOR, MEDIATOR_MASS = range(len(ROW))

# In the order of DECAY_CHANNELS.
WIDTH_NAMES = (
    "neutrino_gamma",
    "lepton_pion",
    "neutrino_pion",
    "neutrino_two_gamma",
    "lepton_e_neutrino",
    "lepton_mu_neutrino",
    "pion_virtual_lepton",
    "three_neutrinos",
)
COLUMNS = (
    "omega_h2",
    "final_yield",
    "rate_over_hubble",
    "lifetime_s",
    *(f"width_{name}" for name in WIDTH_NAMES),
    *(f"br_{name}" for name in WIDTH_NAMES),
    "width_gamma_gamma",
    "width_electron_positron",
    "dominant_channel",
    "br_pion",
    "br_neutral_pion",
    "br_lepton",
    "omega_h2_error",
    *(item.name for item in MOMENTUM_OBSERVABLES),
    "statistics_factor",
)
COLUMN = {name: index for index, name in enumerate(COLUMNS)}
