"""Analytic approximations to freeze-out and freeze-in by thermal decays.

arXiv:2111.14808, section 2, for a constant number of degrees of freedom d_SM of the plasma and
non-relativistic densities; where the paper has a slip the docstring says so. All functions take
floats or arrays that broadcast. The exact solution is that of the scenarios of this folder.

Throughout, ``strength`` is the paper's λ = M_Pl M σ sqrt(π d_SM/45) of the process, ``ratio`` its
R of eqs. (2.6)-(2.7), δ = Δ/M, and z = M/T.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import OMEGA_H2_PER_YIELD_GEV, PLANCK_MASS, ULTRAVIOLET_FACTOR, ZETA_3

__all__ = [
    "annihilation_freeze_out",
    "annihilation_yield",
    "coupling",
    "cross_section",
    "decay_freeze_out",
    "decay_ratio",
    "deviation_from_equilibrium",
    "equilibrium_coupling",
    "equilibrium_yield",
    "freeze_in_yield",
    "freeze_in_yield_massless",
    "freeze_out_yield",
    "freeze_out_yield_massless",
    "later_decays",
    "matched_yield",
    "omega_h2",
    "partner_yield_massless",
    "sigma_from_strength",
    "strength_from_sigma",
    "ultraviolet_yield",
]

# Yeq = EQUILIBRIUM (d_DM/d_SM) z^{3/2} e^{-z}
EQUILIBRIUM = 45.0 / (2.0**2.5 * math.pi**3.5)

Array = NDArray[np.float64]


def _arrays(*values: ArrayLike) -> tuple[Array, ...]:
    return tuple(np.asarray(value, dtype=np.float64) for value in values)


def strength_from_sigma(sigma: ArrayLike, mass: ArrayLike, d_sm: ArrayLike) -> Array:
    """Return λ = M_Pl M σ sqrt(π d_SM/45), eq. (2.4), for σ in GeV⁻² and the mass in GeV."""
    sigma, mass, d_sm = _arrays(sigma, mass, d_sm)
    return PLANCK_MASS * mass * sigma * np.sqrt(math.pi * d_sm / 45.0)


def sigma_from_strength(strength: ArrayLike, mass: ArrayLike, d_sm: ArrayLike) -> Array:
    """Return σ in GeV⁻² from λ, eq. (2.4), for the mass in GeV."""
    strength, mass, d_sm = _arrays(strength, mass, d_sm)
    return strength / (PLANCK_MASS * mass * np.sqrt(math.pi * d_sm / 45.0))


def cross_section(
    coupling: ArrayLike, mass: ArrayLike, g_sm: ArrayLike = 1.0, interaction: str = "dim-4"
) -> Array:
    """Return σ = g_SM² g²/(4π M²) or, with "dim-6", g_SM² G² M²/(4π), in GeV⁻², eq. (2.12) with p = 2."""
    value, mass, g_sm = _arrays(coupling, mass, g_sm)
    return (g_sm * value) ** 2 * _mass_power(mass, interaction) / (4.0 * math.pi)


def coupling(sigma: ArrayLike, mass: ArrayLike, g_sm: ArrayLike = 1.0, interaction: str = "dim-4") -> Array:
    """Return the coupling g, or G in GeV⁻² with "dim-6", that gives σ in GeV⁻², eq. (2.12) with p = 2."""
    sigma, mass, g_sm = _arrays(sigma, mass, g_sm)
    return np.sqrt(4.0 * math.pi * sigma / _mass_power(mass, interaction)) / g_sm


def _mass_power(mass: Array, interaction: str) -> Array:
    if interaction not in {"dim-4", "dim-6"}:
        raise ValueError(f"interaction is dim-4 or dim-6, not {interaction!r}")
    return mass**2 if interaction == "dim-6" else mass**-2


def equilibrium_coupling(
    mass: ArrayLike,
    d_sm: ArrayLike,
    g_sm: ArrayLike = 1.0,
    interaction: str = "dim-4",
    strength: ArrayLike = 1.0,
) -> Array:
    """Return the coupling above which the process reaches thermal equilibrium, λ = 1, eq. (2.13)."""
    return coupling(sigma_from_strength(strength, mass, d_sm), mass, g_sm, interaction)


def omega_h2(final_yield: ArrayLike, mass: ArrayLike) -> Array:
    """Return the relic density Ω h² = Y M s₀ h²/ρ_c, for the mass in GeV."""
    final_yield, mass = _arrays(final_yield, mass)
    return OMEGA_H2_PER_YIELD_GEV * final_yield * mass


def equilibrium_yield(z: ArrayLike, d_dm: ArrayLike, d_sm: ArrayLike) -> Array:
    """Return Yeq = 45/(2^{5/2} π^{7/2}) (d_DM/d_SM) z^{3/2} e^{-z}, as used in eq. (2.5)."""
    z, d_dm, d_sm = _arrays(z, d_dm, d_sm)
    return EQUILIBRIUM * d_dm / d_sm * z**1.5 * np.exp(-z)


def decay_ratio(delta: ArrayLike, d_dm: ArrayLike, d_b: ArrayLike) -> Array:
    """Return R = (d_B/d_DM) δ^{3/2} for a heavier initial state, with m_B = δ M, eq. (2.7)."""
    delta, d_dm, d_b = _arrays(delta, d_dm, d_b)
    return d_b / d_dm * delta**1.5


def deviation_from_equilibrium(
    z: ArrayLike, annihilation: ArrayLike, decay: ArrayLike, ratio: ArrayLike, delta: ArrayLike
) -> Array:
    """Return Y - Yeq = z (z - 3/2)/(2 λ_ann + λ_dec R e^{z(1-δ)}), eq. (2.8), valid before freeze-out."""
    z, annihilation, decay, ratio, delta = _arrays(z, annihilation, decay, ratio, delta)
    return z * (z - 1.5) / (2.0 * annihilation + decay * ratio * np.exp(z * (1.0 - delta)))


def decay_freeze_out(
    strength: ArrayLike,
    ratio: ArrayLike,
    delta: ArrayLike,
    d_dm: ArrayLike,
    d_sm: ArrayLike,
    c: ArrayLike = 1.0,
) -> Array:
    """Return z_f where Y - Yeq = c Yeq, eq. (2.9), by the Lambert function; for δ > 0."""
    from scipy.special import lambertw

    strength, ratio, delta, d_dm, d_sm, c = _arrays(strength, ratio, delta, d_dm, d_sm, c)
    root = 45.0 * c * strength * ratio * d_dm / (4.0 * math.pi**3 * d_sm)
    return lambertw(delta / math.pi * root**2).real / (2.0 * delta)


def freeze_out_yield(
    strength: ArrayLike, ratio: ArrayLike, delta: ArrayLike, d_dm: ArrayLike, d_sm: ArrayLike
) -> Array:
    """Return the crude estimate Y∞ = Yeq(z_f), eq. (2.10)."""
    return equilibrium_yield(decay_freeze_out(strength, ratio, delta, d_dm, d_sm), d_dm, d_sm)


def later_decays(
    z: ArrayLike,
    strength: ArrayLike,
    ratio: ArrayLike,
    delta: ArrayLike,
    d_dm: ArrayLike,
    d_sm: ArrayLike,
) -> Array:
    """Return G(z) = ∫ f_dec B dz from z to ∞: a share e^{-G} of the particles survives it; for δ > 0.

    The paper says in its footnote 2 that there is no simple form. There is, with the complementary
    error function: G = λ R a (d_DM/d_SM) sqrt(π/δ) erfc(sqrt(δ z)).
    """
    from scipy.special import erfc

    z, strength, ratio, delta, d_dm, d_sm = _arrays(z, strength, ratio, delta, d_dm, d_sm)
    factor = strength * ratio * EQUILIBRIUM * d_dm / d_sm
    return factor * np.sqrt(math.pi / delta) * erfc(np.sqrt(delta * z))


def matched_yield(
    strength: ArrayLike,
    ratio: ArrayLike,
    delta: ArrayLike,
    d_dm: ArrayLike,
    d_sm: ArrayLike,
    c: ArrayLike = 1.0,
) -> Array:
    """Return Y∞ = (1 + c) Yeq(z_f) e^{-G(z_f)}: freeze-out at z_f, then decays without their inverse.

    Without the production after z_f it is 20 % to 75 % low for λ near 10⁶ and δ of 0.2 to 0.7.
    """
    z = decay_freeze_out(strength, ratio, delta, d_dm, d_sm, c)
    start = (1.0 + np.asarray(c)) * equilibrium_yield(z, d_dm, d_sm)
    return start * np.exp(-later_decays(z, strength, ratio, delta, d_dm, d_sm))


def partner_yield_massless(d_b: ArrayLike, d_sm: ArrayLike, statistics: str = "boson") -> Array:
    """Return Y_B = 45 ζ(3) d_B/(2 π⁴ d_SM) of a massless boson, 3/4 of it for a fermion.

    "maxwell" replaces ζ(3) by one, Maxwell-Boltzmann statistics.
    """
    factor = {"boson": ZETA_3, "fermion": 0.75 * ZETA_3, "maxwell": 1.0}[statistics]
    d_b, d_sm = _arrays(d_b, d_sm)
    return 45.0 * factor * d_b / (2.0 * math.pi**4 * d_sm)


def freeze_out_yield_massless(
    strength: ArrayLike, partner_yield: ArrayLike, d_dm: ArrayLike, d_sm: ArrayLike, as_printed: bool = False
) -> Array:
    """Return the exact Y∞ = a (d_DM/d_SM) sqrt(π) K e^{-2 sqrt(K)} for δ = 0, with K = λ Y_B.

    Eq. (2.11) of the paper has K^{3/4} in place of sqrt(π) K, low by sqrt(π) K^{1/4};
    ``as_printed`` returns that.
    """
    strength, partner_yield, d_dm, d_sm = _arrays(strength, partner_yield, d_dm, d_sm)
    k = strength * partner_yield
    prefactor = k**0.75 if as_printed else math.sqrt(math.pi) * k
    return EQUILIBRIUM * d_dm / d_sm * prefactor * np.exp(-2.0 * np.sqrt(k))


def annihilation_freeze_out(
    strength: ArrayLike, d_dm: ArrayLike, d_sm: ArrayLike, c: ArrayLike = 1.0
) -> Array:
    """Return z_f = ln[2 c a λ d_DM/(d_SM sqrt(z_f))] of annihilations, below eq. (2.8).

    The paper omits the d_DM inside the logarithm.
    """
    from scipy.special import lambertw

    strength, d_dm, d_sm, c = _arrays(strength, d_dm, d_sm, c)
    argument = 2.0 * c * EQUILIBRIUM * strength * d_dm / d_sm
    return 0.5 * lambertw(2.0 * argument**2).real


def annihilation_yield(
    strength: ArrayLike, d_dm: ArrayLike, d_sm: ArrayLike, as_printed: bool = False
) -> Array:
    """Return Y∞ = z_f/λ of annihilations, good to 10 %.

    The paper quotes z_f²/(2λ), which is Yeq(z_f) and too large by z_f/2 as a final abundance;
    ``as_printed`` returns that.
    """
    z = annihilation_freeze_out(strength, d_dm, d_sm)
    return (z**2 / 2.0 if as_printed else z) / np.asarray(strength, dtype=np.float64)


def freeze_in_yield(
    strength: ArrayLike, ratio: ArrayLike, delta: ArrayLike, d_dm: ArrayLike, d_sm: ArrayLike
) -> Array:
    """Return Y = λ R 2025 d_DM²/(32 π⁷ d_SM² (1 + δ)²), eq. (2.17), from T_RH ≫ M without back reaction.

    The paper prints a further factor B on the right-hand side, a misprint.
    """
    strength, ratio, delta, d_dm, d_sm = _arrays(strength, ratio, delta, d_dm, d_sm)
    return strength * ratio * 2025.0 * d_dm**2 / (32.0 * math.pi**7 * d_sm**2 * (1.0 + delta) ** 2)


def freeze_in_yield_massless(
    strength: ArrayLike, partner_yield: ArrayLike, d_dm: ArrayLike, d_sm: ArrayLike
) -> Array:
    """Return Y = λ Y_B a sqrt(π) d_DM/d_SM, the limit δ = 0 of freeze-in with a massless partner."""
    strength, partner_yield, d_dm, d_sm = _arrays(strength, partner_yield, d_dm, d_sm)
    return strength * partner_yield * EQUILIBRIUM * math.sqrt(math.pi) * d_dm / d_sm


def ultraviolet_yield(
    coupling: ArrayLike,
    reheating_temperature: ArrayLike,
    d_sm: ArrayLike,
    g_sm: ArrayLike = 1.0,
    factor: float = ULTRAVIOLET_FACTOR,
) -> Array:
    """Return the yield of a dimension-6 interaction, produced at reheating, for G in GeV⁻², T_RH in GeV.

    γ = factor g_SM² G² T⁸ gives Y = factor g_SM² G² M_Pl (T_RH³/3) (45/2π²) sqrt(45/4π³) d_SM^{-3/2}.
    """
    value, temperature, d_sm, g_sm = _arrays(coupling, reheating_temperature, d_sm, g_sm)
    expansion = 45.0 / (2.0 * math.pi**2) * math.sqrt(45.0 / (4.0 * math.pi**3)) * d_sm**-1.5
    return factor * (g_sm * value) ** 2 * PLANCK_MASS * temperature**3 / 3.0 * expansion
