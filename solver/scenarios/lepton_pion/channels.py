"""The scatterings of the pion regime: the particles in each and its reduced cross-section.

ŝ(s) = (1/8πs) ∫ dt |A|² per C², summed over spins and charge conjugates, enters the density of scatterings
γ = (T/32π⁴) ∫ dw w² K₁(w/T) ŝ(w²) of arXiv:2111.14808, section 2.
"""

from __future__ import annotations

import math

import numpy as np

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...numerics.kernel import kernel
from .amplitudes import (
    kallen_root,
    photon_squared,
    scalar_pion_annihilation_squared,
    scalar_pion_scattering_squared,
    two_pion_annihilation_squared,
    two_pion_scattering_squared,
)
from .form_factor import RHO_MASS, RHO_WIDTH, form_factor_squared
from .inputs import E_SQUARED

__all__ = [
    "CHANNEL_NAMES",
    "LEFT_CHANNELS",
    "PHOTON_CHANNELS",
    "RIGHT_CHANNELS",
    "channel_masses",
    "reduced_cross_section",
    "smallest_energy",
]

# χ stands for χ and its antiparticle, π± for either charge.
CHANNEL_NAMES = (
    "χ γ ↔ ℓ π±",
    "χ π± ↔ ℓ γ",
    "χ ℓ ↔ π± γ",
    "χ π± ↔ ℓ π⁰",
    "χ π⁰ ↔ ℓ π±",
    "χ ℓ ↔ π± π⁰",
    "χ π± ↔ ν π±",
    "χ π⁰ ↔ ν π⁰",
    "χ ν ↔ π⁺ π⁻",
    "χ ν ↔ π⁰ π⁰",
)
PHOTON_ABSORPTION, PION_TO_PHOTON, LEPTON_TO_PHOTON = 0, 1, 2
CHARGED_TO_NEUTRAL, NEUTRAL_TO_CHARGED, TWO_PIONS = 3, 4, 5
CHARGED_SCATTERING, NEUTRAL_SCATTERING, CHARGED_PAIR, NEUTRAL_PAIR = 6, 7, 8, 9
PHOTON_CHANNELS = (PHOTON_ABSORPTION, PION_TO_PHOTON, LEPTON_TO_PHOTON)
RIGHT_CHANNELS = (*PHOTON_CHANNELS, CHARGED_TO_NEUTRAL, NEUTRAL_TO_CHARGED, TWO_PIONS)
LEFT_CHANNELS = (*PHOTON_CHANNELS, CHARGED_SCATTERING, NEUTRAL_SCATTERING, CHARGED_PAIR, NEUTRAL_PAIR)

# The angular integral of the photon processes in the logarithm of the peaking invariant: 24 nodes give 1e-8
# for electrons at 1 GeV.
ANGLE_NODES, ANGLE_WEIGHTS = np.polynomial.legendre.leggauss(24)
# With the ρ exchanged, in the variable below: 16 nodes give 1e-6.
EXCHANGE_NODES, EXCHANGE_WEIGHTS = np.polynomial.legendre.leggauss(16)


@kernel
def channel_masses(channel, mass, m_lepton):
    """Return the masses of the four particles of a channel, incoming then outgoing."""
    if channel == PHOTON_ABSORPTION:
        return mass, 0.0, m_lepton, PION_MASS
    if channel == PION_TO_PHOTON:
        return mass, PION_MASS, m_lepton, 0.0
    if channel == LEPTON_TO_PHOTON:
        return mass, m_lepton, PION_MASS, 0.0
    if channel == CHARGED_TO_NEUTRAL:
        return mass, PION_MASS, m_lepton, NEUTRAL_PION_MASS
    if channel == NEUTRAL_TO_CHARGED:
        return mass, NEUTRAL_PION_MASS, m_lepton, PION_MASS
    if channel == TWO_PIONS:
        return mass, m_lepton, PION_MASS, NEUTRAL_PION_MASS
    if channel == CHARGED_SCATTERING:
        return mass, PION_MASS, 0.0, PION_MASS
    if channel == NEUTRAL_SCATTERING:
        return mass, NEUTRAL_PION_MASS, 0.0, NEUTRAL_PION_MASS
    if channel == CHARGED_PAIR:
        return mass, 0.0, PION_MASS, PION_MASS
    return mass, 0.0, NEUTRAL_PION_MASS, NEUTRAL_PION_MASS


@kernel
def smallest_energy(channel, mass, m_lepton):
    """Return the smallest energy in the centre of mass, that of the heavier side at rest."""
    m_1, m_2, m_3, m_4 = channel_masses(channel, mass, m_lepton)
    return max(m_1 + m_2, m_3 + m_4)


@kernel
def light_cone(energy, momentum, mass):
    """Return E - p and E + p; the difference without cancellation for light particles."""
    largest = energy + momentum
    return mass * mass / largest, largest


