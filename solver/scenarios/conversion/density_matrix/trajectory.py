"""The evolution of one point of the density matrix for plots: populations, coherences and charges."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .....errors import UserError
from ....numerics.status import Status
from ....scenario import Curve, Evolution
from ..rates.pieces import PIECES_SHAPE
from .generator import CHARGE_UNIT, HELICITIES
from .medium import medium_at
from .steps import MOST_STEPS, state_size
from .system import CoherentSetting, System, from_start, row_status, system_of

__all__ = ["coherent_path", "coherent_trajectory"]

# Fine enough for smooth lines from step to step.
DRAWN_COHERENT_TOLERANCE = 1e-5
SMALLEST_DRAWN_YIELD = 1e-22
SYMBOLS = ("e", r"\mu", r"\tau")


def coherent_path(row: NDArray[np.float64], setting: CoherentSetting) -> tuple[System, NDArray[np.float64]]:
    """Return the equations of a row and its path: ln x and the state at every step to sphaleron decoupling.

    Raises
    ------
    UserError
        Where the point has no solution, with the reason.
    """
    setting = setting._replace(tolerance=min(setting.tolerance, DRAWN_COHERENT_TOLERANCE))
    status = row_status(row, setting.states, setting.flavours)
    if status == Status.OK:
        system = system_of(row, setting, np.empty(PIECES_SHAPE))
        path = np.zeros((MOST_STEPS, 1 + state_size(setting.states, setting.flavours)))
        solution = from_start(system, setting, setting.empty, path)
        status = solution.status
    if status != Status.OK:
        raise UserError(f"There is no evolution to draw: {Status(status).sentence}.")
    return system, path[: solution.steps]


def coherent_trajectory(row: NDArray[np.float64], setting: CoherentSetting) -> Evolution:
    """Return the evolution over x = m_χ/T to sphaleron decoupling: yields, coherences as yields, charges."""
    system, path = coherent_path(row, setting)
    states = setting.states
    square = states * states
    media = [medium_at(system.plasma, system.vertex, setting.effects, ln_x) for ln_x in path[:, 0]]
    yield_eq = np.array([medium.yield_eq for medium in media])
    sigma_eq = np.array([medium.sigma_eq for medium in media])
    state = path[:, 1:]
    by_helicity = state[:, : HELICITIES * square].reshape(len(state), HELICITIES, square)
    mean = by_helicity.mean(axis=1) * yield_eq[:, None]

    def curve(label: str, values: NDArray[np.float64], reference: bool = False) -> Curve:
        size = np.abs(values)
        return Curve(label, np.where(size > SMALLEST_DRAWN_YIELD, size, np.nan), reference)

    curves = [curve(r"$\Sigma_\phi$", sigma_eq * np.exp(state[:, -1]))]
    curves += [curve(rf"$Y_{{\chi_{i + 1}}}$", mean[:, i]) for i in range(states)]
    pair = states
    for i in range(states):
        for j in range(i + 1, states):
            curves.append(curve(rf"$|Y_{{{i + 1}{j + 1}}}|$", np.hypot(mean[:, pair], mean[:, pair + 1])))
            pair += 2
    charges = CHARGE_UNIT * state[:, HELICITIES * square : -1]
    curves += [curve(rf"$|Q_{{{SYMBOLS[k]}}}|$", charges[:, k]) for k in range(setting.flavours)]
    curves.append(curve(r"$|\Delta_\phi|$", charges.sum(axis=1)))
    curves += [curve(r"$\Sigma_\phi^{\rm eq}$", sigma_eq, True), curve(r"$Y_\chi^{\rm eq}$", yield_eq, True)]
    return Evolution(
        time_label=r"$x = m_\chi/T$",
        time=np.exp(path[:, 0]),
        ordinate="yield",
        curves=tuple(curves),
        marks={r"$T_{\rm sph} = 132$ GeV": math.exp(system.ln_sph)},
    )
