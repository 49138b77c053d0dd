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

from ...cosmology import cooling_integral, smooth_interval
from ...numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, STAGES, step_factor
from ...numerics.kernel import kernel
from ...numerics.status import Status
from .departure import departure, quasi_static_ratio
from .linear import finish_linear
from .system import BACK, DEPTH, FROM_DEPTH, LN_Z, LOSS, PLACE, SOURCE, YIELD, YIELD_EQ, depth_left, rates

__all__ = ["solve_riccati"]

# R gives way to Y where the rate back to equilibrium, 2 a Yeq + b, falls below this times (1 + z).
DEPARTED = 2.0
# R grows like 1/Yeq there. The pair underestimates the error of a growing solution, which is of sixth
# order in h dln Yeq/du: this over (1 + z) times accuracy^(1/6) is the longest step.
GROWTH_STEP = 2.0
FIRST_STEP = 0.05
# The first step after a quasi-static start, in units of 1/(1 + z), and the shift that finds its slope.
DEPARTURE_STEP = 0.5
SHIFT = 1e-3
# How close to T = M counts as there.
LANDING = 1e-12
# Accuracy from which a row holds, the local tolerance over the accuracy, and the longest steps in the QCD transition
# and where the branches of g_s are blended (a longer one may not see how it changes): calibrated over the prior box.
STEPS = (
    (3e-4, 0.05, 0.12, 0.08),
    (3e-5, 0.03, 0.08, 0.05),
    (3e-6, 0.03, 0.05, 0.025),
    (3e-7, 0.03, 0.03, 0.006),
    (0.0, 0.03, 0.03, 0.006),
)
LEAST_ACCURACY, TOLERANCE_PER_ACCURACY, ROUGH, BLENDED = map(np.array, zip(*STEPS, strict=True))
# The longest step elsewhere.
SMOOTH = 0.5
SHORTEST_STEP = 1e-10
MOST_STEPS = 20000
# An equilibrium yield below this is about to leave double precision; a yield that still follows it is
# gone.
VANISHED_YIELD = 1e-280
# Production and decays count as over when what they still change is this small against the accuracy.
FROZEN = 0.01
# The equation counts as linear when annihilations still change this much against the accuracy.
LINEAR = 0.01
STEP_LIMIT = int(Status.STEP_LIMIT)
DEPLETED = int(Status.DEPLETED)
NO_PRODUCTION = int(Status.NO_PRODUCTION)
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
def first_value(system, u, tight, from_equilibrium, k, a, b, q, slope):
    """Return the first value and the length of the first step, and write its slope; rates are those at u."""
    if tight:
        x = 1.0 - slope / (2.0 * a * q + b)
        k[0] = (quasi_static_ratio(system, u + SHIFT) - x) / SHIFT
        return x, DEPARTURE_STEP / (1.0 + math.exp(u))
    # Where nothing ties Y to Yeq, R would only carry the trend of Yeq into the solution.
    x = q if from_equilibrium else 0.0
    k[0] = slope_of(False, x, a, b, q, slope)
    return x, FIRST_STEP / (1.0 + math.exp(u))


@kernel
def try_step(system, ratio_mode, lands, u, x, h, k, production, losses):
    """Solve the stages of a step from u; write their slopes, what they produce and their rates of loss.

    Returns
    -------
    x, embedded : float
        The solution and that of lower order, NaN if a stage has none.
    a, b, q, slope : float
        What `rates` gives at the last abscissa that was reached.
    """
    g = GAMMA * h
    a, b, q, slope = 0.0, 0.0, 0.0, 0.0
    x_new, embedded = math.nan, math.nan
    for s in range(1, STAGES):
        p = x
        for j in range(s):
            p += h * COEFFICIENTS[s, j] * k[j]
        if s < STAGES - 1:
            # A step that ends where a rate does must not look beyond.
            u_stage = u + h * ABSCISSAE[s]
            a, b, q, slope = rates(system, min(u_stage, -LANDING) if lands else u_stage)
        production[s] = q * (a * q + b)
        x_new = stage(ratio_mode, g, p, a, b, q, slope)
        if not x_new > 0.0:
            break
        k[s] = (x_new - p) / g
        losses[s] = a * (x_new * q if ratio_mode else x_new) + b
        if s == STAGES - 2:
            embedded = x_new
    return x_new, embedded, a, b, q, slope


@kernel
def land(system, ratio_mode, u, x, k, production):
    """Take slope and production anew beyond a rate's end, and return what `rates` gives there."""
    a, b, q, slope = rates(system, u)
    k[0] = slope_of(ratio_mode, x, a, b, q, slope)
    production[0] = q * (a * q + b)
    return a, b, q, slope


@kernel
def integral(h, values):
    """Return the integral over a step from the values at its stages, and start the next with the last of them."""
    total = 0.0
    for j in range(STAGES - 1):
        total += COEFFICIENTS[STAGES - 1, j] * values[j]
    values[0] = values[STAGES - 1]
    return h * (total + GAMMA * values[STAGES - 1])


