"""Couplings that give the relic density along a whole curve: every step one batched solve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.roots import refine_roots
from ...solver.numerics.status import Status
from ...solver.scenario import Scenario

__all__ = ["TARGET", "coupling_along"]

FloatArray = NDArray[np.float64]

TARGET = 0.12
NODES = 61
# Of ln(coupling) and of ln(Omega h^2).
WIDTH, RESIDUAL = 1e-6, 1e-5
NOTHING = -700.0


def coupling_along(
    model: Scenario,
    theta: FloatArray,
    parameter: str,
    bounds: tuple[float, float],
    branch: str = "freeze-out",
    target: float = TARGET,
) -> tuple[FloatArray, FloatArray]:
    """Find for every row the coupling with the wanted relic density.

    Parameters
    ----------
    theta : (n, d) array
        The other parameters; the column of the coupling is overwritten.
    parameter : str
        The coupling.
    bounds : (float, float)
        Where it is looked for.
    branch : str
        ``"freeze-out"``: the largest at which the density falls; ``"freeze-in"``: the smallest at which
        it rises.

    Returns
    -------
    couplings : (n,) array, NaN where there is none
    observables : (n, k) array at these couplings
    """
    column = [item.name for item in model.parameters].index(parameter)
    density = [item.name for item in model.observables].index("omega_h2")
    rows = len(theta)
    x = np.linspace(np.log(bounds[0]), np.log(bounds[1]), NODES)

    def residual(row: NDArray[np.intp], ln_coupling: FloatArray) -> FloatArray:
        points = theta[row].copy()
        points[:, column] = np.exp(ln_coupling)
        observables, status = model.evaluate(points)
        empty = np.isin(status, [int(Status.DEPLETED), int(Status.NO_PRODUCTION)])
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.log(observables[:, density] / target)
        return np.where(empty, NOTHING, np.maximum(found, NOTHING))

    index = np.repeat(np.arange(rows), NODES)
    f = residual(index, np.tile(x, rows)).reshape(rows, NODES)
    falling = branch == "freeze-out"
    left, right = f[:, :-1], f[:, 1:]
    crossing = (left > 0.0) & (right <= 0.0) if falling else (left < 0.0) & (right >= 0.0)
    has = crossing.any(axis=1)
    cell = NODES - 2 - np.argmax(crossing[:, ::-1], axis=1) if falling else np.argmax(crossing, axis=1)
    which = np.flatnonzero(has)
    couplings = np.full(rows, np.nan)
    observables = np.full((rows, len(model.observables)), np.nan)
    if not which.size:
        return couplings, observables
    cell = cell[which]
    low, high = x[cell], x[cell + 1]
    found = _refined(residual, which, low, high, f[which, cell], f[which, cell + 1])
    couplings[which] = np.exp(found)
    points = theta[which].copy()
    points[:, column] = couplings[which]
    observables[which] = model.evaluate(points)[0]
    return couplings, observables


def _refined(residual, which, low, high, f_low, f_high) -> FloatArray:
    # The refinement passes the points still active, without their number: x tells them apart, for each
    # bracket is shifted to an interval of its own.
    shift = 1e3 * np.arange(len(which))

    def shifted(x: FloatArray) -> FloatArray:
        bracket = np.floor((x + 500.0) / 1e3).astype(np.intp)
        return residual(which[bracket], x - shift[bracket])

    found, _ = refine_roots(shifted, low + shift, high + shift, f_low, f_high, WIDTH, RESIDUAL)
    return found - shift
