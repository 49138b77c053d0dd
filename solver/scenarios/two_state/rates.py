"""Rates of conversion χ₂ π ↔ χ₁ π, of co-annihilation χ₁ χ₂ ↔ π π, and of the decay χ₂ → χ₁ π⁰.

arXiv:2111.14808, section 5 gives estimates only. The interaction here is a modelling choice, the scalar
operator of the paper with χ₁ in the place of ν:

    L = -i C₁₂ f_π B₀ π⁰ (χ̄₁ P_L χ₂) - (C₁₂ B₀/2) (χ̄₁ P_L χ₂)(π⁰² + 2 π⁺π⁻) + h.c.
"""

from __future__ import annotations

import math

import numpy as np

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...numerics.bessel import k1_scaled
from ...numerics.kernel import kernel
from ..lepton_pion.amplitudes import (
    kallen_root,
    scalar_pion_annihilation_squared,
    scalar_pion_scattering_squared,
)
from ..lepton_pion.inputs import (
    CONDENSATE,
    NEUTRAL_PION_WIDTH,
    PION_DECAY_CONSTANT,
    WIDTH_PI0_TWO_PHOTONS,
)
from ..lepton_pion.virtual import UNIT_NODES, breit_wigner, off_shell_variable

__all__ = [
    "coannihilation_density",
    "coannihilation_threshold",
    "conversion_density",
    "conversion_threshold",
    "decay_width",
]

# As for the lepton-pion densities; the cross-sections here have no collinear peaks and need fewer nodes.
LARGEST_V = math.sqrt(60.0)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(28)
ENERGY_NODES = 0.5 * LARGEST_V * (_NODES + 1.0)
ENERGY_WEIGHTS = 0.5 * LARGEST_V * _WEIGHTS

# π⁺, π⁻ and charge conjugation; π⁰ and charge conjugation.
CHARGED_COPIES, NEUTRAL_COPIES = 4.0, 2.0
# Of co-annihilation: charge conjugation, and 1/2 for identical π⁰.
PAIR_COPIES, NEUTRAL_PAIR_COPIES = 2.0, 1.0


@kernel
def conversion_threshold(mass_2):
    """Return the energy at which χ₂ π⁰ → χ₁ π⁰ sets in."""
    return mass_2 + NEUTRAL_PION_MASS


@kernel
def coannihilation_threshold(mass_1, mass_2):
    """Return the energy at which χ₁ χ₂ ↔ π⁰ π⁰ sets in."""
    return max(mass_1 + mass_2, 2.0 * NEUTRAL_PION_MASS)


@kernel
def conversion_integral(w, mass_1, mass_2, m_pion):
    """Return ∫ dt |A|²/C₁₂² of χ₂ π → χ₁ π: |A|² is linear in t, so its value in the middle serves."""
    s, pi2 = w * w, m_pion * m_pion
    p_in, p_out = 0.5 * kallen_root(w, mass_2, m_pion) / w, 0.5 * kallen_root(w, mass_1, m_pion) / w
    e_in, e_out = 0.5 * (s + mass_2 * mass_2 - pi2) / w, 0.5 * (s + mass_1 * mass_1 - pi2) / w
    middle = mass_2 * mass_2 + mass_1 * mass_1 - 2.0 * e_in * e_out
    return 4.0 * p_in * p_out * scalar_pion_scattering_squared(middle, mass_2, mass_1)


@kernel
def coannihilation_integral(w, mass_1, mass_2, m_pion):
    """Return ∫ dt |A|²/C₁₂² of χ₂ χ̄₁ → π π."""
    p_in, p_out = 0.5 * kallen_root(w, mass_2, mass_1) / w, 0.5 * kallen_root(w, m_pion, m_pion) / w
    return 4.0 * p_in * p_out * scalar_pion_annihilation_squared(w * w, mass_2, mass_1)


@kernel
def conversion_density(temperature, mass_1, mass_2):
    """Return γ e^{w_min/T}/C₁₂² of χ₂ π ↔ χ₁ π, over all pions and charge conjugates."""
    reference = conversion_threshold(mass_2)
    total = 0.0
    for charged in range(2):
        m_pion = PION_MASS if charged else NEUTRAL_PION_MASS
        copies = CHARGED_COPIES if charged else NEUTRAL_COPIES
        w_min = mass_2 + m_pion
        part = 0.0
        for i in range(ENERGY_NODES.shape[0]):
            v = ENERGY_NODES[i]
            w = w_min + temperature * v * v
            weight = ENERGY_WEIGHTS[i] * 2.0 * v * math.exp(-v * v) * k1_scaled(w / temperature)
            part += weight * conversion_integral(w, mass_1, mass_2, m_pion)
        total += copies * part * math.exp((reference - w_min) / temperature)
    return temperature * temperature * total / (256.0 * math.pi**5)


@kernel
def coannihilation_density(temperature, mass_1, mass_2):
    """Return γ e^{w_min/T}/C₁₂² of χ₁ χ₂ ↔ π π, over all pions and charge conjugates."""
    reference = coannihilation_threshold(mass_1, mass_2)
    total = 0.0
    for charged in range(2):
        m_pion = PION_MASS if charged else NEUTRAL_PION_MASS
        copies = PAIR_COPIES if charged else NEUTRAL_PAIR_COPIES
        w_min = max(mass_1 + mass_2, 2.0 * m_pion)
        part = 0.0
        for i in range(ENERGY_NODES.shape[0]):
            v = ENERGY_NODES[i]
            w = w_min + temperature * v * v
            weight = ENERGY_WEIGHTS[i] * 2.0 * v * math.exp(-v * v) * k1_scaled(w / temperature)
            part += weight * coannihilation_integral(w, mass_1, mass_2, m_pion)
        total += copies * part * math.exp((reference - w_min) / temperature)
    return temperature * temperature * total / (256.0 * math.pi**5)


@kernel
def two_body(mass_1, mass_2, k2):
    """Return Γ(χ₂ → χ₁ π⁰)/C₁₂² with the mass squared k2 of the pion."""
    root = kallen_root(mass_2, mass_1, math.sqrt(k2))
    strength = (PION_DECAY_CONSTANT * CONDENSATE) ** 2 / (32.0 * math.pi * mass_2**3)
    return strength * (mass_2 * mass_2 + mass_1 * mass_1 - k2) * root


@kernel
def decay_width(mass_1, mass_2):
    """Return Γ(χ₂ → χ₁ π⁰)/C₁₂² in GeV, or of χ₂ → χ₁ γγ through a virtual pion where that is closed."""
    if mass_2 <= mass_1:
        return 0.0
    if mass_2 > mass_1 + NEUTRAL_PION_MASS:
        return two_body(mass_1, mass_2, NEUTRAL_PION_MASS * NEUTRAL_PION_MASS)
    total = 0.0
    for i in range(UNIT_NODES.shape[0]):
        k2, weight = off_shell_variable(i, (mass_2 - mass_1) ** 2, 0.0, NEUTRAL_PION_MASS, NEUTRAL_PION_WIDTH)
        photons = WIDTH_PI0_TWO_PHOTONS * k2 * k2 / NEUTRAL_PION_MASS**3
        total += (
            weight
            * two_body(mass_1, mass_2, k2)
            * photons
            / breit_wigner(k2, NEUTRAL_PION_MASS, NEUTRAL_PION_WIDTH)
        )
    return total / math.pi
