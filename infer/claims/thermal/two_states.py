"""Points of two states χ_1 and χ_2, section 5 of arXiv:2111.14808."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np

from ....solver.constants import HBAR_GEV_S
from ....solver.inverse import find_roots
from ....solver.scenario import Scenario, scenario
from ..formulas import FERMI_CONSTANT, OBSERVED_OMEGA_H2

__all__ = [
    "coupling_2_for",
    "coupling_12_for",
    "estimated_lifetime",
    "largest_stable_mass",
    "least_density",
    "least_density_light",
    "observables",
    "width_slope",
]

STABLE = 1e26  # s
LOOP = 1.0 / (4.0 * math.pi) ** 4


@cache
def model(lepton: str = "mu") -> Scenario:
    """Return the scenario, with point-like pions as in the paper."""
    return scenario("two-state", lepton=lepton, pion_form_factor="none")


def observables(
    mass_1: float, mass_2: float, coupling_2: float, coupling_12: float, lepton: str = "mu"
) -> dict[str, float]:
    """Return the observables by name, couplings in units of G_F."""
    chosen = model(lepton)
    point = {"mass_1": mass_1, "mass_2": mass_2, "coupling_2": coupling_2, "coupling_12": coupling_12}
    row = chosen.evaluate(chosen.theta(point))[0][0]
    return dict(zip((item.name for item in chosen.observables), row.tolist(), strict=True))


def coupling_for(which: str, point: dict[str, float], bounds: tuple[float, float], lepton: str) -> float:
    """Return the largest value of a coupling with Ωh² = 0.12, in units of G_F."""
    return find_roots(model(lepton), point, which, "omega_h2", OBSERVED_OMEGA_H2, bounds, 49).roots[-1].value


@cache
def coupling_12_for(mass_1: float, mass_2: float, coupling_2: float, lepton: str = "mu") -> float:
    """Return C₁₂/G_F of freeze-out with Ωh² = 0.12."""
    point = {"mass_1": mass_1, "mass_2": mass_2, "coupling_2": coupling_2}
    return coupling_for("coupling_12", point, (1.0, 1e7), lepton)


@cache
def coupling_2_for(mass_1: float, mass_2: float, coupling_12: float, lepton: str = "tau") -> float:
    """Return C₂/G_F of freeze-out with Ωh² = 0.12."""
    point = {"mass_1": mass_1, "mass_2": mass_2, "coupling_12": coupling_12}
    return coupling_for("coupling_2", point, (1e-3, 1e2), lepton)


def least_density() -> float:
    """Return the smallest Ωh² of pairs coupled to muons with C₁₂ up to G_F and C₂ up to 1e6 G_F."""
    masses = [(m, n) for m in (0.1, 0.15, 0.2, 0.23) for n in (m + 0.01, 0.244)]
    couplings = itertools.product((1.0, 1e3, 1e6), (0.1, 1.0))
    rows = [[*pair, *pick, 0.237] for pair, pick in itertools.product(masses, list(couplings))]
    return float(model().evaluate(np.array(rows))[0][:, 0].min())


def least_density_light() -> float:
    """Return the smallest Ωh² with M_1 just below the mass that the lifetime allows, any lepton and C₁₂, C₂ = G_F."""
    mass_1, found = 0.97 * largest_stable_mass(), []
    couplings = np.geomspace(1e-2, 1e8, 41)
    for lepton, highest in (("e", 0.1395), ("mu", 0.244), ("tau", 1.9)):
        masses = np.linspace(0.085, highest, 9)
        rows = [[mass_1, mass_2, 1.0, c, 0.237] for mass_2, c in itertools.product(masses, couplings)]
        found.append(np.nanmin(model(lepton).evaluate(np.array(rows))[0][:, 0]))
    return float(min(found))


def width_slope() -> float:
    """Return dlnΓ(χ_2)/dlnC_2 where χ_2 → χ_1 π⁰ is open, at M = 0.1 and 0.238 GeV, C₂ = C₁₂ = G_F."""
    rates = [1.0 / observables(0.1, 0.238, c, 1.0)["lifetime_2_s"] for c in (0.9, 1.1)]
    return math.log(rates[1] / rates[0]) / math.log(1.1 / 0.9)


def estimated_lifetime(mass: float, coupling_2: float, coupling_12: float) -> float:
    """Return the lifetime of χ_1 in s by (5.1) and (5.3), M_1 = M_2 and couplings in units of G_F."""
    weak = FERMI_CONSTANT**2 * mass**4
    return HBAR_GEV_S / (LOOP * weak * (coupling_2**2 * weak) * (coupling_12**2 * weak) * mass)


def largest_stable_mass(coupling_2: float = 1.0, coupling_12: float = 1.0) -> float:
    """Return the mass in GeV below which (5.1) and (5.3) give 1e26 s, couplings in units of G_F."""
    return (estimated_lifetime(1.0, coupling_2, coupling_12) / STABLE) ** (1.0 / 13.0)
