"""What the conversion equations read from the plasma at one temperature: equilibrium, expansion, rates."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....constants import ZETA_3
from ....cosmology import cosmology_at
from ....numerics.exponential import fast_exp
from ....numerics.kernel import kernel
from ....numerics.tables import Table, build_table, locate, lookup2

__all__ = ["Coefficients", "Plasma", "flavours_of", "make_plasma", "plasma_at"]

# Σ_l^eq s/T³ of PAIR flavours of one helicity with their antiparticles, massless Fermi-Dirac.
LEPTON_DENSITY = 3.0 * ZETA_3 / math.pi**2
PAIR = 2.0

# m/T between which the Bessel functions are tabulated; the evolution stays inside.
COLDEST_RATIO = 1e7
HOTTEST_RATIO = 1e-2
CELLS = 2000


def _bessel(ln_z: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import kve

    z = np.exp(ln_z)
    k2 = kve(2, z)
    return np.array([z * z * k2, kve(1, z) / k2])


# z² e^z K₂(z) and K₁(z)/K₂(z) over ln z. `relicfit.solver.numerics.bessel` needs two logarithms that
# are at hand here, where ln x is the variable of integration.
BESSEL = build_table(_bessel, math.log(HOTTEST_RATIO), math.log(COLDEST_RATIO), CELLS)


class Plasma(NamedTuple):
    """Hold all that depends on the masses and the portal coupling, but not on the conversion couplings.

    Attributes
    ----------
    cosmology : Table
        sqrt(g_rho) and g_s over ln T, from `relicfit.solver.cosmology.cosmology_table`.
    rates : Table
        ⟨σv⟩ in GeV⁻² and the scattering rates R_A and R_B in units of the width, over ln x.
    m_chi, delta_m : float
        The mass of the Majorana states and m_φ - m_χ, in GeV.
    ln_m_chi, ln_mass_ratio : float
        ln(m_χ/GeV) and ln(m_φ/m_χ).
    flavours : float
        How many flavours of leptons take part, see `flavours_of`.
    """

    cosmology: Table
    rates: Table
    m_chi: float
    delta_m: float
    ln_m_chi: float
    ln_mass_ratio: float
    flavours: float


class Coefficients(NamedTuple):
    """Hold the coefficients of the Boltzmann equations at one temperature.

    Attributes
    ----------
    annihilation : float
        A = ⟨σv⟩ s ĝ/(2H), so that dΣ/dln x contains -A (Σ² - Σ_eq²).
    clock : float
        c = ĝ/H in GeV⁻¹: a rate Γ per particle acts as -c Γ per unit of ln x.
    sigma_eq, yield_eq, ratio : float
        The equilibrium yields of φ⁺ with φ⁻ and of one χ, and their ratio q (exact when both underflow).
    trend_phi, trend_chi : float
        Their logarithmic derivatives by ln x.
    inverse_lepton_eq : float
        One over the equilibrium yield of the leptons that share the asymmetry.
    dilation, scattering_a, scattering_b : float
        K₁/K₂ of φ, and the rates of φγ → χl and φl → χγ, in units of the vacuum width.
    """

    annihilation: float
    clock: float
    sigma_eq: float
    yield_eq: float
    ratio: float
    trend_phi: float
    trend_chi: float
    inverse_lepton_eq: float
    dilation: float
    scattering_a: float
    scattering_b: float


@kernel
def flavours_of(muons):
    """Return how many flavours take part where φ decays to muons with this fraction, to electrons else.

    Flavour k holds the part f_k of the asymmetry and decays back with the part f_k of the rate, so that the
    washout by leptons is Σ f_k²/Y(l_k) = 1/(N Y(l_k)) of all: N = 1/Σ f_k², one to two.
    """
    return 1.0 / (muons * muons + (1.0 - muons) * (1.0 - muons))


@kernel
def make_plasma(cosmology, rates, m_chi, delta_m, flavours=PAIR):
    """Return the `Plasma` of a point."""
    return Plasma(cosmology, rates, m_chi, delta_m, math.log(m_chi), math.log1p(delta_m / m_chi), flavours)


@kernel
def three_rates(table, ln_x):
    """Return ⟨σv⟩ in GeV⁻², R_A and R_B."""
    cell, t = locate(table, ln_x)
    c = table.coefficients
    first = c[cell, 0] + t * (c[cell, 1] + t * (c[cell, 2] + t * c[cell, 3]))
    second = c[cell, 4] + t * (c[cell, 5] + t * (c[cell, 6] + t * c[cell, 7]))
    third = c[cell, 8] + t * (c[cell, 9] + t * (c[cell, 10] + t * c[cell, 11]))
    return first, second, third


@kernel
def plasma_at(plasma, ln_x):
    """Return the `Coefficients` at ln x, x = m_χ/T."""
    x = fast_exp(ln_x)
    inverse_temperature = x / plasma.m_chi
    hubble, entropy, adiabatic = cosmology_at(plasma.cosmology, plasma.ln_m_chi - ln_x)
    gap = plasma.delta_m * inverse_temperature
    k2_chi, ratio_chi = lookup2(BESSEL, ln_x)
    k2_phi, dilation = lookup2(BESSEL, ln_x + plasma.ln_mass_ratio)
    sigma_v, scattering_a, scattering_b = three_rates(plasma.rates, ln_x)
    yield_eq = k2_chi * fast_exp(-x) / (math.pi**2 * entropy)
    ratio = k2_phi / k2_chi * fast_exp(-gap)
    clock_over_x2 = adiabatic / hubble
    dilute = 3.0 * adiabatic - 3.0
    return Coefficients(
        0.5 * clock_over_x2 * entropy * sigma_v / inverse_temperature,
        clock_over_x2 * inverse_temperature * inverse_temperature,
        yield_eq * ratio,
        yield_eq,
        ratio,
        dilute - (x + gap) * dilation,
        dilute - x * ratio_chi,
        entropy * (1.0 / LEPTON_DENSITY) * (PAIR / plasma.flavours),
        dilation,
        scattering_a,
        scattering_b,
    )
