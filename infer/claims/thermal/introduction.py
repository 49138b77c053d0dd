"""Claims of arXiv:2111.14808, section 1: orders of magnitude and the warm relic of its footnote."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from ....likelihoods.decaying import CmbDecay
from ....likelihoods.stability import AGE_OF_UNIVERSE_S, VISIBLE_S
from ....likelihoods.tables import LogCurve, load
from ....solver.constants import HBAR_GEV_S
from ....solver.cosmology import g_rho, hubble
from ..claim import HALF_A_DECADE, Claim, Verdict, above, between, number
from ..formulas import OBSERVED_OMEGA_H2, OMEGA_H2_PER_YIELD_GEV, ZETA_3, analytic
from .generic import coupling_for

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808", place="section 1")


def expansion_time() -> float:
    """Return t in H = √d_SM (T/GeV)²/t, in s, from the expansion rate at 1 GeV."""
    return HBAR_GEV_S * math.sqrt(float(g_rho(1.0))) / float(hubble(1.0))


def voyager_limit() -> float:
    """Return the lifetime in s that Voyager allows for decays to electrons at 100 MeV."""
    table = load("voyager_decay")
    return math.exp(float(LogCurve(table.numbers("mass"), table.numbers("lifetime"))(np.log([0.1]))[0]))


def relic_mass_ev(statistics: str) -> float:
    """Return the mass in eV of a relativistic relic with Ωh² = 0.12, over d_SM/d_DM."""
    return (
        OBSERVED_OMEGA_H2
        / (OMEGA_H2_PER_YIELD_GEV * float(analytic.partner_yield_massless(1.0, 1.0, statistics)))
        * 1e9
    )


CLAIMS = (
    claim(
        id="thermal-age", statement="age of the Universe, s", paper_value=number("~ 1e18", 1e18),
        compute=lambda: AGE_OF_UNIVERSE_S, tolerance=HALF_A_DECADE, expected=Verdict.AGREES, why="13.8 Gyr",
    ),
    claim(
        id="thermal-lifetime-limit", statement="limit of Voyager on decays to e⁺e⁻ at 100 MeV, s",
        paper_value=above("many decay modes ≳ 1e26", VISIBLE_S),
        compute=voyager_limit, tolerance=HALF_A_DECADE, expected=Verdict.AGREES,
        why="our curve is an estimate, good to a factor three",
    ),
    claim(
        id="thermal-lifetime-limit-planck", statement="limit of Planck on decays to e⁺e⁻ at 100 MeV, s",
        paper_value=above("many decay modes ≳ 1e26", VISIBLE_S),
        compute=lambda: float(CmbDecay().lifetime_limits(np.array([0.1]))[1][0]),
        tolerance=HALF_A_DECADE,
        expected=Verdict.DIFFERS, why="the cosmic microwave background alone is weaker by this factor",
    ),
    claim(
        id="thermal-hubble", statement="t in H = √d_SM (T/GeV)²/t, s", paper_value=number("5e-6", 5e-6),
        compute=expansion_time, tolerance=1.1, expected=Verdict.AGREES, why="4.84e-6 by √(4π³/45)/M_Pl",
    ),
    claim(
        id="thermal-gap", place="(1.3)", statement="(1/1e26 s)/H at T = 0.1 GeV",
        paper_value=number("~ 1e-30", 1e-30), compute=lambda: HBAR_GEV_S / VISIBLE_S / float(hubble(0.1)),
        tolerance=HALF_A_DECADE, expected=Verdict.AGREES, why="it scales with M⁻²",
    ),
    claim(
        id="thermal-gap-heavy", place="(1.3)", statement="(1/1e26 s)/H at T = 1 GeV",
        paper_value=number("~ 1e-30", 1e-30), compute=lambda: HBAR_GEV_S / VISIBLE_S / float(hubble(1.0)),
        tolerance=HALF_A_DECADE, expected=Verdict.ESTIMATE, why="the gap is wider at larger masses",
    ),
    claim(
        id="thermal-warm-yield", place="footnote 1", statement="Y d_SM/d_DM of a relativistic boson",
        paper_value=number("45 ζ(3)/π⁴", 45.0 * ZETA_3 / math.pi**4),
        compute=lambda: float(analytic.partner_yield_massless(1.0, 1.0)), tolerance=1.01,
        expected=Verdict.SLIP, why="n/s = 45 ζ(3) d/(2 π⁴ d_SM): a factor 1/2 is missing, 3/8 for fermions",
    ),
    claim(
        id="thermal-warm-mass-boson", place="footnote 1", statement="mass of a warm boson over d_SM/d_DM, eV",
        paper_value=number("0.7", 0.7), compute=lambda: relic_mass_ev("boson"), tolerance=1.1,
        expected=Verdict.SLIP, why="follows from the yield of the row above",
    ),
    claim(
        id="thermal-warm-mass-fermion", place="footnote 1", statement="mass of a warm fermion over d_SM/d_DM, eV",
        paper_value=number("0.7", 0.7), compute=lambda: relic_mass_ev("fermion"), tolerance=1.1,
        expected=Verdict.SLIP, why="follows from the yield of two rows above and Fermi statistics",
    ),
    claim(
        id="thermal-operator-scale", place="section 1, conclusions",
        statement="scale G^(-1/2) of freeze-out by a dimension-6 operator over v = 246 GeV; 1 GeV, δ = 0.2",
        paper_value=between("only mildly larger than the weak scale", 1.0, 10.0),
        compute=lambda: coupling_for(1.0, 0.2, "dim-6") ** -0.5 / 246.22, tolerance=1.0,
        expected=Verdict.AGREES, why="2 TeV; it is 0.4 TeV for annihilations and 38 TeV where equilibrium ends",
    ),
)  # fmt: skip
