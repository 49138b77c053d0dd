"""Numbers of generic thermal decays in the form of the claims of arXiv:2111.14808, section 2."""

from __future__ import annotations

import math

from ....solver.cosmology import HUBBLE_FACTOR, entropy_density, g_s
from ..formulas import PLANCK_MASS, analytic
from . import generic

__all__ = [
    "annihilation_coupling",
    "annihilation_log",
    "annihilation_yield",
    "between_ends",
    "equilibrium",
    "exact_annihilation",
    "massless_exponent",
    "power",
    "strength_factor",
    "z_decay",
]


def strength_factor() -> float:
    """Return λ/(M_Pl M σ √d_SM) from s σ/(H z) at T = M."""
    return float(entropy_density(1.0) / g_s(1.0)) / (HUBBLE_FACTOR * PLANCK_MASS)


def annihilation_log(with_states: bool) -> float:
    """Return the paper's z_f = ln[2 λ/(d_SM √z_f)] of annihilations, or the one with a d_DM inside, λ = 1e6."""
    if with_states:
        return float(analytic.annihilation_freeze_out(generic.FIGURE_1_STRENGTH, generic.D_DM, generic.D_SM))
    z = 10.0
    for _ in range(50):
        z = math.log(2.0 * generic.FIGURE_1_STRENGTH / (generic.D_SM * math.sqrt(z)))
    return z


def exact_annihilation(name: str) -> float:
    """Return an observable of freeze-out by annihilations alone at λ = 1e6."""
    return generic.freeze_out(1.0, 0.0, generic.FIGURE_1_STRENGTH)[name]


def annihilation_yield(printed: bool) -> float:
    """Return the exact yield of annihilations at λ = 1e6 over z_f/λ or the printed z_f²/(2 λ)."""
    z = annihilation_log(True)
    estimate = (z**2 / 2.0 if printed else z) / generic.FIGURE_1_STRENGTH
    return exact_annihilation("final_yield") / estimate


def z_decay() -> float:
    """Return z_f of (2.9)."""
    ratio = analytic.decay_ratio(0.5, generic.D_DM, generic.D_B)
    return float(analytic.decay_freeze_out(generic.FIGURE_1_STRENGTH, ratio, 0.5, generic.D_DM, generic.D_SM))


def massless_exponent() -> float:
    """Return dln(Y/K)/d√K of the exact yield for δ = 0, K = λ Y_B."""
    logs = []
    for strength in (5e3, 2e4):
        exact, k, _ = generic.massless(strength)
        logs.append((math.sqrt(k), math.log(exact["final_yield"] / k)))
    return (logs[1][1] - logs[0][1]) / (logs[1][0] - logs[0][0])


def equilibrium(mass: float, interaction: str) -> float:
    """Return the coupling at λ = 1."""
    return float(analytic.equilibrium_coupling(mass, generic.D_SM, interaction=interaction))


def power(interaction: str) -> float:
    """Return dln(coupling at λ = 1)/dlnM."""
    return math.log10(equilibrium(10.0, interaction) / equilibrium(1.0, interaction))


def annihilation_coupling() -> float:
    """Return g of annihilations alone with Ωh² = 0.12 at 1 GeV."""
    return generic.coupling_of(generic.annihilation_strength())


def between_ends(delta: float) -> float:
    """Return ln(g/g_min)/ln(g_max/g_min) of freeze-out at 1 GeV between equilibrium and annihilations."""
    low, high = math.log(equilibrium(1.0, "dim-4")), math.log(annihilation_coupling())
    return (math.log(generic.coupling_for(1.0, delta)) - low) / (high - low)
