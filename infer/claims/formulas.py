"""The formulas of the scenarios that claims are computed with, gathered from where the solver keeps them."""

from __future__ import annotations

from ...solver.constants import FERMI_CONSTANT, OMEGA_H2_PER_YIELD_GEV, PLANCK_MASS
from ...solver.scenarios import leptoquark
from ...solver.scenarios.conversion import asymmetry
from ...solver.scenarios.lepton_pion import (
    abundance,
    amplitudes,
    channels,
    densities,
    flavour,
    inputs,
    quark,
    signals,
    virtual,
    widths,
)
from ...solver.scenarios.thermal_decay import analytic
from ...solver.scenarios.thermal_decay.analytic import ZETA_3

__all__ = [
    "CMB_TEMPERATURE",
    "FERMI_CONSTANT",
    "OBSERVED_OMEGA_H2",
    "OMEGA_H2_PER_YIELD_GEV",
    "PAPER_VEV",
    "PLANCK_MASS",
    "ZETA_3",
    "abundance",
    "amplitudes",
    "analytic",
    "asymmetry",
    "channels",
    "densities",
    "flavour",
    "inputs",
    "leptoquark",
    "quark",
    "signals",
    "virtual",
    "widths",
]

OBSERVED_OMEGA_H2 = 0.12  # what both papers want; Planck 2018, arXiv:1807.06209
CMB_TEMPERATURE = 2.3486e-13  # GeV: 2.7255 K, D. J. Fixsen, arXiv:0911.1955
# GeV: what arXiv:2111.14808 calls v, by the scale of 36 TeV below its (3.7).
PAPER_VEV = 174.104
