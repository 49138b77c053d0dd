"""Numbers of generic thermal decays, section 2 of arXiv:2111.14808, at the settings of its figure 1."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ....solver.inverse import find_roots
from ....solver.scenario import Scenario, scenario
from ..formulas import OBSERVED_OMEGA_H2, PLANCK_MASS, analytic

__all__ = [
    "D_SM",
    "annihilation_strength",
    "coupling_for",
    "crude_over_exact",
    "departure_over_exact",
    "freeze_in_coupling",
    "freeze_in_over_formula",
    "freeze_in_over_largest_rate",
    "freeze_out",
    "massless",
    "slope_by_strength",
    "ultraviolet_coefficient",
    "unitarity_mass",
]

FloatArray = NDArray[np.float64]

# Figure 1: 1 GeV, λ = 1e6, d_DM = 2, d_B = 4, and for δ = 0 λ = 1e4, d_B = 2. Its d_SM is not stated.
D_SM, D_DM, D_B, FIGURE_1_STRENGTH = 75.0, 2.0, 4.0, 1e6
MASSLESS_STRENGTH, MASSLESS_D_B = 1e4, 2.0
NEGLIGIBLE_COUPLING = 1e-30  # a coupling without effect


@cache
def model(name: str = "thermal-freeze-out", **options: object) -> Scenario:
    """Return a scenario of section 2 with constant degrees of freedom, as the paper's formulas assume."""
    return scenario(name, **{"d_sm": D_SM, "densities": "nr"} | options)


def coupling_of(strength: float, mass: float = 1.0) -> float:
    """Return the g of a strength λ, by (2.4) and (2.12)."""
    return float(analytic.coupling(analytic.sigma_from_strength(strength, mass, D_SM), mass))


@cache
def freeze_out(
    delta: float, strength: float = FIGURE_1_STRENGTH, annihilation: float = 0.0, d_b: float = D_B
) -> dict[str, float]:
    """Return the observables of freeze-out at 1 GeV by name, solved exactly."""
    chosen = model()
    coupling = coupling_of(strength) if strength else NEGLIGIBLE_COUPLING
    point = {"mass": 1.0, "delta": delta, "coupling": coupling, "d_b": d_b, "annihilation": annihilation}
    row = chosen.evaluate(chosen.theta(point))[0][0]
    return dict(zip((item.name for item in chosen.observables), row.tolist(), strict=True))


def ratio_of(delta: float) -> float:
    """Return R of (2.7)."""
    return float(analytic.decay_ratio(delta, D_DM, D_B))


def crude_over_exact(delta: float, matched: bool = False) -> float:
    """Return (2.10), or the matching of the paper's footnote 2, over the exact yield."""
    estimate = analytic.matched_yield if matched else analytic.freeze_out_yield
    found = float(estimate(FIGURE_1_STRENGTH, ratio_of(delta), delta, D_DM, D_SM))
    return found / freeze_out(delta)["final_yield"]


def slope_by_strength(delta: float) -> float:
    """Return dlnY/dlnλ of the exact yield."""
    ends = [freeze_out(delta, FIGURE_1_STRENGTH * factor)["final_yield"] for factor in (0.9, 1.1)]
    return math.log(ends[1] / ends[0]) / math.log(1.1 / 0.9)


def departure_over_exact(z: float, delta: float) -> float:
    """Return Y - Yeq by (2.8) over that of the exact evolution at z."""
    chosen = model()
    point = {"mass": 1.0, "delta": delta, "coupling": coupling_of(FIGURE_1_STRENGTH)}
    path = chosen.evolve(chosen.theta(point))
    excess = path.curves[0].values - path.curves[1].values
    good = excess > 0.0
    exact = math.exp(float(np.interp(z, path.time[good], np.log(excess[good]))))
    found = analytic.deviation_from_equilibrium(z, 0.0, FIGURE_1_STRENGTH, ratio_of(delta), delta)
    return float(found) / exact


