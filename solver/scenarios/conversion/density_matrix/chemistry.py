"""Chemical potentials of right-handed leptons, and baryon number, from the conserved charges.

In units of T²/(6s), with Q_k = B/3 - L_k of the Standard Model and Δ_φ = Y(φ⁻) - Y(φ⁺), every equilibrium is a
linear system. All charged Yukawa couplings, strong and weak sphalerons are in equilibrium, and hypercharge
(or electric charge, where the Higgs field is large) is neutral with what φ holds.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ....constants import ZETA_3

__all__ = ["CHEMISTRIES", "Chemistry"]


class Chemistry(NamedTuple):
    """Hold μ(l_Rk)/T = (6 s/T³) [own Q_k + total Σ_j Q_j + scalar Δ_φ] and Y_B = charge Σ Q + hidden Δ_φ."""

    own: float
    total: float
    scalar: float
    charge: float
    hidden: float


# Symmetric phase: 12 μ_q - 3 S + 3 μ_H = ΣQ, 6 μ_q + 14 μ_H - 2 S = Δ_φ, 9 μ_q + S = 0 with S = Σ μ_lk.
EQUILIBRIUM = Chemistry(-1.0 / 3.0, 52.0 / 711.0, -45.0 / 711.0, 28.0 / 79.0, -6.0 / 79.0)
# Broken phase, v far above T: Higgs bosons carry no number, W bosons are in equilibrium and share
# the charge. With μ_u, μ_W unknown, μ_d = μ_u + μ_W and μ_e = μ_ν + μ_W: sphalerons 9 μ_u + 6 μ_W + Σ μ_ν = 0,
# charge 6 μ_u - 6 Σμ_e/3 … = Δ_φ; solved in the tests.
BROKEN = Chemistry(-1.0 / 3.0, 16.0 / 333.0, -7.5 / 333.0, 12.0 / 37.0, -1.0 / 37.0)
# arXiv:2404.12428: right-handed leptons keep what they are given, and 28/79 of the total becomes baryons. The
# number of leptons is that of Fermi and Dirac there: 3 ζ(3) T³/(2π² s) per flavour.
PAPER = Chemistry(-(math.pi**2) / (9.0 * ZETA_3), 0.0, 0.0, 28.0 / 79.0, 0.0)
CHEMISTRIES = {"equilibrium": EQUILIBRIUM, "broken": BROKEN, "paper": PAPER}
