"""Claims of arXiv:2111.14808, sections 4.2 and 4.3: detectors, the 3.5 keV line, cosmic rays."""

from __future__ import annotations

import math
from functools import partial
from typing import Literal

from ..claim import HALF_A_DECADE, Claim, Verdict, above, below, between, number
from ..formulas import FERMI_CONSTANT, inputs, signals
from .lepton_pion import cmb_signal, freeze_in, lhc_signal, line_reheating, line_signal, observables

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808")
AGREES, DIFFERS, SLIP, ESTIMATE = Verdict.AGREES, Verdict.DIFFERS, Verdict.SLIP, Verdict.ESTIMATE
XENON_MASS = 358e-6  # GeV
XENON_COUPLING = 1.0 / 3400.0**2  # GeV⁻², the paper's 1/(3.4 TeV)²
# XENON1T, arXiv:2006.09721: 285 events between 1 and 7 keV where 232 were expected, in 0.65 tonne years.
XENON_EXCESS = (285.0 - 232.0) / 0.65
TRANSITION = 0.2  # GeV, of the order of Λ_QCD

LINES = {
    "L": ("C_χL", "mu", "L", 1e-4, "1e-4", 1.4),
    "e": ("C_χR, ℓ = e", "e", "R", 6e-2, "6e-2", 1.1),
    "mu": ("C_χR, ℓ = μ", "mu", "R", 3e-4, "3e-4", 1.1),
    "tau": ("C_χR, ℓ = τ", "tau", "R", 2e-5, "2e-5", 1.2),
}
REHEATING = {
    "mu": ((0.01, 0.15), AGREES, "within a factor three of Λ_QCD"),
    "tau": ((0.16, 5.0), AGREES, "within a factor three of Λ_QCD"),
    "L": ((0.006, 0.02), DIFFERS, "hotter, it is overproduced: quartic pion vertex and π⁰ → νχ"),
    "e": ((0.006, 0.025), DIFFERS, "hotter, it thermalises and is overproduced by 1e3"),
}


def line(name: str) -> float:
    """Return the coupling of the 3.5 keV line over 4 G_F/√2."""
    _, lepton, chirality, *_ = LINES[name]
    return signals.line_coupling(lepton=lepton, chirality=chirality) / inputs.CONTACT_UNIT


def events(strength: Literal["ground-state", "all-neutrons"]) -> float:
    """Return absorptions on ¹³¹Xe per tonne and year over the excess of XENON1T."""
    return float(signals.absorption_events(XENON_MASS, XENON_COUPLING, strength)) / XENON_EXCESS


def line_to_reheating(name: str) -> float:
    """Return the T_RH in GeV that goes with the coupling of the line."""
    _, lepton, chirality, *_ = LINES[name]
    return line_reheating(lepton, chirality, REHEATING[name][0])


