"""Numbers of the relic density of χ that the claims of arXiv:2111.14808, sections 3.3 to 3.5, speak of."""

from __future__ import annotations

import math

import numpy as np

from ....likelihoods.baryon import PLANCK_BARYON_YIELD
from ....likelihoods.stability import VISIBLE_S
from ....solver.scenario import scenario
from ..formulas import (
    CMB_TEMPERATURE,
    FERMI_CONSTANT,
    PLANCK_MASS,
    channels,
    densities,
    inputs,
    leptoquark,
    quark,
)
from . import lepton_pion as points

__all__ = [
    "baryon_temperature",
    "excluded_by_decays",
    "excluded_by_lhc",
    "mediator_density_ratio",
    "mediator_yield_ratio",
    "quark_over_pion_rate",
    "scaling",
    "stability",
]


def scaling(chirality: str, mass: float) -> float:
    """Return C/G_F of freeze-in by the paper's scaling of section 3.5 without factors, T = M for C_χR."""
    e = math.sqrt(inputs.E_SQUARED)
    yield_mass = math.sqrt(CMB_TEMPERATURE / (mass * PLANCK_MASS))
    if chirality == "R":
        return yield_mass / (e * inputs.PION_DECAY_CONSTANT**1.5) / FERMI_CONSTANT
    # Y = e² C² f² B₀² M_Pl/M with Y M = T_0.
    strength = e * inputs.PION_DECAY_CONSTANT * inputs.CONDENSATE
    return math.sqrt(CMB_TEMPERATURE / PLANCK_MASS) / strength / FERMI_CONSTANT


def stability(mass: float, hottest: float, lepton: str = "mu", contact: bool = True) -> float:
    """Return the lifetime over 1e26 s at the coupling of freeze-in."""
    coupling = points.freeze_in(mass, hottest, lepton)
    return points.lifetime(mass, coupling, lepton=lepton, contact=contact) / VISIBLE_S


def excluded_by_decays(mass: float) -> float:
    """Return the lifetime at the coupling of freeze-out over 1e26 s."""
    return points.lifetime(mass, points.freeze_out(mass)) / VISIBLE_S


def excluded_by_lhc(mass: float) -> float:
    """Return the coupling of freeze-out over the collider limit."""
    return points.lhc_signal(points.freeze_out(mass), "mu")


def baryon_temperature(asymmetry: float = PLANCK_BARYON_YIELD) -> float:
    """Return (M_Pl Y_B G²)^(-1/3) in GeV for G = G_F."""
    return (PLANCK_MASS * asymmetry * FERMI_CONSTANT**2) ** (-1.0 / 3.0)


def mediator_density_ratio() -> float:
    """Return n K₁/K₂ Γ over d Γ T M² K₁/(2π²), with n from the momentum integral, at T = M/3."""
    from scipy.special import k1, kn

    x = 3.0
    momentum = np.linspace(0.0, 60.0, 200001)
    number_density = np.trapezoid(momentum**2 * np.exp(-np.hypot(momentum, x)), momentum) / (2.0 * math.pi**2)
    return float(number_density * k1(x) / kn(2, x) / (x**2 * k1(x) / (2.0 * math.pi**2)))


def mediator_yield_ratio() -> float:
    """Return the yield of the leptoquark scenario with g*(T) over (3.20) with 106.75, at 1 TeV."""
    model = scenario("leptoquark-mediator", statistics="mb")
    point = {"mass": 1e-3, "g_chi": 1e-12, "g_sm": 1e-6, "mediator_mass": 1e3}
    row = model.evaluate(model.theta(point))[0][0]
    found = row[[item.name for item in model.observables].index("final_yield")]
    return float(found / leptoquark.mediator_yield(1e3, leptoquark.mediator_width(1e3, 1e-12)))


def quark_over_pion_rate(lepton: str, chirality: str) -> float:
    """Return the rate of free quarks over that of pions at T = 0.15 GeV, M = 0.1 GeV."""
    processes = channels.LEFT_CHANNELS if chirality == "L" else channels.RIGHT_CHANNELS
    pions = sum(float(densities.reaction_density(i, 0.15, 0.1, lepton, chirality, "none")) for i in processes)
    return float(quark.quark_density(0.15, 0.1, lepton, chirality)) / pions
