"""Flavour spurions: couplings of a leptoquark from the pattern of the Yukawa couplings.

arXiv:2111.14808, section 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CABIBBO", "Spurions", "spurions"]

CABIBBO = 0.2
# Yukawa couplings of e, μ, τ: masses over v = 174 GeV.
LEPTON_YUKAWAS = np.array([2.94e-6, 6.07e-4, 1.02e-2])


@dataclass(frozen=True)
class Spurions:
    """Hold the suppressions of the three families, each of shape (3,), and what follows from them.

    Attributes
    ----------
    quark, up, down : (3,) arrays
        ε_Q, ε_u, ε_d of eq. (4.3).
    lepton, electron : (3,) arrays
        ε_L, and ε_e = y_ℓ/ε_L by eq. (4.1).
    dark : float
        ε_χ of eq. (4.4).
    """

    quark: NDArray[np.float64]
    up: NDArray[np.float64]
    down: NDArray[np.float64]
    lepton: NDArray[np.float64]
    electron: NDArray[np.float64]
    dark: float

    @property
    def g_left(self) -> NDArray[np.float64]:
        """The couplings g_L^{ij} = ε_Q^i ε_L^j of quark doublets to lepton doublets."""
        return np.outer(self.quark, self.lepton)

    @property
    def g_right(self) -> NDArray[np.float64]:
        """The couplings g_R^{ij} = ε_d^i ε_e^j of down quarks to charged leptons."""
        return np.outer(self.down, self.electron)

    @property
    def g_chi(self) -> NDArray[np.float64]:
        """The couplings g_χ^i = ε_u^i ε_χ of up quarks to χ."""
        return self.up * self.dark

    def wilson_shift(self, mediator_mass: float) -> float:
        """Return g_L^{32} g_L^{22}/M_U² (GeV⁻²), the shift of b → sμμ in eq. (4.5).

        The fit of the paper wants ε_L2²/M_U² = 1/(6 TeV)², times the CKM factor ε_Q2 ε_Q3.
        """
        return float(self.g_left[2, 1] * self.g_left[1, 1] / mediator_mass**2)

    def contact(self, mediator_mass: float, chirality: str = "R", lepton: int = 1) -> float:
        """Return C = g_χ g/M_med² (GeV⁻²) of the first quark family and the lepton family 0, 1 or 2."""
        couplings = self.g_left if chirality == "L" else self.g_right
        return float(self.g_chi[0] * couplings[0, lepton] / mediator_mass**2)


def spurions(
    lepton: tuple[float, float, float] = (1e-2, 1e-1, 1.0), dark: float = 1e-5, eta: float = 1.0
) -> Spurions:
    """Return the suppressions of eqs. (4.1) to (4.6), every one uncertain by a factor of order one.

    Parameters
    ----------
    lepton : (float, float, float)
        ε_L; by default the values that section 4.1 takes from the B anomalies.
    dark : float
        ε_χ; about 1e-5 for freeze-in through first-family quarks.
    eta : float
        The common factor η_q between doublets and singlets.
    """
    doublets = np.asarray(lepton, dtype=np.float64)
    return Spurions(
        quark=CABIBBO ** np.array([3.0, 2.0, 0.0]) * eta,
        up=CABIBBO ** np.array([4.0, 1.0, 0.0]) / eta,
        down=CABIBBO ** np.array([4.0, 3.0, 2.0]) / eta,
        lepton=doublets,
        electron=LEPTON_YUKAWAS / doublets,
        dark=dark,
    )
