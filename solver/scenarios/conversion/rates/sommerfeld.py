"""Sommerfeld enhancement of the s-wave of phi+ phi- annihilation, averaged over thermal velocities.

Photon exchange is a Coulomb potential; Higgs and Z exchange are attractive Yukawa potentials, whose
effect is taken to first order in their couplings, on top of the photon's, with the exact
first-order velocity dependence of a Yukawa potential. The average is the non-relativistic one,

    <S> = (2/sqrt(pi)) ∫ du sqrt(u) exp(-u) S(v),   v = 2 sqrt(u/x),   x = m_phi/T.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ....constants import Z_MASS
from .electroweak import ALPHA_MZ, ROUNDED_HIGGS_MASS, TAN_W, VEV

__all__ = [
    "coulomb_average",
    "coulomb_factor",
    "higgs_strength",
    "thermal_velocities",
    "velocity_average",
    "yukawa_average",
    "z_strength",
]

# Nodes in ln u: the integrand is analytic in a strip, so the trapezoidal rule converges exponentially.
VELOCITY_LOG_STEP = 0.3
_u = np.exp(np.arange(-26.0, 4.2, VELOCITY_LOG_STEP))
_weights = 2.0 / math.sqrt(math.pi) * VELOCITY_LOG_STEP * _u**1.5 * np.exp(-_u)

# Above this exponent 1 - exp(-X) is one to double precision.
LARGEST_EXPONENT = 40.0


def coulomb_factor(velocity: ArrayLike) -> NDArray[np.float64]:
    """Return S = X/(1 - exp(-X)), X = 2 pi alpha/v, for the attraction of opposite unit charges."""
    exponent = 2.0 * math.pi * ALPHA_MZ / np.asarray(velocity, dtype=np.float64)
    return exponent / -np.expm1(-np.minimum(exponent, LARGEST_EXPONENT))


def velocity_average(factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average a factor given at `thermal_velocities` (the last axis)."""
    return factor @ _weights


def thermal_velocities(x_phi: ArrayLike) -> NDArray[np.float64]:
    """Return the relative velocities at the nodes of the average, shape (..., nodes)."""
    return 2.0 * np.sqrt(_u / np.asarray(x_phi, dtype=np.float64)[..., None])


def coulomb_average(x_phi: ArrayLike) -> NDArray[np.float64]:
    """Return the thermal average of the Coulomb factor at x = m_phi/T."""
    return velocity_average(coulomb_factor(thermal_velocities(x_phi)))


def yukawa_average(x_phi: ArrayLike, mass_ratio: ArrayLike) -> NDArray[np.float64]:
    """Return the average of the Coulomb factor times arctan(w)/w, w = (m_phi/m_X) v.

    Multiplied by `higgs_strength` or `z_strength` it is what the exchange of X adds to <S>.
    That is good to 0.01 for lambda_H = 1 and a few per cent too little at lambda_H = 2; where phi is
    relativistic, x < 1, it means nothing, and annihilation is in equilibrium.

    Parameters
    ----------
    x_phi, mass_ratio : float or array
        m_phi/T and m_phi/m_X; they broadcast.
    """
    v = thermal_velocities(x_phi)
    w = np.asarray(mass_ratio, dtype=np.float64)[..., None] * v
    return velocity_average(coulomb_factor(v) * np.arctan(w) / w)


def higgs_strength(m_phi: ArrayLike, lambda_H: ArrayLike) -> NDArray[np.float64]:
    """Return 4 mu alpha_h/m_h with mu = m_phi/2 and alpha_h = (lambda_H v)²/(16 pi m_phi²)."""
    return (
        2.0
        * np.square(np.asarray(lambda_H) * VEV)
        / (16.0 * math.pi * np.asarray(m_phi) * ROUNDED_HIGGS_MASS)
    )


def z_strength(m_phi: ArrayLike) -> NDArray[np.float64]:
    """Return 4 mu alpha_Z/m_Z with mu = m_phi/2 and alpha_Z = alpha tan²(theta_W)."""
    return 2.0 * np.asarray(m_phi) * ALPHA_MZ * TAN_W**2 / Z_MASS
