"""Thermally averaged annihilation cross-section of phi+ phi- at tree level.

P. Gondolo & G. Gelmini, Nucl. Phys. B 360 (1991) 145, eq. (3.8). With x = m_phi/T, w = sqrt(s)/(2 m_phi),

    <sigma v> = 4 x / K₂(x)² ∫ dw w⁴ beta K₁(2 x w) [2 beta sigma],

an integral from w = 1, or from the threshold of the final state if that is higher. Every channel is
integrated from its own start in ln(w - start): there the integrand is analytic in a strip, and the
trapezoidal rule converges exponentially.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import ArrayLike, NDArray
from scipy.special import k1e, kve

from .annihilation import CHANNELS, sigma_v_coefficients

__all__ = ["LOG_STEP", "average_weights", "log_nodes", "start_of", "thermal_average", "thermal_coefficients"]

# The error of the trapezoidal rule is exp(-pi²/step) for a thermal weight exp(-exp(t)): 2e-11.
LOG_STEP = 0.4
# The energy above the start in units of T: below and above these the integrand has died out.
LOWEST_ENERGY = 1e-7
HIGHEST_ENERGY = 60.0


def log_nodes(lowest: float, highest: float) -> NDArray[np.float64]:
    """Return nodes equally spaced by `LOG_STEP` in the logarithm."""
    count = math.ceil(math.log(highest / lowest) / LOG_STEP) + 1
    return lowest * np.exp(LOG_STEP * np.arange(count))


def start_of(channel: str, m_phi: ArrayLike) -> NDArray[np.float64]:
    """Return sqrt(s)/(2 m_phi) where a channel opens; at least one."""
    return np.maximum(1.0, CHANNELS[channel].threshold / (2.0 * np.asarray(m_phi, dtype=np.float64)))


def average_weights(x_phi: ArrayLike, above: ArrayLike, start: ArrayLike = 1.0) -> NDArray[np.float64]:
    """Return the weights that turn 2 beta sigma at the nodes into its thermal average.

    Parameters
    ----------
    x_phi : float or array
        m_phi/T.
    above : float or array
        The nodes sqrt(s)/(2 m_phi) - start, equally spaced by `LOG_STEP` in the logarithm.
    start : float or array
        Where the channel opens; the three broadcast.
    """
    x_phi, above, start = (np.asarray(item, dtype=np.float64) for item in (x_phi, above, start))
    w = start + above
    excess = (start - 1.0) + above
    beta = np.sqrt(excess * (1.0 + w)) / w
    with np.errstate(under="ignore"):
        bessel = k1e(2.0 * x_phi * w) / kve(2, x_phi) ** 2 * np.exp(-2.0 * x_phi * excess)
        return 4.0 * LOG_STEP * x_phi * above * w**4 * beta * bessel


def thermal_coefficients(m_phi: float, temperature: ArrayLike) -> NDArray[np.float64]:
    """Return <sigma v> at tree level per power of the portal coupling, in GeV⁻², by direct integration.

    Parameters
    ----------
    m_phi : float
        The mass of phi in GeV, above half the Higgs mass.
    temperature : float or array (...)
        Temperature in GeV.

    Returns
    -------
    (..., 5) array
        The coefficients of 1, lambda_H, ..., lambda_H⁴.
    """
    x_phi = m_phi / np.asarray(temperature, dtype=np.float64)[..., None]
    above = log_nodes(LOWEST_ENERGY, HIGHEST_ENERGY) / x_phi
    result = np.zeros((*x_phi.shape[:-1], 5))
    for name in CHANNELS:
        start = start_of(name, m_phi)
        sigma_v = sigma_v_coefficients(name, (2.0 * m_phi * (start + above)) ** 2, m_phi)
        result += np.einsum("...j,...jk->...k", average_weights(x_phi, above, start), sigma_v)
    return result


def thermal_average(m_phi: float, temperature: ArrayLike, lambda_H: float) -> NDArray[np.float64]:
    """Return <sigma v> at tree level in GeV⁻², by direct integration.

    Parameters
    ----------
    m_phi : float
        The mass of phi in GeV, above half the Higgs mass.
    temperature : float or array
        Temperature in GeV.
    lambda_H : float
        The portal coupling.
    """
    return polyval(lambda_H, np.moveaxis(thermal_coefficients(m_phi, temperature), -1, 0))
