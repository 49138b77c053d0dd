"""How much the ρ changes the two-pion processes that arXiv:2111.14808 computes with pions alone.

The vector current between two pions carries the form factor F(s) of J. H. Kühn and A. Santamaria, Z. Phys. C48
(1990) 445, which τ → ν ππ and e⁺e⁻ → ππ measure: F(0) = 1, |F|² about 40 at the ρ.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ....solver.constants import MUON_MASS, NEUTRAL_PION_MASS, PION_MASS
from ..formulas import amplitudes

__all__ = ["enhancement", "form_factor_squared", "peak", "total_enhancement"]

FloatArray = NDArray[np.float64]

# Table 1 of the source, fit with one excitation: masses and widths in GeV, admixture of the ρ'.
RHO, EXCITED = (0.773, 0.145), (1.37, 0.51)
ADMIXTURE = -0.145
NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
ANGLES, ANGLE_WEIGHTS = np.polynomial.legendre.leggauss(16)
ENERGY_RANGE = 60.0  # energies above threshold in units of T


def resonance(s: FloatArray, mass: float, width: float) -> NDArray[np.complex128]:
    """Return the Breit-Wigner of a resonance in two pions, its width that of a p-wave."""
    threshold = (PION_MASS + NEUTRAL_PION_MASS) ** 2
    momentum = np.sqrt(np.maximum(s - threshold, 0.0) / (mass**2 - threshold))
    safe = np.maximum(s, threshold)
    return mass**2 / (mass**2 - s - 1j * mass**2 * width * momentum**3 / np.sqrt(safe))


def form_factor_squared(s: FloatArray) -> FloatArray:
    """Return |F(s)|² of the vector current, for s of either sign in GeV²."""
    both = resonance(s, *RHO) + ADMIXTURE * resonance(s, *EXCITED)
    return np.abs(both / (1.0 + ADMIXTURE)) ** 2


def peak() -> float:
    """Return |F|² at the mass of the ρ."""
    return float(form_factor_squared(np.array([RHO[0] ** 2]))[0])


def weighted(channel: int, temperature: float, mass: float, with_rho: bool) -> float:
    """Return ∫ dw K₁(w/T) ∫ dt |A|² of χπ → ℓπ⁰, χπ⁰ → ℓπ or χℓ → ππ⁰ (0, 1, 2), up to a common factor."""
    from scipy.special import k1

    first, second = ((mass, PION_MASS), (mass, NEUTRAL_PION_MASS), (mass, MUON_MASS))[channel]
    third, fourth = ((MUON_MASS, NEUTRAL_PION_MASS), (MUON_MASS, PION_MASS), (PION_MASS, NEUTRAL_PION_MASS))[
        channel
    ]
    least = max(first + second, third + fourth)
    v = 0.5 * math.sqrt(ENERGY_RANGE) * (NODES + 1.0)
    total = 0.0
    for node, weight in zip(v, WEIGHTS, strict=True):
        w = least + temperature * node * node
        s = w * w
        e_in, e_out = 0.5 * (s + first**2 - second**2) / w, 0.5 * (s + third**2 - fourth**2) / w
        p_in = 0.5 * amplitudes.kallen_root(w, first, second) / w
        p_out = 0.5 * amplitudes.kallen_root(w, third, fourth) / w
        t = first**2 + third**2 - 2.0 * e_in * e_out + 2.0 * p_in * p_out * ANGLES
        if channel == 2:
            squared = [
                amplitudes.two_pion_annihilation_squared(s, x, mass, MUON_MASS, third, fourth) for x in t
            ]
            rho = form_factor_squared(np.full_like(t, s))
        else:
            squared = [
                amplitudes.two_pion_scattering_squared(s, x, mass, MUON_MASS, second, fourth) for x in t
            ]
            rho = form_factor_squared(t)
        angular = ANGLE_WEIGHTS @ (np.array(squared) * (rho if with_rho else 1.0))
        total += weight * node * k1(w / temperature) * 2.0 * p_in * p_out * angular
    return total


def enhancement(temperature: float, mass: float) -> float:
    """Return the rate of χℓ ↔ π±π⁰ with the form factor over that without."""
    return weighted(2, temperature, mass, True) / weighted(2, temperature, mass, False)


def total_enhancement(temperature: float, mass: float) -> float:
    """Return the rate of all two-pion processes with the form factor over that without."""
    parts = [[weighted(channel, temperature, mass, rho) for channel in range(3)] for rho in (True, False)]
    return sum(parts[0]) / sum(parts[1])
