"""Claims of arXiv:2111.14808, section 2: freeze-out and freeze-in by generic thermal decays."""

from __future__ import annotations

import math
from functools import partial

from ..claim import HALF_A_DECADE, Claim, Verdict, above, below, between, number
from ..formulas import (
    CMB_TEMPERATURE,
    FERMI_CONSTANT,
    OBSERVED_OMEGA_H2,
    OMEGA_H2_PER_YIELD_GEV,
    PLANCK_MASS,
)
from . import generic
from .generic_numbers import (
    annihilation_coupling,
    annihilation_log,
    annihilation_yield,
    between_ends,
    equilibrium,
    exact_annihilation,
    massless_exponent,
    power,
    strength_factor,
    z_decay,
)

__all__ = ["CLAIMS"]

claim = partial(Claim, paper="arXiv:2111.14808")
AGREES, SLIP, ESTIMATE = Verdict.AGREES, Verdict.SLIP, Verdict.ESTIMATE
ROUGH = 2.0  # "roughly", "accurate up to order unity factors"
FIGURE_1 = "1 GeV, λ = 1e6, δ = 0.5, d_SM = 75"

CLAIMS = (
    claim(
        id="thermal-strength", place="(2.4)", statement="λ/(M_Pl M σ √d_SM)",
        paper_value=number("√(π/45)", math.sqrt(math.pi / 45.0)), compute=strength_factor, tolerance=1.001,
        expected=AGREES, why="from s/(H z) of the expansion used everywhere",
    ),
    claim(
        id="thermal-departure", place="(2.8)", statement=f"(2.8) over the exact Y - Yeq at z = 10; {FIGURE_1}",
        paper_value=number("1", 1.0), compute=partial(generic.departure_over_exact, 10.0, 0.5), tolerance=1.1,
        expected=AGREES, why="valid before freeze-out at z = 13", precision=2e-2,
    ),
    claim(
        id="thermal-freeze-out-time", place="(2.9)", statement=f"z_f by (2.9) over the exact one; {FIGURE_1}",
        paper_value=number("1", 1.0), compute=lambda: z_decay() / generic.freeze_out(0.5)["z_freeze_out"],
        tolerance=1.05, expected=AGREES, why="the Lambert function of the paper, c = 1",
    ),
    claim(
        id="thermal-crude-yield", place="(2.10)", statement=f"Yeq(z_f) over the exact yield; {FIGURE_1}",
        paper_value=number("1", 1.0), compute=partial(generic.crude_over_exact, 0.5), tolerance=ROUGH,
        expected=AGREES, why="decays after z_f take half",
    ),
    claim(
        id="thermal-crude-yield-0.3", place="(2.10)", statement="Yeq(z_f) over the exact yield for δ = 0.3",
        paper_value=number("~ 1, up to order unity factors", 1.0), compute=partial(generic.crude_over_exact, 0.3),
        tolerance=ROUGH, expected=ESTIMATE, why="the smaller δ, the longer decays go on after z_f",
    ),
    claim(
        id="thermal-matched-yield", place="footnote 2",
        statement=f"matching at z_f, in closed form, over the exact yield; {FIGURE_1}",
        paper_value=number("1", 1.0), compute=partial(generic.crude_over_exact, 0.5, True), tolerance=ROUGH,
        expected=AGREES,
        why="the paper says that there is no simple expression; the exponent is a complementary error function",
    ),
    claim(
        id="thermal-yield-power", place="(2.10)", statement=f"dlnY/dlnλ of the exact yield; {FIGURE_1}",
        paper_value=number("~ -1/δ", -2.0), compute=partial(generic.slope_by_strength, 0.5), tolerance=1.25,
        expected=AGREES, why="logarithms of λ in z_f flatten it",
    ),
    *(
        claim(
            id=f"thermal-figure-1-{low:g}", place="figure 1",
            statement=f"exact yield at δ = {low:g} over that at δ = {high:g}",
            paper_value=below("smaller δ, lower abundance", 1.0),
            compute=lambda low=low, high=high: generic.freeze_out(low)["final_yield"]
            / generic.freeze_out(high)["final_yield"],
            tolerance=1.0, expected=AGREES, why="the Boltzmann factor of the partner is milder",
        )
        for low, high in ((0.3, 0.5), (0.5, 0.7))
    ),
    claim(
        id="thermal-figure-1-massless", place="figure 1",
        statement="exact yield at δ = 0, λ = 1e4 over that at δ = 0.5, λ = 1e6",
        paper_value=below("lower despite the smaller λ", 1.0),
        compute=lambda: generic.massless()[0]["final_yield"] / generic.freeze_out(0.5)["final_yield"],
        tolerance=1.0, expected=AGREES, why="d_SM = 75; the figure does not state it",
    ),
    claim(
        id="thermal-annihilation-time", place="text before (2.9)",
        statement="z_f of annihilations at λ = 1e6, solved exactly, over ln[2 λ/(d_SM √z_f)]",
        paper_value=number("1", 1.0),
        compute=lambda: exact_annihilation("z_freeze_out") / annihilation_log(False), tolerance=1.1,
        expected=AGREES, why="the logarithm lacks 0.145 d_DM; it happens to make up for Y = 2 Yeq being late",
    ),
    claim(
        id="thermal-annihilation-yield", place="text before (2.9)",
        statement="exact yield of annihilations at λ = 1e6 over z_f²/(2 λ)",
        paper_value=number("1", 1.0),
        compute=partial(annihilation_yield, True),
        tolerance=1.5, expected=SLIP, why="that is Yeq(z_f); annihilations go on until z_f/λ is left",
    ),
    claim(
        id="thermal-annihilation-yield-right", place="text before (2.9)",
        statement="exact yield of annihilations at λ = 1e6 over z_f/λ",
        paper_value=number("1 expected", 1.0),
        compute=partial(annihilation_yield, False),
        tolerance=1.15, expected=AGREES, why="what annihilations leave",
    ),
    claim(
        id="thermal-massless-time", place="text before (2.11)",
        statement="exact z_f over √(λ Y_B) for δ = 0, λ = 1e4",
        paper_value=number("1", 1.0),
        compute=lambda: generic.massless()[0]["z_freeze_out"] / math.sqrt(generic.massless()[1]), tolerance=1.15,
        expected=AGREES, why="where the rate has fallen to the expansion",
    ),
    claim(
        id="thermal-massless-yield", place="(2.11)", statement="exact yield over (2.11) for δ = 0, λ = 1e4",
        paper_value=number("1", 1.0),
        compute=lambda: generic.massless()[0]["final_yield"] / generic.massless()[2], tolerance=1.5,
        expected=SLIP, why="the integral gives √π K where the paper has K^(3/4), K = λ Y_B: low by √π K^(1/4)",
    ),
    claim(
        id="thermal-massless-exponent", place="(2.11)", statement="dln(Y/K)/d√K of the exact yield for δ = 0",
        paper_value=number("-2", -2.0), compute=massless_exponent, tolerance=1.02, expected=AGREES,
        why="the exponential is right",
    ),
    claim(
        id="thermal-equilibrium-g", place="(2.13)", statement="g_DM at λ = 1, 1 GeV",
        paper_value=number("~ 1e-9", 1e-9), compute=partial(equilibrium, 1.0, "dim-4"), tolerance=HALF_A_DECADE,
        expected=AGREES, why="d_SM = 75",
    ),
    claim(
        id="thermal-equilibrium-fermi", place="(2.13)", statement="G_DM/G_F at λ = 1, 1 GeV",
        paper_value=number("~ 1e-4", 1e-4), compute=lambda: equilibrium(1.0, "dim-6") / FERMI_CONSTANT,
        tolerance=HALF_A_DECADE, expected=AGREES, why="d_SM = 75",
    ),
    claim(
        id="thermal-equilibrium-g-power", place="(2.13)", statement="dlng_DM/dlnM at λ = 1",
        paper_value=number("1/2", 0.5), compute=partial(power, "dim-4"), tolerance=1.001, expected=AGREES,
        why="λ goes as g²/M",
    ),
    claim(
        id="thermal-equilibrium-fermi-power", place="(2.13)", statement="dlnG_DM/dlnM at λ = 1",
        paper_value=number("-3/2", -1.5), compute=partial(power, "dim-6"), tolerance=1.001, expected=AGREES,
        why="λ goes as G² M³",
    ),
    claim(
        id="thermal-annihilation-strength", place="text before (2.14)",
        statement="λ of annihilations with Ωh² = 0.12 at 1 GeV over M/eV",
        paper_value=number("~ 1", 1.0), compute=lambda: generic.annihilation_strength() / 1e9,
        tolerance=HALF_A_DECADE,
        expected=ESTIMATE, why="Y = z_f/λ with z_f = 17, and Y M = 0.44 eV: the estimate leaves both out",
    ),
    claim(
        id="thermal-annihilation-g", place="(2.14)", statement="g_DM of annihilations with Ωh² = 0.12 at 1 GeV",
        paper_value=number("~ 1e-4", 1e-4), compute=annihilation_coupling, tolerance=HALF_A_DECADE, expected=AGREES,
        why="d_SM = 75",
    ),
    claim(
        id="thermal-annihilation-fermi", place="(2.14)",
        statement="G_DM/G_F of annihilations with Ωh² = 0.12 at 1 GeV",
        paper_value=number("~ 10", 10.0), compute=lambda: annihilation_coupling() / FERMI_CONSTANT,
        tolerance=HALF_A_DECADE, expected=AGREES, why="at 1 GeV g and G in GeV⁻² are the same number",
    ),
    *(
        claim(
            id=f"thermal-figure-2-{delta:g}", place="figure 2",
            statement=f"ln g_DM at δ = {delta:g}, 1 GeV, from 0 (equilibrium) to 1 (annihilations)",
            paper_value=between("between the two", 0.0, 1.0), compute=partial(between_ends, delta), tolerance=1.0,
            expected=AGREES, why="the smaller δ, the closer to equilibrium",
        )
        for delta in (0.1, 0.2, 0.5)
    ),
    claim(
        id="thermal-unitarity", place="text after figure 2",
        statement="mass at which annihilations reach unitarity, GeV",
        paper_value=number("100 TeV", 1e5), compute=generic.unitarity_mass, tolerance=HALF_A_DECADE, expected=AGREES,
        why="s-wave, d_DM = 2, d_SM = 75",
    ),
    claim(
        id="thermal-freeze-in-rate", place="(2.15)", statement="exact yield of freeze-in over max γ/(H s); δ = 0.5",
        paper_value=number("~ 1", 1.0), compute=partial(generic.freeze_in_over_largest_rate, 0.5),
        tolerance=HALF_A_DECADE, expected=AGREES, why="e²/4 for an integrand z² exp(-(1+δ) z)",
    ),
    claim(
        id="thermal-wanted-yield", place="text after (2.15)", statement="Y M with Ωh² = 0.12, eV",
        paper_value=number("~ 1", 1.0), compute=lambda: OBSERVED_OMEGA_H2 / OMEGA_H2_PER_YIELD_GEV * 1e9,
        tolerance=HALF_A_DECADE, expected=AGREES, why="0.12 (ρ_c/h²)/s_0",
    ),
    claim(
        id="thermal-freeze-in-scale", place="(2.16)", statement="√(T_0/M_Pl)",
        paper_value=number("1e-15", 1e-15), compute=lambda: math.sqrt(CMB_TEMPERATURE / PLANCK_MASS),
        tolerance=HALF_A_DECADE, expected=SLIP, why="1.4e-16 with M_Pl = 1.22e19 GeV, 3e-16 with the reduced one",
    ),
    claim(
        id="thermal-freeze-in-g", place="(2.16)", statement="g_DM of freeze-in with Ωh² = 0.12; δ = 0.5, 1 GeV",
        paper_value=number("~ 1e-15", 1e-15), compute=partial(generic.freeze_in_coupling, 0.5),
        tolerance=HALF_A_DECADE,
        expected=ESTIMATE, why="it leaves out the factors of (2.17), d_SM^(-3/2) and 2025/(32 π⁷) among them",
    ),
    claim(
        id="thermal-freeze-in-formula", place="(2.17)", statement="exact yield of freeze-in over (2.17) without B",
        paper_value=number("1 expected", 1.0), compute=partial(generic.freeze_in_over_formula, 0.5),
        tolerance=1.001, expected=AGREES, why="non-relativistic source, constant d_SM",
    ),
    claim(
        id="thermal-freeze-in-misprint", place="(2.17)",
        statement="exact yield of freeze-in over (2.17) with the printed B, taken at T = M",
        paper_value=number("1", 1.0), compute=partial(generic.freeze_in_over_formula, 0.5, True), tolerance=1.1,
        expected=SLIP, why="B has been integrated over; it depends on z and cannot stand in the result",
    ),
    claim(
        id="thermal-ultraviolet", place="text after (2.17)", statement="Y/(G² M_Pl T_RH³) of a dimension-6 operator",
        paper_value=number("~ 1", 1.0), compute=generic.ultraviolet_coefficient, tolerance=HALF_A_DECADE,
        expected=ESTIMATE, why="d_SM^(-3/2) = 1.5e-3 and the rest of s and H are left out",
    ),
    claim(
        id="thermal-equilibrium-minimum", place="conclusions", statement="g_DM of freeze-out at δ = 0.1, 1 GeV",
        paper_value=above("larger than 1e-9", 1e-9), compute=partial(generic.coupling_for, 1.0, 0.1), tolerance=1.0,
        expected=AGREES, why="thermal equilibrium is the least that freeze-out needs",
    ),
)  # fmt: skip