@kernel
def photon_integral(channel, w, mass, m_lepton, left):
    """Return ∫ dt |A|²/C² of a photon process at the energy w in the centre of mass."""
    s = w * w
    m2, l2, pi2 = mass * mass, m_lepton * m_lepton, PION_MASS * PION_MASS
    if channel == PHOTON_ABSORPTION:
        omega = 0.5 * (s - m2) / w
        p = 0.5 * kallen_root(w, m_lepton, PION_MASS) / w
        slow_l, fast_l = light_cone(0.5 * (s + l2 - pi2) / w, p, m_lepton)
        slow_pi, fast_pi = light_cone(0.5 * (s + pi2 - l2) / w, p, PION_MASS)
        low, high = math.log(slow_l / fast_pi), math.log(fast_l / slow_pi)
    elif channel == PION_TO_PHOTON:
        omega = 0.5 * (s - l2) / w
        p = 0.5 * kallen_root(w, mass, PION_MASS) / w
        slow, fast = light_cone(0.5 * (s + pi2 - m2) / w, p, PION_MASS)
        low, high = math.log(omega * slow), math.log(omega * fast)
    else:
        omega = 0.5 * (s - pi2) / w
        p = 0.5 * kallen_root(w, mass, m_lepton) / w
        slow, fast = light_cone(0.5 * (s + l2 - m2) / w, p, m_lepton)
        low, high = math.log(omega * slow), math.log(omega * fast)
    total = 0.0
    for i in range(ANGLE_NODES.shape[0]):
        eta = 0.5 * (low + high) + 0.5 * (high - low) * ANGLE_NODES[i]
        if channel == PHOTON_ABSORPTION:
            # η = ln(x/y) with x + y fixed: both collinear peaks are flat in it.
            share = 1.0 / (1.0 + math.exp(-eta))
            x, y = 0.5 * (s - m2) * share, 0.5 * (s - m2) / (1.0 + math.exp(eta))
            jacobian = x * (1.0 - share)
        elif channel == PION_TO_PHOTON:
            x, y = -0.5 * (s - l2), math.exp(eta)
            jacobian = y
        else:
            # The lepton is crossed: a sign for the closed fermion line.
            x, y = math.exp(eta), -0.5 * (s - pi2)
            jacobian = -x
        total += ANGLE_WEIGHTS[i] * jacobian * photon_squared(x, y, mass, m_lepton, left)
    # dt = 2 dx or 2 dy, and half the width of the interval of η.
    return E_SQUARED * total * (high - low)


@kernel
def exchange_integral(low, high, s, mass, m_lepton, m_2, m_4):
    """Return ∫ dt |F(t)|² |A|²/C² of χ π → ℓ π with the pion form factor.

    m_ρ² - t = m_ρ Γ_ρ sinh u makes the peak that heavy χ can reach as smooth as the tail.
    """
    scale = RHO_MASS * RHO_WIDTH
    first = math.asinh((RHO_MASS * RHO_MASS - high) / scale)
    last = math.asinh((RHO_MASS * RHO_MASS - low) / scale)
    total = 0.0
    for i in range(EXCHANGE_NODES.shape[0]):
        u = 0.5 * (first + last) + 0.5 * (last - first) * EXCHANGE_NODES[i]
        t = RHO_MASS * RHO_MASS - scale * math.sinh(u)
        square = two_pion_scattering_squared(s, t, mass, m_lepton, m_2, m_4)
        total += EXCHANGE_WEIGHTS[i] * scale * math.cosh(u) * square * form_factor_squared(t)
    return 0.5 * (last - first) * total


@kernel
def pion_integral(channel, w, mass, m_lepton, rho):
    """Return ∫ dt |A|²/C² of a process with two pions: |A|² is a polynomial of degree two in t.

    With ``rho`` the vector current of two pions carries their form factor.
    """
    s = w * w
    m_1, m_2, m_3, m_4 = channel_masses(channel, mass, m_lepton)
    p_in, p_out = 0.5 * kallen_root(w, m_1, m_2) / w, 0.5 * kallen_root(w, m_3, m_4) / w
    e_in, e_out = 0.5 * (s + m_1 * m_1 - m_2 * m_2) / w, 0.5 * (s + m_3 * m_3 - m_4 * m_4) / w
    centre = m_1 * m_1 + m_3 * m_3 - 2.0 * e_in * e_out
    half = 2.0 * p_in * p_out
    if channel >= CHARGED_PAIR:
        # Two π⁰ are identical: half the phase space.
        share = 0.5 if channel == NEUTRAL_PAIR else 1.0
        return share * 2.0 * half * scalar_pion_annihilation_squared(s, mass, 0.0)
    if channel >= CHARGED_SCATTERING:
        # Linear in t; two charged pions.
        pions = 2.0 if channel == CHARGED_SCATTERING else 1.0
        return pions * 2.0 * half * scalar_pion_scattering_squared(centre, mass, 0.0)
    if rho and channel != TWO_PIONS:
        return exchange_integral(centre - half, centre + half, s, mass, m_lepton, m_2, m_4)
    # The Gauss rule with two nodes is exact to degree three.
    total = 0.0
    for sign in (-1.0, 1.0):
        t = centre + sign * half / math.sqrt(3.0)
        if channel == TWO_PIONS:
            total += two_pion_annihilation_squared(s, t, mass, m_lepton, m_3, m_4)
        else:
            total += two_pion_scattering_squared(s, t, mass, m_lepton, m_2, m_4)
    return half * total * (form_factor_squared(s) if rho else 1.0)


@kernel
def reduced_cross_section(channel, w, mass, m_lepton, left, rho):
    """Return ŝ = (1/8πs) ∫ dt |A|² per C² (GeV⁴ times the dimension of 1/C²), charge conjugates included.

    ``rho`` says whether the vector current of two pions carries their form factor.
    """
    if channel <= LEPTON_TO_PHOTON:
        integral = photon_integral(channel, w, mass, m_lepton, left)
    else:
        integral = pion_integral(channel, w, mass, m_lepton, rho)
    return 2.0 * integral / (8.0 * math.pi * w * w)
