"""Momenta of χ at production by 1 2 → χ 3 with Fermi and Bose statistics, by direct quadrature.

Per unit of the phase space of χ, of momentum p and energy E, the source is J/2E with

    J = ∫ k²dk dcosα/(8π²E₃) (1 ∓ f₃) p₁₂/(4π√s) ⟨Σ|A|² f₁ f₂⟩,

k the momentum of 3, α its angle to χ, the mean over the directions of 1 in the centre of mass. As
f₁ f₂ = e^{-(E + E₃)/T}/[(1 ± e^{-E₁/T})(1 ± e^{-E₂/T})], leaving the brackets out is Maxwell-Boltzmann statistics. The
tables `data/momentum_*.csv` hold what this gives; see `relicfit.solver.scenarios.lepton_pion.rebuild`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...numerics.kernel import kernel
from ...numerics.quadrature import gauss_legendre
from .amplitudes import (
    kallen_root,
    photon_squared,
    scalar_pion_annihilation_squared,
    scalar_pion_scattering_squared,
    two_pion_annihilation_squared,
    two_pion_scattering_squared,
)
from .channels import (
    CHARGED_PAIR,
    CHARGED_SCATTERING,
    LEPTON_TO_PHOTON,
    NEUTRAL_PAIR,
    PHOTON_ABSORPTION,
    PION_TO_PHOTON,
    TWO_PIONS,
    channel_masses,
)
from .form_factor import form_factor_squared
from .inputs import E_SQUARED

__all__ = ["MOMENTS", "QUARK_CHANNELS", "Rule", "fill_moments", "make_rule", "production_at"]

# After the channels of pions those of quarks, by the particle beside χ: χ ℓ̄ ↔ q q̄', χ q ↔ ℓ q', χ q' ↔ ℓ q.
LEPTON_BESIDE, FIRST_QUARK_BESIDE, SECOND_QUARK_BESIDE = 10, 11, 12
QUARK_CHANNELS = (LEPTON_BESIDE, FIRST_QUARK_BESIDE, SECOND_QUARK_BESIDE)
# γ, γ⟨q⟩, γ⟨q²⟩ with quantum statistics, then the same with Maxwell-Boltzmann's.
MOMENTS = 6

# Momenta reach this many temperatures, more where a threshold needs fast χ.
REACH, REACH_OF_THRESHOLD, FAST_THRESHOLD = 45.0, 30.0, 7.0
P_NODES, P_WEIGHTS = gauss_legendre(40)


class Rule(NamedTuple):
    """Hold nodes and weights of the inner integrals: momentum beside χ and s on [0, 1], a cosine and an azimuth.

    The mean over the azimuth is exact for squares that are polynomials of low degree in its cosine.
    """

    k_nodes: NDArray[np.float64]
    k_weights: NDArray[np.float64]
    s_nodes: NDArray[np.float64]
    s_weights: NDArray[np.float64]
    angle_nodes: NDArray[np.float64]
    angle_weights: NDArray[np.float64]
    azimuth_cosines: NDArray[np.float64]


def make_rule(momenta: int, energies: int, angles: int, azimuths: int) -> Rule:
    """Return a rule with these numbers of nodes."""
    return Rule(
        *gauss_legendre(momenta),
        *gauss_legendre(energies),
        *np.polynomial.legendre.leggauss(angles),
        np.cos(math.pi * (np.arange(azimuths) + 0.5) / azimuths),
    )


FINE_RULE = make_rule(32, 20, 20, 6)


@kernel
def statistics_of(channel):
    """Return +1 for a fermion and -1 for a boson: of the particle beside χ and of the two that make them."""
    if channel in (PHOTON_ABSORPTION, PION_TO_PHOTON):
        return -1.0, 1.0, -1.0
    if channel in (LEPTON_TO_PHOTON, TWO_PIONS):
        return 1.0, -1.0, -1.0
    if channel >= LEPTON_BESIDE:
        return 1.0, 1.0, 1.0
    if channel >= CHARGED_PAIR:
        return 1.0, -1.0, -1.0
    return -1.0, 1.0, -1.0


@kernel
def masses_of(channel, mass, m_lepton):
    """Return the masses beside χ and of the two that make them."""
    if channel == LEPTON_BESIDE:
        return m_lepton, 0.0, 0.0
    if channel >= FIRST_QUARK_BESIDE:
        return 0.0, m_lepton, 0.0
    _, beside, first, second = channel_masses(channel, mass, m_lepton)
    return beside, first, second


@kernel
def squared(channel, s, ac, bc, mass, m_lepton, left, rho):
    """Return Σ|A|²/C² of χ c ↔ a b from s and the products p_a·p_c and p_b·p_c; charge conjugates are not counted.

    The form factor of two pions in the s channel is left to the caller.
    """
    m_c, m_a, m_b = masses_of(channel, mass, m_lepton)
    if channel >= LEPTON_BESIDE:
        ab = 0.5 * (s - m_a * m_a - m_b * m_b)
        # p_χ = p_a + p_b - p_c.
        chi_a, chi_b, chi_c = m_a * m_a + ab - ac, ab + m_b * m_b - bc, ac + bc - m_c * m_c
        if channel == LEPTON_BESIDE:
            return chi_c * ab if left else ac * chi_b
        if channel == FIRST_QUARK_BESIDE:
            return chi_a * bc if left else ac * chi_b
        return chi_a * bc if left else ab * chi_c
    if channel == PHOTON_ABSORPTION:
        return E_SQUARED * photon_squared(ac, bc, mass, m_lepton, left)
    if channel == PION_TO_PHOTON:
        return E_SQUARED * photon_squared(-0.5 * (s - m_a * m_a), bc, mass, m_lepton, left)
    if channel == LEPTON_TO_PHOTON:
        # The lepton is crossed: a sign for the closed fermion line.
        return -E_SQUARED * photon_squared(bc, -0.5 * (s - m_a * m_a), mass, m_lepton, left)
    if channel >= CHARGED_PAIR:
        return (0.5 if channel == NEUTRAL_PAIR else 1.0) * scalar_pion_annihilation_squared(s, mass, 0.0)
    # t = (p_χ - p_a)² = (p_b - p_c)².
    t = m_b * m_b + m_c * m_c - 2.0 * bc
    if channel >= CHARGED_SCATTERING:
        return (2.0 if channel == CHARGED_SCATTERING else 1.0) * scalar_pion_scattering_squared(t, mass, 0.0)
    if channel == TWO_PIONS:
        return two_pion_annihilation_squared(s, t, mass, m_lepton, m_a, m_b)
    factor = form_factor_squared(t) if rho else 1.0
    return factor * two_pion_scattering_squared(s, t, mass, m_lepton, m_c, m_b)


@kernel
def mean_square(channel, s, energy, beside, temperature, mass, m_lepton, left, rho, rule):
    """Return ⟨Σ|A|²⟩ over directions with and without the brackets of statistics, for energies of χ and beside."""
    m_c, m_a, m_b = masses_of(channel, mass, m_lepton)
    _, of_a, of_b = statistics_of(channel)
    w = math.sqrt(s)
    total = energy + beside
    p_in = 0.5 * kallen_root(w, mass, m_c) / w
    p_out = 0.5 * kallen_root(w, m_a, m_b) / w
    e_chi, e_c = 0.5 * (s + mass * mass - m_c * m_c) / w, 0.5 * (s + m_c * m_c - mass * mass) / w
    e_a, e_b = 0.5 * (s + m_a * m_a - m_b * m_b) / w, 0.5 * (s + m_b * m_b - m_a * m_a) / w
    boost = total / w
    speed = math.sqrt(max(total * total - s, 0.0)) / w
    cosine = 0.0
    if speed * p_in > 0.0:
        cosine = min(max((energy - boost * e_chi) / (speed * p_in), -1.0), 1.0)
    sine = math.sqrt(1.0 - cosine * cosine)
    quantum, classical = 0.0, 0.0
    azimuths = rule.azimuth_cosines.shape[0]
    # It depends on s alone.
    factor = p_out / (4.0 * math.pi * w)
    if rho and channel == TWO_PIONS:
        factor *= form_factor_squared(s)
    for i in range(rule.angle_nodes.shape[0]):
        z = rule.angle_nodes[i]
        across = math.sqrt(1.0 - z * z) * sine
        mean = 0.0
        for j in range(azimuths):
            # p_c points against χ in the centre of mass.
            product = p_in * p_out * (z * cosine + across * rule.azimuth_cosines[j])
            mean += squared(channel, s, e_a * e_c + product, e_b * e_c - product, mass, m_lepton, left, rho)
        mean *= 0.5 * rule.angle_weights[i] / azimuths
        of_first = boost * e_a + speed * p_out * z
        of_second = boost * e_b - speed * p_out * z
        classical += mean
        quantum += mean / (
            (1.0 + of_a * math.exp(-of_first / temperature))
            * (1.0 + of_b * math.exp(-of_second / temperature))
        )
    return factor * quantum, factor * classical


@kernel
def smallest_beside(least, energy, momentum, mass, m_c):
    """Return the smallest momentum of the particle beside χ with which both have the energy √least in their centre."""
    c = 0.5 * (least - mass * mass - m_c * m_c)
    if c <= energy * m_c:
        return 0.0
    root = math.sqrt(max(c * c - mass * mass * m_c * m_c, 0.0))
    return max((c * c - energy * energy * m_c * m_c) / (c * momentum + energy * root), 0.0)


@kernel
def reach_of(channel, temperature, mass, m_lepton):
    """Return the largest momentum over the temperature that counts, and the least s of a channel."""
    m_c, m_a, m_b = masses_of(channel, mass, m_lepton)
    least = max(m_a + m_b, mass + m_c) ** 2
    # What χ needs where the other is at rest.
    needed = 0.5 * (least - mass * mass - m_c * m_c) / max(m_c, temperature)
    if needed > FAST_THRESHOLD * temperature:
        return REACH_OF_THRESHOLD + 2.2 * needed / temperature, least
    return REACH, least


@kernel
def production_at(p, channel, temperature, mass, m_lepton, left, rho, rule):
    """Return J e^{E/T}/C² times 16π² p/2, E the energy of χ, with quantum and with Maxwell-Boltzmann statistics."""
    m_c, _, _ = masses_of(channel, mass, m_lepton)
    of_c, _, _ = statistics_of(channel)
    reach, least = reach_of(channel, temperature, mass, m_lepton)
    reach *= temperature
    energy = math.hypot(p, mass)
    start = smallest_beside(least, energy, p, mass, m_c)
    quantum, classical = 0.0, 0.0
    for j in range(rule.k_nodes.shape[0]):
        k = start + reach * rule.k_nodes[j] * rule.k_nodes[j]
        beside = math.hypot(k, m_c)
        # Products, as the difference of energies and momenta cancels for fast particles.
        middle = mass * mass + m_c * m_c + 2.0 * energy * beside
        low, high = max(middle - 2.0 * p * k, least), middle + 2.0 * p * k
        if high <= low:
            continue
        weight = (
            rule.k_weights[j] * 2.0 * reach * rule.k_nodes[j] * k / beside * math.exp(-beside / temperature)
        )
        blocked = 1.0 / (1.0 + of_c * math.exp(-beside / temperature))
        for n in range(rule.s_nodes.shape[0]):
            # Square roots open at both ends of the energy.
            share = rule.s_nodes[n]
            s = low + (high - low) * share * share
            both = mean_square(channel, s, energy, beside, temperature, mass, m_lepton, left, rho, rule)
            measure = weight * rule.s_weights[n] * 2.0 * share * (high - low)
            quantum += measure * blocked * both[0]
            classical += measure * both[1]
    return quantum, classical


@kernel
def fill_moments(out, channel, temperature, mass, m_lepton, left, rho):
    """Fill `MOMENTS` of a channel: γ/C² and its first two moments of p/T, with both statistics, times two conjugates.

    Parameters
    ----------
    out : (`MOMENTS`,) array
    channel : int
        Of `CHANNEL_NAMES`, or of `QUARK_CHANNELS` (there up to a constant).
    temperature, mass, m_lepton : float
        In GeV; the mass of χ positive.
    left, rho : bool
        Whether the operator is that of left-handed leptons, and whether two pions have their form factor.
    """
    reach, _ = reach_of(channel, temperature, mass, m_lepton)
    reach *= temperature
    out[:] = 0.0
    for i in range(P_NODES.shape[0]):
        root = P_NODES[i]
        p = reach * root * root
        energy = math.hypot(p, mass)
        quantum, classical = production_at(p, channel, temperature, mass, m_lepton, left, rho, FINE_RULE)
        # ∫ p²dp/2π² /2E of ∫ k ds/(2p)/(8π²E₃): two charge conjugates.
        norm = 2.0 * P_WEIGHTS[i] * 2.0 * reach * root * p / energy / (64.0 * math.pi**4)
        norm *= math.exp(-energy / temperature)
        q = p / temperature
        for n in range(3):
            out[n] += norm * quantum * q**n
            out[3 + n] += norm * classical * q**n
