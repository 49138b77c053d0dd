"""What the figures of lepton-pion dark matter share: widths at reference couplings, limits on the lifetime."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...likelihoods.decaying import CmbDecay
from ...solver.scenario import Scenario, scenario

__all__ = ["UNIT", "cmb_over_limit", "model_of", "observables_along"]

FloatArray = NDArray[np.float64]

# 4 G_F/sqrt(2) in units of G_F: the couplings of figure 5, and of the collider limits.
UNIT = 4.0 / np.sqrt(2.0)


def model_of(
    lepton: str,
    chirality: str,
    production: str = "freeze-out",
    contact: bool = True,
    pion_form_factor: str = "none",
) -> Scenario:
    """Return the scenario with the choices of the paper: its statistics, and for two pions unless asked otherwise."""
    return scenario(
        "lepton-pion",
        lepton=lepton,
        chirality=chirality,
        production=production,
        contact=contact,
        pion_form_factor=pion_form_factor,
        statistics="mb",
    )


def observables_along(
    model: Scenario, mass: FloatArray, coupling: FloatArray | float
) -> dict[str, FloatArray]:
    """Return the observables (n,) by name along masses (n,) in GeV, for couplings in units of G_F."""
    theta = np.tile(model.theta({"mass": 0.1, "coupling": 1.0}), (len(mass), 1))
    theta[:, 0], theta[:, 1] = mass, coupling
    found, _ = model.evaluate(theta)
    return dict(zip((item.name for item in model.observables), found.T, strict=True))


def cmb_over_limit(mass: FloatArray, photons: FloatArray, electrons: FloatArray) -> FloatArray:
    """Return the injected energy over its 95 % CL limit (n,) for effective widths in 1/s."""
    return CmbDecay().rate_over_limit(mass, photons, electrons)
