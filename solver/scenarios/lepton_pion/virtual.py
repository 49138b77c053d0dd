"""Decays of χ at zero temperature through virtual particles, per C² and for a Dirac χ.

arXiv:2111.14808, eq. (3.2) and appendix A.1. Two of its factors are corrected: the square (A.9) is summed
over the spin of χ, so that (A.11) needs 1/2, and the width of the virtual particle in (3.2) is summed
over its spin when divided by its multiplicity.

The leading chiral action also holds a contact term -(f_π²/2) Tr[r_μ U l^μ U†], which the paper leaves
out. The correlator of the two currents is f_π² [g_μν - k_μ k_ν/(k² - m_π²)]: the pion pole alone is
suppressed by the mass of the lepton from the pion, the contact term is not.
"""

from __future__ import annotations

import math

import numpy as np

from ...constants import FERMI_CONSTANT, NEUTRAL_PION_MASS, PION_MASS
from ...numerics.kernel import kernel
from .amplitudes import kallen_root
from .inputs import (
    CONDENSATE,
    NEUTRAL_PION_WIDTH,
    PION_DECAY_CONSTANT,
    PION_WIDTH,
    V_UD,
    WIDTH_PI0_TWO_PHOTONS,
)

__all__ = ["contact_width", "neutrino_two_photons_width", "virtual_lepton_width", "virtual_pion_width"]

# In the variable below the integrands are smooth: 48 nodes give 1e-7, next to a threshold as well.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
# Squaring the distance from 1 puts nodes next to the smallest k², where a light lepton leaves its mark.
UNIT_NODES, UNIT_WEIGHTS = 1.0 - 0.25 * (1.0 - _NODES) ** 2, 0.5 * (1.0 - _NODES) * _WEIGHTS
# Up to this fraction of m_π⁰ the integral over k² is smooth; above it the pole is integrated in closed form.
SMOOTH_UP_TO = 0.9
# The relative distance above threshold over which the off-shell part fades out.
FADE_WIDTH = 0.01


@kernel
def off_shell_variable(i, largest, smallest, pole, pole_width):
    """Return k² and its weight at a node, for an integrand √(k²_max - k²) over ((k² - m²)² + m² Γ²).

    k²_max - k² = ε tan²θ, with ε the distance of the end from the pole, makes that integrand smooth in θ
    however near the threshold is.
    """
    distance = math.hypot(pole * pole - largest, pole * pole_width)
    end = math.atan(math.sqrt((largest - smallest) / distance))
    tangent = math.tan(end * UNIT_NODES[i])
    weight = UNIT_WEIGHTS[i] * end * 2.0 * distance * tangent * (1.0 + tangent * tangent)
    return largest - distance * tangent * tangent, weight


@kernel
def breit_wigner(k2, pole, width):
    """Return the denominator (k² - m²)² + m² Γ²."""
    return (k2 - pole * pole) ** 2 + (pole * width) ** 2


@kernel
def off_shell_decay(mass, l2, k2, left):
    """Return Γ(χ → ℓ π)/C² with the masses squared l2 and k2 of lepton and pion, either off its shell."""
    root = kallen_root(mass, math.sqrt(l2), math.sqrt(k2))
    m2 = mass * mass
    f_squared = PION_DECAY_CONSTANT * PION_DECAY_CONSTANT
    if left:
        return f_squared * CONDENSATE * CONDENSATE * (m2 + l2 - k2) * root / (16.0 * math.pi * mass**3)
    return f_squared * ((m2 - l2) ** 2 - k2 * (m2 + l2)) * root / (64.0 * math.pi * mass**3)


@kernel
def virtual_pion_width(mass, m_lepton, m_product, left):
    """Return Γ(χ → ℓ π* → ℓ ℓ' ν)/C² through the pion pole alone; zero where closed or on shell."""
    if mass <= m_lepton + m_product or mass > m_lepton + PION_MASS:
        return 0.0
    strength = (FERMI_CONSTANT * V_UD * PION_DECAY_CONSTANT * m_product) ** 2 / (4.0 * math.pi)
    smallest = m_product * m_product
    total = 0.0
    for i in range(UNIT_NODES.shape[0]):
        k2, weight = off_shell_variable(i, (mass - m_lepton) ** 2, smallest, PION_MASS, PION_WIDTH)
        decay = strength * (k2 - smallest) ** 2 / k2
        value = off_shell_decay(mass, m_lepton * m_lepton, k2, left) * decay
        total += weight * value / breit_wigner(k2, PION_MASS, PION_WIDTH)
    return total / math.pi


