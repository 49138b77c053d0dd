"""Points of lepton-pion dark matter that the claims of arXiv:2111.14808, sections 3 and 4, speak of."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ....likelihoods import likelihood
from ....solver.constants import HBAR_GEV_S
from ....solver.cosmology import entropy_density, entropy_factor, hubble
from ....solver.inverse import find_roots
from ....solver.scenario import Scenario, scenario
from ..formulas import (
    FERMI_CONSTANT,
    OBSERVED_OMEGA_H2,
    OMEGA_H2_PER_YIELD_GEV,
    abundance,
    channels,
    densities,
    inputs,
    signals,
    widths,
)

__all__ = [
    "analytic_over_numerical",
    "cmb_signal",
    "crossing",
    "freeze_in",
    "freeze_in_by",
    "freeze_in_slope",
    "freeze_out",
    "lhc_signal",
    "lifetime",
    "line_reheating",
    "line_signal",
    "loop_over_photons",
    "observables",
    "share_at_late_times",
    "tree_overtakes_loop",
]

FloatArray = NDArray[np.float64]

COLDEST_PIONS = 5e-3  # GeV: below, nothing is produced by pions


@cache
def model(**options: object) -> Scenario:
    """Return the scenario, with point-like pions as in the paper."""
    return scenario("lepton-pion", **{"pion_form_factor": "none", "statistics": "mb"} | options)


@cache
def freeze_out(mass: float, lepton: str = "mu", **options: object) -> float:
    """Return C/G_F of freeze-out with Ωh² = 0.12."""
    chosen = model(production="freeze-out", lepton=lepton, **options)
    return (
        find_roots(chosen, {"mass": mass}, "coupling", "omega_h2", OBSERVED_OMEGA_H2, (1e-3, 1e6))
        .roots[-1]
        .value
    )


@cache
def freeze_in(mass: float, hottest: float, lepton: str = "mu", chirality: str = "R") -> float:
    """Return C/G_F of freeze-in from a reheating temperature in GeV with Ωh² = 0.12."""
    chosen = model(lepton=lepton, chirality=chirality)
    point = {"mass": mass, "reheating_temperature": hottest}
    return find_roots(chosen, point, "coupling", "omega_h2", OBSERVED_OMEGA_H2, (1e-12, 1e3)).roots[0].value


def freeze_in_by(processes: tuple[int, ...], mass: float, hottest: float, chirality: str = "R") -> float:
    """Return C/G_F of freeze-in by some of the scatterings alone, without back reaction."""
    t = np.geomspace(COLDEST_PIONS, hottest, 161)
    rate = sum(densities.reaction_density(index, t, mass, "mu", chirality, "none") for index in processes)
    produced = np.trapezoid(rate / (entropy_density(t) * hubble(t) * entropy_factor(t)), np.log(t))
    return math.sqrt(OBSERVED_OMEGA_H2 / (OMEGA_H2_PER_YIELD_GEV * mass * float(produced))) / FERMI_CONSTANT


def freeze_in_slope(mass: float, hottest: float, chirality: str) -> float:
    """Return dlnY/dlnT_RH of freeze-in with a coupling far below equilibrium."""
    chosen = model(chirality=chirality)
    rows = [
        chosen.theta({"mass": mass, "coupling": 1e-10, "reheating_temperature": hottest * factor})
        for factor in (0.95, 1.05)
    ]
    found = chosen.evaluate(np.array(rows))[0][:, 0]
    return math.log(found[1] / found[0]) / math.log(1.05 / 0.95)


@cache
def observables(
    mass: float, coupling: float, lepton: str = "mu", chirality: str = "R", contact: bool = True
) -> dict[str, float]:
    """Return the observables by name, C in units of G_F."""
    chosen = model(production="freeze-out", lepton=lepton, chirality=chirality, contact=contact)
    row = chosen.evaluate(chosen.theta({"mass": mass, "coupling": coupling}))[0][0]
    return dict(zip((item.name for item in chosen.observables), row.tolist(), strict=True))


def lifetime(mass: float, coupling: float, **options: object) -> float:
    """Return the lifetime in s, C in units of G_F."""
    return float(widths.lifetime_s(mass, coupling * FERMI_CONSTANT, **options))


def cmb_signal(mass: float, coupling: float, lepton: str, chirality: str = "R") -> float:
    """Return the energy that decays inject over its 95 % CL limit, C in units of G_F."""
    found = observables(mass, coupling, lepton, chirality)
    effective = (np.array([found[name]]) for name in ("width_gamma_gamma", "width_electron_positron"))
    return float(likelihood("cmb-decay").rate_over_limit(np.array([mass]), *effective)[0])


def lhc_signal(coupling: float, lepton: str) -> float:
    """Return C over the collider limit, C in units of G_F."""
    return coupling * FERMI_CONSTANT / inputs.CONTACT_UNIT / likelihood("lhc-lepton-met", lepton=lepton).limit


def line_signal() -> float:
    """Return the rate of the 3.5 keV line over the strongest limit at that energy."""
    limit = likelihood("x-ray-lines").lifetime_limit(np.array([signals.LINE_MASS]))
    return signals.LINE_RATE * float(limit[0])


@cache
def line_reheating(lepton: str, chirality: str, bounds: tuple[float, float]) -> float:
    """Return the T_RH in GeV with which the coupling of the 3.5 keV line leaves Ωh² = 0.12."""
    coupling = signals.line_coupling(lepton=lepton, chirality=chirality) / FERMI_CONSTANT
    point = {"mass": signals.LINE_MASS, "coupling": coupling}
    chosen = model(lepton=lepton, chirality=chirality)
    return (
        find_roots(chosen, point, "reheating_temperature", "omega_h2", OBSERVED_OMEGA_H2, bounds, 33)
        .roots[0]
        .value
    )


def crossing(excess: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that is negative at the lower and positive at the upper end changes sign."""
    for _ in range(40):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if excess(middle) > 0.0 else (middle, high)
    return low


