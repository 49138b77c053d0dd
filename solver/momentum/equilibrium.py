"""Particles in equilibrium: what Fermi-Dirac statistics do to their number, and their momenta.

Of z = M/T. The closed forms of Maxwell-Boltzmann momenta: ⟨q⟩ = 2 (z² + 3z + 3) e^{-z}/(z² K₂(z)) and
⟨q²⟩ = 3z K₃(z)/K₂(z), q = p/T.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..numerics.bessel import k2_and_ratio
from ..numerics.kernel import kernel
from ..numerics.quadrature import gauss_legendre
from ..numerics.tables import build_table, lookup2_slope, lookup_third

__all__ = ["classical_momenta", "fermi_momenta", "fermi_share"]

# Below, massless to 1e-6; above, classical to 1e-8.
SMALLEST, LARGEST = 1e-3, 20.0
CELLS = 120
LARGEST_ROOT = 7.0  # of the kinetic energy in units of T
NODES, WEIGHTS = gauss_legendre(80)


def _tabulated(ln_z: NDArray[np.float64]) -> NDArray[np.float64]:
    z = np.exp(ln_z)[:, None]
    root = LARGEST_ROOT * NODES
    excess = root**2
    q = np.sqrt(excess * (excess + 2.0 * z))
    # dq = E dE/q, with weights that leave out e^{-z}.
    measure = WEIGHTS * 2.0 * root * q * (z + excess) * np.exp(-excess)
    fermi = measure / (1.0 + np.exp(-z - excess))
    moments = [(fermi * q**n).sum(axis=1) for n in range(3)]
    return np.array(
        [moments[1] / moments[0], np.log(moments[0] / measure.sum(axis=1)), moments[2] / moments[0]]
    )


TABLE = build_table(_tabulated, math.log(SMALLEST), math.log(LARGEST), CELLS)


@kernel
def fermi_share(ln_z):
    """Return ln(n/n_MB) of Fermi-Dirac particles at ln(M/T), and its derivative in ln z."""
    if ln_z >= LN_LARGEST:
        return 0.0, 0.0
    _, value, slope = lookup2_slope(TABLE, ln_z)
    return value, slope if ln_z > LN_SMALLEST else 0.0


@kernel
def classical_momenta(z):
    """Return ⟨q⟩ and ⟨q²⟩ of Maxwell-Boltzmann particles at z = M/T."""
    k2, ratio = k2_and_ratio(z, math.log(z))
    # K₃ = K₁ + (4/z) K₂.
    return 2.0 * (z * z + 3.0 * z + 3.0) / k2, 3.0 * z * ratio + 12.0


@kernel
def fermi_momenta(z):
    """Return ⟨q⟩ and ⟨q²⟩ of Fermi-Dirac particles at z = M/T."""
    ln_z = math.log(z)
    if ln_z >= LN_LARGEST:
        return classical_momenta(z)
    mean, _, _ = lookup2_slope(TABLE, ln_z)
    return mean, lookup_third(TABLE, ln_z)


LN_SMALLEST, LN_LARGEST = math.log(SMALLEST), math.log(LARGEST)
