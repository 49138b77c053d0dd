"""Claims of arXiv:2111.14808, section 4.1: flavour patterns, neutrino mixing, the Higgs."""

from __future__ import annotations

import math
from functools import cache, partial

from ....likelihoods.stability import VISIBLE_S
from ....solver.constants import HBAR_GEV_S
from ..claim import HALF_A_DECADE, Claim, Verdict, above, below, number
from ..formulas import PAPER_VEV, flavour, leptoquark, widths

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808", place="section 4.1")
AGREES, DIFFERS, ESTIMATE = Verdict.AGREES, Verdict.DIFFERS, Verdict.ESTIMATE
KEV = 1e-6  # GeV
# PDG 2022: quark masses in GeV (light ones at 2 GeV, c and b at their own, t the pole), CKM moduli.
MEASURED_QUARKS = {
    "up": (2.16e-3, 1.27, 172.7),
    "down": (4.67e-3, 0.0934, 4.18),
}
MIXINGS = {"V_us": (0, 1, 0.2250), "V_cb": (1, 2, 0.0418), "V_ub": (0, 2, 0.00369)}
OPEN_HIGGS = (
    "low by 2.5 in y, 6.5 in the rate; √(2π) would give 6.9e-8, m_h read as a TeV in (3.21) 7.8e-8; the text "
    "has no derivation and neither can be told from it"
)


@cache
def pattern() -> flavour.Spurions:
    """Return the suppressions with the values of ε_L that section 4.1 quotes."""
    return flavour.spurions()


def yukawa(kind: str, family: int) -> float:
    """Return ε_Q ε_u or ε_Q ε_d over the measured Yukawa coupling."""
    singlet = pattern().up if kind == "up" else pattern().down
    return float(pattern().quark[family] * singlet[family] / (MEASURED_QUARKS[kind][family] / PAPER_VEV))


def mixing(name: str) -> float:
    """Return ε_Q/ε_Q over the measured modulus of a CKM element."""
    first, second, measured = MIXINGS[name]
    return float(pattern().quark[first] / pattern().quark[second]) / measured


def muon_doublet() -> float:
    """Return ε_L2 at M_U = 1 TeV from C_LL = ε_Q2 ε_L2²/M_U², with C_LL = 1.4/(36 TeV)²."""
    return math.sqrt(1.4 / 36.0**2 / float(pattern().quark[1]))


def dark_coupling(mass: float) -> float:
    """Return g_χ of freeze-in at M_U = 1 TeV for a mass in GeV."""
    return float(leptoquark.freeze_in_coupling(mass, 1e3))


def mixing_rate(coupling: float, mass: float) -> float:
    """Return Γ(χ → νγ) in 1/s of a Yukawa coupling, by (4.8)."""
    return widths.mixing_neutrino_photon_width(mass, coupling * PAPER_VEV / mass, True) / HBAR_GEV_S


def crossing_mass_ev() -> float:
    """Return the mass in eV at which Higgs freeze-in needs the coupling that gives a lifetime of 1e26 s."""
    freeze_in = float(leptoquark.higgs_freeze_in_coupling(KEV))
    # y² M³ = limit and y² M = constant: the ratio of the rates goes as M².
    return 1e3 / math.sqrt(mixing_rate(freeze_in, KEV) * VISIBLE_S)


def higgs_with_tev() -> float:
    """Return y at 1 keV from (3.21) scaled to d = 1 and Γ = y² M/(16π) with its TeV left in place."""
    scale = (leptoquark.LEPTOQUARK_STATES * leptoquark.WIDTH_COEFFICIENT * 16.0 * math.pi) ** 0.5
    return dark_coupling(KEV) * scale


