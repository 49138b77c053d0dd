"""Annihilations and thermal decays together: ESDIRK5(4) whose stages are quadratic equations.

In equilibrium the solver follows R = Y/Yeq, whose trend is one, and Y itself after departure:

    dR/du = -a Yeq (R² - 1) - b (R - 1) - R dln Yeq/du
    dY/du = -a (Y² - Yeq²) - b (Y - Yeq)

Each implicit stage X = p + g f(X) is the quadratic α X² + β X = c, solved by 2c/(β + sqrt(β² + 4αc)),
which loses no digits and has one positive root.
"""

from __future__ import annotations

import math

import numpy as np

from ...numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, STAGES, step_factor
from ...numerics.kernel import kernel
from ...numerics.status import Status
from .system import rates

__all__ = ["solve_riccati"]

# The switch from R to Y.
DEPARTED = 3.0
FIRST_STEP = 0.05
TIGHT = 1e3
LARGEST_STEP = 1.0
SMALLEST_STEP = 1e-10
MOST_STEPS = 20000
# An equilibrium yield below this is about to leave double precision; a yield that still follows it is
# gone.
VANISHED = 1e-280
# The local tolerance that makes the error of the final yield the requested accuracy; calibrated in
# tests over the prior box.
TOLERANCE_PER_ACCURACY = 0.3
# Both rates count as frozen when what they still change is this small against the accuracy.
FROZEN = 0.01
STEP_LIMIT = int(Status.STEP_LIMIT)
NOT_FINITE = int(Status.NOT_FINITE)


@kernel
def quadratic_root(alpha, beta, c):
    """Return the positive root of α X² + β X = c, NaN if there is none."""
    discriminant = beta * beta + 4.0 * alpha * c
    if not (discriminant >= 0.0 and c > 0.0):
        return math.nan
    root = beta + math.sqrt(discriminant)
    if beta < 0.0 and alpha > 0.0:
        return (math.sqrt(discriminant) - beta) / (2.0 * alpha)
    return 2.0 * c / root if root > 0.0 else math.nan


@kernel
def stage(ratio_mode, g, p, a, b, q, slope):
    """Solve one stage, for R or for Y."""
    if ratio_mode:
        return quadratic_root(g * a * q, 1.0 + g * (b + slope), p + g * (a * q + b))
    return quadratic_root(g * a, 1.0 + g * b, p + g * q * (a * q + b))


@kernel
def slope_of(ratio_mode, x, a, b, q, slope):
    if ratio_mode:
        return -a * q * (x * x - 1.0) - b * (x - 1.0) - x * slope
    return -a * (x - q) * (x + q) - b * (x - q)


@kernel
def solve_riccati(system, u0, from_equilibrium, accuracy, path):
    """Follow Y from u₀ = ln z₀ to its final value.

    Parameters
    ----------
    system : System
    u0 : float
    from_equilibrium : bool
        Start from Yeq (freeze-out) or from nothing (freeze-in).
    accuracy : float
        The relative error wanted on the final yield.
    path : (m, 4) array
        Receives u, Y, Yeq and the production ∫ (a Yeq² + b Yeq) du at the ends of the steps, as far as it has rows.

    Returns
    -------
    y : float
        Y at the end.
    rows : int
        How many rows of ``path`` are filled.
    status : int
    """
    tolerance = TOLERANCE_PER_ACCURACY * accuracy
    k = np.empty(STAGES)
    u = u0
    a, b, q, slope = rates(system, u)
    ratio_mode = True
    # Where the rates are large the start is quasi-static, R - 1 = -slope/(2 a Yeq + b).
    strength = 2.0 * a * q + b
    if strength > TIGHT:
        x = 1.0 - slope / strength
        k[0] = 0.0
    else:
        x = 1.0 if from_equilibrium else 0.0
        k[0] = slope_of(ratio_mode, x, a, b, q, slope)
    path[0, 0], path[0, 1], path[0, 2], path[0, 3] = u, x * q, q, 0.0
    rows = 1
    production, source = q * (a * q + b), 0.0
    h = FIRST_STEP
    for _ in range(MOST_STEPS):
        # The ultraviolet rate ends at T = M: a step ends there.
        lands = u < 0.0 and u + h > -1e-9
        if lands:
            h = -u
        g = GAMMA * h
        a1, b1, q1, slope1 = 0.0, 0.0, 0.0, 0.0
        x_new = math.nan
        embedded = math.nan
        for s in range(1, STAGES):
            p = x
            for j in range(s):
                p += h * COEFFICIENTS[s, j] * k[j]
            if s < STAGES - 1:
                a1, b1, q1, slope1 = rates(system, u + h * ABSCISSAE[s])
            x_new = stage(ratio_mode, g, p, a1, b1, q1, slope1)
            if not x_new > 0.0:
                break
            k[s] = (x_new - p) / g
            if s == STAGES - 2:
                embedded = x_new
        if not (x_new > 0.0 and embedded > 0.0):
            if ratio_mode and q1 < VANISHED:
                return 0.0, rows, 0
            h *= 0.3
            if h < SMALLEST_STEP:
                return math.nan, rows, NOT_FINITE
            continue
        error = abs(x_new - embedded) / (tolerance * x_new)
        factor = step_factor(error)
        if error > 1.0:
            h *= factor
            continue
        source += 0.5 * h * (production + q1 * (a1 * q1 + b1))
        production = q1 * (a1 * q1 + b1)
        u = 0.0 if lands else u + h
        x = x_new
        k[0] = k[STAGES - 1]
        if lands:
            a1, b1, q1, slope1 = rates(system, u)
            k[0] = slope_of(ratio_mode, x, a1, b1, q1, slope1)
        y = x * q1 if ratio_mode else x
        if ratio_mode and q1 < VANISHED:
            return 0.0, rows, 0
        if rows < path.shape[0]:
            path[rows, 0], path[rows, 1], path[rows, 2], path[rows, 3] = u, y, q1, source
            rows += 1
        if ratio_mode and x > DEPARTED:
            ratio_mode = False
            # dY/du = Yeq (dR/du + R dln Yeq/du)
            k[0] = q1 * (k[0] + x * slope1)
            x = y
        h = min(LARGEST_STEP, h * factor)
        # What is left after u: ∫ a Y du ≈ a Y (a falls like 1/z), ∫ b du ≈ b/(1 + δ z).
        z = math.exp(u)
        left_decay = b1 / (1.0 + system.delta * z)
        left = a1 * y + left_decay
        if (
            not ratio_mode
            and u > 0.0
            and left < math.sqrt(FROZEN * accuracy)
            and left_decay < FROZEN * accuracy
        ):
            return y / (1.0 + a1 * y), rows, 0
    return math.nan, rows, STEP_LIMIT
