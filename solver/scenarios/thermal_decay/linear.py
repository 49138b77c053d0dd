"""The exact solution without annihilations: the equation is linear, so quadrature solves it.

arXiv:2111.14808, eq. (2.3) with f_ann = 0, in u = ln z with rate b(u):

    Y(u₁) = Y(u₀) e^{-G} + ∫ du b Yeq e^{-G(u)},   G(u) = ∫ b from u to u₁

It holds for freeze-out, Y(u₀) = Yeq, and for freeze-in with all back reaction, Y(u₀) = 0.
"""

from __future__ import annotations

import math

import numpy as np

from ...cosmology import smooth_interval
from ...numerics.kernel import kernel
from ...numerics.quadrature import gauss_legendre, tail_matrix
from ...numerics.status import Status
from .departure import departure, quasi_static_ratio
from .system import BACK, DEPTH, LN_Z, PLACE, SOURCE, SPREAD, YIELD, YIELD_EQ, depth_left, rates

__all__ = ["finish_linear", "solve_linear"]

# Panels in ln z are such that g_s and g_ρ are smooth across them, that ln(b Yeq) changes by at most so much, and G by
# at most a depth; how far each may go at an accuracy was calibrated over the prior box, where the error stays below
# the accuracy down to 1e-7, and below 1e-7 beyond, where the tables of g_s set the limit.
# Accuracy from which a row holds, order of the rule, change of ln(b Yeq), depth, and the intervals of
# `smooth_interval`.
PANELS = (
    (5e-5, 4, 3.0, 4.0, 0.5, 0.25, 0.24),
    (3e-6, 5, 2.5, 4.0, 0.5, 0.2, 0.12),
    (3e-7, 6, 2.5, 4.0, 0.5, 0.2, 0.12),
    (3e-8, 8, 2.5, 4.0, 0.5, 0.06, 0.015),
    (0.0, 8, 2.5, 3.0, 0.5, 0.06, 0.01),
)
LEAST_ACCURACY, ORDERS, SOURCE_CHANGE, PANEL_DEPTH, SMOOTH, ROUGH, BLENDED = map(
    np.array, zip(*PANELS, strict=True)
)
LARGEST_ORDER = max(ORDERS)
NODES, WEIGHTS = np.zeros((len(PANELS), LARGEST_ORDER)), np.zeros((len(PANELS), LARGEST_ORDER))
TAIL = np.zeros((len(PANELS), LARGEST_ORDER, LARGEST_ORDER))
for level, order in enumerate(ORDERS):
    NODES[level, :order], WEIGHTS[level, :order] = gauss_legendre(order)
    TAIL[level, :order, :order] = tail_matrix(order)
MOST_PANELS = 20000
# The end: what is left changes the yield by less than these times the accuracy.
RATE_LEFT = 0.4
SOURCE_LEFT = 0.6
# From this z on b Yeq falls, whatever the densities are.
FALLING = math.log(2.0)
# Above this a yield is no longer physical: not even relativistic equilibrium comes near.
LARGEST_YIELD = 1e3
NOT_FINITE = int(Status.NOT_FINITE)
STEP_LIMIT = int(Status.STEP_LIMIT)
DEPLETED = int(Status.DEPLETED)


@kernel
def solve_linear(system, u0, from_equilibrium, accuracy, path):
    """Follow Y from u₀ to its final value.

    Parameters
    ----------
    system : System
    u0 : float
        ln z at the start.
    from_equilibrium : bool
        Start from Yeq (freeze-out) or from nothing (freeze-in).
    accuracy : float
        The relative error wanted on the final yield.
    path : (m, `PATH_COLUMNS`) array
        Is filled at the panels' ends, as far as it has rows.

    Returns
    -------
    y : float
        Y at the end.
    rows : int
        How many rows of ``path`` are filled.
    status : int
    """
    u, tight = departure(system, u0)
    q = rates(system, u)[2]
    y = q if from_equilibrium else 0.0
    if tight:
        y = q * quasi_static_ratio(system, u)
    path[0, LN_Z], path[0, YIELD], path[0, YIELD_EQ], path[0, SOURCE] = u, y, q, 0.0
    path[0, BACK] = rates(system, u)[1]
    if tight and q == 0.0:
        return 0.0, 1, DEPLETED
    return finish_linear(system, u, y, accuracy, path, np.int64(1))


@kernel
def finish_linear(system, u, y, accuracy, path, rows):
    """Follow Y from u to its final value; ``path`` holds ``rows`` rows already, the last of them at u."""
    _, b, q, _ = rates(system, u)
    source = path[rows - 1, SOURCE]
    level = 0
    while accuracy < LEAST_ACCURACY[level]:
        level += 1
    order, nodes, weights, tail = ORDERS[level], NODES[level], WEIGHTS[level], TAIL[level]
    b_nodes = np.empty(order)
    q_nodes = np.empty(order)
    for _ in range(MOST_PANELS):
        z = math.exp(u)
        # Once production is over, only the decay of b limits the panel.
        producing = u < FALLING or b * q > SOURCE_LEFT * accuracy * y
        h = min(
            smooth_interval(system.ln_mass - u, SMOOTH[level], ROUGH[level], BLENDED[level]),
            math.log1p(SOURCE_CHANGE[level] / ((system.delta + producing) * z)),
            PANEL_DEPTH[level] / b,
        )
        if u < 0.0:
            # The ultraviolet rate ends at T = M.
            h = min(h, -u) if u < -1e-12 else h
        for i in range(order):
            _, b_nodes[i], q_nodes[i], _ = rates(system, u + h * nodes[i])
        u_next = u + h
        if abs(u_next) < 1e-12:
            u_next = 0.0
        _, b_next, q_next, _ = rates(system, u_next)
        depth = 0.0
        gain, place, spread = 0.0, 0.0, 0.0
        produced = 0.0
        for i in range(order):
            depth += weights[i] * b_nodes[i]
            if not producing:
                continue
            below = 0.0
            for j in range(order):
                below += tail[i, j] * b_nodes[j]
            rise = weights[i] * b_nodes[i] * q_nodes[i]
            kept = rise * math.exp(-h * below)
            gain += kept
            place += kept * nodes[i]
            spread += kept * nodes[i] * nodes[i]
            produced += rise
        y = y * math.exp(-h * depth) + h * gain
        if not (0.0 <= y < LARGEST_YIELD):
            return math.nan, rows, NOT_FINITE
        u, b, q = u_next, b_next, q_next
        source += h * produced
        if rows < path.shape[0]:
            path[rows, LN_Z], path[rows, YIELD], path[rows, YIELD_EQ], path[rows, SOURCE] = u, y, q, source
            path[rows, BACK], path[rows, DEPTH] = b, h * depth
            path[rows, PLACE] = place / gain if gain > 0.0 else 0.5
            path[rows, SPREAD] = spread / gain if gain > 0.0 else 1.0 / 3.0
            rows += 1
        slow = depth_left(system, b, math.exp(u)) < RATE_LEFT * accuracy
        if u > 0.0 and slow and not producing:
            return y, rows, 0
    return math.nan, rows, STEP_LIMIT