def massless(strength: float = MASSLESS_STRENGTH) -> tuple[dict[str, float], float, float]:
    """Return for δ = 0 the exact observables, K = λ Y_B, and (2.11) as printed."""
    partner = float(analytic.partner_yield_massless(MASSLESS_D_B, D_SM))
    printed = analytic.freeze_out_yield_massless(strength, partner, D_DM, D_SM, as_printed=True)
    return freeze_out(0.0, strength, d_b=MASSLESS_D_B), strength * partner, float(printed)


@cache
def annihilation_strength(mass: float = 1.0) -> float:
    """Return the λ of annihilations alone that leaves Ωh² = 0.12, with Maxwell-Boltzmann densities."""
    chosen = model(densities="mb")
    point = {"mass": mass, "delta": 1.0, "coupling": NEGLIGIBLE_COUPLING}
    found = find_roots(
        chosen, point, "annihilation", "omega_h2", OBSERVED_OMEGA_H2, (1e3 * mass, 1e14 * mass), 41
    )
    return found.roots[-1].value


@cache
def coupling_for(mass: float, delta: float, interaction: str = "dim-4") -> float:
    """Return the coupling g, or G in GeV⁻², of freeze-out with Ωh² = 0.12."""
    chosen = model(densities="mb", interaction=interaction)
    bounds = (1e-12, 1e2)
    found = find_roots(
        chosen, {"mass": mass, "delta": delta}, "coupling", "omega_h2", OBSERVED_OMEGA_H2, bounds
    )
    return found.roots[-1].value


def freeze_in_coupling(delta: float) -> float:
    """Return the g of freeze-in at 1 GeV by (2.17), without the misprinted factor."""
    unit = analytic.freeze_in_yield(1.0, ratio_of(delta), delta, D_DM, D_SM)
    return coupling_of(OBSERVED_OMEGA_H2 / float(analytic.omega_h2(unit, 1.0)))


def freeze_in(strength: float, delta: float) -> float:
    """Return the exact yield of freeze-in from T_RH = 1000 M."""
    chosen = model("thermal-freeze-in")
    point = {"mass": 1.0, "delta": delta, "coupling": coupling_of(strength), "reheating_temperature": 1e3}
    row = chosen.evaluate(chosen.theta(point))[0][0]
    return float(row[[item.name for item in chosen.observables].index("final_yield")])


def freeze_in_over_formula(delta: float, printed: bool = False) -> float:
    """Return the exact yield of freeze-in over (2.17), with B at T = M as a factor if printed."""
    strength = 1e-4
    formula = analytic.freeze_in_yield(strength, ratio_of(delta), delta, D_DM, D_SM)
    if printed:
        b_at_mass = ratio_of(delta) * analytic.equilibrium_yield(1.0, D_DM, D_SM) * math.exp(1.0 - delta)
        formula = formula * b_at_mass
    return freeze_in(strength, delta) / float(formula)


def freeze_in_over_largest_rate(delta: float) -> float:
    """Return the exact yield of freeze-in over the maximum of γ/(H s), (2.15)."""
    strength = 1e-4
    z = np.geomspace(0.05, 30.0, 4000)
    equilibrium = analytic.equilibrium_yield(z, D_DM, D_SM)
    rate = strength / z * ratio_of(delta) * equilibrium**2 * np.exp(z * (1.0 - delta))
    return freeze_in(strength, delta) / float(rate.max())


def unitarity_mass() -> float:
    """Return the mass in GeV at which annihilations need σ₀ = (4π/μ²) √(2 μ z_f/(π M)) with μ = M/2."""
    mass = 1e5
    for _ in range(4):
        strength = annihilation_strength(mass)
        z = float(analytic.annihilation_freeze_out(strength, D_DM, D_SM))
        limit = 16.0 * math.pi / mass**2 * math.sqrt(z / math.pi)
        # σ₀ hardly depends on the mass.
        mass *= math.sqrt(limit / float(analytic.sigma_from_strength(strength, mass, D_SM)))
    return mass


def ultraviolet_coefficient() -> float:
    """Return Y/(G² M_Pl T_RH³) of the dimension-6 quark operator."""
    return float(analytic.ultraviolet_yield(1e-12, 1.0, D_SM)) / (1e-24 * PLANCK_MASS)
