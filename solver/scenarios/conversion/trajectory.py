"""The evolution of one point for plots: yields, their equilibrium and the asymmetry."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ....errors import UserError
from ...numerics.status import Status
from ...scenario import Curve, Evolution
from .asymmetry import SPHALERON_TEMPERATURE
from .evolution.integrate import MOST_STEPS, Solution, integrate, ln_x_end
from .evolution.plasma import Plasma, flavours_of, make_plasma, plasma_at
from .predictions import B_1, DELTA_M, LAMBDA_H, M_CHI, MUONS, TOTAL_WIDTH
from .rates.pieces import PIECES_SHAPE, fill_rates
from .rows import conversions_of, input_status
from .settings import Setting

__all__ = ["plasma_of", "trace", "trajectory"]

# Fine enough for smooth lines from step to step.
DRAWN_TOLERANCE = 1e-6
# Below this part of the largest yield nothing is drawn.
SMALLEST_DRAWN = 1e-12


def plasma_of(row: NDArray[np.float64], setting: Setting) -> Plasma:
    """Return the plasma of a row of `relicfit.solver.scenarios.conversion.predictions.MODEL_COLUMNS`."""
    m_chi, delta_m, lambda_h = (float(row[column]) for column in (M_CHI, DELTA_M, LAMBDA_H))
    x_end = math.exp(ln_x_end(m_chi, delta_m))
    rates = fill_rates(setting.rates, m_chi, delta_m, lambda_h, x_end, np.empty(PIECES_SHAPE))
    return make_plasma(setting.cosmology, rates, m_chi, delta_m, flavours_of(float(row[MUONS])))


def trace(
    row: NDArray[np.float64], setting: Setting, tolerance: float = DRAWN_TOLERANCE
) -> tuple[Solution, NDArray[np.float64]]:
    """Return the solution of a row and its path: ln x, Σ_φ, Y_1, Y_2, Δ_φ/ε at every step.

    Raises
    ------
    UserError
        Where the point has no solution, with the reason.
    """
    status = input_status(row)
    path = np.zeros((MOST_STEPS, 5))
    if status == Status.OK:
        solution = integrate(
            plasma_of(row, setting),
            conversions_of(float(row[TOTAL_WIDTH]), float(row[B_1]), setting),
            setting.start_over_eq,
            math.log(float(row[M_CHI]) / SPHALERON_TEMPERATURE),
            tolerance,
            False,
            path,
        )
        status = solution.status
    if status != Status.OK:
        raise UserError(f"There is no evolution to draw: {Status(status).sentence}.")
    return solution, path[: solution.steps]


def trajectory(row: NDArray[np.float64], setting: Setting) -> Evolution:
    """Return the evolution over x = m_χ/T, as in Fig. 1 of arXiv:2404.12428."""
    _, path = trace(row, setting)
    plasma = plasma_of(row, setting)
    ln_x, phi, chi_1, chi_2, asymmetry = path.T
    equilibrium = [plasma_at(plasma, here) for here in ln_x]
    lowest = SMALLEST_DRAWN * max(phi.max(), chi_1.max(), chi_2.max())

    def curve(label: str, values: NDArray[np.float64], reference: bool = False) -> Curve:
        return Curve(label, np.where(values > lowest, values, np.nan), reference)

    return Evolution(
        time_label=r"$x = m_\chi/T$",
        time=np.exp(ln_x),
        ordinate="yield",
        curves=(
            curve(r"$\Sigma_\phi$", phi),
            curve(r"$Y_{\chi_1}$", chi_1),
            curve(r"$Y_{\chi_2}$", chi_2),
            curve(r"$|\Delta_\phi/\epsilon|$", np.abs(asymmetry)),
            curve(r"$\Sigma_\phi^{\rm eq}$", np.array([here.sigma_eq for here in equilibrium]), True),
            curve(r"$Y_\chi^{\rm eq}$", np.array([here.yield_eq for here in equilibrium]), True),
        ),
        marks={r"$T_{\rm sph} = 132$ GeV": float(row[M_CHI]) / SPHALERON_TEMPERATURE},
    )
