"""Claims of arXiv:2111.14808, section 5: freeze-out with two states."""

from __future__ import annotations

import math
from functools import partial

from ....likelihoods.stability import VISIBLE_S
from ....solver.constants import MUON_MASS, PION_MASS
from ..claim import HALF_A_DECADE, Claim, Verdict, above, below, between, number
from ..formulas import FERMI_CONSTANT
from .two_states import (
    coupling_2_for,
    coupling_12_for,
    estimated_lifetime,
    largest_stable_mass,
    least_density,
    least_density_light,
    observables,
    width_slope,
)

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808", place="section 5")
AGREES, DIFFERS, SLIP, ESTIMATE = Verdict.AGREES, Verdict.DIFFERS, Verdict.SLIP, Verdict.ESTIMATE
FERMI = between("C_2 ~ C_12 ~ G_F or even larger", 1.0, 100.0)
WEAK = 1e-7  # C_2/G_F with which χ_1 is stable enough
BOTH = (
    "the paper's own (5.1) and (5.3) want M_1 below 57 MeV at C = G_F, freeze-out wants it near m_ℓ + m_π: the "
    "conditions exclude each other"
)


def weak_loop(mass: float) -> float:
    """Return ε_SM = G_F² M⁴/(4π)⁴ of (5.1)."""
    return FERMI_CONSTANT**2 * mass**4 / (4.0 * math.pi) ** 4


def at_relic_density(lepton: str) -> dict[str, float]:
    """Return the observables of a pair with Ωh² = 0.12: co-annihilating with muons, or decaying with taus."""
    if lepton == "mu":
        return observables(0.2, 0.24, 1.0, coupling_12_for(0.2, 0.24, 1.0))
    return observables(1.6, 1.9, coupling_2_for(1.6, 1.9, 1.0), 1.0, "tau")


def weakly_coupled() -> dict[str, float]:
    """Return the observables of a pair that co-annihilates to Ωh² = 0.12 with χ_2 hardly coupled to muons."""
    return observables(0.2, 0.22, WEAK, coupling_12_for(0.2, 0.22, WEAK))


