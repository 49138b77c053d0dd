"""The CP asymmetry of φ → χ l: the thermal absorptive part γ(T), resonant ε(T), and sphalerons."""

from __future__ import annotations

import math

import numpy as np

from ...numerics.exponential import fast_exp
from ...numerics.kernel import kernel
from .rates.electroweak import HYPERCHARGE_COUPLING_SQUARED, VEV

__all__ = [
    "SPHALERON_TEMPERATURE",
    "absorptive_part",
    "melted_mass_phi",
    "resonant_asymmetry",
    "thermal_mass_phi",
]

SPHALERON_TEMPERATURE = 132.0  # GeV; arXiv:1404.3565 and arXiv:2404.12428, Fig. 1
CROSSOVER_TEMPERATURE = 159.5  # GeV; arXiv:1404.3565

# E_χ - m_χ, in units of T, beyond which the thermal weight is below 1e-12.
LARGEST_ENERGY = 30.0
# Gauss-Legendre points over the rapidity of χ and over the lepton energy: 1e-6 on γ, 1e-5 for the smallest
# masses and largest gaps.
_momentum_nodes, _momentum_weights = np.polynomial.legendre.leggauss(14)
_energy_nodes, _energy_weights = np.polynomial.legendre.leggauss(6)


@kernel
def absorptive_part(m_phi, m_chi, temperature, boltzmann):
    """Return γ(T), the absorptive χ self-energy that a decay φ → χ l sees, in units of its vacuum value.

    arXiv:2404.12428, eq. (7); arXiv:1211.2140, appendix D. The cut χ l ↔ φ carries f_l + f_φ. With
    κ = p·k = (m_φ² - m_χ²)/2, massless leptons, and f = f_F(E) + f_B(E + E_χ),

        L^μ(p) = (2/|p|) ∫_{E-}^{E+} dE k^μ f,    E± = κ (E_χ ± |p|)/m_χ²,
        γ = ⟨k_ext·L(p)⟩/κ,

    averaged over the decays φ → χ(p) l(k_ext) with Boltzmann weights. L^μ = p^μ for the vacuum decay
    of χ with f = 1.

    Parameters
    ----------
    m_phi, m_chi, temperature : float
        In GeV; m_phi may be a thermal mass and must exceed m_chi.
    boltzmann : bool
        Whether f is e^(-E/T): leptons of Boltzmann's statistics, without blocking or stimulation.
    """
    kappa = 0.5 * (m_phi - m_chi) * (m_phi + m_chi)
    beta = 1.0 / temperature
    # Everything by the rapidity of χ: |p| = m sinh(η), so that E± = (κ/m) e^(±η).
    energy_zero = kappa / m_chi
    highest = math.acosh(1.0 + LARGEST_ENERGY / (beta * m_chi))
    numerator = 0.0
    denominator = 0.0
    for i in range(_momentum_nodes.size):
        eta = 0.5 * highest * (1.0 + _momentum_nodes[i])
        stretch = fast_exp(eta)
        shrink = 1.0 / stretch
        sinh = 0.5 * (stretch - shrink)
        cosh = 0.5 * (stretch + shrink)
        boost = beta * m_chi * cosh
        middle = energy_zero * cosh
        half = energy_zero * sinh
        # ∫ dE f and ∫ dE (E - middle) f.
        zeroth = 0.0
        first = 0.0
        for j in range(_energy_nodes.size):
            scaled = beta * (middle + half * _energy_nodes[j])
            lepton = fast_exp(-scaled)
            boson = lepton * fast_exp(-boost)
            occupied = lepton if boltzmann else lepton / (1.0 + lepton) + boson / (1.0 - boson)
            zeroth += _energy_weights[j] * occupied
            first += _energy_weights[j] * _energy_nodes[j] * occupied
        zeroth *= half
        first *= half * half
        # The mean of E_ext - middle with the weight e^(-E_ext/T) on [E-, E+], and its norm.
        width = beta * half
        decayed = fast_exp(-2.0 * width)
        if width > 1e-3:
            mean = half * (1.0 / width - (1.0 + decayed) / (1.0 - decayed))
            norm = (1.0 - decayed) / beta
        else:
            mean = -half * width / 3.0
            norm = 2.0 * half
        weight = (
            _momentum_weights[i] * sinh * norm * fast_exp(-(boost - beta * m_chi) - beta * (middle - half))
        )
        # E k_par: with E = middle + δ, k_par = (E_χ E - κ)/|p| = (middle sinh² + δ cosh)/sinh.
        energy = middle + mean
        parallel = half + mean * cosh / sinh
        energy_l = middle * zeroth + first
        parallel_l = half * zeroth + first * cosh / sinh
        numerator += weight * (energy * energy_l - parallel * parallel_l) * 2.0 / (m_chi * sinh)
        denominator += weight
    return numerator / (denominator * kappa)


@kernel
def thermal_mass_phi(m_phi, lambda_h, temperature):
    """Return sqrt(m_φ² + (g'²/4 + λ_H/6) T²): the mass with the positive thermal terms only, in GeV."""
    rise = 0.25 * HYPERCHARGE_COUPLING_SQUARED + lambda_h / 6.0
    return math.sqrt(m_phi * m_phi + rise * temperature * temperature)


@kernel
def melted_mass_phi(m_phi, lambda_h, temperature):
    """Return the mass of φ with thermal terms and the part from the Higgs field at T, zero if tachyonic.

    m_φ²(T) = m_φ² - λ_H (v² - v(T)²)/2 + (g'²/4 + λ_H/6) T² with v(T)² = v² [1 - (T/159.5 GeV)²].
    """
    melted = min(1.0, (temperature / CROSSOVER_TEMPERATURE) ** 2) * VEV * VEV
    thermal = thermal_mass_phi(m_phi, lambda_h, temperature)
    return math.sqrt(max(0.0, thermal * thermal - 0.5 * lambda_h * melted))


@kernel
def resonant_asymmetry(i_1, xi, gamma, x, splitting):
    """Return ε = I_1 ξ γ/[(ξ + π φ/(2x)²)² + γ²], eq. (7) of arXiv:2404.12428.

    Parameters
    ----------
    i_1 : float
        Im[(λ†λ)_12²]/[(λ†λ)_11 (λ†λ)_22].
    xi : float
        2 Δm_12/Γ_χ2.
    gamma : float
        The absorptive part.
    x : float
        m_χ/T.
    splitting : float
        φ, the thermal correction to the mass splitting, a number of order one or zero.
    """
    distance = xi + 0.25 * math.pi * splitting / (x * x)
    size = distance * distance + gamma * gamma
    return i_1 * xi * gamma / size if size > 0.0 else 0.0
