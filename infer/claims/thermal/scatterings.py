"""Claims of arXiv:2111.14808, sections 3.1, 3.3, A.2 and A.3: scatterings and their Boltzmann factors."""

from __future__ import annotations

from functools import partial

from ....solver.constants import MUON_MASS, NEUTRAL_PION_MASS, PION_MASS
from ..claim import HALF_A_DECADE, Claim, Verdict, above, below, between, number
from ..formulas import inputs
from . import heavier_mesons
from .amplitudes import PLACE_MASS, boltzmann_exponent, low_temperature_ratio, photon_ratio, two_pion_ratio
from .lepton_pion import share_at_late_times

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808")
AGREES, DIFFERS, SLIP = Verdict.AGREES, Verdict.DIFFERS, Verdict.SLIP
EXACT = 1.001

# Figure 6 at 0.2 GeV and ℓ = μ: process and the paper's Δ.
EXPONENTS = (
    ("χ ℓ ↔ π± γ", "max(m_ℓ, m_π - M)", max(MUON_MASS, PION_MASS - PLACE_MASS)),
    ("χ γ ↔ ℓ π±", "m_ℓ + m_π - M", MUON_MASS + PION_MASS - PLACE_MASS),
    ("χ π± ↔ ℓ γ", "m_π", PION_MASS),
    ("χ π± ↔ ℓ π⁰", "max(m_π, m_ℓ + m_π⁰ - M)", max(PION_MASS, MUON_MASS + NEUTRAL_PION_MASS - PLACE_MASS)),
    ("χ π⁰ ↔ ℓ π±", "max(m_π⁰, m_ℓ + m_π - M)", max(NEUTRAL_PION_MASS, MUON_MASS + PION_MASS - PLACE_MASS)),
    ("χ ℓ ↔ π± π⁰", "max(m_ℓ, m_π⁰ + m_π - M)", max(MUON_MASS, NEUTRAL_PION_MASS + PION_MASS - PLACE_MASS)),
)


def least_exponent(mass: float) -> float:
    """Return the least δ = Δ/M of the scatterings at a mass in GeV; it is 1 for annihilations."""
    return min(boltzmann_exponent(process, mass) for process, *_ in EXPONENTS) / mass


RHO = (
    "F(s) of Kühn and Santamaria with F(0) = 1 and |F|² = 38 at the ρ; without the ρ' it is 28 at the ρ, and the "
    "numbers are 6.0, 8.8, 1.27 and 1.74"
)