CLAIMS = (
    claim(
        id="thermal-two-loop", place="(5.1)", statement="ε_SM at M = 0.1 GeV", paper_value=number("~ 1e-18", 1e-18),
        compute=partial(weak_loop, 0.1), tolerance=HALF_A_DECADE, expected=AGREES, why="near the muon's mass",
    ),
    claim(
        id="thermal-two-loop-gev", place="(5.1)", statement="ε_SM at M = 1 GeV", paper_value=number("~ 1e-18", 1e-18),
        compute=partial(weak_loop, 1.0), tolerance=HALF_A_DECADE, expected=ESTIMATE,
        why="it goes as M⁴: 5e-15 at a GeV",
    ),
    claim(
        id="thermal-two-one-state", statement="lifetime by (5.1) of one state with C = G_F at 0.2 GeV over 1e26 s",
        paper_value=below("not stable enough", 1.0),
        compute=lambda: estimated_lifetime(0.2, 1.0, 1.0) * FERMI_CONSTANT**2 * 0.2**4 / VISIBLE_S,
        tolerance=1.0, expected=AGREES, why="two suppressions instead of three",
    ),
    claim(
        id="thermal-two-width", place="(5.3)", statement="dlnΓ(χ_2)/dlnC_2 where χ_2 → χ_1 π⁰ is open",
        paper_value=number("2", 2.0), compute=width_slope, tolerance=1.1, expected=SLIP,
        why="the open decay goes by C_12: (5.3) should have ε_DM12 in place of ε_DM2",
    ),
    claim(
        id="thermal-two-formula", place="(5.3)",
        statement="lifetime of χ_1 in the scenario over (5.3); 0.1 GeV, C = G_F",
        paper_value=number("1", 1.0),
        compute=lambda: observables(0.1, 0.2, 1.0, 1.0)["lifetime_1_s"] / estimated_lifetime(0.1, 1.0, 1.0),
        tolerance=1.001, expected=AGREES, why="the scenario takes the paper's estimate, for there is no other",
    ),
    claim(
        id="thermal-two-fast", statement="lifetime of χ_2 at 0.1 and 0.238 GeV, C = G_F, s",
        paper_value=below("cosmologically fast", 1.0),
        compute=lambda: observables(0.1, 0.238, 1.0, 1.0)["lifetime_2_s"],
        tolerance=1.0, expected=AGREES, why="χ_2 → χ_1 π⁰",
    ),
    claim(
        id="thermal-two-stable-mass", place="(5.3)",
        statement="M_1 below which the lifetime is 1e26 s at C_2 = C_12 = G_F, over m_μ + m_π",
        paper_value=number("~ 1: M_1 ≲ GeV, for example m_ℓ + m_π", 1.0),
        compute=lambda: largest_stable_mass() / (MUON_MASS + PION_MASS), tolerance=HALF_A_DECADE, expected=DIFFERS,
        why=BOTH,
    ),
    claim(
        id="thermal-two-light",
        statement="least Ωh² at M_1 = 55 MeV, C_2 = G_F, C_12 up to 1e8 G_F, any lepton, over 0.12",
        paper_value=below("thermal freeze-out", 1.0), compute=lambda: least_density_light() / 0.12, tolerance=1.0,
        expected=DIFFERS, why=BOTH, precision=2e-2,
    ),
    claim(
        id="thermal-two-muons", statement="least Ωh² over 0.12 for pairs coupled to muons, C_12 ≤ G_F, C_2 ≤ 1e6 G_F",
        paper_value=below("thermal freeze-out", 1.0), compute=lambda: least_density() / 0.12, tolerance=1.0,
        expected=DIFFERS, why="χ_1 leaves equilibrium through C_12: a larger C_2 does not help",
    ),
    claim(
        id="thermal-two-muon-coupling", statement="C_12/G_F with Ωh² = 0.12 at 0.2 and 0.24 GeV, C_2 = G_F, ℓ = μ",
        paper_value=FERMI, compute=partial(coupling_12_for, 0.2, 0.24, 1.0), tolerance=HALF_A_DECADE,
        expected=DIFFERS,
        why="co-annihilation χ_1 χ_2 → ππ, twice Boltzmann suppressed, has to do it",
    ),
    claim(
        id="thermal-two-muon-lifetime",
        statement="lifetime of χ_1 over 1e26 s with Ωh² = 0.12 at 0.2 and 0.24 GeV, C_2 = G_F, ℓ = μ",
        paper_value=above("very long lived", 1.0), compute=lambda: at_relic_density("mu")["lifetime_1_s"] / VISIBLE_S,
        tolerance=1.0, expected=DIFFERS, why=BOTH,
    ),
    claim(
        id="thermal-two-tau-coupling", statement="C_2/G_F with Ωh² = 0.12 at 1.6 and 1.9 GeV, C_12 = G_F, ℓ = τ",
        paper_value=FERMI, compute=partial(coupling_2_for, 1.6, 1.9, 1.0), tolerance=5.0, expected=AGREES,
        why="the relic density can be had, beyond the reach of chiral theory",
    ),
    claim(
        id="thermal-two-tau-lifetime",
        statement="lifetime of χ_1 over 1e26 s with Ωh² = 0.12 at 1.6 and 1.9 GeV, C_12 = G_F, ℓ = τ",
        paper_value=above("very long lived", 1.0),
        compute=lambda: at_relic_density("tau")["lifetime_1_s"] / VISIBLE_S,
        tolerance=1.0, expected=DIFFERS, why=BOTH,
    ),
    claim(
        id="thermal-two-third-state",
        statement="lifetime of χ_1 over 1e26 s at 1.6 and 1.9 GeV, ℓ = τ, with another ε_DM23 = G_F² M⁴",
        paper_value=above("improved by a third state", 1.0),
        compute=lambda: at_relic_density("tau")["lifetime_1_s"] / (FERMI_CONSTANT**2 * 1.6**4) / VISIBLE_S,
        tolerance=1.0, expected=DIFFERS, why="nine orders of magnitude are gained, eighteen are missing",
    ),
    claim(
        id="thermal-two-weak-second",
        statement="lifetime of χ_1 over 1e26 s with Ωh² = 0.12 at 0.2 and 0.22 GeV, C_2 = 1e-7 G_F, ℓ = μ",
        paper_value=above("very long lived", 1.0), compute=lambda: weakly_coupled()["lifetime_1_s"] / VISIBLE_S,
        tolerance=1.0, expected=AGREES,
        why="all three conditions can be met, but C_2 plays no part: χ_1 χ_2 → ππ freezes out as annihilations do",
    ),
    claim(
        id="thermal-two-weak-second-scale",
        statement="scale C_12^(-1/2) of that co-annihilation at 0.2 and 0.22 GeV, over a TeV",
        paper_value=above("C ≲ TeV⁻² by colliders", 1.0),
        compute=lambda: (coupling_12_for(0.2, 0.22, WEAK) * FERMI_CONSTANT) ** -0.5 * 1e-3, tolerance=1.0,
        expected=DIFFERS, why="20 GeV: no contact operator, and light quarks at colliders exclude it",
    ),
)  # fmt: skip