def tree_overtakes_loop(lepton: str, bounds: tuple[float, float], contact: bool = True) -> float:
    """Return the mass in GeV above which the tree decays of χ coupled to ℓ_R exceed the loop."""

    def excess(mass: float) -> float:
        found = widths.partial_widths(mass, 1.0, lepton=lepton, contact=contact)
        return float(found[1:].sum() - found[0])

    return crossing(excess, *bounds)


def loop_over_photons(mass: float) -> float:
    """Return Γ(χ → νγ)/Γ(χ → νγγ) of χ coupled to the left-handed doublet."""
    found = widths.partial_widths(mass, 1.0, chirality="L")
    return float(found[inputs.DECAY_CHANNELS.index("ν γ")] / found[inputs.DECAY_CHANNELS.index("ν γ γ")])


def share_at_late_times(channel: str, mass: float, z: float) -> float:
    """Return the share of one scattering in the rate of all, at T = M/z."""
    rates = [
        float(densities.reaction_density(i, mass / z, mass, pion_form_factor="none"))
        for i in channels.RIGHT_CHANNELS
    ]
    return rates[channels.CHANNEL_NAMES.index(channel)] / sum(rates)


def analytic_over_numerical(mass: float) -> float:
    """Return C of the analytic estimate of freeze-out over that of the numerical solution."""
    start = freeze_out(mass)

    def missing(coupling: float) -> float:
        found = abundance.analytic_freeze_out_yield(mass, coupling * FERMI_CONSTANT)
        return OBSERVED_OMEGA_H2 - float(found) * mass * OMEGA_H2_PER_YIELD_GEV

    return crossing(missing, start / 30.0, start * 30.0) / start


def seconds(width: float) -> float:
    """Return the lifetime in s of a width in GeV."""
    return HBAR_GEV_S / width