CLAIMS = (
    *(
        claim(
            id=f"thermal-exponent-{index}", place="figure 6", statement=f"Δ of {process} at 0.2 GeV, ℓ = μ, GeV",
            paper_value=number(words, value), compute=partial(boltzmann_exponent, process, PLACE_MASS),
            tolerance=EXACT,
            expected=AGREES, why="the least energy of the heavier side in the solver, less M",
        )
        for index, (process, words, value) in enumerate(EXPONENTS)
    ),
    claim(
        id="thermal-exponent-tau", place="figure 6", statement="Δ of χπ ↔ ℓγ at 0.2 GeV, ℓ = τ, GeV",
        paper_value=number("m_π", PION_MASS), compute=lambda: boltzmann_exponent("χ π± ↔ ℓ γ", PLACE_MASS, "tau"),
        tolerance=EXACT, expected=SLIP, why="max(m_π, m_ℓ - M): the lepton may be the heavier side",
    ),
    claim(
        id="thermal-exponent-needs-lepton", place="text after figure 6",
        statement="least exponent δ = Δ/M at M = 0.9 m_μ, ℓ = μ",
        paper_value=above("less suppressed only for M > m_ℓ", 1.0), compute=lambda: least_exponent(0.9 * MUON_MASS),
        tolerance=1.0, expected=AGREES, why="the least of the six scatterings; annihilations have δ = 1",
    ),
    claim(
        id="thermal-exponent-above-lepton", place="text after figure 6",
        statement="least exponent δ = Δ/M at 0.2 GeV, ℓ = μ",
        paper_value=below("less suppressed for M > m_ℓ", 1.0), compute=lambda: least_exponent(PLACE_MASS),
        tolerance=1.0,
        expected=AGREES, why="χγ ↔ ℓπ, which tends to zero at M = m_ℓ + m_π",
    ),
    *(
        claim(
            id=f"thermal-photon-{label}", place=f"(A.12{label})",
            statement=f"our |A|² at threshold over the printed one, {process}, 0.2 GeV",
            paper_value=number("1", 1.0), compute=partial(photon_ratio, index), tolerance=EXACT, expected=AGREES,
            why="from the amplitude for any energy, which explicit Dirac matrices confirm",
        )
        for index, (label, process) in enumerate((("a", "χγ → πℓ"), ("b", "χπ → γℓ"), ("c", "χℓ → πγ")))
    ),
    claim(
        id="thermal-electric-coupling", place="section 3.3", statement="e", paper_value=number("~ 0.3", 0.3),
        compute=lambda: inputs.E_SQUARED**0.5, tolerance=1.05, expected=AGREES, why="√(4πα)",
    ),
    claim(
        id="thermal-strong-coupling", place="section 3.3", statement="m_π/f_π", paper_value=number("~ 1", 1.0),
        compute=lambda: PION_MASS / inputs.PION_DECAY_CONSTANT, tolerance=HALF_A_DECADE, expected=AGREES,
        why="the price of an extra pion; energies above m_π raise it",
    ),
    claim(
        id="thermal-chirality-lost", place="text after (3.12)", statement="f_π/Λ_QCD", paper_value=number("~ 1", 1.0),
        compute=lambda: inputs.PION_DECAY_CONSTANT / inputs.LAMBDA_QCD, tolerance=HALF_A_DECADE, expected=AGREES,
        why="with the Λ_QCD of (3.15)",
    ),
    claim(
        id="thermal-threshold-limit", place="(A.14)",
        statement="γ of χγ ↔ ℓπ over its limit by (A.12a) and (A.14), T = 1 MeV",
        paper_value=number("1", 1.0), compute=partial(low_temperature_ratio, 1e-3), tolerance=1.03, expected=AGREES,
        why="corrections are linear in T: 2.1 % at 1 MeV, 4.3 % at 2 MeV",
    ),
    claim(
        id="thermal-two-pions", place="after (A.13)", statement="printed |A|² of χℓ → ππ⁰ over ours, without f_π²",
        paper_value=number("1", 1.0), compute=partial(two_pion_ratio, False, False), tolerance=EXACT, expected=AGREES,
        why="at one place in phase space, for equal pion masses",
    ),
    claim(
        id="thermal-two-pions-dimension", place="after (A.13)",
        statement="printed |A|² of χℓ → ππ⁰ over ours, with its f_π² in GeV²",
        paper_value=number("1", 1.0), compute=partial(two_pion_ratio, False, True), tolerance=EXACT, expected=SLIP,
        why="the dimension is wrong; (A.13) has no f_π²",
    ),
    claim(
        id="thermal-two-pions-sign", place="after (A.13)",
        statement="printed |A|² of χπ → ℓπ⁰ over ours, without f_π²",
        paper_value=number("1", 1.0), compute=partial(two_pion_ratio, True, False), tolerance=EXACT, expected=SLIP,
        why="the lepton has been crossed: the printed square is negative",
    ),
    claim(
        id="thermal-late-times", place="figure 7", statement="share of χγ ↔ μπ in all rates at z = 25, 0.2 GeV",
        paper_value=above("dominates at T ≪ M", 0.5),
        compute=partial(share_at_late_times, "χ γ ↔ ℓ π±", PLACE_MASS, 25.0),
        tolerance=1.0, expected=AGREES, why="the smallest Δ; it is 1 % at z = 5",
    ),
    *(
        claim(
            id=f"thermal-rho-{label}-{temperature:g}", place="text after (3.11)",
            statement=f"{what} with the ρ over without, T = {temperature:g} GeV, M = 0.15 GeV, ℓ = μ",
            paper_value=between("heavier mesons negligible", 0.9, 1.1),
            compute=partial(quantity, temperature, 0.15), tolerance=1.0, expected=DIFFERS, why=RHO,
        )
        for temperature in (0.15, 0.10)
        for label, what, quantity in (
            ("annihilation", "rate of χℓ ↔ ππ⁰", heavier_mesons.enhancement),
            ("total", "rate of all two-pion processes", heavier_mesons.total_enhancement),
        )
    ),
    claim(
        id="thermal-rho-peak", place="text after (3.11)", statement="|F|² of the vector current at the ρ",
        paper_value=number("1", 1.0), compute=heavier_mesons.peak,
        tolerance=1.1, expected=DIFFERS, why="measured about 45 in e⁺e⁻ → ππ, of which ω mixing is a part",
    ),
)  # fmt: skip
