"""The coefficients of the density-matrix equations at one temperature."""

from __future__ import annotations

import math
from typing import NamedTuple

from ....cosmology import cosmology_at
from ....numerics.bessel import k2_and_ratio
from ....numerics.kernel import kernel
from ..asymmetry import absorptive_part, melted_mass_phi, thermal_mass_phi
from ..evolution.plasma import three_rates
from ..rates.grid import SMALLEST_X
from .functions import decay_correlation, mass_correlation, thermal_self_energy

__all__ = ["Effects", "Medium", "Vertex", "medium_at"]

# a_p of the scatterings over a_H: a Monte Carlo average over |M|² of a chi with definite helicity gives 0.97 to
# 0.99 (φγ → χl) and 0.92 to 0.98 (φl → χγ) between 60 GeV and 1 TeV, for masses from 200 to 450 GeV.
PHOTON_CORRELATION = 0.98
LEPTON_CORRELATION = 0.94
LN_SMALLEST_X = math.log(SMALLEST_X)
LN_2 = math.log(2.0)


class Vertex(NamedTuple):
    """Hold G, the width of φ for a unit coupling in GeV, and the portal coupling λ_H."""

    unit_width: float
    portal: float


class Effects(NamedTuple):
    """Hold which effects are on, as weights of zero or one, and the chemistry.

    Attributes
    ----------
    helicity : float
        Zero averages over helicities: no correlation of helicity and charge.
    thermal_mass : float
    scatter_coherently : float
        Zero leaves only decays in the coherences, for comparison.
    back_reaction : float
        Zero leaves the asymmetries out of the equations of χ.
    washout : float
        Zero leaves out what erases the asymmetry, for tests.
    blocking : bool
        Whether decays are blocked and stimulated.
    decay_masses : int
        Mass of φ in decays: 0 in vacuum, 1 with positive thermal terms, 2 also with the melting Higgs field.
    own, total, scalar, charge, hidden : float
        As in `relicfit.solver.scenarios.conversion.density_matrix.chemistry.Chemistry`.
    """

    helicity: float
    thermal_mass: float
    scatter_coherently: float
    back_reaction: float
    washout: float
    blocking: bool
    decay_masses: int
    own: float
    total: float
    scalar: float
    charge: float
    hidden: float


class Medium(NamedTuple):
    """Hold the coefficients; l = ln x, c = ĝ/H, G the width of φ for a unit coupling.

    Attributes
    ----------
    annihilation : float
        c (s/2) ⟨σv⟩ Σ_eq.
    flow, pull : float
        c G and c G Σ_eq/Y_eq.
    sigma_eq, yield_eq : float
    trend_phi, trend_chi : float
        dlnΣ_eq/dl and dlnY_eq/dl.
    rate, rate_lepton_free, rate_b : float
        r = d + R_A + R_B, r' = d + R_A, and R_B.
    coherent, coherent_lepton_free, coherent_b : float
        The same in coherences.
    helicity, helicity_lepton_free, helicity_b : float
        A_1, A' and A_B: rates times correlations with helicity.
    frequency : float
        c m_χ ⟨1/E⟩, what a mass splitting is multiplied with.
    thermal, thermal_helicity : float
        c p·Σ ⟨1/E⟩ and that times a_H.
    potential : float
        6 s/T³.
    """

    annihilation: float
    flow: float
    pull: float
    sigma_eq: float
    yield_eq: float
    trend_phi: float
    trend_chi: float
    rate: float
    rate_lepton_free: float
    rate_b: float
    coherent: float
    coherent_lepton_free: float
    coherent_b: float
    helicity: float
    helicity_lepton_free: float
    helicity_b: float
    frequency: float
    thermal: float
    thermal_helicity: float
    potential: float


