"""Annihilation of phi+ phi- through their ground-state Coulomb bound state.

Radiative capture competes with ionisation by the thermal photons; what reaches the ground state and
decays before it is broken up adds to the annihilation rate (K. Petraki et al., arXiv:1505.00109;
M. Garny & J. Heisig, arXiv:2112.01499). Rates use the ground state; `excited_states_term` bounds the rest.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .electroweak import ALPHA_MZ
from .sommerfeld import coulomb_factor, thermal_velocities, velocity_average

__all__ = ["bound_state_term", "capture_average", "excited_states_term", "ionisation_per_capture"]

# <sigma_capture v> = this over m_phi² times `capture_average`: (pi alpha²/mu²)(2⁷/3), mu = m_phi/2.
CAPTURE_FACTOR = 512.0 * math.pi * ALPHA_MZ**2 / 3.0
# The width of the ground state is this times m_phi³ and the s-wave of 2 beta sigma: (alpha/2)³/pi.
WIDTH_FACTOR = (0.5 * ALPHA_MZ) ** 3 / math.pi
MOST_LEVELS = 40
BINDING_ENERGY = 0.25 * ALPHA_MZ**2  # in units of m_phi


def capture_average(x_phi: ArrayLike) -> NDArray[np.float64]:
    """Return the universal thermal average that enters radiative capture, at x = m_phi/T.

    With zeta = alpha/v it is that of S(v) [zeta⁴/(1+zeta²)²] exp(-4 zeta arccot zeta) (1+f), with f the
    Bose-Einstein occupation of the emitted photon of energy (m_phi/4) v² (1+zeta²).
    """
    x_phi = np.asarray(x_phi, dtype=np.float64)
    v = thermal_velocities(x_phi)
    zeta = ALPHA_MZ / v
    photon = 0.25 * x_phi[..., None] * (v**2 + ALPHA_MZ**2)
    overlap = (zeta**2 / (1.0 + zeta**2)) ** 2 * np.exp(-4.0 * zeta * np.arctan(1.0 / zeta))
    return velocity_average(coulomb_factor(v) * overlap / -np.expm1(-photon))


def ionisation_per_capture(x_phi: ArrayLike) -> NDArray[np.float64]:
    """Return Gamma_ionisation/<sigma_capture v> in units of m_phi³ (detailed balance)."""
    x_phi = np.asarray(x_phi, dtype=np.float64)
    with np.errstate(under="ignore"):
        return (4.0 * math.pi * x_phi) ** -1.5 * np.exp(-BINDING_ENERGY * x_phi)


def bound_state_term(m_phi: ArrayLike, x_phi: ArrayLike, sigma_0: ArrayLike) -> NDArray[np.float64]:
    """Return what the ground state adds to <sigma v>, in GeV⁻².

    Parameters
    ----------
    m_phi, x_phi : float or array
        The mass of phi in GeV and m_phi/T.
    sigma_0 : float or array
        The s-wave limit of 2 beta sigma in GeV⁻².
    """
    m2 = np.square(np.asarray(m_phi, dtype=np.float64))
    capture = CAPTURE_FACTOR * capture_average(x_phi) / m2
    width = WIDTH_FACTOR * np.asarray(sigma_0)
    return capture * width / (width + capture * ionisation_per_capture(x_phi))


def excited_states_term(
    m_phi: ArrayLike, x_phi: ArrayLike, sigma_0: ArrayLike, levels: int = MOST_LEVELS
) -> NDArray[np.float64]:
    """Return what the excited levels n = 2 … ``levels`` add to ⟨σv⟩ at most, in GeV⁻².

    arXiv:2404.12428 includes them after T. Binder et al., arXiv:2308.01336, and finds them minor. Only ns
    states annihilate at this order, with Γ_n = Γ_1/n³ (the wave function at the origin); they are bound by
    E_1/n² and broken up with the detailed balance of that. As long as ionisation is faster than decay, here
    below x = 10⁴, the sum does not depend on the capture cross-section and is Σ 1/n³ - 1 = 0.202 of the
    ground state's. The capture into a level is taken as 1/n of that into the ground state, its value for slow
    pairs (Kramers), which is too much where pairs are fast: an upper bound without transitions between levels.

    Parameters
    ----------
    m_phi, x_phi, sigma_0 : float or array
        As for `bound_state_term`.
    levels : int
        The highest principal quantum number.
    """
    m2 = np.square(np.asarray(m_phi, dtype=np.float64))
    capture = CAPTURE_FACTOR * capture_average(x_phi) / m2
    width = WIDTH_FACTOR * np.asarray(sigma_0)
    total = np.zeros(np.broadcast(capture, width).shape)
    for n in range(2, levels + 1):
        caught, decay = capture / n, width / n**3
        with np.errstate(under="ignore"):
            unbinding = (4.0 * math.pi * np.asarray(x_phi, dtype=np.float64)) ** -1.5
            unbinding = unbinding * np.exp(-BINDING_ENERGY / n**2 * np.asarray(x_phi, dtype=np.float64))
        total = total + caught * decay / (decay + caught * unbinding)
    return total