@kernel
def contact_width(mass, m_lepton, m_product):
    """Return Γ(χ → ℓ ℓ' ν)/C² of a right-handed lepton, contact term and pion pole together.

    It replaces the pion pole alone. For massless leptons it is 2 f_π⁴ G_F² V_ud² M⁵/(1536 π³);
    corrections are of order k²/m_ρ².
    """
    if mass <= m_lepton + m_product or mass > m_lepton + PION_MASS:
        return 0.0
    m2, l2, pi2 = mass * mass, m_lepton * m_lepton, PION_MASS * PION_MASS
    smallest = m_product * m_product
    gap = (m2 - l2) ** 2
    total = 0.0
    for i in range(UNIT_NODES.shape[0]):
        k2, weight = off_shell_variable(i, (mass - m_lepton) ** 2, smallest, PION_MASS, PION_WIDTH)
        across = (k2 - smallest) * (2.0 + smallest / k2) / 3.0 * (gap + k2 * (m2 + l2) - 2.0 * k2 * k2)
        along = smallest * (k2 - smallest) / k2 * (gap - k2 * (m2 + l2))
        square = across + along * pi2 * pi2 / breit_wigner(k2, PION_MASS, PION_WIDTH)
        total += (
            weight * kallen_root(mass, m_lepton, math.sqrt(k2)) * (1.0 - smallest / k2) * square / (2.0 * k2)
        )
    strength = 2.0 * (PION_DECAY_CONSTANT**2 * FERMI_CONSTANT * V_UD) ** 2
    return strength * total / (256.0 * math.pi**3 * mass**3)


@kernel
def virtual_lepton_width(mass, m_lepton, width, left):
    """Return Γ(χ → π ℓ* → π + decay products of ℓ)/C²; zero where closed or with the lepton on shell.

    The total width of the virtual lepton scales as k⁶/m_ℓ⁵ (approximate for τ); the right-handed operator
    needs a mass insertion, m_ℓ²/k².
    """
    if width == 0.0 or mass <= PION_MASS or mass > m_lepton + PION_MASS:
        return 0.0
    l2 = m_lepton * m_lepton
    total = 0.0
    for i in range(UNIT_NODES.shape[0]):
        k2, weight = off_shell_variable(i, (mass - PION_MASS) ** 2, 0.0, m_lepton, width)
        decay = m_lepton * width * (k2 / l2) ** (3 if left else 2)
        value = off_shell_decay(mass, k2, PION_MASS * PION_MASS, left) * decay
        total += weight * value / breit_wigner(k2, m_lepton, width)
    return total / math.pi


@kernel
def below_the_pion(mass):
    """Return Γ(χ → ν π⁰* → ν γ γ)/C² for M up to m_π⁰."""
    m2, pole2 = mass * mass, NEUTRAL_PION_MASS * NEUTRAL_PION_MASS
    strength = (PION_DECAY_CONSTANT * CONDENSATE) ** 2 / (32.0 * math.pi * mass**3)
    strength *= WIDTH_PI0_TWO_PHOTONS / (math.pi * NEUTRAL_PION_MASS**3)
    if mass < SMOOTH_UP_TO * NEUTRAL_PION_MASS:
        total = 0.0
        for i in range(UNIT_NODES.shape[0]):
            k2 = m2 * UNIT_NODES[i]
            total += UNIT_WEIGHTS[i] * m2 * ((m2 - k2) * k2) ** 2 / (k2 - pole2) ** 2
        return strength * total
    # ∫ du P(u)/(u² + ε²) with u = k² - m_π², P(u) = (A - u)² (u + m_π²)² and A = M² - m_π².
    eps = NEUTRAL_PION_MASS * NEUTRAL_PION_WIDTH
    eps2 = eps * eps
    end = (mass - NEUTRAL_PION_MASS) * (mass + NEUTRAL_PION_MASS)
    p_0, p_1 = (end * pole2) ** 2, 2.0 * end * pole2 * (end - pole2)
    p_2, p_3 = end * end - 4.0 * end * pole2 + pole2 * pole2, 2.0 * (pole2 - end)
    total = (end**3 + pole2**3) / 3.0 + 0.5 * p_3 * (end * end - pole2 * pole2)
    total += (p_2 - eps2) * (end + pole2)
    total += 0.5 * (p_1 - p_3 * eps2) * math.log((end * end + eps2) / (pole2 * pole2 + eps2))
    rest = p_0 + eps2 * (eps2 - p_2)
    return strength * (total + rest / eps * (math.atan(end / eps) + math.atan(pole2 / eps)))


@kernel
def neutrino_two_photons_width(mass):
    """Return Γ(χ → ν π⁰* → ν γ γ)/C² of a left-handed doublet, with the pion off its shell.

    The width of the virtual pion scales as k⁴/m_π³. Where χ → ν π⁰ is open the pole is that decay; what
    is off shell at threshold fades out over a hundredth of the mass, where it has become negligible.
    """
    if mass <= NEUTRAL_PION_MASS:
        return below_the_pion(mass)
    distance = (mass / NEUTRAL_PION_MASS - 1.0) / FADE_WIDTH
    if distance >= 1.0:
        return 0.0
    return below_the_pion(NEUTRAL_PION_MASS) * (1.0 - distance * distance * (3.0 - 2.0 * distance))
