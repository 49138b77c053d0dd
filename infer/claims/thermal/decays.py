"""Claims of arXiv:2111.14808, sections 3 to 3.2 and A.1: what makes χ decay at zero temperature."""

from __future__ import annotations

import math
from functools import partial

from ....likelihoods.stability import AGE_OF_UNIVERSE_S
from ....solver.constants import (
    ALPHA,
    ELECTRON_MASS,
    HBAR_GEV_S,
    MUON_MASS,
    PION_MASS,
    YEAR_S,
)
from ..claim import HALF_A_DECADE, Claim, Verdict, below, between, number
from ..formulas import FERMI_CONSTANT, PAPER_VEV, inputs, widths
from .amplitudes import off_shell_ratio
from .decay_numbers import (
    PARTICLES,
    anomaly_scale,
    condensate,
    electron_share_of_pion,
    implied_lambda,
    loop_coefficient,
    loop_years,
    muon_narrowness,
    narrowness,
    neutrino_mixing,
    pion_narrowness,
    pion_to_electron,
    share,
)
from .lepton_pion import crossing, lifetime, loop_over_photons, tree_overtakes_loop

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808")
AGREES, DIFFERS, SLIP, ESTIMATE = Verdict.AGREES, Verdict.DIFFERS, Verdict.SLIP, Verdict.ESTIMATE
CONTACT_TERM = (
    "the chiral action has a contact term that (A.2) to (A.8) leave out; it is not helicity suppressed"
)