CLAIMS = (
    claim(
        id="thermal-xenon-energy", place="section 4.2",
        statement="kinetic energy of the electron at M = 358 keV, keV",
        paper_value=number("3", 3.0), compute=lambda: (XENON_MASS - signals.XENON_THRESHOLD) * 1e6, tolerance=1.001,
        expected=AGREES, why="threshold m_e + Q = 355 keV",
    ),
    claim(
        id="thermal-xenon-share", place="section 4.2", statement="abundance of ¹³¹Xe",
        paper_value=number("21 %", 0.21), compute=lambda: signals.ISOTOPE_SHARE, tolerance=1.02, expected=AGREES,
        why="21.2 %",
    ),
    claim(
        id="thermal-xenon-events", place="section 4.2",
        statement="events at C_χR = 1/(3.4 TeV)² over the excess of XENON1T, all neutrons counted",
        paper_value=number("the anomaly can be fitted", 1.0), compute=partial(events, "all-neutrons"), tolerance=2.0,
        expected=AGREES, why="48 a tonne and year against 82, before efficiency; half for a symmetric Dirac relic",
    ),
    claim(
        id="thermal-xenon-events-ground-state", place="section 4.2",
        statement="events at C_χR = 1/(3.4 TeV)² over the excess, with the strength of the ground-state transition",
        paper_value=number("the anomaly can be fitted", 1.0), compute=partial(events, "ground-state"), tolerance=2.0,
        expected=DIFFERS,
        why="its ft value (log ft = 5.55, quoted from memory) leaves 6e-5 of the strength at 3 keV of energy",
    ),
    claim(
        id="thermal-xenon-lhc", place="section 4.2", statement="C_χR = 1/(3.4 TeV)² over the LHC limit, ℓ = e",
        paper_value=number("2", 2.0), compute=lambda: lhc_signal(XENON_COUPLING / FERMI_CONSTANT, "e"), tolerance=1.1,
        expected=SLIP, why="a factor 2 is in the scale, see the next row; C has its square",
    ),
    claim(
        id="thermal-xenon-lhc-scale", place="section 4.2", statement="LHC limit on C^(-1/2), ℓ = e, over 3.4 TeV",
        paper_value=number("2", 2.0), compute=lambda: math.sqrt(lhc_signal(XENON_COUPLING / FERMI_CONSTANT, "e")),
        tolerance=1.1, expected=AGREES, why="3.4 against 7.2 TeV",
    ),
    claim(
        id="thermal-xenon-lifetime", place="section 4.2",
        statement="decays at C_χR = 1/(3.4 TeV)² over Planck's limit",
        paper_value=below("allowed", 1.0),
        compute=lambda: cmb_signal(XENON_MASS, XENON_COUPLING / FERMI_CONSTANT, "e"),
        tolerance=1.0, expected=AGREES, why="loop decay to νγ",
    ),
    claim(
        id="thermal-xenon-left", place="section 4.2", statement="decays at C_χL = 1/(3.4 TeV)² over Planck's limit",
        paper_value=above("largely excluded", 1.0),
        compute=lambda: cmb_signal(XENON_MASS, XENON_COUPLING / FERMI_CONSTANT, "e", "L"), tolerance=1.0,
        expected=AGREES, why="without the factor m_e/Λ_QCD in the loop",
    ),
    claim(
        id="thermal-recoil", place="after (4.11)", statement="recoil of xenon at M = 20 MeV, keV",
        paper_value=between("keV range", 1.0, 10.0), compute=lambda: float(signals.recoil_energy(0.02)),
        tolerance=1.0,
        expected=AGREES, why="M²/(2 m_N)",
    ),
    *(
        claim(
            id=f"thermal-line-{name}", place="(4.12)",
            statement=f"{LINES[name][0]} of the 3.5 keV line over 4 G_F/√2",
            paper_value=number(LINES[name][4], LINES[name][3]), compute=partial(line, name), tolerance=LINES[name][5],
            expected=AGREES, why="one digit is printed; Λ_QCD = 0.237 GeV",
        )
        for name in LINES
    ),
    *(
        claim(
            id=f"thermal-line-reheating-{name}", place="after (4.12)",
            statement=f"T_RH at which {LINES[name][0]} of the 3.5 keV line gives Ωh² = 0.12, GeV",
            paper_value=number("~ Λ_QCD", TRANSITION), compute=partial(line_to_reheating, name),
            tolerance=HALF_A_DECADE,
            expected=verdict, why=reason,
        )
        for name, (_, verdict, reason) in REHEATING.items()
    ),
    claim(
        id="thermal-line-limit", place="section 4.3",
        statement="rate of the 3.5 keV line over the limit of XMM-Newton at 7 keV",
        paper_value=below("a possible signal", 1.0), compute=line_signal, tolerance=1.0, expected=DIFFERS,
        why="blank-sky data, arXiv:2102.02207, exclude a line of that strength",
    ),
    claim(
        id="thermal-cosmic-rays", place="(4.13)", statement="C² (M + E)² at C = 1e-4 G_F, 1 GeV, pb",
        paper_value=number("5.3e-10", 5.3e-10),
        compute=lambda: float(signals.cosmic_ray_cross_section(0.0, 1e-4 * FERMI_CONSTANT, 1.0)), tolerance=1.01,
        expected=AGREES, why="arithmetic",
    ),
    claim(
        id="thermal-cosmic-rays-invariant", place="(4.13)",
        statement="C² s of an electron of 1 GeV on χ of 0.1 GeV at rest over C² (M + E)²",
        paper_value=number("1", 1.0),
        compute=lambda: float(
            signals.cosmic_ray_cross_section(0.1, 1e-10, 1.0, 0.0) / signals.cosmic_ray_cross_section(0.1, 1e-10, 1.0)
        ),
        tolerance=1.1, expected=SLIP, why="s = M² + 2 M E for a target at rest: smaller by about 2M/E",
    ),
    claim(
        id="thermal-cosmic-rays-largest", place="section 4.3",
        statement="C_χR/G_F of freeze-in at 7 keV, T_RH = 0.15 GeV, ℓ = μ",
        paper_value=number("~ 1e-4", 1e-4), compute=partial(freeze_in, 7e-6, 0.15), tolerance=3.5, expected=AGREES,
        why="the highest coupling of freeze-in is at the lightest mass",
    ),
    claim(
        id="thermal-cosmic-rays-flux", place="section 4.3",
        statement="σ of an electron of 1 GeV at the coupling of freeze-in at 7 keV by the right invariant, pb",
        paper_value=below("≲ 1e-9", 1e-9),
        compute=lambda: observables(7e-6, freeze_in(7e-6, 0.15))["cosmic_ray_cross_section_pb"], tolerance=1.0,
        expected=AGREES, why="far below, as s is M² + 2 M E",
    ),
)  # fmt: skip
