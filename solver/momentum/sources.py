"""Momenta of simple sources, and the observables that follow from them, for models of one's own."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..cosmology import g_s
from .observables import MOMENTUM_OBSERVABLES
from .warmness import (
    ENTROPY_STATES_TODAY,
    FERMI_MEAN,
    FERMI_MEAN_SQUARE,
    fill_momenta,
)

__all__ = ["SOURCES", "momentum_columns", "momentum_today"]

Source = Literal["decay", "scattering", "thermal"]
# ⟨q⟩ and ⟨q²⟩ of q = p/T: f ∝ q^{-1/2} e^{-q} of decays in equilibrium to light particles over their whole history, f ∝
# q e^{-q} of massless scatterings through a contact operator, a light Fermi gas.
SOURCES: dict[str, tuple[float, float]] = {
    "decay": (2.5, 8.75),
    "scattering": (4.0, 20.0),
    "thermal": (FERMI_MEAN, FERMI_MEAN_SQUARE),
}


def momentum_today(source: Source, temperature: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ⟨y⟩ and ⟨y²⟩, y = p/T_γ today, of what a simple source makes.

    Parameters
    ----------
    source : str
        "decay": of a particle in equilibrium, to light ones; "scattering": massless, by a contact operator;
        "thermal": a light fermion in equilibrium. Maxwell-Boltzmann statistics but for the last.
    temperature : array-like
        Of production or decoupling, in GeV.
    """
    mean, square = SOURCES[source]
    d = (ENTROPY_STATES_TODAY / g_s(temperature)) ** (1.0 / 3.0)
    return mean * d, square * d * d


def momentum_columns(
    mass: ArrayLike, final_yield: ArrayLike, mean: ArrayLike, square: ArrayLike
) -> NDArray[np.float64]:
    """Return the columns (n, 6) of `MOMENTUM_OBSERVABLES`, which the likelihood `structure-formation` reads.

    Parameters
    ----------
    mass : array-like
        In GeV.
    final_yield : array-like
        Number over entropy density.
    mean, square : array-like
        ⟨y⟩ and ⟨y²⟩; NaN where they are not known.
    """
    every = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(x, np.float64)) for x in (mass, final_yield, mean, square))
    )
    out = np.empty((every[0].size, len(MOMENTUM_OBSERVABLES)))
    for row, point in zip(out, np.column_stack([x.ravel() for x in every]), strict=True):
        fill_momenta(row, *point)
    return out