CLAIMS = (
    *(
        claim(
            id=f"thermal-narrowness-{name}", place="table 1", statement=f"Γ/m of the {name}",
            paper_value=number(f"{printed:g}", printed), compute=partial(narrowness, name), tolerance=1.03,
            expected=AGREES, why="ħ/(τ m) from the printed lifetime and mass",
        )
        for name, (_, _, printed) in PARTICLES.items()
    ),
    claim(
        id="thermal-proton", place="table 1", statement="Γ/m of a proton of 1e34 years",
        paper_value=below("≲ 1e-66", 1e-66), compute=lambda: HBAR_GEV_S / (1e34 * YEAR_S * 0.9383),
        tolerance=HALF_A_DECADE,
        expected=AGREES, why="of the order of the table",
    ),
    claim(
        id="thermal-two-doses", place="section 3", statement="ε_π ε_μ", paper_value=number("~ 1e-33", 1e-33),
        compute=lambda: pion_narrowness() * muon_narrowness(), tolerance=HALF_A_DECADE, expected=AGREES,
        why="section 3 also says 1e-30, for larger ε",
    ),
    claim(
        id="thermal-electromagnetic-loop", place="section 3", statement="(e/4π)⁴",
        paper_value=number("~ 1e-5", 1e-5), compute=lambda: (ALPHA / (4.0 * math.pi)) ** 2, tolerance=HALF_A_DECADE,
        expected=SLIP, why="e² = 4πα: more suppressed, still far from 1e-30",
    ),
    claim(
        id="thermal-weak-loop", place="section 3", statement="(f_π/4πv)⁴", paper_value=number("~ 1e-18", 1e-18),
        compute=lambda: (inputs.PION_DECAY_CONSTANT / (4.0 * math.pi * PAPER_VEV)) ** 4, tolerance=4.0,
        expected=AGREES, why="with the paper's v = 174 GeV; four times smaller with 246 GeV",
    ),
    claim(
        id="thermal-anomaly-scale", place="text after (3.7)", statement="√1.4 over √C_LL, TeV",
        paper_value=number("36", 36.0),
        compute=anomaly_scale, tolerance=1.03,
        expected=AGREES, why="fixes the paper's v to 174 GeV",
    ),
    claim(
        id="thermal-condensate", place="text after (3.12)",
        statement="B_0/f_π = m_π²/((m_u + m_d) f_π), quarks at 2 GeV",
        paper_value=number("22", 22.0),
        compute=condensate, tolerance=1.1,
        expected=DIFFERS, why="22 belongs to quark masses at about 1 GeV: C_χL depends on the scale as B_0 does",
    ),
    claim(
        id="thermal-neutrino-mixing", place="(3.13)", statement="mass mixing of χ and ν at C = G_F, ℓ = μ, GeV",
        paper_value=number("~ meV", 1e-12),
        compute=neutrino_mixing,
        tolerance=HALF_A_DECADE, expected=SLIP,
        why="with Λ² = m_W²/(4π)² it is a fifth of that, negligible all the more",
    ),
    claim(
        id="thermal-loop-lambda", place="(3.15)", statement="Λ_QCD with which the lifetime at m_π is 4 years, GeV",
        paper_value=between("Λ_QCD", 0.2, 0.35), compute=implied_lambda, tolerance=1.0, expected=AGREES,
        why="the paper does not quote its value; 0.237 is taken over from here",
    ),
    claim(
        id="thermal-loop-lifetime", place="(3.15)", statement="lifetime at M = m_π, C_χL = G_F, years",
        paper_value=number("4", 4.0), compute=partial(loop_years, inputs.LAMBDA_QCD), tolerance=1.1,
        expected=AGREES, why="by the choice of Λ_QCD: no independent confirmation",
    ),
    claim(
        id="thermal-loop-coefficient", place="(3.15)", statement="Γ(χ → νγ)/(e² A² M³) of a Dirac χ",
        paper_value=number("1/(2π)", 0.5 / math.pi), compute=loop_coefficient, tolerance=1.01, expected=SLIP,
        why="explicit traces give 1/(4π); 1/(2π) counts ν and ν̄ of a Majorana χ. A is an estimate anyway",
    ),
    claim(
        id="thermal-costability-low", place="(3.16)", statement="m_π - m_μ, GeV",
        paper_value=number("0.034", 0.034), compute=lambda: PION_MASS - MUON_MASS, tolerance=1.01,
        expected=AGREES, why="charged pion",
    ),
    claim(
        id="thermal-costability-high", place="(3.16)", statement="m_π + m_μ, GeV",
        paper_value=number("0.245", 0.245), compute=lambda: PION_MASS + MUON_MASS, tolerance=1.01,
        expected=AGREES, why="charged pion",
    ),
    claim(
        id="thermal-figure-4-low", place="figure 4", statement="m_π - m_μ, GeV",
        paper_value=number("0.032", 0.032), compute=lambda: PION_MASS - MUON_MASS, tolerance=1.03,
        expected=DIFFERS, why="the figure takes a mean pion mass of 137 MeV; (3.16) has 34",
    ),
    claim(
        id="thermal-figure-4-high", place="figure 4", statement="m_π + m_μ, GeV",
        paper_value=number("0.242", 0.242), compute=lambda: PION_MASS + MUON_MASS, tolerance=1.03,
        expected=AGREES, why="the same mean mass matters less in the sum",
    ),
    claim(
        id="thermal-one-dose", place="text after (3.16)", statement="√(ε_μ ε_π)",
        paper_value=number("~ 1e-17", 1e-17),
        compute=lambda: math.sqrt(pion_narrowness() * muon_narrowness()), tolerance=HALF_A_DECADE,
        expected=AGREES, why="the two are 3e-18 and 2e-16",
    ),
    claim(
        id="thermal-muon-dose", place="text after (3.16)", statement="ε_μ",
        paper_value=number("~ 1e-16", 1e-16), compute=muon_narrowness, tolerance=HALF_A_DECADE, expected=SLIP,
        why="the paper's own table 1 has the right number",
    ),
    claim(
        id="thermal-pion-dose", place="text after (3.16)", statement="ε_π = BR(π → e ν) Γ_π/m_π",
        paper_value=number("~ 1e-19", 1e-19),
        compute=lambda: electron_share_of_pion() * pion_narrowness(), tolerance=HALF_A_DECADE,
        expected=ESTIMATE, why="the suppression of electrons, m_e²/m_μ² and phase space, is 1.3e-4",
    ),
    claim(
        id="thermal-loop-and-photons", place="figure 5", statement="mass below which νγ exceeds νγγ of C_χL, MeV",
        paper_value=number("2", 2.0),
        compute=lambda: 1e3 * crossing(lambda m: 1.0 - loop_over_photons(m), 1e-4, 1e-2),
        tolerance=1.5, expected=DIFFERS, why="νγγ goes as M⁷, νγ as Λ⁶ M³: a Λ_QCD of 0.44 GeV would give 2 MeV",
    ),
    claim(
        id="thermal-loop-over-photons", place="figure 5", statement="Γ(νγ)/Γ(νγγ) of C_χL at 2 MeV",
        paper_value=number("1", 1.0), compute=partial(loop_over_photons, 2e-3), tolerance=HALF_A_DECADE,
        expected=DIFFERS,
        why="the factor 2.5 in the mass is this in the rate",
    ),
    *(
        claim(
            id=f"thermal-loop-dominates-{lepton}", place="figure 5",
            statement=f"mass up to which νγ dominates for ℓ = {lepton}, C_χR, over m_ℓ + m_π",
            paper_value=number("1", 1.0),
            compute=lambda lepton=lepton, bounds=bounds: tree_overtakes_loop(lepton, bounds)
            / (inputs.LEPTON_MASSES[lepton] + PION_MASS),
            tolerance=1.05, expected=DIFFERS, why=CONTACT_TERM,
        )
        for lepton, bounds in (("e", (1.1e-3, 5e-3)), ("mu", (0.15, 0.24)), ("tau", (1.5, 1.9)))
    ),
    claim(
        id="thermal-loop-dominates-mu-pole", place="figure 5",
        statement="mass up to which νγ dominates for ℓ = mu, C_χR, over m_ℓ + m_π, without the contact term",
        paper_value=number("1", 1.0),
        compute=lambda: tree_overtakes_loop("mu", (0.12, 0.26), False) / (MUON_MASS + PION_MASS), tolerance=1.05,
        expected=AGREES, why="with the terms of the paper its statement follows",
    ),
    claim(
        id="thermal-loop-dominates-e-pole", place="figure 5",
        statement="mass up to which νγ dominates for ℓ = e, C_χR, over m_ℓ + m_π, without the contact term",
        paper_value=number("1", 1.0),
        compute=lambda: tree_overtakes_loop("e", (0.02, 0.13), False) / (ELECTRON_MASS + PION_MASS), tolerance=1.05,
        expected=DIFFERS, why="χ → e π* → e μ ν opens at 106 MeV; the paper has π* → e ν only",
    ),
    claim(
        id="thermal-contact-term", place="(A.8)",
        statement="lifetime without over with the contact term; ℓ = e, 10 MeV",
        paper_value=number("1", 1.0),
        compute=lambda: lifetime(0.01, 1.0, lepton="e", contact=False) / lifetime(0.01, 1.0, lepton="e"),
        tolerance=1.5, expected=DIFFERS, why=CONTACT_TERM,
    ),
    claim(
        id="thermal-off-shell", place="(A.9) to (A.11)",
        statement="printed Γ(χ → μ e ν) over the pion pole's, 0.2 GeV",
        paper_value=number("1", 1.0), compute=partial(off_shell_ratio, 0.2), tolerance=1.05, expected=SLIP,
        why="(A.9) is summed over the spin of χ, so that (A.11) needs a factor 1/2",
    ),
    *(
        claim(
            id=f"thermal-share-{name}", place="section 3.2",
            statement=f"share of the width a limit on {kind} sees: {what}",
            paper_value=number(printed, value), compute=partial(share, mass, lepton, chirality, column),
            tolerance=1.05, expected=AGREES, why="the counting of final particles that the paper describes",
        )
        for name, kind, what, printed, value, mass, lepton, chirality, column in (
            ("loop", "γγ", "νγ at 7 keV", "1/2", 1 / 2, 7e-6, "mu", "R", "width_gamma_gamma"),
            ("two-photons", "γγ", "νπ⁰ of C_χL at 0.2 GeV", "2/3", 2 / 3, 0.2, "mu", "L", "width_gamma_gamma"),
            ("e", "e⁺e⁻", "eπ at 0.2 GeV", "2/5", 2 / 5, 0.2, "e", "R", "width_electron_positron"),
            ("mu", "e⁺e⁻", "μπ at 0.3 GeV", "2/7", 2 / 7, 0.3, "mu", "R", "width_electron_positron"),
            ("tau", "e⁺e⁻", "τπ at 2.5 GeV", "2/9", 2 / 9, 2.5, "tau", "R", "width_electron_positron"),
        )
    ),
    claim(
        id="thermal-pion-branching", place="text after (3.16)",
        statement="BR(π → μχ) at 20 MeV and C_χR = 1e-4 G_F, the highest of section 4.3",
        paper_value=below("≲ 1e-7, easily satisfied", 1e-7),
        compute=lambda: float(widths.pion_branching_ratio(0.02, 1e-4 * FERMI_CONSTANT)), tolerance=1.0,
        expected=AGREES, why="the amplitude is C/(2 V_ud G_F) times that of π → μν",
    ),
    claim(
        id="thermal-pion-branching-electron", place="text after (3.16)",
        statement="BR(π → eχ) at 7 keV and C_χL of the 3.5 keV line over BR(π → eν)",
        paper_value=below("bounds easily satisfied", 0.01),
        compute=pion_to_electron, tolerance=1.0, expected=DIFFERS,
        why="a scalar operator has no helicity suppression: the line of section 4.3 by C_χL to e is excluded",
    ),
    claim(
        id="thermal-lifetime-figure-5", place="figure 5",
        statement="lifetime at 0.3 GeV, ℓ = μ, C_χR = 4 G_F/√2, over the age",
        paper_value=below("excluded above m_π + m_μ", 1.0),
        compute=lambda: lifetime(0.3, inputs.CONTACT_UNIT / FERMI_CONSTANT) / AGE_OF_UNIVERSE_S, tolerance=1.0,
        expected=AGREES, why="two-body decay",
    ),
    claim(
        id="thermal-loop-suppression", place="section 1, conclusions",
        statement="weak loop factor G_F² m_π⁴/(4π)⁴",
        paper_value=number("~ 1e-18", 1e-18),
        compute=lambda: FERMI_CONSTANT**2 * PION_MASS**4 / (4.0 * math.pi) ** 4, tolerance=HALF_A_DECADE,
        expected=AGREES,
        why="about 18 orders of magnitude near the pion's mass",
    ),
    claim(
        id="thermal-one-dose-lifetime", place="(3.3)",
        statement="lifetime at 0.2 GeV, ℓ = μ, C_χR = G_F over the age of the Universe",
        paper_value=below("one dose does not protect", 1.0),
        compute=lambda: lifetime(0.2, 1.0) / AGE_OF_UNIVERSE_S, tolerance=1.0, expected=AGREES,
        why="and freeze-out needs larger couplings still",
    ),
)  # fmt: skip
