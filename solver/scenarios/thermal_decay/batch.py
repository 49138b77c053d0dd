"""Rows of parameters to rows of observables: the compiled loop behind both scenarios."""

from __future__ import annotations

import math

import numpy as np

from ...constants import OMEGA_H2_PER_YIELD_GEV
from ...cosmology import cosmology_at
from ...numerics.kernel import kernel
from ...numerics.status import Status
from .linear import solve_linear
from .response import error_of_yield, response_to_rates
from .riccati import solve_riccati
from .system import DELTA, MASS, REHEATING, make_system, rates
from .trajectory import freeze_out_abscissa, largest_ratio

__all__ = ["solve_rows", "trajectory"]

# omega_h2, final_yield, z_freeze_out, rate_over_hubble, omega_h2_error, max_yield_ratio
OBSERVABLES = 6
PATH_ROWS = 4000
# Freeze-out starts in equilibrium, here; the non-relativistic densities mean nothing below z = 1.
START = math.log(0.05)
START_NON_RELATIVISTIC = 0.0

SMALLEST_YIELD = 1e-290
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
    return solve_linear(system, u0, from_equilibrium, path)


@kernel
def solve_rows(theta, dimension_six, heavier_final, non_relativistic, d_a, share_a, accuracy, cosmology):
    """Compute the six observables and the status of every row of theta, shape (n, 8)."""
    n = theta.shape[0]
    observables = np.full((n, OBSERVABLES), np.nan)
    status = np.zeros(n, dtype=np.int64)
    path = np.empty((PATH_ROWS, 5))
    for i in range(n):
        if heavier_final and theta[i, DELTA] == 0.0:
            # At the threshold the rate never becomes small against the expansion.
            status[i] = OPEN_DECAY
            continue
        system = make_system(
            theta[i], dimension_six, heavier_final, non_relativistic, d_a, share_a, cosmology
        )
        y, rows, status[i] = follow(system, theta[i, REHEATING], accuracy, path)
        if status[i] != 0:
            continue
        if y < SMALLEST_YIELD:
            status[i] = NO_PRODUCTION if theta[i, REHEATING] > 0.0 and path[0, 1] == 0.0 else DEPLETED
            continue
        a, b, q, _ = rates(system, 0.0)
        observables[i, 0] = y * theta[i, MASS] * OMEGA_H2_PER_YIELD_GEV
        observables[i, 1] = y
        observables[i, 2] = freeze_out_abscissa(path, rows, system)
        observables[i, 3] = (b + a * q) / cosmology_at(cosmology, system.ln_mass)[2]
        observables[i, 4] = error_of_yield(response_to_rates(path, rows, y))
        observables[i, 5] = largest_ratio(path, rows, system)
    return observables, status


@kernel
def trajectory(row, dimension_six, heavier_final, non_relativistic, d_a, share_a, accuracy, cosmology):
    """Return the trajectory of one row of parameters, (m, 5), and the status."""
    path = np.empty((PATH_ROWS, 5))
    system = make_system(row, dimension_six, heavier_final, non_relativistic, d_a, share_a, cosmology)
    _, rows, status = follow(system, row[REHEATING], accuracy, path)
    return path[:rows].copy(), status
