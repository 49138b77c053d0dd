"""Rows of parameters to rows of observables: the compiled loop behind both scenarios."""

from __future__ import annotations

import math

import numpy as np

from ...constants import OMEGA_H2_PER_YIELD_GEV
from ...cosmology import cosmology_at
from ...momentum.observables import MOMENTUM_OBSERVABLES
from ...momentum.warmness import fill_momenta
from ...numerics.kernel import kernel
from ...numerics.status import Status
from .linear import solve_linear
from .momenta import momenta_today
from .response import error_of_yield, response_to_rates
from .riccati import solve_riccati
from .system import DELTA, MASS, PATH_COLUMNS, REHEATING, YIELD, make_system, rates
from .trajectory import freeze_out_abscissa, largest_ratio

__all__ = ["COLUMNS", "PATH_ROWS", "follow", "solve_rows", "trajectory"]

COLUMNS = (
    "omega_h2",
    "final_yield",
    "z_freeze_out",
    "rate_over_hubble",
    "omega_h2_error",
    *(item.name for item in MOMENTUM_OBSERVABLES),
    "max_yield_ratio",
)
OMEGA_H2, FINAL_YIELD, Z_FREEZE_OUT, RATE_OVER_HUBBLE, OMEGA_H2_ERROR, FIRST_MOMENTUM = range(6)
MAX_YIELD_RATIO = len(COLUMNS) - 1
PATH_ROWS = 4000
# Freeze-out starts in equilibrium, here; the non-relativistic densities mean nothing below z = 1.
START = math.log(0.05)
START_NON_RELATIVISTIC = 0.0

SMALLEST_FINAL_YIELD = 1e-290
DEPLETED = int(Status.DEPLETED)
NO_PRODUCTION = int(Status.NO_PRODUCTION)
OPEN_DECAY = int(Status.OPEN_DECAY)


@kernel
def follow(system, reheating, accuracy, path):
    """Solve one system; a reheating temperature of zero means a start in equilibrium."""
    if reheating > 0.0:
        u0, from_equilibrium = math.log(system.mass / reheating), False
    else:
        u0 = START_NON_RELATIVISTIC if system.non_relativistic else START
        from_equilibrium = True
    if system.sigma_ann > 0.0:
        return solve_riccati(system, u0, from_equilibrium, accuracy, path)
    return solve_linear(system, u0, from_equilibrium, accuracy, path)


@kernel
def solve_rows(theta, setting):
    """Compute the `COLUMNS` and the status of every row of theta, shape (n, 8)."""
    n = theta.shape[0]
    observables = np.full((n, len(COLUMNS)), np.nan)
    status = np.zeros(n, dtype=np.int64)
    path = np.empty((PATH_ROWS, PATH_COLUMNS))
    no_trail = np.empty((0, 3))
    for i in range(n):
        if setting.heavier_final and theta[i, DELTA] == 0.0:
            # At the threshold the rate never becomes small against the expansion.
            status[i] = OPEN_DECAY
            continue
        system = make_system(theta[i], setting)
        y, rows, status[i] = follow(system, theta[i, REHEATING], setting.accuracy, path)
        if status[i] != 0:
            continue
        if y < SMALLEST_FINAL_YIELD:
            status[i] = NO_PRODUCTION if theta[i, REHEATING] > 0.0 and path[0, YIELD] == 0.0 else DEPLETED
            continue
        a, b, q, _ = rates(system, 0.0)
        observables[i, OMEGA_H2] = y * theta[i, MASS] * OMEGA_H2_PER_YIELD_GEV
        observables[i, FINAL_YIELD] = y
        observables[i, Z_FREEZE_OUT] = freeze_out_abscissa(path, rows, system)
        observables[i, RATE_OVER_HUBBLE] = (b + a * q) / cosmology_at(setting.cosmology, system.ln_mass)[2]
        observables[i, OMEGA_H2_ERROR] = error_of_yield(response_to_rates(path, rows, y))
        mean, square = momenta_today(path, rows, system, no_trail)
        fill_momenta(observables[i, FIRST_MOMENTUM:], theta[i, MASS], y, mean, square)
        # Only freeze-in asks for it.
        observables[i, MAX_YIELD_RATIO] = (
            largest_ratio(path, rows, system) if theta[i, REHEATING] > 0.0 else 1.0
        )
    return observables, status


@kernel
def trajectory(row, setting):
    """Return the trajectory of one row of parameters, (m, `PATH_COLUMNS`), its Y, N₁ and N₂ (m, 3), and the status."""
    path = np.empty((PATH_ROWS, PATH_COLUMNS))
    system = make_system(row, setting)
    _, rows, status = follow(system, row[REHEATING], setting.accuracy, path)
    trail = np.empty((rows, 3))
    momenta_today(path, rows, system, trail)
    return path[:rows].copy(), trail, status
