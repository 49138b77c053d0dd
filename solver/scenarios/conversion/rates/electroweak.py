"""Electroweak parameters at tree level, related exactly: gauge cancellations need it.

The scheme is (alpha, G_F, m_Z) with alpha at the Z mass; everything else that gauge invariance fixes
follows from these three. Masses in GeV.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ....constants import Z_MASS

__all__ = ["FERMIONS", "Fermion"]

ALPHA_MZ = 1.0 / 127.9
# The rates were checked against amplitudes and the paper with these rounded numbers. They differ from those
# of `relicfit.solver.constants` by 1e-5, 0.2 % and 1e-4, far below the theory error of the relic density.
ROUNDED_FERMI_CONSTANT = 1.16637e-5  # GeV^-2
ROUNDED_HIGGS_MASS = 125.0
ROUNDED_TAU_MASS = 1.777
TOP_MASS = 173.0
BOTTOM_MASS = 4.7

_half = 0.5 * Z_MASS**2
W_MASS = math.sqrt(
    _half + math.sqrt(_half**2 - math.pi * ALPHA_MZ * Z_MASS**2 / (math.sqrt(2.0) * ROUNDED_FERMI_CONSTANT))
)
COS_W = W_MASS / Z_MASS
SIN2_W = 1.0 - COS_W**2
SIN_W = math.sqrt(SIN2_W)
TAN_W = SIN_W / COS_W
VEV = (math.sqrt(2.0) * ROUNDED_FERMI_CONSTANT) ** -0.5

E_SQUARED_MZ = 4.0 * math.pi * ALPHA_MZ
E_CHARGE = math.sqrt(E_SQUARED_MZ)
HYPERCHARGE_COUPLING_SQUARED = E_SQUARED_MZ / COS_W**2
# A charged SU(2) singlet couples to the photon with e and to the Z with this.
Z_COUPLING = -E_CHARGE * TAN_W


class Fermion(NamedTuple):
    """Hold the charge, the weak isospin of the left-handed part, the colours and the mass (GeV)."""

    charge: float
    isospin: float
    colours: int
    mass: float


_NEUTRINO = Fermion(0.0, 0.5, 1, 0.0)
_LEPTON = Fermion(-1.0, -0.5, 1, 0.0)
_UP = Fermion(2.0 / 3.0, 0.5, 3, 0.0)
_DOWN = Fermion(-1.0 / 3.0, -0.5, 3, 0.0)
FERMIONS = {
    "nu_e": _NEUTRINO,
    "nu_mu": _NEUTRINO,
    "nu_tau": _NEUTRINO,
    "e": _LEPTON,
    "mu": _LEPTON,
    "tau": _LEPTON._replace(mass=ROUNDED_TAU_MASS),
    "u": _UP,
    "c": _UP,
    "t": _UP._replace(mass=TOP_MASS),
    "d": _DOWN,
    "s": _DOWN,
    "b": _DOWN._replace(mass=BOTTOM_MASS),
}
