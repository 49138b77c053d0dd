"""Three or more states: each step of mediation suppresses the decay of the lightest once more."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import FERMI_CONSTANT, HBAR_GEV_S

__all__ = ["mediated_lifetime_s", "mediated_width"]


def mediated_width(mass: ArrayLike, *couplings: ArrayLike) -> NDArray[np.float64]:
    """Return Γ₁ ~ ε_SM ε_DM … M of the lightest of a chain of states, section 5 of arXiv:2111.14808, in GeV.

    ε_SM = G_F² M⁴/(4π)⁴, and a factor ε = C² M⁴ for the coupling of the heaviest state to the Standard Model and
    for every step of the chain: one for a single state (5.1), C₂ and C₁₂ for two (5.3), C₃, C₂₃ and C₁₂ for three.

    Parameters
    ----------
    mass : array-like
        M in GeV, one scale for all states.
    couplings : array-like
        In GeV⁻².

    Examples
    --------
    >>> from relicfit.solver.constants import FERMI_CONSTANT as g
    >>> bool(mediated_width(1.0, g, g, g) < mediated_width(1.0, g, g))
    True
    """
    fourth = np.asarray(mass, dtype=np.float64) ** 4
    width = FERMI_CONSTANT**2 * fourth / (4.0 * math.pi) ** 4 * np.asarray(mass, dtype=np.float64)
    for coupling in couplings:
        width = width * np.square(coupling) * fourth
    return width


def mediated_lifetime_s(mass: ArrayLike, *couplings: ArrayLike) -> NDArray[np.float64]:
    """Return ħ/Γ₁ in seconds of `mediated_width`."""
    return HBAR_GEV_S / mediated_width(mass, *couplings)
