"""The vector form factor of the pion: the ρ meson in χ ℓ ↔ π π⁰ and χ π ↔ ℓ π⁰.

Sum of three resonances in the form of Gounaris and Sakurai, Phys. Rev. Lett. 21 (1968) 244, with the masses,
widths and admixtures that Belle fits to τ → π π⁰ ν with F(0) = 1 (Fujikawa et al., arXiv:0805.3773, table VII).
Below threshold and at spacelike momenta the form continues analytically.
"""

from __future__ import annotations

import cmath
import math

import numpy as np

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...numerics.kernel import kernel

__all__ = ["RHO_MASS", "RHO_WIDTH", "form_factor_squared", "pion_form_factor"]

# Of π± and π⁰, so that the threshold is at the sum of their masses.
MEAN_PION_MASS = 0.5 * (PION_MASS + NEUTRAL_PION_MASS)

# ρ(770), ρ(1450), ρ(1700): GeV, GeV, modulus, degrees.
RHO_MASS, RHO_WIDTH = 0.7746, 0.1481
RESONANCES = (
    (RHO_MASS, RHO_WIDTH, 1.0, 0.0),
    (1.446, 0.434, 0.15, 202.0),
    (1.728, 0.164, 0.037, 24.0),
)
_ADMIXTURES = [size * cmath.exp(1j * math.radians(phase)) for _, _, size, phase in RESONANCES]
SHARES = np.array(_ADMIXTURES) / sum(_ADMIXTURES)


def _shape(mass: float, width: float) -> tuple[float, float, float, float, float]:
    """Return m², Γ m²/p³, h(m²), p² h'(m²) and the inverse propagator at s = 0 of a resonance.

    p is the momentum of a pion in its decay, h the loop that dresses it.
    """
    momentum = math.sqrt(0.25 * mass**2 - MEAN_PION_MASS**2)
    log = math.log((mass + 2.0 * momentum) / (2.0 * MEAN_PION_MASS))
    h = 2.0 / math.pi * momentum / mass * log
    slope = h * (0.125 / momentum**2 - 0.5 / mass**2) + 0.5 / (math.pi * mass**2)
    strength, drift = width * mass**2 / momentum**3, momentum**2 * slope
    at_zero = mass**2 + strength * (mass**2 * drift - MEAN_PION_MASS**2 * (1.0 / math.pi - h))
    return mass**2, strength, h, drift, at_zero


SHAPES = np.array([_shape(mass, width) for mass, width, _, _ in RESONANCES])


@kernel
def pion_loop(s):
    """Return h(s) - i p/√s on the physical side of the cut; it is real below threshold and 1/π at s = 0."""
    p2 = 0.25 * s - MEAN_PION_MASS * MEAN_PION_MASS
    root, p = math.sqrt(abs(s)), math.sqrt(abs(p2))
    if p2 >= 0.0:
        log = math.log((root + 2.0 * p) / (2.0 * MEAN_PION_MASS))
        return complex(2.0 / math.pi * p / root * log, -p / root)
    if root < 1e-6 * MEAN_PION_MASS:
        return complex(1.0 / math.pi, 0.0)
    if s > 0.0:
        return complex(2.0 / math.pi * p / root * math.atan(0.5 * root / p), 0.0)
    return complex(2.0 / math.pi * p / root * math.asinh(0.5 * root / MEAN_PION_MASS), 0.0)


@kernel
def inverse_propagator(s, resonance):
    """Return the inverse propagator m² - s + f(s) - i m Γ(s) of one resonance."""
    m2, strength = SHAPES[resonance, 0], SHAPES[resonance, 1]
    p2 = 0.25 * s - MEAN_PION_MASS * MEAN_PION_MASS
    dressed = p2 * (pion_loop(s) - SHAPES[resonance, 2]) + (m2 - s) * SHAPES[resonance, 3]
    return m2 - s + strength * dressed


@kernel
def pion_form_factor(s):
    """Return F(s), s the invariant mass squared of the two pions in GeV²; F(0) = 1."""
    total = complex(0.0, 0.0)
    for resonance in range(SHARES.shape[0]):
        total += SHARES[resonance] * SHAPES[resonance, 4] / inverse_propagator(s, resonance)
    return total


@kernel
def form_factor_squared(s):
    """Return |F(s)|²."""
    value = pion_form_factor(s)
    return value.real * value.real + value.imag * value.imag
