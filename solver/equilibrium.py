"""Equilibrium number densities, with Maxwell-Boltzmann statistics or in the non-relativistic limit."""

from __future__ import annotations

import math

from .constants import ZETA_3
from .numerics.bessel import k2_and_ratio
from .numerics.kernel import kernel

__all__ = ["density", "density_massless_boson"]

MAXWELL_BOLTZMANN = 0.5 / math.pi**2
NON_RELATIVISTIC = (2.0 * math.pi) ** -1.5


@kernel
def density(degrees, x, ln_x, non_relativistic):
    """Return n eˣ/T³ and -dln(n/T³)/dln x of a particle of mass m at x = m/T.

    Maxwell-Boltzmann: n = d m² T K₂(x)/(2 π²), which tends to d T³/π² for x → 0. Non-relativistic:
    n = d (m T/2π)^{3/2} e^{-x}. The caller multiplies the exponentials of all its particles at once.
    """
    if non_relativistic:
        return degrees * NON_RELATIVISTIC * x * math.sqrt(x), x - 1.5
    k2, ratio = k2_and_ratio(x, ln_x)
    return degrees * MAXWELL_BOLTZMANN * k2, x * ratio


@kernel
def density_massless_boson(degrees, non_relativistic):
    """Return n/T³ of a massless particle: Bose-Einstein, or Maxwell-Boltzmann where that is in use.

    The non-relativistic form has no massless limit; with it the physical ζ(3) d/π² stands in.
    """
    return degrees * (ZETA_3 if non_relativistic else 1.0) / math.pi**2
