"""Tables of the annihilation and conversion rates.

What makes a few megabytes suffice: <sigma v> is a polynomial in the portal coupling, so only its five
coefficients over (m_phi/T, m_phi) are needed; and with thermal regulators the scattering rates R depend
on two ratios only, m_phi/T and Delta m/m_phi. A fixed lepton mass in R_B enters through the collinear
logarithm alone, R_B = a + b ln(m_l/T) up to powers of m_l/T.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ....constants import Z_MASS
from .annihilation import CHANNELS, sigma_v_coefficients
from .electroweak import ROUNDED_HIGGS_MASS
from .grid import gap_nodes, mass_nodes, x_nodes
from .scattering import lepton_scattering_rate, photon_scattering_rate
from .sommerfeld import yukawa_average
from .thermal_average import HIGHEST_ENERGY, LOWEST_ENERGY, average_weights, log_nodes, start_of

__all__ = [
    "COLLINEAR_MASSES",
    "annihilation_table",
    "lepton_scattering_table",
    "photon_scattering_table",
    "yukawa_table",
]

# The integral over energies starts to matter this many e-folds of exp(-E/T) before a closed channel.
COLDEST_EXPONENT = 60.0
# Points in x per call of the scattering rates: their work arrays then fit into the cache.
BLOCK = 12

# A fixed lepton mass: R_B is calculated at these two masses in units of T, where it is a straight
# line in their logarithm to 1e-5.
COLLINEAR_MASSES = (1e-3, 1e-4)


def annihilation_table() -> NDArray[np.float64]:
    """Return m_phi² times the coefficients of the tree-level <sigma v>, shape (masses, 5, n)."""
    x, masses = x_nodes(), mass_nodes()
    above = log_nodes(LOWEST_ENERGY / x[-1], HIGHEST_ENERGY / x[0])
    at_rest = average_weights(x[:, None], above)
    result = np.zeros((len(masses), 5, len(x)))
    for name in CHANNELS:
        for m_phi, row in zip(masses, result, strict=True):
            start = float(start_of(name, m_phi))
            warm = int(np.searchsorted(2.0 * (start - 1.0) * x, COLDEST_EXPONENT))
            weights = at_rest if start == 1.0 else average_weights(x[:warm, None], above, start)
            sigma_v = sigma_v_coefficients(name, (2.0 * m_phi * (start + above)) ** 2, m_phi)
            row[:, :warm] += m_phi**2 * (weights @ sigma_v).T
    return result


def yukawa_table() -> NDArray[np.float64]:
    """Return the averages for Higgs and Z exchange, shape (masses, 2, n)."""
    ratios = mass_nodes()[:, None] / np.array([ROUNDED_HIGGS_MASS, Z_MASS])
    return np.array([[yukawa_average(x_nodes(), ratio) for ratio in row] for row in ratios])


def _over_gaps(rate: Callable[[NDArray, float], NDArray]) -> NDArray[np.float64]:
    # R falls like the gap to a power between -2 and 0: the product is the flattest.
    nodes = x_nodes()
    blocks = np.array_split(nodes, math.ceil(len(nodes) / BLOCK))
    return np.array([gap * np.concatenate([rate(x, 1.0 - gap) for x in blocks]) for gap in gap_nodes()])


def photon_scattering_table(photon_mass_squared: float) -> NDArray[np.float64]:
    """Return R_A times Delta m/m_phi, shape (gaps, n)."""
    return _over_gaps(lambda x, m_chi: photon_scattering_rate(x, 1.0, m_chi, photon_mass_squared))


def lepton_scattering_table(lepton_mass: float) -> NDArray[np.float64]:
    """Return R_B times Delta m/m_phi for a lepton mass in units of T, shape (gaps, n)."""
    return _over_gaps(lambda x, m_chi: lepton_scattering_rate(x, 1.0, m_chi, lepton_mass / x))