@kernel
def medium_at(plasma, vertex, effects, ln_x):
    """Return the `Medium` at ln x, x = m_χ/T.

    Parameters
    ----------
    plasma : Plasma
    vertex : Vertex
    effects : Effects
    ln_x : float
    """
    m_chi, delta_m = plasma.m_chi, plasma.delta_m
    ln_z = ln_x + plasma.ln_mass_ratio
    x = math.exp(ln_x)
    z = x * (1.0 + delta_m / m_chi)
    per_temperature = x / m_chi
    hubble, entropy, adiabatic = cosmology_at(plasma.cosmology, plasma.ln_m_chi - ln_x)
    clock = adiabatic / hubble * per_temperature * per_temperature
    k2_chi, ratio_chi = k2_and_ratio(x, ln_x)
    k2_phi, ratio_phi = k2_and_ratio(z, ln_z)
    decay = ratio_phi
    yield_eq = k2_chi * math.exp(-x) / (math.pi**2 * entropy)
    ratio = k2_phi / k2_chi * math.exp(-delta_m * per_temperature)
    sigma_v, rate_a, rate_b = three_rates(plasma.rates, ln_x)
    if ln_z < LN_SMALLEST_X:
        rate_a, rate_b = hot_rates(plasma, ln_x)
    dilute = 3.0 * adiabatic - 3.0
    recoil = delta_m * (1.0 + 0.5 * delta_m / m_chi) / m_chi
    if effects.blocking:
        m_phi = m_chi + delta_m
        decay *= absorptive_part(m_phi, m_chi, 1.0 / per_temperature, False) / absorptive_part(
            m_phi, m_chi, 1.0 / per_temperature, True
        )
    inverse = 0.0
    if effects.decay_masses > 0:
        decay, inverse = decay_with_mass(plasma, vertex, effects.decay_masses, 1.0 / per_temperature, k2_phi)
    by_mass = mass_correlation(ln_x)
    aligned_a = effects.helicity * PHOTON_CORRELATION * by_mass * rate_a
    aligned_b = effects.helicity * LEPTON_CORRELATION * by_mass * rate_b
    aligned_decay = effects.helicity * decay_correlation(ln_x, recoil) * decay
    frequency = clock * ratio_chi
    thermal = effects.thermal_mass * frequency / m_chi
    thermal *= thermal_self_energy(ln_z, ln_x + math.log(recoil)) / (per_temperature * per_temperature)
    share = effects.scatter_coherently
    flow = clock * vertex.unit_width
    # What φl → χ does where φ is lighter counts like a scattering off leptons.
    rate_b += inverse
    return Medium(
        0.5
        * clock
        * entropy
        / (per_temperature * per_temperature * per_temperature)
        * sigma_v
        * yield_eq
        * ratio,
        flow,
        flow * ratio,
        yield_eq * ratio,
        yield_eq,
        dilute - z * ratio_phi,
        dilute - x * ratio_chi,
        decay + rate_a + rate_b,
        decay + rate_a,
        rate_b,
        decay + share * (rate_a + rate_b),
        decay + share * rate_a,
        share * rate_b,
        aligned_decay + aligned_a + aligned_b,
        aligned_decay + aligned_a,
        aligned_b,
        frequency,
        thermal,
        thermal * effects.helicity * by_mass,
        6.0 * entropy,
    )


@kernel
def hot_rates(plasma, ln_x):
    """Return R_A and R_B hotter than their tables reach: x R is a straight line in ln x, to 1e-3 from x = 0.02 on.

    No mass matters there but in the logarithms of collinear leptons.
    """
    first = LN_SMALLEST_X - plasma.ln_mass_ratio
    second = first + LN_2
    _, a_1, b_1 = three_rates(plasma.rates, first)
    _, a_2, b_2 = three_rates(plasma.rates, second)
    lever = (first - ln_x) / LN_2
    stretch = math.exp(first - ln_x)
    return stretch * (a_1 + lever * (a_1 - 2.0 * a_2)), stretch * (b_1 + lever * (b_1 - 2.0 * b_2))


@kernel
def decay_with_mass(plasma, vertex, which, temperature, k2_phi):
    """Return the rates of φ → χl and, where φ is the lighter, of φl → χ, with a mass of φ that depends on T.

    Both from the reaction density ∝ |M² - m_χ²|² K₁(m_a/T)/m_a, m_a the mass of the heavier, per φ of vacuum mass
    and in units of its vacuum width, as R_A and R_B are.

    Parameters
    ----------
    plasma : Plasma
    vertex : Vertex
    which : int
        As ``decay_masses`` of `Effects`.
    temperature : float
        GeV.
    k2_phi : float
        z² e^z K₂(z) at the vacuum mass.
    """
    m_chi = plasma.m_chi
    m_phi = m_chi + plasma.delta_m
    if which == 1:
        mass = thermal_mass_phi(m_phi, vertex.portal, temperature)
    else:
        mass = melted_mass_phi(m_phi, vertex.portal, temperature)
    heavier = max(mass, m_chi)
    gap = (mass - m_chi) * (mass + m_chi) / (plasma.delta_m * (m_phi + m_chi))
    z = heavier / temperature
    k2, ratio = k2_and_ratio(z, math.log(z))
    # K₁ at the one over K₂ at the other, with their powers and exponentials.
    size = (
        gap * gap * ratio * (k2 / k2_phi) * (m_phi / heavier) ** 3 * math.exp((m_phi - heavier) / temperature)
    )
    if mass > m_chi:
        return size, 0.0
    return 0.0, size
