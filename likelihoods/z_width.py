"""Decays of the Z to charged scalars, from its total width."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .likelihood import Likelihood, Requirement
from .limits import eased
from .production import SIN2_EFFECTIVE, Z_MASS
from .requirements import RIGHT_HANDED_SCALAR
from .tables import gather, only_good

__all__ = ["ZWidth", "z_width_to_scalars"]

Array = NDArray[np.float64]

FERMI_CONSTANT = 1.1663787e-5  # GeV^-2
# GeV: measured 2.4952 ± 0.0023 (LEP and SLD, hep-ex/0509008; Particle Data Group), Standard Model 2.4942 ±
# 0.0009 (electroweak fit of the Particle Data Group 2022).
EXCESS = 2.4952 - 2.4942
EXCESS_ERROR = math.hypot(0.0023, 0.0009)


def z_width_to_scalars(mass: Array) -> Array:
    """Return Γ(Z → φ⁺φ⁻) = G_F m_Z³ sin⁴θ β³/(6√2 π) in GeV of singlet scalars of mass in GeV (n,)."""
    beta2 = np.maximum(1.0 - (2.0 * np.asarray(mass, dtype=float) / Z_MASS) ** 2, 0.0)
    strength = FERMI_CONSTANT * Z_MASS**3 * SIN2_EFFECTIVE**2 / (6.0 * math.sqrt(2.0) * math.pi)
    return strength * beta2 * np.sqrt(beta2)


@dataclass(frozen=True)
class ZWidth(Likelihood):
    """Limit charged scalars lighter than half the Z, whatever they decay to and however fast.

    ``lnL = -max(G - d, 0)^2/(2 s^2)`` with the partial width G, at most 18 MeV, and the excess d ± s = 1.0 ± 2.5
    MeV of the measured width over that of the Standard Model.
    """

    name: ClassVar[str] = "z-width"
    summary: ClassVar[str] = "Pairs of charged scalars in decays of the Z, from its width."
    source: ClassVar[str] = "LEP and SLD, hep-ex/0509008; Standard Model: Particle Data Group 2022"
    validity: ClassVar[str] = "every mass and decay; zero above 45.6 GeV"
    grade: ClassVar[str] = "A"
    requires: ClassVar[tuple[Requirement, ...]] = (RIGHT_HANDED_SCALAR,)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The line shape of the Z."""
        return ("lep-z-width",)

    @property
    def needs(self) -> tuple[str, ...]:
        """The mass."""
        return ("m_phi",)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,); every mass is covered."""
        (mass,), good = gather(observables, self.needs)
        # An excess smaller than the one seen is no less likely than none.
        beyond = np.maximum(z_width_to_scalars(mass) - EXCESS, 0.0)
        return only_good(eased(-0.5 * (beyond / EXCESS_ERROR) ** 2), good), {}