@kernel
def record(path, rows, u, y, q, source, rate, a, depth):
    """Write a row of the path, if it has one left, and return how many are filled; ``rate`` is b."""
    if rows >= path.shape[0]:
        return rows
    path[rows, LN_Z], path[rows, YIELD], path[rows, YIELD_EQ], path[rows, SOURCE] = u, y, q, source
    loss = a * y + rate
    path[rows, BACK], path[rows, LOSS] = a * y + loss, loss
    if rows > 0:
        path[rows, DEPTH] = depth
        path[rows, PLACE] = FROM_DEPTH
    return rows + 1


@kernel
def longest_step(system, ratio_mode, u, z, growth_step, level):
    """Return the longest step from u: g_s must not change unseen, nor R outgrow its error estimate."""
    longest = smooth_interval(system.ln_mass - u, SMOOTH, ROUGH[level], BLENDED[level])
    return min(longest, growth_step / (1.0 + z)) if ratio_mode else longest


@kernel
def is_frozen(system, b, y, z, production, accuracy):
    """Return whether production and decays are over: Yeq falls like e^{-z}."""
    decays = depth_left(system, b, z)
    return decays < FROZEN * accuracy and production < FROZEN * accuracy * y * (1.0 + z)


@kernel
def after_annihilations(system, u, y, z):
    """Return the yield after all later annihilations, by which 1/Y grows by ∫ a du."""
    left = system.sigma_ann * system.mass / z * cooling_integral(system.cosmology, system.ln_mass - u)
    return y / (1.0 + left * y)


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
    path : (m, `PATH_COLUMNS`) array
        Is filled at the ends of the steps, as far as it has rows; of the production ∫ (a Yeq² + b Yeq) du, and
        2 a Y + b is the rate back to equilibrium.

    Returns
    -------
    y : float
        Y at the end.
    rows : int
        How many rows of ``path`` are filled.
    status : int
    """
    level = 0
    while accuracy < LEAST_ACCURACY[level]:
        level += 1
    tolerance = TOLERANCE_PER_ACCURACY[level] * accuracy
    growth_step = GROWTH_STEP * accuracy ** (1.0 / 6.0)
    k, production, losses = np.empty(STAGES), np.empty(STAGES), np.empty(STAGES)
    u, ratio_mode = departure(system, u0)
    a, b, q, slope = rates(system, u)
    production[0] = q * (a * q + b)
    path[0, :] = 0.0
    if ratio_mode and q == 0.0:
        return 0.0, 1, DEPLETED
    if not ratio_mode and u > 0.0 and production[0] < VANISHED_YIELD:
        return 0.0, 1, NO_PRODUCTION
    x, h = first_value(system, u, ratio_mode, from_equilibrium, k, a, b, q, slope)
    source = 0.0
    y = x * q if ratio_mode else x
    losses[0] = a * y + b
    rows = record(path, 0, u, y, q, source, b, a, 0.0)
    for _ in range(MOST_STEPS):
        # The ultraviolet rate ends at T = M: a step ends there.
        lands = system.ultraviolet > 0.0 and u < 0.0 and u + h > -LANDING
        if lands:
            h = -u
        x_new, embedded, a, b, q, slope = try_step(system, ratio_mode, lands, u, x, h, k, production, losses)
        if not (x_new > 0.0 and embedded > 0.0):
            if ratio_mode and q < VANISHED_YIELD:
                return 0.0, rows, DEPLETED
            h *= 0.3
            if h < SHORTEST_STEP:
                return math.nan, rows, NOT_FINITE
            continue
        error = abs(x_new - embedded) / (tolerance * x_new)
        factor = step_factor(error)
        if error > 1.0:
            h *= factor
            continue
        source += integral(h, production)
        depth = integral(h, losses)
        u, x, k[0] = 0.0 if lands else u + h, x_new, k[STAGES - 1]
        if lands:
            a, b, q, slope = land(system, ratio_mode, u, x, k, production)
            losses[0] = a * (x * q if ratio_mode else x) + b
        if ratio_mode and q < VANISHED_YIELD:
            return 0.0, rows, DEPLETED
        y, z = x * q if ratio_mode else x, math.exp(u)
        rows = record(path, rows, u, y, q, source, b, a, depth)
        if ratio_mode and 2.0 * a * q + b < DEPARTED * (1.0 + z):
            ratio_mode = False
            # dY/du = Yeq (dR/du + R dln Yeq/du)
            k[0] = q * (k[0] + x * slope)
            x = y
        h = min(longest_step(system, ratio_mode, u, z, growth_step, level), h * factor)
        if u > 0.0 and a * (y + q * q / y) < LINEAR * accuracy and rows < path.shape[0]:
            # Annihilations are over: what remains is linear.
            return finish_linear(system, u, y, accuracy, path, rows)
        if u > 0.0 and not ratio_mode and is_frozen(system, b, y, z, production[0], accuracy):
            return after_annihilations(system, u, y, z), rows, 0
    return math.nan, rows, STEP_LIMIT
