"""Couplings that give the observed relic density along a whole curve, for the figures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.constants import OBSERVED_OMEGA_H2
from ...solver.inverse import roots_along
from ...solver.scenario import Scenario

__all__ = ["coupling_along"]

FloatArray = NDArray[np.float64]


def coupling_along(
    model: Scenario,
    theta: FloatArray,
    parameter: str,
    bounds: tuple[float, float],
    branch: str = "freeze-out",
) -> tuple[FloatArray, FloatArray]:
    """Return for every row the coupling with the observed relic density, and the observables there."""
    return roots_along(model, theta, parameter, "omega_h2", OBSERVED_OMEGA_H2, bounds, branch == "freeze-in")