CLAIMS = (
    *(
        claim(
            id=f"thermal-mixing-{name}", place="(4.2), (4.3)", statement=f"ε_Q/ε_Q over the measured |{name}|",
            paper_value=number("~ 1", 1.0), compute=partial(mixing, name), tolerance=HALF_A_DECADE, expected=AGREES,
            why="powers of the Cabibbo angle, 0.2",
        )
        for name in MIXINGS
    ),
    *(
        claim(
            id=f"thermal-yukawa-{name}", place="(4.2), (4.3)", statement=f"ε_Q ε over the Yukawa coupling of {name}",
            paper_value=number("~ 1", 1.0), compute=partial(yukawa, kind, family), tolerance=HALF_A_DECADE,
            expected=AGREES,
            why="powers of the Cabibbo angle, 0.2; masses over 174 GeV",
        )
        for kind, names in (("up", "uct"), ("down", "dsb"))
        for family, name in enumerate(names)
    ),
    claim(
        id="thermal-muon-doublet", place="(4.5)", statement="ε_L2 of ε_L2²/M_U² = (6 TeV)⁻² at M_U = 1 TeV",
        paper_value=number("~ 0.1", 0.1), compute=muon_doublet, tolerance=HALF_A_DECADE, expected=AGREES,
        why="from C_LL = 1.4/(36 TeV)² below (3.7) and ε_Q2 = λ²",
    ),
    *(
        claim(
            id=f"thermal-singlet-{name}", place="(4.6)", statement=f"ε_e of the {name}",
            paper_value=stated, compute=lambda family=family: float(pattern().electron[family]),
            tolerance=HALF_A_DECADE,
            expected=AGREES, why="y_ℓ/ε_L",
        )
        for family, (name, stated) in enumerate((
            ("electron", above("≳ 1e-4", 1e-4)), ("muon", number("few 1e-3", 3e-3)), ("tau", number("1e-2", 1e-2)),
        ))
    ),
    claim(
        id="thermal-dark-spurion-top", statement="ε_χ = g_χ/ε_u for the top, 10 keV, M_U = 1 TeV",
        paper_value=below("≲ 1e-8", 1e-8), compute=lambda: dark_coupling(10.0 * KEV) / float(pattern().up[2]),
        tolerance=1.0, expected=AGREES, why="(3.21)",
    ),
    claim(
        id="thermal-dark-spurion-up", statement="ε_χ = g_χ/ε_u for the first family, 10 keV, M_U = 1 TeV",
        paper_value=number("~ 1e-5", 1e-5), compute=lambda: dark_coupling(10.0 * KEV) / float(pattern().up[0]),
        tolerance=HALF_A_DECADE, expected=AGREES, why="(3.21) over the Cabibbo angle to the fourth",
    ),
    claim(
        id="thermal-mixing-rate", place="(4.8)", statement="Γ(χ → νγ) for y = 1e-10, M = 1 keV, 1/s",
        paper_value=number("1e-25", 1e-25), compute=partial(mixing_rate, 1e-10, KEV), tolerance=2.0, expected=AGREES,
        why="with v = 174 GeV; printed to a power of ten",
    ),
    claim(
        id="thermal-mixing-rate-power", place="(4.8)",
        statement="Γ(χ → νγ) at 2 keV over that at 1 keV for the same y",
        paper_value=number("M³: 8", 8.0), compute=lambda: mixing_rate(1e-10, 2 * KEV) / mixing_rate(1e-10, KEV),
        tolerance=1.001, expected=AGREES, why="M⁵ θ² with θ = y v/M",
    ),
    claim(
        id="thermal-higgs", place="after (4.8)", statement="y of Higgs freeze-in at 1 keV",
        paper_value=number("7e-8", 7e-8), compute=lambda: float(leptoquark.higgs_freeze_in_coupling(KEV)),
        tolerance=1.5, expected=Verdict.OPEN, why=OPEN_HIGGS,
    ),
    claim(
        id="thermal-higgs-leptoquark", place="after (4.8)",
        statement="y at 1 keV from (3.21) scaled to the Higgs's states and width, its TeV left in place of m_h",
        paper_value=number("7e-8", 7e-8), compute=higgs_with_tev, tolerance=1.15, expected=AGREES,
        why="one way to the paper's number, not shown to be its own: with m_h it is the direct calculation",
    ),
    claim(
        id="thermal-higgs-power", place="after (4.8)", statement="y of Higgs freeze-in at 4 keV over that at 1 keV",
        paper_value=number("1/√M: 0.5", 0.5),
        compute=lambda: float(leptoquark.higgs_freeze_in_coupling(4 * KEV) / leptoquark.higgs_freeze_in_coupling(KEV)),
        tolerance=1.001, expected=AGREES, why="Y M = const with Y ∝ y²",
    ),
    claim(
        id="thermal-higgs-against-decay", place="after (4.8)",
        statement="mass above which Higgs freeze-in needs more than a lifetime of 1e26 s allows, eV",
        paper_value=number("~ few", 3.0), compute=crossing_mass_ev, tolerance=4.0, expected=AGREES,
        why="our smaller y of Higgs freeze-in moves it",
    ),
    claim(
        id="thermal-higgs-excluded", place="after (4.8)",
        statement="lifetime of Higgs freeze-in at 1 keV over 1e26 s",
        paper_value=below("excluded", 1.0),
        compute=lambda: 1.0 / (mixing_rate(float(leptoquark.higgs_freeze_in_coupling(KEV)), KEV) * VISIBLE_S),
        tolerance=1.0, expected=AGREES, why="with either value of y",
    ),
)  # fmt: skip
